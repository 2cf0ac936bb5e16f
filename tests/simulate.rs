//! Lives of a county by the thousand: `simulate SEEDS START [first]`, and with `first` no more of them once
//! one breaks a rule. See `script/simulate`.

#[allow(dead_code, reason = "the stories use the rest")]
mod support;
#[allow(dead_code, reason = "the tests use the rest")]
mod sync;

use std::{env, ops::ControlFlow, process::ExitCode, time::Instant};
use sync::{
    county::Origin,
    simulation::{live_many, tell},
};

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "it is a command")]
fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let [seeds, start] = [0, 1].map(|at| words[at].parse::<u64>().expect("SEEDS START"));
    let after_a_break = match words.get(2).map(String::as_str) {
        Some("first") => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    if seeds == 1 {
        for line in tell(&Origin::new(), start) {
            println!("{line}");
        }
    }
    let started = Instant::now();
    let tally = live_many(start..start + seeds, |seed, broken| {
        eprintln!("seed {seed}: {broken}");
        after_a_break
    });
    let seconds = started.elapsed().as_secs_f64();
    let rate = tally.lives as f64 / seconds;
    println!("{tally}; {seconds:.0} s, {rate:.0} lives a second");
    ExitCode::from(u8::from(tally.broken > 0))
}
