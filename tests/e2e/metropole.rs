//! A clearing service beside the window: the real program, on loopback, with passes fresh from its press.

use super::{driver::program, page::repository};
use chrono::{Days, Local, NaiveDate};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// A SIRET whose key is right, of nobody.
pub const SIRET: &str = "21940016500011";

/// A running service, stopped when dropped.
pub struct Metropole {
    folder: PathBuf,
    server: Child,
    /// Where it answers.
    pub url: String,
}

/// A service that was stopped.
pub struct Stopped {
    folder: PathBuf,
    address: String,
}

impl Stopped {
    /// Serves again, where it did before.
    pub fn go_on(self) -> Metropole {
        Metropole::serve(self.folder, &self.address)
    }
}

/// A pass, as printed.
#[derive(Debug, Clone)]
pub struct MintedPass {
    /// Its signed code.
    pub code: String,
    /// The number under it.
    pub number: String,
}

impl MintedPass {
    /// Its number as the paper shows it: `0412 7731 0482`.
    pub fn in_groups(&self) -> String {
        let digits: Vec<char> = self.number.chars().collect();
        digits
            .chunks(4)
            .map(String::from_iter)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Booklets printed together.
pub struct Lot {
    /// The sheets to cut.
    pub pdf: PathBuf,
    /// Their passes, in order.
    pub passes: Vec<MintedPass>,
    first: u64,
    last: u64,
}

impl Metropole {
    /// Starts one in a folder, with the demonstration programme open this year and a structure.
    #[expect(
        clippy::disallowed_methods,
        reason = "the window reads the real clock, and so must its programme"
    )]
    pub fn start(folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("a folder");
        let programme = folder.join("programme.toml");
        fs::write(&programme, programme_of_now(Local::now().date_naive())).expect("written");
        let metropole = Self::serve(folder.to_owned(), "127.0.0.1:0");
        metropole.order(&["programme", "add", &programme.to_string_lossy()]);
        metropole.order(&["structure", "add", "--siret", SIRET, "--name", "Ville de Cachan"]);
        metropole
    }

    fn serve(folder: PathBuf, listen: &str) -> Self {
        let mut server = Command::new(program("passerelle-clearing"))
            .arg("--data")
            .arg(folder.join("books"))
            .args(["serve", "--listen", listen])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the service starts");
        let mut line = String::new();
        BufReader::new(server.stdout.take().expect("piped"))
            .read_line(&mut line)
            .expect("a first line");
        let said: Value = serde_json::from_str(&line).expect("one line of JSON");
        let url = said["url"].as_str().expect("its address").to_owned();
        Self { folder, server, url }
    }

    /// Nobody answers any more.
    pub fn stop(self) -> Stopped {
        Stopped {
            folder: self.folder.clone(),
            address: self.url.replace("http://", ""),
        }
    }

    /// How many passes it has credited.
    pub fn credited(&self) -> u64 {
        self.status()["programmes"][0]["credited"]
            .as_u64()
            .expect("a number")
    }

    /// Mints and activates booklets of ten passes.
    pub fn mint(&self, booklets: u32) -> Lot {
        let out = self.folder.join("passes");
        let said = self.order(&[
            "mint",
            "--programme",
            "1",
            "--booklets",
            &booklets.to_string(),
            "--out",
            &out.to_string_lossy(),
        ]);
        let number = |name: &str| said[name].as_u64().expect("a number");
        let csv = fs::read_to_string(said["csv"].as_str().expect("a path")).expect("the list");
        let passes = csv
            .lines()
            .skip(1)
            .map(|line| {
                let mut cells = line.split(';').map(str::to_owned);
                MintedPass {
                    code: cells.next().expect("a code"),
                    number: cells.next().expect("a number"),
                }
            })
            .collect();
        let lot = Lot {
            pdf: said["pdf"].as_str().expect("a path").into(),
            passes,
            first: number("first"),
            last: number("last"),
        };
        let (from, to) = (lot.first.to_string(), lot.last.to_string());
        self.order(&["activate", "--programme", "1", "--from", &from, "--to", &to]);
        lot
    }

    /// A one-time code for the structure, as its letter shows it.
    pub fn enrolment_code(&self) -> String {
        self.order(&["enrol", "--siret", SIRET])["code"]
            .as_str()
            .expect("a code")
            .to_owned()
    }

    /// Answers what a courier has brought.
    pub fn answer(&self, files: &[PathBuf], out: &Path) {
        let mut words = vec!["courier".to_owned(), "--in".to_owned()];
        words.extend(files.iter().map(|file| file.to_string_lossy().into_owned()));
        words.extend(["--out".to_owned(), out.to_string_lossy().into_owned()]);
        self.order(&words.iter().map(String::as_str).collect::<Vec<_>>());
    }

    /// What the officer sees.
    pub fn status(&self) -> Value {
        self.order(&["status"])
    }

    fn order(&self, words: &[&str]) -> Value {
        let done = Command::new(program("passerelle-clearing"))
            .arg("--data")
            .arg(self.folder.join("books"))
            .arg("--json")
            .args(words)
            .output()
            .expect("the service's program runs");
        assert!(
            done.status.success(),
            "{words:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        serde_json::from_slice(&done.stdout).expect("one line of JSON")
    }
}

impl Drop for Metropole {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The demonstration programme, with days around today: the window reads the real clock.
pub fn programme_of_now(today: NaiveDate) -> String {
    let example = fs::read_to_string(repository().join("crates/clearing/examples/numerique-pour-tous.toml"));
    let lines = example
        .expect("the example")
        .lines()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    let dated = lines.into_iter().map(|line| match line.split_once(" = ") {
        Some(("opens_on", _)) => format!("opens_on = {}", today - Days::new(200)),
        Some(("last_day", _)) => format!("last_day = {}", today + Days::new(40)),
        Some(_) | None => line,
    });
    dated.collect::<Vec<_>>().join("\n")
}
