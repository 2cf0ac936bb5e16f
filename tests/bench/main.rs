//! What `script/bench` runs: measures in one run, beside a floor or a peer, and says both.
//!
//! `bench [counter] [ingest] [peers] [session] [start] [state] [wire]`: all of them when none is named. Build with `--release`.

mod big_ledger;
mod counter;
mod county;
mod figures;
mod ingest;
mod one_desk;
mod peers;
mod populations;
mod session;
mod slow_line;
mod start;
mod state;
mod wire;

#[path = "../../crates/clearing/tests/clearing/cluster.rs"]
#[allow(dead_code, reason = "clearing's own tests use the rest")]
mod cluster;
#[path = "../e2e/display.rs"]
#[allow(dead_code, reason = "the window's tests use the rest")]
mod display;
#[path = "../support/draws.rs"]
#[allow(dead_code, reason = "the simulation uses the rest")]
mod draws;
#[path = "../e2e/driver.rs"]
#[allow(dead_code, reason = "the window's tests use the rest")]
mod driver;
#[path = "../support/forms.rs"]
#[allow(dead_code, reason = "the stories use the rest")]
mod forms;
#[path = "../support/world.rs"]
#[allow(dead_code, reason = "the stories use the rest")]
mod world;

use anyhow::{Result, bail};
use big_ledger::BigLedger;
use std::path::Path;

const NAMES: [&str; 7] = ["counter", "ingest", "peers", "session", "start", "state", "wire"];

fn main() -> Result<()> {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = names.iter().find(|name| !NAMES.contains(&name.as_str())) {
        bail!("no benchmark is called {unknown}; there are {}", NAMES.join(", "));
    }
    if names.is_empty() {
        names = NAMES.map(str::to_owned).to_vec();
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
    for name in names {
        let figures = match name.as_str() {
            "counter" => counter::measure(&BigLedger::find_or_make(&folder)?)?,
            "ingest" => ingest::measure(&folder)?,
            "peers" => peers::measure(&folder)?,
            "session" => session::measure(&folder)?,
            "start" => start::measure(&BigLedger::find_or_make(&folder)?)?,
            "state" => state::measure(&folder)?,
            "wire" => wire::measure()?,
            _ => unreachable!("names were checked"),
        };
        figures::print(&name, &figures);
        figures::write(&folder, &name, &figures)?;
    }
    Ok(())
}
