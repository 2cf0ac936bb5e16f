//! The same redemptions brought to clearing as batches, replicated by PouchDB to a pouchdb-server, and
//! posted to it one by one as JSON: seconds, bytes of both directions over HTTP, requests.

use crate::{
    county::{County, NOW},
    figures::Figure,
};
use anyhow::{Context, Result, ensure};
use passerelle_clearing::Clearing;
use serde::Deserialize;
use std::{fs, path::Path, process::Command, sync::Arc, time::Instant};

const DESKS: u8 = 28;

/// What one way of bringing everything took.
#[derive(Deserialize)]
struct Way {
    seconds: f64,
    bytes: u64,
    requests: u64,
}

/// Brings 28 000 redemptions in three ways, each over one connection, all to a disk.
///
/// # Errors
/// A service or a program does not do what it should.
pub fn measure(folder: &Path) -> Result<Vec<Figure>> {
    let folder = folder.join("peers");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let clearing = Clearing::open(&folder.join("clearing"), Arc::new(|| NOW))?;
    let county = County::make(clearing, DESKS)?;
    let started = Instant::now();
    let traffic = county.bring(1)?;
    let ours = Way {
        seconds: started.elapsed().as_secs_f64(),
        bytes: traffic.bytes,
        requests: traffic.requests,
    };
    let [replicated, posted] = peers(&folder, county.pending())?;
    Ok(vec![
        beside("seconds, ours", ours.seconds, "s", "PouchDB", replicated.seconds),
        beside(
            "seconds, posted one by one",
            posted.seconds,
            "s",
            "PouchDB",
            replicated.seconds,
        ),
        beside(
            "megabytes, ours",
            megabytes(&ours),
            "MB",
            "PouchDB",
            megabytes(&replicated),
        ),
        beside(
            "megabytes, posted one by one",
            megabytes(&posted),
            "MB",
            "PouchDB",
            megabytes(&replicated),
        ),
        beside(
            "requests, ours",
            ours.requests as f64,
            "",
            "PouchDB",
            replicated.requests as f64,
        ),
        beside(
            "requests, posted one by one",
            posted.requests as f64,
            "",
            "PouchDB",
            replicated.requests as f64,
        ),
    ])
}

fn beside(name: &str, value: f64, unit: &'static str, peer: &'static str, of_peer: f64) -> Figure {
    Figure::new(format!("28 000 redemptions, {name}"), value, unit).against(peer, of_peer)
}

fn megabytes(way: &Way) -> f64 {
    way.bytes as f64 / 1e6
}

/// Lets PouchDB do the same: replicated, then posted. `script/bench` has installed it.
fn peers(folder: &Path, count: usize) -> Result<[Way; 2]> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/peers/peers.js");
    let output = Command::new("node")
        .arg(program)
        .arg(count.to_string())
        .arg(folder)
        .output()
        .context("node")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "peers.js: {said}");
    let ways = output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let ways: Vec<Way> = ways.map(serde_json::from_slice).collect::<Result<_, _>>()?;
    ways.try_into().ok().context("two ways")
}
