//! The house rules, as tests: what a reader may rely on without looking.

mod defects;
mod functions;
mod places;
mod sentences;
mod sources;
mod supplies;
mod window;
