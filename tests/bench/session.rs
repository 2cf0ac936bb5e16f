//! What one exchange of a real desk costs over TLS: in bytes, and in time over a slow line.

use crate::{
    county::NOW,
    figures::{Figure, Samples},
    forms,
    slow_line::{Count, Quality, line_to},
    world::{TownClock, surroundings},
};
use anyhow::{Context, Result, bail, ensure};
use passerelle_clearing::{Certificate, Clearing, Doorway, Limits, read_programme, router, serve};
use passerelle_desk::{
    Desk, Profile,
    form::{AuthorityChange, CodeRead, EnrolForm, RouteForm},
    sync::HttpLink,
    view::RedemptionAnswer,
};
use passerelle_domain::{id::WorkshopId, programme::ProgrammeId};
use std::{
    fs,
    net::SocketAddr,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, runtime::Runtime};

const SIRET: &str = "99999999800019";
const PROGRAMME: ProgrammeId = ProgrammeId(4);
const SHORT: usize = 200;
const LONG: usize = 5_000;
/// How often the short one is measured.
const TIMES: usize = 20;
/// How often the long one is.
const LONG_TIMES: usize = 5;
/// Of an exchange: to be sure of each other, decisions, batches, state, standing.
const ROUND_TRIPS: u32 = 5;

/// A mobile line in the hills. A lost piece is sent again after the first timeout of RFC 6298.
const SLOW: Quality = Quality {
    round_trip: Duration::from_millis(300),
    bytes_a_second: 8_000.0,
    one_lost_in: 20,
    sent_again_after: Duration::from_secs(1),
};

/// Exchanges with 200 passes pending, then with 5 000.
///
/// # Errors
/// The desk, the service, or a pass that is not taken.
pub fn measure(folder: &Path) -> Result<Vec<Figure>> {
    let folder = folder.join("session");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let counted = Count::default();
    let mut site = Site::make(&folder, &counted)?;
    site.take(SHORT)?;
    site.exchange(None)?;
    let cold = counted.take();
    site.exchange(None)?;
    let without_news = counted.take();
    let mut short = Samples::default();
    for _ in 0..TIMES {
        site.take(SHORT)?;
        short.push(site.exchange(Some(SLOW))?);
    }
    site.take(LONG)?;
    let machine = site.exchange(None)?;
    counted.take();
    let mut long = Samples::default();
    for _ in 0..LONG_TIMES {
        site.take(LONG)?;
        long.push(site.exchange(Some(SLOW))?);
    }
    let long_bytes = counted.take() as f64 / LONG_TIMES as f64;
    let carried = long_bytes / SLOW.bytes_a_second;
    let floor = machine.as_secs_f64() + carried + f64::from(ROUND_TRIPS) * SLOW.round_trip.as_secs_f64();
    let round_trip = SLOW.round_trip.as_secs_f64();
    let seconds = |name: &str, duration: Duration| {
        Figure::new(name, duration.as_secs_f64(), "s").against("a round trip of that line", round_trip)
    };
    Ok(vec![
        Figure::new("200 pending, bytes of a cold session", cold as f64, "B")
            .against("one without news", without_news as f64)
            .at_most("<= 4096 B", 4_096.0),
        seconds("200 pending, slow line, median", short.quantile(0.5)),
        seconds("200 pending, slow line, p95", short.quantile(0.95)).at_most("<= 3 s", 3.0),
        Figure::new("5 000 pending, bytes of a session", long_bytes, "B")
            .against("one without news", without_news as f64),
        Figure::new("5 000 pending, no line", machine.as_secs_f64(), "s"),
        Figure::new(
            "5 000 pending, slow line, median",
            long.quantile(0.5).as_secs_f64(),
            "s",
        )
        .against("no line, then these bytes and round trips", floor),
        seconds("5 000 pending, slow line, p95", long.quantile(0.95)).at_most("<= 10 s", 10.0),
    ])
}

/// A desk of one site, and its service.
struct Site {
    desk: Desk,
    workshop: WorkshopId,
    codes: std::vec::IntoIter<String>,
    service: SocketAddr,
    counted: Count,
    /// Serves as long as it is there.
    _runtime: Runtime,
}

impl Site {
    fn make(folder: &Path, counted: &Count) -> Result<Self> {
        let clock = TownClock::at(i64::try_from(NOW)?);
        let clearing = Arc::new(Clearing::open(&folder.join("clearing"), Arc::new(|| NOW))?);
        let codes = passes(&clearing)?;
        let pair = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        let (chain, key) = (folder.join("chain.pem"), folder.join("key.pem"));
        fs::write(&chain, pair.cert.pem())?;
        fs::write(&key, pair.signing_key.serialize_pem())?;
        let (runtime, service) = start(Arc::clone(&clearing), Certificate::open(&chain, &key)?)?;
        let surroundings = surroundings(&clock, &Arc::default(), "measuring", 0);
        let desk = Desk::open(Profile::at(folder.join("desk")), surroundings)?;
        desk.set_up(&forms::set_up("Médiathèque des Deux-Rives"))?;
        desk.change_route(&RouteForm {
            proxy: String::new(),
            authority: AuthorityChange::Add { pem: pair.cert.pem() },
        })?;
        clearing.add_structure(SIRET, "Ville de Cachan")?;
        let code = clearing.issue_enrolment(SIRET, 30)?.code.to_string();
        let address = format!("https://localhost:{}", service.port());
        let form = EnrolForm { address, code };
        desk.enrol(&form, &HttpLink::from_desk(&desk, &form.address)?)?;
        desk.sync(&HttpLink::of(&desk)?)?;
        let place = desk.list_sites()?.first().context("a site")?.id;
        let workshop = desk.open_workshop(&forms::workshop("Ma messagerie", "aujourd’hui", place))?;
        Ok(Self {
            desk,
            workshop,
            codes: codes.into_iter(),
            service,
            counted: counted.clone(),
            _runtime: runtime,
        })
    }

    fn take(&mut self, count: usize) -> Result<()> {
        for text in self.codes.by_ref().take(count) {
            let form = forms::redeem(self.workshop, None, CodeRead::Text { text });
            match self.desk.redeem(&form)? {
                RedemptionAnswer::Accepted { .. } => {}
                answer => bail!("{answer:?}"),
            }
        }
        Ok(())
    }

    /// One exchange over a new connection, by a line of that quality.
    fn exchange(&self, quality: Option<Quality>) -> Result<Duration> {
        let line = line_to(self.service, quality, &self.counted)?;
        let link = HttpLink::from_desk(&self.desk, &format!("https://localhost:{}", line.port()))?;
        let started = Instant::now();
        self.desk.sync(&link)?;
        let took = started.elapsed();
        let left = self.desk.batches()?.standings.kept.count;
        ensure!(left == 0, "{left} passes were not sent");
        Ok(took)
    }
}

fn start(clearing: Arc<Clearing>, certificate: Certificate) -> Result<(Runtime, SocketAddr)> {
    let runtime = Runtime::new()?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let address = listener.local_addr()?;
    let limits = Limits::default();
    let doorway = Doorway {
        listener,
        router: router(clearing, &limits),
        certificate: Some(Arc::new(certificate)),
    };
    runtime.spawn(serve(doorway, Arc::new(limits), std::future::pending()));
    Ok((runtime, address))
}

/// The codes of activated booklets, enough for all that is taken.
fn passes(clearing: &Clearing) -> Result<Vec<String>> {
    clearing.add_programme(&read_programme(include_str!("../support/programme.toml"))?)?;
    let booklets = u32::try_from((SHORT * (TIMES + 1) + LONG * (LONG_TIMES + 1)) / 10)?;
    let lot = clearing.mint(PROGRAMME, booklets)?;
    clearing.activate(PROGRAMME, 1, booklets)?;
    Ok(lot.passes.into_iter().map(|pass| pass.code).collect())
}
