//! The WebDriver of WebKit, and the programs of this repository that it is pointed at.

use std::{
    env, fs, iter,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A bus that starts nobody: a desktop's portals would mount folders and take their time.
const BUS: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// A running WebKitWebDriver on a session bus of its own, stopped with all it started when dropped.
pub struct Driver {
    process: Child,
    port: u16,
}

/// A reader of PDF that writes down what it was given: what a computer has, or opens it with, is its own.
fn install_reader(folder: &Path) {
    let program = folder.join("xdg-open");
    fs::create_dir_all(folder).expect("a folder");
    fs::write(&program, "#!/bin/sh\necho \"$1\" >> \"${0%/*}/given\"\n").expect("written");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a program");
}

impl Driver {
    /// Starts one on a display. What the window would write outside its profile goes to `home`.
    pub async fn start(display: &str, home: &Path) -> Self {
        let port = free_port();
        let bus = home.join("bus.conf");
        fs::write(&bus, BUS).expect("written");
        let reader = home.with_file_name("reader");
        install_reader(&reader);
        let path = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(iter::once(reader).chain(env::split_paths(&path)));
        let process = Command::new("dbus-run-session")
            .arg("--config-file")
            .arg(bus)
            .args(["--", "WebKitWebDriver", "--host=127.0.0.1"])
            .arg(format!("--port={port}"))
            .env("DISPLAY", display)
            .env("PATH", path.expect("a path of folders"))
            .env("HOME", home)
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            // Without a session's accessibility bus GTK waits for one.
            .env("NO_AT_BRIDGE", "1")
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-run-session and WebKitWebDriver are installed by script/bootstrap");
        let driver = Self { process, port };
        driver.wait_until_it_answers().await;
        driver
    }

    /// Where it answers.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The processes that it started, and those that they started, as numbers.
    pub fn started(&self) -> Vec<String> {
        descendants(self.process.id())
    }

    async fn wait_until_it_answers(&self) {
        for _ in 0..100 {
            if tokio::net::TcpStream::connect(("127.0.0.1", self.port))
                .await
                .is_ok()
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("WebKitWebDriver does not answer on port {}", self.port);
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The bus would leave the driver and the window it started behind.
        let _ = Command::new("kill")
            .arg("-KILL")
            .args(self.started())
            // Some have ended by themselves.
            .stderr(Stdio::null())
            .status();
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn descendants(process: u32) -> Vec<String> {
    let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
    let mut found = Vec::new();
    for child in children.unwrap_or_default().split_whitespace() {
        found.extend(descendants(child.parse().expect("a number")));
        found.push(child.to_owned());
    }
    found
}

/// A program of this workspace, as built beside the tests.
pub fn program(name: &str) -> PathBuf {
    let tests = env::current_exe().expect("a test runs from a file");
    let folder = tests
        .parent()
        .and_then(Path::parent)
        .expect("target/PROFILE/deps/tests");
    let path = folder.join(name);
    assert!(
        path.exists(),
        "{} is not built: run script/test, or cargo build with its features",
        path.display()
    );
    path
}

fn free_port() -> u16 {
    // Somebody may take it in between; WebKitWebDriver has no way to choose one itself.
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("bound").port()
}
