//! The service that encrypts by itself.

use crate::{
    command_line::said,
    http::{self, Answer},
    process::Process,
};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// A certificate that vouches for itself, and its key.
struct Pair {
    chain: String,
    key: String,
}

/// The files that a service shows.
struct Files {
    folder: TempDir,
}

type Connection = StreamOwned<ClientConnection, TcpStream>;

impl Pair {
    fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("made");
        Self {
            chain: made.cert.pem(),
            key: made.signing_key.serialize_pem(),
        }
    }

    /// A connection of somebody who trusts this certificate and no other, unless another is shown.
    fn connect(&self, address: SocketAddr) -> Option<Connection> {
        let mut roots = RootCertStore::empty();
        let certificate = CertificateDer::from_pem_slice(self.chain.as_bytes()).expect("PEM");
        roots.add(certificate).expect("a certificate");
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("localhost").expect("a name");
        let mut client = ClientConnection::new(Arc::new(config), name).expect("a client");
        let mut stream = TcpStream::connect(address).expect("it listens");
        while client.is_handshaking() {
            client.complete_io(&mut stream).ok()?;
        }
        Some(StreamOwned::new(client, stream))
    }

    fn is_shown(&self, address: SocketAddr) -> bool {
        self.connect(address)
            .is_some_and(|connection| ask(connection).status == 200)
    }
}

impl Files {
    fn of(pair: &Pair) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let files = Self { folder };
        files.write(pair);
        files
    }

    fn write(&self, pair: &Pair) {
        fs::write(self.chain(), &pair.chain).expect("written");
        fs::write(self.key(), &pair.key).expect("written");
    }

    fn chain(&self) -> PathBuf {
        self.folder.path().join("chain.pem")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    fn arguments(&self) -> [String; 4] {
        [
            "--tls-certificate".into(),
            self.chain().display().to_string(),
            "--tls-key".into(),
            self.key().display().to_string(),
        ]
    }

    fn serve(&self) -> Process {
        let arguments = self.arguments();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        Process::serve_with(self.folder.path(), &arguments)
    }
}

fn ask(mut connection: Connection) -> Answer {
    connection
        .write_all(b"GET /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .expect("sent");
    http::read(connection)
}

fn within(time: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    while began.elapsed() < time {
        if holds() {
            return true;
        }
        thread::sleep(Duration::from_millis(100));
    }
    false
}

#[test]
fn the_service_encrypts_and_answers_nobody_in_clear() {
    let pair = Pair::new();
    let files = Files::of(&pair);
    let process = files.serve();
    assert!(pair.is_shown(process.address));
    assert!(!Pair::new().is_shown(process.address));
    let mut stream = TcpStream::connect(process.address).expect("it listens");
    stream
        .write_all(b"GET /v1/health HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        .expect("sent");
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said);
    assert!(!said.starts_with(b"HTTP/"));
}

#[test]
fn a_new_certificate_is_shown_at_once_when_the_system_says_so() {
    let (old, new) = (Pair::new(), Pair::new());
    let files = Files::of(&old);
    let process = files.serve();
    let kept = old.connect(process.address).expect("the old one");
    files.write(&new);
    process.signal("HUP");
    assert!(within(Duration::from_secs(3), || new.is_shown(process.address)));
    assert!(!old.is_shown(process.address));
    // Nobody who was there is sent away.
    assert_eq!(ask(kept).status, 200);
}

#[test]
fn a_new_certificate_is_shown_by_itself_and_one_that_does_not_hold_is_not() {
    let (old, new) = (Pair::new(), Pair::new());
    let files = Files::of(&old);
    let process = files.serve();
    // Only the chain is there yet: it does not go with the key.
    fs::write(files.chain(), &new.chain).expect("written");
    process.signal("HUP");
    thread::sleep(Duration::from_millis(500));
    assert!(old.is_shown(process.address));
    fs::write(files.key(), &new.key).expect("written");
    assert!(within(Duration::from_secs(15), || new.is_shown(process.address)));
    process.signal("TERM");
    let (_, log) = process.end();
    assert_eq!(log.matches("kept as it was").count(), 1, "{log}");
}

#[test]
fn a_service_does_not_start_with_a_key_that_is_not_the_certificates() {
    let (one, two) = (Pair::new(), Pair::new());
    let files = Files::of(&one);
    fs::write(files.key(), &two.key).expect("written");
    let arguments = files.arguments();
    let mut whole = vec!["serve", "--listen", "127.0.0.1:0"];
    whole.extend(arguments.iter().map(String::as_str));
    let (code, sentence) = said(files.folder.path(), &whole);
    assert_eq!(
        (code, sentence.contains("chain.pem")),
        (Some(4), true),
        "{sentence}"
    );
}
