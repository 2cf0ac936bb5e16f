//! A display of one's own: an X server without a screen.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// A running Xvfb, stopped when dropped.
pub struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// Starts one, at a number that is free.
    pub fn start() -> Self {
        let mut server = Command::new("Xvfb")
            // It writes its number to the descriptor named, once it answers.
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1920x1200x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed by script/bootstrap");
        let mut number = String::new();
        BufReader::new(server.stdout.take().expect("piped"))
            .read_line(&mut number)
            .expect("Xvfb says its number");
        Self {
            server,
            name: format!(":{}", number.trim()),
        }
    }

    /// Its name, for `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sets the keyboard layout of the PC: `fr`, `us`.
    pub fn set_layout(&self, layout: &str) {
        let status = Command::new("setxkbmap")
            .args(["-display", &self.name, layout])
            .status();
        assert!(
            status
                .expect("setxkbmap is installed by script/bootstrap")
                .success()
        );
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
