//! A line as the country has them: far, narrow, and now and then a piece that is sent again.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

/// What TCP carries at once where tunnels are in the way.
const PIECE: usize = 1_200;

/// How a line carries.
#[derive(Debug, Clone, Copy)]
pub struct Quality {
    /// There and back.
    pub round_trip: Duration,
    pub bytes_a_second: f64,
    /// One piece in so many is lost, and sent again.
    pub one_lost_in: u64,
    /// How long its sender waits before.
    pub sent_again_after: Duration,
}

/// Counts what passes both ways.
#[derive(Clone, Default)]
pub struct Count(Arc<AtomicU64>);

impl Count {
    /// How many bytes since it was last taken.
    pub fn take(&self) -> u64 {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// A line of that quality to an address, or one that only counts; gives its own address. It lasts as long
/// as the process.
pub fn line_to(target: SocketAddr, quality: Option<Quality>, count: &Count) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let count = count.clone();
    thread::spawn(move || {
        for near in listener.incoming().flatten() {
            if let Ok(far) = TcpStream::connect(target) {
                let _ = join(&near, &far, quality, &count);
            }
        }
    });
    Ok(address)
}

fn join(near: &TcpStream, far: &TcpStream, quality: Option<Quality>, count: &Count) -> io::Result<()> {
    for (from, to) in [(near, far), (far, near)] {
        from.set_nodelay(true)?;
        let (from, to) = (from.try_clone()?, to.try_clone()?);
        let (sent, under_way) = channel();
        let count = count.clone();
        thread::spawn(move || send(from, &sent, quality, &count));
        thread::spawn(move || arrive(to, &under_way));
    }
    Ok(())
}

/// Puts pieces on the line, each with when it arrives.
fn send(mut from: TcpStream, sent: &Sender<(Instant, Vec<u8>)>, quality: Option<Quality>, count: &Count) {
    let mut piece = [0; PIECE];
    let (mut is_free, mut number) = (Instant::now(), 0_u64);
    while let Ok(length @ 1..) = from.read(&mut piece) {
        count.0.fetch_add(length as u64, Ordering::Relaxed);
        number += 1;
        let mut arrives = Instant::now();
        if let Some(quality) = quality {
            is_free = is_free.max(arrives) + Duration::from_secs_f64(length as f64 / quality.bytes_a_second);
            // What comes after a lost piece waits for it.
            if number.is_multiple_of(quality.one_lost_in) {
                is_free += quality.sent_again_after;
            }
            arrives = is_free + quality.round_trip / 2;
        }
        if sent.send((arrives, piece[..length].to_vec())).is_err() {
            return;
        }
    }
}

fn arrive(mut to: TcpStream, under_way: &Receiver<(Instant, Vec<u8>)>) {
    for (arrives, piece) in under_way {
        thread::sleep(arrives.saturating_duration_since(Instant::now()));
        if to.write_all(&piece).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
