//! A county that comes back after a month: its desks' batches, signed, and the service that they are
//! brought to.

use anyhow::{Context, Result, ensure};
use chrono::NaiveDate;
use passerelle_clearing::{Clearing, Server, read_programme};
use passerelle_domain::{
    event::{Act, Event, Link},
    id::Epoch,
    key::{PrivateKey, Purpose},
    pass::{PassId, Rank},
    programme::{ProgrammeId, ServiceCode},
    wire::{Batch, EnrolmentForm, Envelope, SiteEntry},
};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// The service's clock stands still.
pub const NOW: u64 = 1_795_100_000;

const SIRET: &str = "99999999800019";
const PROGRAMME: ProgrammeId = ProgrammeId(4);
const EPOCH: Epoch = Epoch(7);
const PER_BOOKLET: Rank = 10;
const PER_BATCH: usize = 200;
/// Booklets whose passes one desk takes, all of them: five batches.
const BOOKLETS_EACH: u32 = 100;

/// What went over the network, both ways.
#[derive(Debug, Clone, Copy, Default)]
pub struct Traffic {
    /// Bytes of HTTP, heads included.
    pub bytes: u64,
    pub requests: u64,
}

/// A service, and what its desks have to bring it.
pub struct County {
    clearing: Arc<Clearing>,
    server: Server,
    /// The parcels of each desk, in order.
    desks: Vec<Vec<Vec<u8>>>,
}

impl County {
    /// So many desks, each with a thousand redemptions in five batches.
    pub fn make(clearing: Clearing, desks: u8) -> Result<Self> {
        let clearing = Arc::new(clearing);
        let programme = read_programme(include_str!("../support/programme.toml"))?;
        clearing.add_programme(&programme)?;
        let booklets = u32::from(desks) * BOOKLETS_EACH;
        clearing.mint(PROGRAMME, booklets)?;
        clearing.activate(PROGRAMME, 1, booklets)?;
        clearing.add_structure(SIRET, "Ville")?;
        let desks = (0..desks).map(|number| desk(&clearing, number));
        Ok(Self {
            desks: desks.collect::<Result<_>>()?,
            server: Server::start(TcpListener::bind("127.0.0.1:0")?, Arc::clone(&clearing))?,
            clearing,
        })
    }

    /// How many redemptions wait.
    pub fn pending(&self) -> usize {
        self.desks.len() * BOOKLETS_EACH as usize * usize::from(PER_BOOKLET)
    }

    /// Brings everything over so many connections at once, each desk's batches in order, and holds that
    /// all of it is credited.
    pub fn bring(&self, at_once: usize) -> Result<Traffic> {
        let waiting = Mutex::new(self.desks.iter());
        let address = self.server.address();
        let traffic = thread::scope(|scope| {
            let bring = || -> Result<Traffic> {
                let mut line = Line::to(address)?;
                loop {
                    let Some(parcels) = waiting.lock().expect("nobody panics with it").next() else {
                        return Ok(line.traffic);
                    };
                    for parcel in parcels {
                        line.post("/v1/batches", parcel)?;
                    }
                }
            };
            let lines: Vec<_> = (0..at_once).map(|_| scope.spawn(bring)).collect();
            let mut lines = lines.into_iter().map(|line| line.join().expect("no line panics"));
            lines.try_fold(Traffic::default(), |all, line| {
                let line = line?;
                anyhow::Ok(Traffic {
                    bytes: all.bytes + line.bytes,
                    requests: all.requests + line.requests,
                })
            })
        })?;
        let credited = self.clearing.status()?.programmes[0].credited;
        ensure!(credited == self.pending() as u64, "{credited} were credited");
        Ok(traffic)
    }
}

fn desk(clearing: &Clearing, number: u8) -> Result<Vec<Vec<u8>>> {
    let key = PrivateKey::from_seed(&[number + 1; 32]);
    let device = key.public().device_id();
    let sites = vec![SiteEntry {
        site: 1,
        name: "Médiathèque des Deux-Rives".into(),
        insee_code: "94016".into(),
    }];
    let code = clearing.issue_enrolment(SIRET, 30)?.code;
    let form = EnrolmentForm::new(&code, key.public(), "Poste".into(), sites.clone());
    clearing.enrol(&Envelope::seal(device.0, &key, Purpose::Grant, &form).to_bytes())?;
    let mut before = Link::root(device, EPOCH, None);
    let batches = events(u32::from(number) * BOOKLETS_EACH);
    let parcels = batches.chunks(PER_BATCH).map(|events| {
        let batch = Batch {
            device,
            epoch: EPOCH,
            parent: None,
            before,
            known_time: Some(NOW - 100_000),
            sites: sites.clone(),
            events: events.to_vec(),
        };
        before = events.iter().fold(before, |link, event| link.then(event));
        Envelope::seal(device.0, &key, Purpose::Batch, &batch).to_bytes()
    });
    Ok(parcels.collect())
}

/// Every pass of the booklets after that one: each person comes ten times.
fn events(after: u32) -> Vec<Event> {
    let day = NaiveDate::from_ymd_opt(2026, 11, 19).expect("a date");
    let passes = (1..=PER_BOOKLET).flat_map(|rank| {
        (1..=BOOKLETS_EACH).map(move |booklet| PassId {
            programme: PROGRAMME,
            booklet: after + booklet,
            rank,
        })
    });
    let service = ServiceCode(1);
    (1..)
        .zip(passes)
        .map(|(seq, pass)| Event {
            seq,
            day,
            site: 1,
            act: Act::Redemption { pass, service },
        })
        .collect()
}

/// A connection that stays open, as a desk's does.
pub struct Line {
    stream: BufReader<TcpStream>,
    traffic: Traffic,
}

impl Line {
    /// One to that address.
    pub fn to(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            traffic: Traffic::default(),
        })
    }

    /// Sends a body and gives the one that answers.
    ///
    /// # Errors
    /// The service refuses.
    pub fn post(&mut self, path: &str, body: &[u8]) -> Result<Vec<u8>> {
        let length = body.len();
        let head = format!("POST {path} HTTP/1.1\r\nhost: clearing\r\ncontent-length: {length}\r\n\r\n");
        let request = [head.as_bytes(), body].concat();
        self.stream.get_mut().write_all(&request)?;
        let status = self.line()?;
        let mut length = 0;
        while let Some((name, value)) = self.line()?.trim().split_once(": ") {
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().context("a length")?;
            }
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer)?;
        self.traffic.bytes += (request.len() + length) as u64;
        self.traffic.requests += 1;
        ensure!(status.starts_with("HTTP/1.1 20"), "the service answered {status}");
        Ok(answer)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.traffic.bytes += self.stream.read_line(&mut line)? as u64;
        Ok(line)
    }
}
