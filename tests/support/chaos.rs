//! A line between two processes on which everything happens that happens on a bad line: it is late,
//! narrow and hacked to pieces, it breaks off in the middle of a request or of an answer, it goes silent
//! with both ends open, it swallows an answer whole, or somebody else's page answers.

use super::draws::Draws;
use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    runtime::{Builder, Runtime},
    sync::watch,
    time::sleep,
};

/// What the page of a hotel says to whoever asks for anything.
const PAGE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 13\r\nconnection: close\r\n\r\n<p>Login</p>\n";

/// A line to one address, under another.
pub struct ChaosProxy {
    address: SocketAddr,
    is_stormy: watch::Sender<bool>,
    met: Arc<Mutex<BTreeMap<&'static str, usize>>>,
    /// Stops all of it when dropped.
    _runtime: Runtime,
}

/// What befalls a connection, whichever way it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    None,
    /// It breaks off.
    Reset,
    /// Nothing moves for so long, then it goes on.
    Stall(Duration),
    /// Nothing moves any more, and nobody is told; so long after, it breaks off.
    HalfOpen(Duration),
}

/// One direction of a connection.
#[derive(Debug, Clone, Copy)]
struct Way {
    latency: Duration,
    bytes_a_second: u32,
    slice: usize,
    /// After how many bytes the trouble comes.
    after: usize,
    trouble: Trouble,
}

/// What becomes of one connection.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// Another page answers.
    Portal,
    Line {
        up: Way,
        down: Way,
    },
}

impl ChaosProxy {
    /// A line to `target`, calm until it is told otherwise. `longest` is how long a stall or a silence
    /// may last.
    pub fn to(target: SocketAddr, seed: u64, longest: Duration) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a thread");
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (is_stormy, weather) = watch::channel(false);
        let met: Arc<Mutex<BTreeMap<_, _>>> = Arc::default();
        let told = Arc::clone(&met);
        runtime.spawn(async move {
            let mut draws = Draws::from_seed(seed);
            while let Ok((client, _)) = listener.accept().await {
                let fate = if *weather.borrow() {
                    Fate::draw(&mut draws, longest)
                } else {
                    Fate::Line {
                        up: Way::CALM,
                        down: Way::CALM,
                    }
                };
                *told
                    .lock()
                    .expect("no panic with it")
                    .entry(fate.name())
                    .or_default() += 1;
                let mut weather = weather.clone();
                tokio::spawn(async move {
                    // Whoever is under way when the weather turns is cut off.
                    weather.mark_unchanged();
                    tokio::select! {
                        _ = fate.befall(client, target) => {}
                        _ = weather.changed() => {}
                    }
                });
            }
        });
        Self {
            address,
            is_stormy,
            met,
            _runtime: runtime,
        }
    }

    /// Where it is dialled.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets the storm begin, or ends it. Connections under way break off.
    pub fn set_stormy(&self, is_stormy: bool) {
        self.is_stormy.send_replace(is_stormy);
    }

    /// How many connections met what.
    pub fn met(&self) -> BTreeMap<&'static str, usize> {
        self.met.lock().expect("no panic with it").clone()
    }
}

impl Fate {
    fn draw(draws: &mut Draws, longest: Duration) -> Self {
        if draws.percent(4) {
            return Self::Portal;
        }
        let (mut up, mut down) = (Way::draw(draws), Way::draw(draws));
        let pause = longest.mul_f64((1 + draws.below(100)) as f64 / 100.0);
        let trouble = match draws.below(6) {
            0 | 1 => Trouble::Reset,
            2 => Trouble::Stall(pause),
            3 => Trouble::HalfOpen(pause),
            _ => Trouble::None,
        };
        let way = if draws.percent(50) { &mut up } else { &mut down };
        way.trouble = trouble;
        // Zero on the way back: what was asked is done, and its answer is lost whole.
        way.after = if draws.percent(25) { 0 } else { draws.below(3_000) };
        Self::Line { up, down }
    }

    fn name(&self) -> &'static str {
        let Self::Line { up, down } = self else {
            return "portal";
        };
        match (up.trouble, down.trouble) {
            (Trouble::None, Trouble::None) => "slow",
            (Trouble::None, Trouble::Reset) if down.after == 0 => "answer lost",
            (Trouble::Reset, _) => "request cut",
            (_, Trouble::Reset) => "answer cut",
            (Trouble::HalfOpen(_), _) | (_, Trouble::HalfOpen(_)) => "half open",
            (Trouble::Stall(_), _) | (_, Trouble::Stall(_)) => "stalled",
        }
    }

    async fn befall(self, mut client: TcpStream, target: SocketAddr) -> io::Result<()> {
        let Self::Line { up, down } = self else {
            let mut asked = [0; 4096];
            let _ = client.read(&mut asked).await?;
            client.write_all(PAGE).await?;
            return client.shutdown().await;
        };
        let server = TcpStream::connect(target).await?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        tokio::try_join!(
            up.carry(from_client, to_server),
            down.carry(from_server, to_client)
        )
        .map(|_| ())
    }
}

impl Way {
    /// Nothing happens.
    const CALM: Self = Self {
        latency: Duration::ZERO,
        bytes_a_second: u32::MAX,
        slice: 16_384,
        after: 0,
        trouble: Trouble::None,
    };

    fn draw(draws: &mut Draws) -> Self {
        let kilobits = 8 + u32::try_from(draws.below(57)).expect("few");
        Self {
            latency: Duration::from_millis(draws.below(300) as u64),
            bytes_a_second: kilobits * 125,
            slice: if draws.percent(30) {
                1 + draws.below(7)
            } else {
                536
            },
            after: 0,
            trouble: Trouble::None,
        }
    }

    /// Brings what comes, until its end or its trouble.
    async fn carry(self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) -> io::Result<()> {
        let mut piece = vec![0; self.slice];
        let mut carried = 0;
        let mut trouble = self.trouble;
        loop {
            let count = from.read(&mut piece).await?;
            if count == 0 {
                return to.shutdown().await;
            }
            if carried == 0 {
                sleep(self.latency).await;
            }
            if carried + count > self.after {
                match std::mem::replace(&mut trouble, Trouble::None) {
                    Trouble::None => {}
                    Trouble::Stall(pause) => sleep(pause).await,
                    Trouble::Reset => return break_off(&from, &to),
                    Trouble::HalfOpen(pause) => {
                        sleep(pause).await;
                        return break_off(&from, &to);
                    }
                }
            }
            to.write_all(&piece[..count]).await?;
            carried += count;
            sleep(Duration::from_secs_f64(
                count as f64 / f64::from(self.bytes_a_second),
            ))
            .await;
        }
    }
}

/// Both ends hear of it at once, as when a router gives a connection up.
fn break_off(from: &OwnedReadHalf, to: &OwnedWriteHalf) -> io::Result<()> {
    from.as_ref().set_zero_linger()?;
    to.as_ref().set_zero_linger()?;
    Err(io::ErrorKind::ConnectionReset.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::{Read, Write},
        net, thread,
    };

    /// Answers each connection with what it was told, once it was told all.
    fn echo() -> SocketAddr {
        let listener = net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                thread::spawn(move || {
                    let mut said = Vec::new();
                    let _ = stream.read_to_end(&mut said);
                    let _ = stream.write_all(&said);
                });
            }
        });
        address
    }

    fn say(proxy: &ChaosProxy, words: &[u8]) -> io::Result<Vec<u8>> {
        let mut stream = net::TcpStream::connect(proxy.address)?;
        stream.write_all(words)?;
        stream.shutdown(net::Shutdown::Write)?;
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).map(|_| heard)
    }

    #[test]
    fn a_calm_line_brings_everything() {
        let proxy = ChaosProxy::to(echo(), 1, Duration::ZERO);
        let words = vec![7; 100_000];
        assert_eq!(say(&proxy, &words).expect("heard"), words);
    }

    #[test]
    fn a_storm_loses_some_and_alters_nothing_of_what_comes() {
        let proxy = Arc::new(ChaosProxy::to(echo(), 1, Duration::from_millis(200)));
        proxy.set_stormy(true);
        let words: Vec<u8> = (0..2_000_u32)
            .map(|n| u8::try_from(n % 251).expect("small"))
            .collect();
        let heard = thread::scope(|scope| {
            let tasks: Vec<_> = (0..40).map(|_| scope.spawn(|| say(&proxy, &words))).collect();
            let ended = tasks.into_iter().map(|task| task.join().expect("no panic"));
            ended.collect::<Vec<_>>()
        });
        let whole = heard.iter().flatten().filter(|heard| **heard == words).count();
        assert!((1..40).contains(&whole), "{whole} of 40 came whole");
        assert!(
            heard
                .iter()
                .flatten()
                .all(|heard| words.starts_with(heard) || PAGE == heard)
        );
        let met = proxy.met();
        assert!(met.len() >= 5, "{met:?}");
    }
}
