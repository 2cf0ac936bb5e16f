//! Opening the window: time, memory, size; beside the same engine on a page of one word.

use crate::{
    big_ledger::BigLedger,
    display::Display,
    driver::{Driver, program},
    figures::{Figure, Samples, in_milliseconds},
};
use anyhow::{Result, bail};
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

const STARTS: usize = 5;
const PATIENCE: Duration = Duration::from_secs(60);
/// WebKitGTK's own browser, from the same package as the engine.
const BROWSER: &str = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";
/// Driven, it opens on a blank page, and is sent to this one.
const ONE_WORD: &str = "data:text/html,<h1>Bonjour</h1>";
/// Asking the kernel to forget every file it has read; root may.
const DROP_CACHES: &str = "/proc/sys/vm/drop_caches";

/// Measures the release binary on a copy of the ledger.
///
/// # Errors
/// The window does not open.
pub fn measure(ledger: &BigLedger) -> Result<Vec<Figure>> {
    let profile = ledger.copy("start")?;
    let binary = program("passerelle");
    let ours = ["--profile".to_owned(), profile.folder().display().to_string()];
    let theirs = ["--automation".to_owned()];
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let cold = Opened::measure(&binary, &ours, None, true).await?;
            let mut figures = Vec::new();
            if cold.was_cold {
                figures.push(Figure::milliseconds("cold start to a usable window", cold.took));
            }
            let (mut starts, mut floors) = (Samples::default(), Samples::default());
            let (mut memory, mut floor_memory) = (0, 0);
            for _ in 0..STARTS {
                let opened = Opened::measure(&binary, &ours, None, false).await?;
                starts.push(opened.took);
                memory = memory.max(opened.memory);
                let floor = Opened::measure(Path::new(BROWSER), &theirs, Some(ONE_WORD), false).await?;
                floors.push(floor.took);
                floor_memory = floor_memory.max(floor.memory);
            }
            let what = "MiniBrowser on one word";
            figures.push(
                Figure::milliseconds("start to a usable window, median", starts.quantile(0.5))
                    .against(what, in_milliseconds(floors.quantile(0.5))),
            );
            figures.push(
                Figure::new("resident memory", megabytes(memory), "MB")
                    .against(what, megabytes(floor_memory)),
            );
            figures.push(Figure::new(
                "binary",
                megabytes(fs::metadata(&binary)?.len()),
                "MB",
            ));
            Ok(figures)
        })
}

struct Opened {
    took: Duration,
    /// In bytes: what its processes hold, what they share divided among its holders.
    memory: u64,
    was_cold: bool,
}

impl Opened {
    /// Opens a window until its first heading can be read, then closes it.
    async fn measure(binary: &Path, arguments: &[String], page: Option<&str>, cold: bool) -> Result<Self> {
        let display = Display::start();
        let home = tempfile::tempdir()?;
        let driver = Driver::start(display.name(), home.path()).await;
        let was_cold = cold && fs::write(DROP_CACHES, "3").is_ok();
        let started = Instant::now();
        let client = session(&driver, binary, arguments).await?;
        if let Some(page) = page {
            client.goto(page).await?;
        }
        await_heading(&client).await?;
        let took = started.elapsed();
        let memory = driver
            .started()
            .iter()
            .filter_map(|process| proportional_memory(process))
            .sum();
        client.close().await?;
        Ok(Self {
            took,
            memory,
            was_cold,
        })
    }
}

async fn session(driver: &Driver, binary: &Path, arguments: &[String]) -> Result<Client> {
    let capabilities = json!({ "webkitgtk:browserOptions": { "binary": binary, "args": arguments } });
    let Value::Object(capabilities) = capabilities else {
        unreachable!("an object")
    };
    let connector = hyper_util::client::legacy::connect::HttpConnector::new();
    let client = ClientBuilder::new(connector)
        .capabilities(capabilities)
        .connect(&driver.address())
        .await?;
    Ok(client)
}

async fn await_heading(client: &Client) -> Result<()> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Ok(heading) = client.find(Locator::Css("h1")).await
            && heading.is_displayed().await?
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    bail!("no heading came")
}

/// A process's share of memory in bytes, but for the driver and its bus.
fn proportional_memory(process: &str) -> Option<u64> {
    let name = fs::read_to_string(format!("/proc/{process}/comm")).ok()?;
    if name.starts_with("WebKitWebDriver") || name.starts_with("dbus") {
        return None;
    }
    let memory = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    let kilobytes = memory.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kilobytes: u64 = kilobytes.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes * 1024)
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}
