//! A desk as a process: `examples/clerk`, told what to do line by line, and killed.

use super::history::History;
use crate::{e2e::driver::program, support::town::copy_folder};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How long an order may take on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(30);

/// A desk, open or not.
pub struct Clerk {
    pub name: &'static str,
    profile: PathBuf,
    history: History,
    running: Option<Running>,
    copies: u64,
}

struct Running {
    child: Child,
    orders: ChildStdin,
    heard: Receiver<Value>,
    reader: JoinHandle<()>,
    is_exchanging: bool,
}

impl Clerk {
    /// A desk of that name, with its profile below that folder; not open yet.
    pub fn new(name: &'static str, folder: &Path, history: &History) -> Self {
        Self {
            name,
            profile: folder.join(name),
            history: history.clone(),
            running: None,
            copies: 0,
        }
    }

    /// Opens it, and waits until it is.
    pub fn open(&mut self) {
        let mut child = Command::new(program("examples/clerk"))
            .arg(&self.profile)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let orders = child.stdin.take().expect("piped");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let (tell, heard) = channel();
        let (history, name) = (self.history.clone(), self.name);
        let reader = thread::spawn(move || {
            // A line that was cut short when the process died was no answer.
            let said = lines.map_while(Result::ok);
            for answer in said.filter_map(|line| serde_json::from_str::<Value>(&line).ok()) {
                let kind = answer["kind"].as_str().expect("a kind").to_owned();
                history.add(name, &kind, answer.clone());
                let _ = tell.send(answer);
            }
        });
        self.running = Some(Running {
            child,
            orders,
            heard,
            reader,
            is_exchanging: false,
        });
        let answer = self.await_one(&["open", "not_open"], PATIENCE);
        let is_open = answer.is_some_and(|answer| answer["kind"] == "open");
        assert!(is_open, "{} does not open", self.name);
    }

    /// Gives an order, without waiting.
    pub fn order(&mut self, words: &str) {
        let running = self.running.as_mut().expect("it is open");
        // Whoever was killed hears nothing.
        let _ = writeln!(running.orders, "{words}");
    }

    /// Holds out a pass, without waiting.
    pub fn hold_out(&mut self, code: &str, number: &str) {
        self.history.add(self.name, "asked", json!({ "number": number }));
        self.order(&format!("take {code} {number}"));
    }

    /// Holds out a pass; whether it was taken.
    pub fn take(&mut self, code: &str, number: &str) -> bool {
        self.hold_out(code, number);
        self.expect_one(&["taken", "not_taken", "failed"])["kind"] == "taken"
    }

    pub fn void(&mut self, number: &str) {
        self.order(&format!("void {number}"));
        self.expect_one(&["voided", "not_voided", "failed"]);
    }

    pub fn show(&mut self) {
        self.order("show");
        assert_eq!(
            self.expect_one(&["shown", "failed"])["kind"],
            "shown",
            "{}",
            self.name
        );
    }

    /// Lets it join, however often it must try.
    pub fn join(&mut self, address: &str, code: &str) {
        let joined = (0..20).any(|_| {
            self.order(&format!("join {address} {code} {}", self.name));
            self.expect_one(&["joined", "not_joined"])["kind"] == "joined"
        });
        assert!(joined, "{} cannot join", self.name);
    }

    /// Begins an exchange, unless one is under way.
    pub fn begin_exchange(&mut self) {
        if !self.is_exchanging() {
            self.history.add(self.name, "sync_begun", json!({}));
            self.order("sync");
            self.running.as_mut().expect("it is open").is_exchanging = true;
        }
    }

    /// Exchanges until that ends well; the line is calm.
    pub fn exchange(&mut self) {
        for _ in 0..10 {
            self.await_exchange();
            self.begin_exchange();
            if self.await_exchange() {
                return;
            }
            thread::sleep(Duration::from_millis(200));
        }
        panic!("{}: on a calm line no exchange ends well", self.name);
    }

    /// Waits for the exchange under way, if one is; whether it ended well.
    fn await_exchange(&mut self) -> bool {
        self.is_exchanging() && {
            let answer = self.await_one(&["synced", "not_synced"], 4 * PATIENCE);
            answer.expect("an exchange comes to an end")["kind"] == "synced"
        }
    }

    fn is_exchanging(&self) -> bool {
        self.running.as_ref().is_some_and(|running| running.is_exchanging)
    }

    /// Ends it without a word.
    pub fn kill(&mut self) {
        let Some(mut running) = self.running.take() else {
            return;
        };
        let _ = running.child.kill();
        running.child.wait().expect("it ended");
        // What it said before it died was said.
        running.reader.join().expect("no panic");
        self.history.add(self.name, "killed", json!({}));
    }

    /// Closes it as a window is closed, and lets what it left be brought by `passerelle sync`, for so
    /// long at most.
    pub fn close_and_deliver(&mut self, at_most: Duration) {
        self.order("close");
        let closed = self.await_one(&["closed", "failed"], PATIENCE);
        assert!(
            closed.as_ref().is_some_and(|closed| closed["kind"] == "closed"),
            "{}: {closed:?}",
            self.name
        );
        // An exchange that is under way keeps the process; a window would not wait for it.
        self.kill();
        let mut sync = Command::new(program("passerelle"))
            .args(["sync", "--json", "--profile"])
            .arg(&self.profile)
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts");
        let until = Instant::now() + at_most;
        while sync.try_wait().expect("a child").is_none() {
            if Instant::now() > until {
                let _ = sync.kill();
                sync.wait().expect("it ended");
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Copies its disk while it is shut; gives the number of the copy.
    pub fn copy_disk(&mut self) -> u64 {
        assert!(self.running.is_none(), "a disk is imaged while nobody writes");
        self.copies += 1;
        copy_folder(&self.profile, &self.copy(self.copies));
        self.history
            .add(self.name, "copied", json!({ "copy": self.copies }));
        self.copies
    }

    /// Its disk dies: it will go on from that copy.
    pub fn restore_disk(&mut self, copy: u64) {
        assert!(self.running.is_none(), "a disk is put back while nobody writes");
        fs::remove_dir_all(&self.profile).expect("a folder");
        copy_folder(&self.copy(copy), &self.profile);
        self.history.add(self.name, "restored", json!({ "copy": copy }));
    }

    fn copy(&self, number: u64) -> PathBuf {
        self.profile.with_extension(format!("copy-{number}"))
    }

    fn expect_one(&mut self, kinds: &[&str]) -> Value {
        let answer = self.await_one(kinds, PATIENCE);
        answer.unwrap_or_else(|| panic!("{} says none of {kinds:?}", self.name))
    }

    /// The next answer of one of these kinds; none when it has died, or takes longer.
    fn await_one(&mut self, kinds: &[&str], at_most: Duration) -> Option<Value> {
        let running = self.running.as_mut()?;
        let until = Instant::now() + at_most;
        loop {
            let rest = until.saturating_duration_since(Instant::now());
            let answer = running.heard.recv_timeout(rest).ok()?;
            let kind = answer["kind"].as_str().expect("a kind");
            if ["synced", "not_synced"].contains(&kind) {
                running.is_exchanging = false;
            }
            if kinds.contains(&kind) {
                return Some(answer);
            }
            // Nobody waits for the end of an exchange while something else is under way.
            assert!(["synced", "not_synced"].contains(&kind), "unasked: {answer}");
        }
    }
}

impl Drop for Clerk {
    fn drop(&mut self) {
        self.kill();
    }
}
