//! The least of an HTTP client: one request, one connection, all bytes in hand.

use serde_json::Value;
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::LazyLock,
};

/// What the service says of its own doors.
pub static DESCRIPTION: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&passerelle_clearing::description::to_json()).expect("JSON"));

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// Whether a header line is there, whatever its case.
    pub fn has_header(&self, line: &str) -> bool {
        self.head.lines().any(|found| found.eq_ignore_ascii_case(line))
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    /// Fails when the service did not say that it may answer so at that door.
    fn check_described(&self, method: &str, path: &str) {
        let path = path.split('?').next().unwrap_or_default();
        let door = &DESCRIPTION["paths"][path][method];
        if door.is_null() {
            assert!(
                matches!(self.status, 401 | 404 | 405),
                "{method} {path} is no door"
            );
            return;
        }
        let answer = &door["responses"][self.status.to_string()];
        assert!(
            answer.is_object(),
            "{method} {path} may not answer {}",
            self.status
        );
        let kinds = answer["content"].as_object();
        let kinds: Vec<&str> = kinds
            .into_iter()
            .flatten()
            .map(|(kind, _)| kind.as_str())
            .collect();
        assert_eq!(
            kinds,
            self.header("content-type").into_iter().collect::<Vec<_>>(),
            "{method} {path} {}",
            self.status
        );
    }
}

pub fn post(address: SocketAddr, path: &str, body: &[u8]) -> Answer {
    find_answer(address, path, body).expect("an answer")
}

/// The answer, if the service lives long enough to give one.
pub fn find_answer(address: SocketAddr, path: &str, body: &[u8]) -> Option<Answer> {
    let answer = find(send_post(address, path, body))?;
    answer.check_described("post", path);
    Some(answer)
}

/// Sends without waiting for the answer.
pub fn send_post(address: SocketAddr, path: &str, body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("the service listens");
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("sent");
    // A body that is refused at its first bytes is not read to its end.
    let _ = stream.write_all(body);
    stream
}

pub fn get(address: SocketAddr, path: &str, headers: &[(&str, String)]) -> Answer {
    let mut stream = TcpStream::connect(address).expect("the service listens");
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let head = format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{lines}\r\n");
    stream.write_all(head.as_bytes()).expect("sent");
    let answer = read(stream);
    answer.check_described("get", path);
    answer
}

/// Sends these bytes as they are, and reads until the other end has said all.
pub fn send_raw(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).expect("the service listens");
    stream.write_all(bytes).expect("sent");
    read(stream)
}

pub fn read(stream: impl Read) -> Answer {
    find(stream).expect("a head")
}

fn find(mut stream: impl Read) -> Option<Answer> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(count) = stream.read(&mut piece)
        && count > 0
    {
        bytes.extend_from_slice(&piece[..count]);
    }
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8(bytes[..end].to_vec()).expect("text");
    Some(Answer {
        status: head[9..12].parse().expect("a status"),
        head,
        body: bytes[end + 4..].to_vec(),
    })
}
