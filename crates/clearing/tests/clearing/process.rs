//! The real program.

use std::{
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    thread::{self, JoinHandle},
    time::Duration,
};

/// The real program as it serves, killed when the test ends.
pub struct Process {
    child: Child,
    /// Its number, or that of strace's child.
    number: u32,
    /// Reads the log while it is written: a full pipe would stop the service.
    log: Option<JoinHandle<String>>,
    pub address: SocketAddr,
    /// The administration's, when it was asked for.
    pub admin: Option<SocketAddr>,
}

impl Process {
    /// Serves from that folder.
    pub fn serve(folder: &Path) -> Self {
        Self::start(program(folder, None), &[])
    }

    /// The same with other arguments.
    pub fn serve_with(folder: &Path, arguments: &[&str]) -> Self {
        Self::start(program(folder, None), arguments)
    }

    /// Serves with the key of that folder and the books of that database.
    pub fn serve_database(folder: &Path, database: &str) -> Self {
        Self::start(program(folder, Some(database)), &[])
    }

    /// Serves from that folder under strace.
    #[cfg(target_os = "linux")]
    pub fn serve_under(mut strace: Command, folder: &Path) -> Self {
        let program = program(folder, None);
        strace.arg(program.get_program()).args(program.get_args());
        let mut process = Self::start(strace, &[]);
        let children = format!("/proc/{0}/task/{0}/children", process.number);
        let children = std::fs::read_to_string(children).expect("strace runs");
        process.number = children.trim().parse().expect("one program");
        process
    }

    fn start(mut program: Command, arguments: &[&str]) -> Self {
        let mut child = program
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let json: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let mut lines = child.stderr.take().expect("piped");
        let log = thread::spawn(move || {
            let mut log = String::new();
            lines.read_to_string(&mut log).expect("UTF-8");
            log
        });
        let address = |name: &str| Some(json[name].as_str()?.parse().expect("an address"));
        Self {
            number: child.id(),
            child,
            log: Some(log),
            address: address("address").expect("it listens"),
            admin: address("admin_address"),
        }
    }

    pub fn kill(mut self) {
        self.signal("KILL");
        self.child.wait().expect("it ended");
    }

    /// Waits until it has been killed, which it was told to be.
    #[cfg(target_os = "linux")]
    pub fn await_death(mut self) {
        let is_dead = (0..1_000).any(|_| {
            thread::sleep(Duration::from_millis(10));
            self.child.try_wait().expect("a child").is_some()
        });
        assert!(is_dead, "it was never struck");
    }

    /// Tells it to stop, and gives whether it did so in good order.
    pub fn stop(self) -> bool {
        self.signal("TERM");
        self.end().0
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        let told = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.number.to_string())
            .status();
        assert!(told.expect("every system has it").success());
    }

    /// Waits for its end, and gives whether it came in good order, and the log.
    pub fn end(mut self) -> (bool, String) {
        let has_ended_well = self.child.wait().expect("it ended").success();
        let log = self.log.take().expect("read once").join();
        (has_ended_well, log.expect("read to its end"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // strace ends with its program, but not the other way round. Of a child that was waited for, the
        // number may be another's.
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = Command::new("kill")
                .arg("-KILL")
                .arg(self.number.to_string())
                .stderr(Stdio::null())
                .status();
        }
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
