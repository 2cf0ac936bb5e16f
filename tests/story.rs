//! Stories: what happens to people and passes, on real desks and a real clearing service.

mod apart;
mod day;
mod decided;
mod killed;
mod late;
mod names;
mod refusals;
mod restored;
