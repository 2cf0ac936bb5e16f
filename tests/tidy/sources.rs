//! The texts of the repository, as written by hand.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders that hold nothing written by hand.
const NOT_OURS: [&str; 6] = [".git", "target", "node_modules", "dist", "gen", "pages"];

/// One text.
pub struct Source {
    /// Its path from the root, with `/`.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// A line that breaks a rule.
pub struct Offence {
    path: String,
    line: usize,
    text: String,
}

impl Source {
    /// Its lines, numbered from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }

    /// Its lines up to the tests that stand at its end; none of a file of tests.
    pub fn lines_of_the_product(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_a_test = self.path.starts_with("tests/")
            || self.path.ends_with("/tests.rs")
            || self.path.contains("/tests/");
        let is_a_test = is_a_test || self.path.ends_with(".test.ts") || self.path.ends_with("house_rules.rs");
        self.lines()
            .take_while(move |(_, line)| !is_a_test && line.trim() != "#[cfg(test)]")
    }

    /// A line of it that breaks a rule.
    pub fn offence(&self, line: usize, text: &str) -> Offence {
        Offence {
            path: self.path.clone(),
            line,
            text: text.trim().to_owned(),
        }
    }
}

/// Every text whose name ends in one of these, in the order of their paths.
pub fn sources(endings: &[&str]) -> Vec<Source> {
    let mut paths = Vec::new();
    walk(&root(), &mut paths);
    paths.sort();
    let sources: Vec<Source> = paths
        .into_iter()
        .filter(|path| {
            endings
                .iter()
                .any(|ending| path.to_string_lossy().ends_with(ending))
        })
        .filter_map(|path| {
            let text = fs::read_to_string(&path).ok()?;
            let path = path
                .strip_prefix(root())
                .expect("walked from there")
                .to_string_lossy()
                .replace('\\', "/");
            Some(Source { path, text })
        })
        .collect();
    assert!(!sources.is_empty(), "no {endings:?} found: the walk is broken");
    sources
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ lies in the repository")
        .to_owned()
}

/// Fails with every offence, one a line, as an editor can jump to.
pub fn refuse(rule: &str, offences: &[Offence]) {
    let lines: Vec<String> = offences
        .iter()
        .map(|offence| format!("  {}:{}  {}", offence.path, offence.line, offence.text))
        .collect();
    assert!(offences.is_empty(), "{rule}\n{}", lines.join("\n"));
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder)
        .expect("a folder of the repository")
        .flatten()
    {
        let path = entry.path();
        if !path.is_dir() {
            found.push(path);
        } else if !NOT_OURS.contains(&entry.file_name().to_string_lossy().as_ref()) {
            walk(&path, found);
        }
    }
}
