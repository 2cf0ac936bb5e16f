//! A PostgreSQL server for tests, with an empty database for whoever asks.
//!
//! Tests may each have a process of their own, and a server takes a second to make: they share one.
//! Whoever comes first starts it, each holds a lock beside it as long as it lives, and the server ends
//! by itself when nobody has held it for some seconds; its folder goes with it. It answers on a socket
//! of that folder alone and syncs nothing to the disk.

use postgres::{Client, Config, NoTls};
use std::{
    env,
    fs::{self, File, OpenOptions},
    os::unix::{
        fs::{MetadataExt, chown},
        net::UnixStream,
    },
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

/// Starts the server of folder `$1` with the programs of folder `$2`, and ends with it. What it owes
/// the disk stands in its file, where `ALTER SYSTEM` goes before it.
const KEEPER: &str = r#"
cd "$1" && rm -rf data && exec >log 2>&1
"$2/initdb" --pgdata=data --no-sync --auth=trust --username=passerelle --encoding=UTF8 --locale=C || exit
printf '%s = off\n' fsync full_page_writes autovacuum >>data/postgresql.conf
"$2/postgres" -D data -k "$1" -c listen_addresses= -c max_connections=200 &
server=$!
exec 9<lock
while sleep 3; do
  if flock --nonblock 9; then
    kill -INT $server
    wait $server
    break
  fi
  kill -0 $server || break
done
rm -rf data
"#;

/// The user that PostgreSQL runs as when the tests run as root, which it refuses: nobody.
const NOBODY: u32 = 65_534;

/// An empty database, dropped with this.
pub struct Database {
    name: String,
    address: String,
}

impl Database {
    /// A new one.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("books_{}_{next}", process::id());
        let mut officer = server().connect("postgres").expect("the server runs");
        // An earlier process may have had this number, and been killed.
        for order in ["DROP DATABASE IF EXISTS", "CREATE DATABASE"] {
            officer.execute(&format!("{order} {name}"), &[]).expect(order);
        }
        let address = server().address(&name);
        Self { name, address }
    }

    /// Where it is, as the service is told. Its role may do everything.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A copy of it as it stands. Whoever is connected is cut off, and comes back by itself.
    pub fn copy(&self) -> Self {
        let copy = Self::new();
        let mut officer = server().connect("postgres").expect("the server runs");
        let cut = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1";
        officer.execute(cut, &[&self.name]).expect("cut off");
        for order in [
            format!("DROP DATABASE {}", copy.name),
            format!("CREATE DATABASE {} TEMPLATE {}", copy.name, self.name),
        ] {
            officer.execute(&order, &[]).expect("copied");
        }
        copy
    }

    /// A connection beside the service.
    pub fn connect(&self) -> Client {
        server().connect(&self.name).expect("the server runs")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // If it cannot be dropped, it goes with the server.
        if let Ok(mut officer) = server().connect("postgres") {
            let _ = officer.execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name), &[]);
        }
    }
}

struct Server {
    folder: PathBuf,
    /// Shared by all who use the server. Closed with the process.
    _lock: File,
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::join)
}

impl Server {
    fn join() -> Self {
        let user = fs::metadata("/proc/self").expect("Linux").uid();
        // A socket's path has 107 bytes at most.
        let folder = env::temp_dir().join(format!("passerelle-postgres-{user}"));
        fs::create_dir_all(&folder).expect("a folder");
        let lock = OpenOptions::new()
            .create(true)
            .append(true)
            .open(folder.join("lock"))
            .expect("a lock");
        loop {
            lock.lock_shared().expect("locked");
            if answers(&folder) {
                return Self { folder, _lock: lock };
            }
            lock.unlock().expect("unlocked");
            lock.lock().expect("locked");
            if !answers(&folder) {
                start(&folder, user);
            }
            lock.unlock().expect("unlocked");
        }
    }

    fn address(&self, database: &str) -> String {
        let folder = self.folder.display();
        format!("host='{folder}' user=passerelle dbname={database}")
    }

    fn connect(&self, database: &str) -> Result<Client, postgres::Error> {
        let config: Config = self.address(database).parse().expect("an address");
        config.connect(NoTls)
    }
}

/// Whether a server listens there.
fn answers(folder: &Path) -> bool {
    UnixStream::connect(folder.join(".s.PGSQL.5432")).is_ok()
}

fn start(folder: &Path, user: u32) {
    let mut command = if user == 0 {
        chown(folder, Some(NOBODY), Some(NOBODY)).expect("given away");
        let mut command = Command::new("setpriv");
        let (user, group) = (format!("--reuid={NOBODY}"), format!("--regid={NOBODY}"));
        command.args([&user, &group, "--clear-groups", "setsid"]);
        command
    } else {
        Command::new("setsid")
    };
    command
        .args(["--fork", "sh", "-c", KEEPER, "keeper"])
        .args([folder, &programs()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("setsid is part of every Linux");
    let server = || format!("host='{}' user=passerelle dbname=postgres", folder.display());
    for _ in 0..600 {
        let config: Config = server().parse().expect("an address");
        if config.connect(NoTls).is_ok() {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
    panic!("PostgreSQL does not start: {log}");
}

/// Where the programs of PostgreSQL are: on the path, or where Debian puts them, the newest first.
fn programs() -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    folders.sort_by_key(|folder| {
        let version = folder.iter().rev().nth(1).and_then(|name| name.to_str());
        version.and_then(|name| name.parse::<u32>().ok())
    });
    folders
        .into_iter()
        .rev()
        .chain(env::split_paths(&path))
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
        .expect("script/bootstrap installs PostgreSQL")
}
