//! Clearing as a process, and the officer's orders beside it.

use super::history::History;
use crate::e2e::driver::program;
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    iter,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

const FILES: [&str; 3] = ["clearing.db", "clearing.db-wal", "clearing.db-shm"];

/// A pass, as printed.
#[derive(Clone)]
pub struct PrintedPass {
    pub code: String,
    pub number: String,
}

/// Booklets printed together.
pub struct Lot {
    pub passes: Vec<PrintedPass>,
    first: u64,
    last: u64,
}

/// Clearing: its folder, and its process while it runs.
pub struct Office {
    pub address: SocketAddr,
    folder: PathBuf,
    history: History,
    /// Arguments of `serve` beside its address.
    serving: Vec<String>,
    process: Option<Child>,
    copies: u64,
    /// Books that were lost, with what stood in them.
    given_up: Vec<PathBuf>,
}

impl Office {
    /// One that serves, with that programme and these arguments.
    pub fn open(folder: &Path, programme: &str, serving: &[&str], history: &History) -> Self {
        fs::create_dir_all(folder).expect("a folder");
        let file = folder.join("programme.toml");
        fs::write(&file, programme).expect("written");
        let free = lasting_port();
        let mut office = Self {
            address: free.local_addr().expect("bound"),
            folder: folder.to_owned(),
            history: history.clone(),
            serving: serving.iter().map(ToString::to_string).collect(),
            process: None,
            copies: 0,
            given_up: Vec::new(),
        };
        drop(free);
        office.order(&["programme", "add", &file.to_string_lossy()]);
        office.start();
        office
    }

    /// Serves, on its own port.
    pub fn start(&mut self) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))
            .expect("a file");
        let mut process = Command::new(program("passerelle-clearing"))
            .arg("--data")
            .arg(self.books_folder())
            .args(["serve", "--listen", &self.address.to_string()])
            .args(&self.serving)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("piped"))
            .read_line(&mut line)
            .expect("a line");
        assert!(line.contains("address"), "clearing does not serve: {line}");
        self.process = Some(process);
    }

    /// Ends it without a word.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            process.wait().expect("it ended");
            self.history.add("clearing", "killed", json!({}));
        }
    }

    /// An order of the officer's, which must be carried out.
    pub fn order(&self, words: &[&str]) -> Value {
        let outcome = self.try_order(words);
        outcome.unwrap_or_else(|said| panic!("{words:?}: {said}"))
    }

    /// An order of the officer's; what was said instead when it is not carried out.
    pub fn try_order(&self, words: &[&str]) -> Result<Value, String> {
        let done = Command::new(program("passerelle-clearing"))
            .arg("--data")
            .arg(self.books_folder())
            .arg("--json")
            .args(words)
            .output()
            .expect("it runs");
        if done.status.success() {
            Ok(serde_json::from_slice(&done.stdout).expect("JSON"))
        } else {
            Err(String::from_utf8_lossy(&done.stderr).into_owned())
        }
    }

    /// Prints booklets.
    pub fn print(&self, booklets: usize) -> Lot {
        let (count, out) = (booklets.to_string(), self.folder.join("passes"));
        let out = out.to_string_lossy();
        let said = self.order(&["mint", "--programme", "4", "--booklets", &count, "--out", &out]);
        let csv = fs::read_to_string(said["csv"].as_str().expect("a path")).expect("the list");
        let passes = csv.lines().skip(1).map(|line| self.printed(line)).collect();
        let number = |name: &str| said[name].as_u64().expect("a number");
        Lot {
            passes,
            first: number("first"),
            last: number("last"),
        }
    }

    fn printed(&self, line: &str) -> PrintedPass {
        let cells: Vec<&str> = line.split(';').collect();
        let [code, number, programme, booklet, rank, ..] = cells[..] else {
            panic!("no pass: {line}");
        };
        let cell = |text: &str| text.parse::<u32>().expect("a number");
        let pass = json!({ "number": number, "programme": cell(programme), "booklet": cell(booklet), "rank": cell(rank) });
        self.history.add("clearing", "printed", pass);
        PrintedPass {
            code: code.to_owned(),
            number: number.to_owned(),
        }
    }

    /// The order of these booklets is paid.
    pub fn activate(&self, lot: &Lot) {
        let (first, last) = (lot.first.to_string(), lot.last.to_string());
        self.order(&["activate", "--programme", "4", "--from", &first, "--to", &last]);
    }

    /// Copies the books while they are in use; gives the number of the copy.
    pub fn copy_books(&mut self) -> u64 {
        self.copies += 1;
        // Said before it is done: what is acknowledged meanwhile may not be in it.
        self.history
            .add("clearing", "copied", json!({ "copy": self.copies }));
        let file = self.copy(self.copies);
        self.order(&["backup", &file.to_string_lossy()]);
        self.copies
    }

    /// Its disk dies: it goes on from that copy, and nobody tells it.
    pub fn restore_books(&mut self, copy: u64) {
        self.kill();
        let lost = self.folder.join(format!("given-up-{}", self.given_up.len()));
        fs::create_dir(&lost).expect("a folder");
        for file in FILES {
            // Some are there only while somebody has them open.
            let _ = fs::rename(self.books_folder().join(file), lost.join(file));
        }
        self.given_up.push(lost.join(FILES[0]));
        fs::copy(self.copy(copy), self.books()).expect("copied back");
        self.history.add("clearing", "restored", json!({ "copy": copy }));
        self.start();
    }

    /// Settles what waits for the officer, now this way, now that; gives how many claims there were.
    pub fn settle_claims(&self, mut credits: impl FnMut() -> bool) -> usize {
        let claims = self.order(&["conflict", "list"]);
        let claims = claims.as_array().expect("a list");
        for claim in claims {
            let name = claim["claim"].as_str().expect("its name");
            let decide = |ruling| self.try_order(&["conflict", "decide", name, ruling, "--reason", "vu"]);
            // A pass that somebody has can only be declined; what was settled with another is settled.
            let _ = (credits() && decide("--credit").is_ok()) || decide("--decline").is_ok();
        }
        claims.len()
    }

    /// Tells what is credited in all.
    pub fn tell(&self) {
        let status = self.order(&["status"]);
        let cents = &status["programmes"][0]["credited_cents"];
        self.history
            .add("clearing", "told", json!({ "credited_cents": cents }));
    }

    /// Where the books are.
    pub fn books(&self) -> PathBuf {
        self.books_folder().join(FILES[0])
    }

    /// Books that were lost on the way.
    pub fn given_up(&self) -> impl Iterator<Item = &Path> {
        self.given_up.iter().map(PathBuf::as_path)
    }

    /// The folder of the service, for whoever acts in it beside its process.
    pub fn books_folder(&self) -> PathBuf {
        self.folder.join("books")
    }

    fn copy(&self, number: u64) -> PathBuf {
        self.folder.join(format!("copy-{number}.db"))
    }
}

/// A port that stays free while the service is down: not one of those that the system gives to whoever
/// dials out (from 32768 on), since each line of a storm dials.
fn lasting_port() -> TcpListener {
    let mut drawn = [0; 2];
    let mut draw = || {
        getrandom::fill(&mut drawn).expect("a source of chance");
        20_000 + u16::from_le_bytes(drawn) % 10_000
    };
    let tried = iter::repeat_with(|| TcpListener::bind(("127.0.0.1", draw()))).take(100);
    let free = tried.flatten().next();
    free.expect("a free port")
}

impl Drop for Office {
    fn drop(&mut self) {
        self.kill();
    }
}
