//! Stories: what happens to people and passes, on real desks and a real clearing service.

mod apart;
#[cfg(target_os = "linux")]
mod database;
mod day;
mod decided;
mod doubles;
mod killed;
mod late;
mod names;
mod news;
mod refusals;
mod restored;
