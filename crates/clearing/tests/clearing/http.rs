//! The least of an HTTP client: one request, one connection, all bytes in hand.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

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
}

pub fn post(address: SocketAddr, path: &str, body: &[u8]) -> Answer {
    read(send_post(address, path, body))
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
    read(stream)
}

fn read(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(count) = stream.read(&mut piece)
        && count > 0
    {
        bytes.extend_from_slice(&piece[..count]);
    }
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("a head");
    let head = String::from_utf8(bytes[..end].to_vec()).expect("text");
    Answer {
        status: head[9..12].parse().expect("a status"),
        head,
        body: bytes[end + 4..].to_vec(),
    }
}
