//! Lives of a county by the thousand: `simulate SEEDS START`. See `script/simulate`.

#[allow(dead_code, reason = "the stories use the rest")]
mod support;
#[allow(dead_code, reason = "the tests use the rest")]
mod sync;

use std::{process::ExitCode, time::Instant};
use sync::{
    county::Origin,
    simulation::{live_many, tell},
};

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "it is a command")]
fn main() -> ExitCode {
    let mut numbers = std::env::args()
        .skip(1)
        .map(|word| word.parse::<u64>().expect("a number"));
    let (seeds, start) = (numbers.next().expect("SEEDS"), numbers.next().expect("START"));
    if seeds == 1 {
        for line in tell(&Origin::new(), start) {
            println!("{line}");
        }
    }
    let started = Instant::now();
    let tally = live_many(start..start + seeds, |seed, broken| {
        eprintln!("seed {seed}: {broken}")
    });
    let seconds = started.elapsed().as_secs_f64();
    let rate = tally.lives as f64 / seconds;
    println!("{tally}; {seconds:.0} s, {rate:.0} lives a second");
    ExitCode::from(u8::from(tally.broken > 0))
}
