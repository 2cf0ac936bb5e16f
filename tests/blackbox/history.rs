//! What the processes said, in the order in which it was heard: a line of JSON each.

use serde_json::Value;
use std::{
    fs::File,
    io::Write,
    path::Path,
    sync::{Arc, Mutex},
    time::Instant,
};

/// A history that many may write to.
#[derive(Clone)]
pub struct History {
    file: Arc<Mutex<File>>,
    begun: Instant,
}

impl History {
    /// A new one in that file.
    pub fn new(path: &Path) -> Self {
        Self {
            file: Arc::new(Mutex::new(File::create(path).expect("a file"))),
            begun: Instant::now(),
        }
    }

    /// Adds what was heard of somebody.
    pub fn add(&self, who: &str, kind: &str, mut what: Value) {
        what["who"] = who.into();
        what["kind"] = kind.into();
        let mut file = self.file.lock().expect("no panic with it");
        what["at"] = self.begun.elapsed().as_millis().to_string().into();
        writeln!(file, "{what}").expect("written");
    }
}
