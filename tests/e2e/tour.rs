//! What a test of the window leaves behind: numbered pictures, papers, a transcript, the profile.

use super::{driver::program, page::repository};
use std::{
    fs,
    io::Write,
    iter,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// Where it is left: `target/e2e/NAME`, or the folder that `script/run --tour DIR` names.
#[derive(Clone)]
pub struct Tour {
    folder: PathBuf,
    taken: Arc<AtomicUsize>,
}

impl Tour {
    /// Begins one in an empty folder.
    pub fn begin(name: &str) -> Self {
        let asked = std::env::var_os("PASSERELLE_TOUR").map(PathBuf::from);
        let folder = asked.unwrap_or_else(|| repository().join("target/e2e").join(name));
        // What an earlier run left would be taken for this one's.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        Self {
            folder,
            taken: Arc::default(),
        }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A line of the transcript.
    pub fn tell(&self, line: &str) {
        let path = self.folder.join("transcript.txt");
        let mut transcript = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .expect("a transcript");
        writeln!(transcript, "{line}").expect("written");
    }

    /// The next picture.
    pub fn picture(&self, what: &str, png: &[u8]) {
        let number = self.taken.fetch_add(1, Ordering::Relaxed) + 1;
        let name = format!("{number:02}-{what}.png");
        fs::write(self.folder.join(&name), png).expect("written");
        self.tell(&format!("  [{name}]"));
    }

    /// Copies what was written to be printed, which is cleared when the window closes.
    pub fn keep_papers(&self, profile: &Path) {
        let papers = self.folder.join("papers");
        fs::create_dir_all(&papers).expect("a folder");
        let mut count = 0;
        for entry in fs::read_dir(profile.join("to-print"))
            .expect("papers were printed")
            .flatten()
        {
            fs::copy(entry.path(), papers.join(entry.file_name())).expect("copied");
            count += 1;
        }
        self.tell(&format!("  [papers/ : {count} PDF]"));
    }

    /// The paper that the reader of PDF was given, once it has begun: nobody waits for it.
    pub fn given_to_read(&self) -> PathBuf {
        let begun = || fs::read_to_string(self.folder.join("reader/given")).ok();
        let given = iter::repeat_with(begun).take(200).find_map(|given| {
            thread::sleep(Duration::from_millis(20));
            given.filter(|given| given.ends_with('\n'))
        });
        given.expect("a reader was asked").trim_end().into()
    }

    /// A page of a PDF as a telephone or a scanner gives it.
    pub fn picture_of_page(&self, pdf: &Path, page: u32) -> PathBuf {
        let stem = self.folder.join(format!("page-{page}"));
        let page = page.to_string();
        let done = Command::new("pdftoppm")
            .args(["-png", "-r", "150", "-singlefile", "-f", &page, "-l", &page])
            .arg(pdf)
            .arg(&stem)
            .status()
            .expect("pdftoppm is installed by script/bootstrap");
        assert!(done.success());
        stem.with_extension("png")
    }

    /// Gives orders to the real program on a profile, and notes what it says.
    pub fn order(&self, profile: &Path, words: &[&str]) -> (i32, String) {
        let done = Command::new(program("passerelle"))
            .args(words)
            .arg("--profile")
            .arg(profile)
            .output()
            .expect("the program runs");
        let said =
            String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        let code = done.status.code().expect("it ends by itself");
        self.tell(&format!("$ passerelle {}\n{}[{code}]", words.join(" "), said));
        (code, said)
    }
}
