//! The real program.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

/// The real program as it serves, killed when the test ends.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

impl Process {
    /// Serves from that folder.
    pub fn serve(folder: &Path) -> Self {
        Self::start(program(folder, None))
    }

    /// Serves with the key of that folder and the books of that database.
    pub fn serve_database(folder: &Path, database: &str) -> Self {
        Self::start(program(folder, Some(database)))
    }

    fn start(mut program: Command) -> Self {
        let mut child = program
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let json: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let address = json["address"].as_str().expect("an address").parse();
        Self {
            child,
            address: address.expect("an address"),
        }
    }

    pub fn kill(mut self) {
        self.child.kill().expect("it lived");
        self.child.wait().expect("it ended");
    }

    /// Tells it to stop, and gives whether it did so in good order.
    pub fn stop(mut self) -> bool {
        let told = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(told.expect("every system has it").success());
        self.child.wait().expect("it ended").success()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program on that folder, and on that database if there is one.
pub fn program(folder: &Path, database: Option<&str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_passerelle-clearing"));
    command.arg("--data").arg(folder);
    match database {
        Some(address) => command.env("PASSERELLE_DATABASE", address),
        None => command.env_remove("PASSERELLE_DATABASE"),
    };
    command
}
