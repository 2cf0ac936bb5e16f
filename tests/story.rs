//! Stories: what happens to people and passes, on real desks and a real clearing service.

mod alone;
mod apart;
mod backlog;
mod courier;
#[cfg(target_os = "linux")]
mod database;
mod day;
mod decided;
mod doubles;
mod keys;
mod killed;
mod late;
mod meanwhile;
mod months;
mod names;
mod news;
mod objections;
mod paid;
mod paid_once;
mod refusals;
mod restored;
mod unattended;
