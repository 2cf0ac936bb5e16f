use super::*;
use crate::sync::certificates::Authority;
use passerelle_domain::wire::MEDIA_TYPE;
use rustls::{ServerConfig, ServerConnection, Stream};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        mpsc::{Receiver, channel},
    },
    thread,
    time::{Duration, Instant},
};

/// What a server does with a connection on which a request has come.
type Act = dyn Fn(&mut dyn Write) + Send + Sync;

/// A server on a port of its own; it tells each request that it reads.
struct Stub {
    address: SocketAddr,
    requests: Receiver<String>,
}

impl Stub {
    fn new(act: impl Fn(&mut dyn Write) + Send + Sync + 'static) -> Self {
        Self::start(None, Box::new(act))
    }

    fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::new(move |stream| stream.write_all(&answer).expect("written"))
    }

    fn secure(config: Arc<ServerConfig>) -> Self {
        let answer = parcel("200 OK", "", b"sealed");
        Self::start(
            Some(config),
            Box::new(move |stream| stream.write_all(&answer).expect("written")),
        )
    }

    fn start(tls: Option<Arc<ServerConfig>>, act: Box<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (tell, requests) = channel();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let heard = match &tls {
                    None => converse(&mut stream, &*act),
                    Some(config) => {
                        let mut server = ServerConnection::new(Arc::clone(config)).expect("a server");
                        let heard = converse(&mut Stream::new(&mut server, &mut stream), &*act);
                        server.send_close_notify();
                        // Whoever does not believe the certificate has hung up already.
                        let _ = server.write_tls(&mut stream);
                        heard
                    }
                };
                if tell.send(heard).is_err() {
                    return;
                }
            }
        });
        Self { address, requests }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn ask(&self) -> Result<Answer, LinkFault> {
        ask(&Route::default(), &self.url())
    }

    /// The first line of the next request.
    fn request(&self) -> String {
        let heard = self
            .requests
            .recv_timeout(Duration::from_secs(5))
            .expect("a request");
        heard.lines().next().unwrap_or_default().to_owned()
    }
}

fn converse(stream: &mut (impl Read + Write), act: &Act) -> String {
    let (mut heard, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&heard).into_owned();
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok())
            .unwrap_or(0);
        if text
            .split_once("\r\n\r\n")
            .is_some_and(|(_, body)| body.len() >= length)
        {
            act(stream);
            return text;
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return text,
            Ok(count) => heard.extend_from_slice(&piece[..count]),
        }
    }
}

fn parcel(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {MEDIA_TYPE}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn page(status: &str, headers: &str) -> Vec<u8> {
    let html = "<html><body>Bienvenue sur notre réseau</body></html>";
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{html}",
        html.len()
    )
    .into_bytes()
}

fn ask(route: &Route, address: &str) -> Result<Answer, LinkFault> {
    HttpLink::by(route, address)?.get("/v1/state", &[])
}

/// A tenth of a second takes the place of half a minute.
fn hurried() -> Patience {
    Patience {
        connect: Duration::from_millis(100),
        stall: Duration::from_millis(200),
        slowest: 1000,
    }
}

fn hurried_link(stub: &Stub) -> HttpLink {
    HttpLink::with_patience(&Route::default(), &stub.url(), hurried()).expect("an address")
}

fn believing(authority: &Authority) -> Route {
    Route {
        proxy: None,
        authorities: Some(authority.pem()),
    }
}

fn localhost(stub: &Stub) -> String {
    format!("https://localhost:{}", stub.address.port())
}

#[test]
fn an_address_without_a_scheme_is_a_secure_one() {
    let kept = |address| HttpLink::to(address).map(|link| link.address().to_owned());
    assert_eq!(
        kept("clearing.example.org/"),
        Ok("https://clearing.example.org".into())
    );
    assert_eq!(kept("http://127.0.0.1:80/"), Ok("http://127.0.0.1".into()));
}

#[test]
fn what_is_no_address_is_told_before_anything_is_sent() {
    for text in ["", "  ", "ftp://example.org", "https://", "a b"] {
        assert_eq!(HttpLink::to(text).err(), Some(LinkFault::Address), "{text:?}");
    }
}

#[test]
fn nobody_at_the_address_is_unreachable() {
    let link = HttpLink::to("http://127.0.0.1:1").expect("an address");
    assert!(matches!(
        link.post("/v1/batches", b""),
        Err(LinkFault::Unreachable(_))
    ));
}

#[test]
fn a_welcome_page_is_never_taken_for_an_answer() {
    for answer in [
        page("200 OK", ""),
        page("302 Found", "location: https://portail.example/login\r\n"),
        page("303 See Other", "location: /login\r\n"),
        page("511 Network Authentication Required", ""),
        page("403 Forbidden", ""),
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok".to_vec(),
    ] {
        let shown = String::from_utf8_lossy(&answer).into_owned();
        assert_eq!(Stub::answering(answer).ask(), Err(LinkFault::Portal), "{shown}");
    }
}

#[test]
fn a_service_that_does_not_know_a_question_is_told_from_a_welcome_page() {
    let answer = page("404 Not Found", "");
    assert_eq!(Stub::answering(answer).ask(), Err(LinkFault::NoSuchPage));
}

#[test]
fn a_gateway_without_its_service_is_no_welcome_page() {
    for status in [
        "500 Oops",
        "502 Bad Gateway",
        "503 Service Unavailable",
        "504 Gateway Timeout",
    ] {
        let outcome = Stub::answering(page(status, "")).ask();
        assert!(
            matches!(outcome, Err(LinkFault::Unreachable(_))),
            "{status}: {outcome:?}"
        );
    }
}

#[test]
fn who_asks_for_time_is_heard_whoever_says_it() {
    let later = |seconds: Option<u64>| LinkFault::TryLater {
        after: seconds.map(Duration::from_secs),
    };
    let dates = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: Sun, 06 Nov 1994 08:50:37 GMT\r\n";
    for (answer, fault) in [
        (
            parcel(
                "503 Service Unavailable",
                "retry-after: 30\r\n",
                &Refused::TryLater.to_bytes(),
            ),
            later(Some(30)),
        ),
        (
            parcel("503 Service Unavailable", "", &Refused::TryLater.to_bytes()),
            later(None),
        ),
        (
            page("503 Service Unavailable", "retry-after: 99999999\r\n"),
            later(Some(3600)),
        ),
        (page("429 Too Many Requests", dates), later(Some(60))),
        (page("429 Too Many Requests", ""), later(None)),
    ] {
        let shown = String::from_utf8_lossy(&answer).into_owned();
        assert_eq!(Stub::answering(answer).ask(), Err(fault), "{shown}");
    }
}

#[test]
fn a_slow_line_that_moves_is_a_good_line() {
    let stub = Stub::new(|stream| {
        let answer = parcel("200 OK", "", &[7; 64]);
        let (head, body) = answer.split_at(answer.len() - 64);
        stream.write_all(head).expect("written");
        for piece in body.chunks(8) {
            thread::sleep(Duration::from_millis(100));
            stream.write_all(piece).expect("written");
        }
    });
    let begun = Instant::now();
    let outcome = hurried_link(&stub).get("/v1/state", &[]);
    assert_eq!(outcome, Ok(Answer::Parcel(vec![7; 64])));
    assert!(
        begun.elapsed() > Duration::from_millis(500),
        "slower than any one silence"
    );
}

#[test]
fn a_line_that_stands_still_is_given_up_before_the_answer_and_within_it() {
    for sent in [0, 40, 100] {
        let stub = Stub::new(move |stream| {
            let answer = parcel("200 OK", "", &[7; 64]);
            stream.write_all(&answer[..sent]).expect("written");
            thread::sleep(Duration::from_secs(3));
        });
        let begun = Instant::now();
        let outcome = hurried_link(&stub).get("/v1/state", &[]);
        assert_eq!(outcome, Err(LinkFault::Stalled), "after {sent} bytes");
        assert!(begun.elapsed() < Duration::from_secs(2), "after {sent} bytes");
    }
}

#[test]
fn a_long_parcel_is_given_the_time_that_a_slow_line_takes() {
    let late = || {
        Stub::new(|stream| {
            thread::sleep(Duration::from_millis(600));
            let _ = stream.write_all(&parcel("200 OK", "", b"sealed"));
        })
    };
    let short = hurried_link(&late()).post("/v1/batches", &[0; 10]);
    assert_eq!(short, Err(LinkFault::Stalled));
    let long = hurried_link(&late()).post("/v1/recalls", &[0; 2000]);
    assert_eq!(long, Ok(Answer::Parcel(b"sealed".to_vec())));
}

/// A service that names its answer, and breaks off after so many bytes of it, each time.
fn breaking_off(state: Vec<u8>, after: usize, tags: &'static [&'static str]) -> (String, Receiver<String>) {
    let (tell, asked) = channel();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    thread::spawn(move || {
        for (mut stream, tag) in listener.incoming().flatten().zip(tags.iter().cycle()) {
            let from = {
                let heard = converse(&mut stream, &|_| {});
                let range = heard.lines().find_map(|line| line.strip_prefix("range: bytes="));
                let from = range.and_then(|range| range.strip_suffix('-')?.parse::<usize>().ok());
                let is_same = heard.contains(&format!("if-range: {tag}\r\n"));
                let _ = tell.send(range.unwrap_or("all").to_owned());
                from.filter(|_| is_same).unwrap_or(0)
            };
            let rest = &state[from..];
            let (status, place) = match from {
                0 => ("200 OK", String::new()),
                _ => {
                    let last = state.len() - 1;
                    let place = format!("content-range: bytes {from}-{last}/{}\r\n", state.len());
                    ("206 Partial Content", place)
                }
            };
            let whole = parcel(status, &format!("etag: {tag}\r\n{place}"), rest);
            let head = whole.len() - rest.len();
            let _ = stream.write_all(&whole[..whole.len().min(head + after)]);
        }
    });
    (url, asked)
}

#[test]
fn a_line_that_breaks_off_again_and_again_costs_only_what_was_on_its_way() {
    let state: Vec<u8> = (0..10_000_u32).flat_map(u32::to_le_bytes).collect();
    let (url, asked) = breaking_off(state.clone(), 9_000, &["\"one\""]);
    assert_eq!(ask(&Route::default(), &url), Ok(Answer::Parcel(state)));
    let asked: Vec<String> = asked.try_iter().collect();
    assert_eq!(asked, ["all", "9000-", "18000-", "27000-", "36000-"]);
}

#[test]
fn a_state_that_has_changed_meanwhile_is_begun_afresh() {
    let state: Vec<u8> = (0..3_000_u32).flat_map(u32::to_le_bytes).collect();
    let (url, asked) = breaking_off(state.clone(), 7_000, &["\"one\"", "\"two\"", "\"two\""]);
    assert_eq!(ask(&Route::default(), &url), Ok(Answer::Parcel(state)));
    let asked: Vec<String> = asked.try_iter().collect();
    assert_eq!(asked, ["all", "7000-", "7000-"]);
}

#[test]
fn a_line_that_brings_next_to_nothing_is_given_up() {
    let (url, asked) = breaking_off(vec![7; 40_000], 10, &["\"one\""]);
    let outcome = ask(&Route::default(), &url);
    assert!(matches!(outcome, Err(LinkFault::Unreachable(_))), "{outcome:?}");
    assert_eq!(asked.try_iter().count(), 1);
}

#[test]
fn a_network_that_reads_what_passes_is_told_apart_until_its_authority_is_added() {
    let town_hall = Authority::new("Mairie");
    let stub = Stub::secure(town_hall.server(4000));
    let unknown = ask(&Route::default(), &localhost(&stub));
    assert!(matches!(unknown, Err(LinkFault::Intercepted(_))), "{unknown:?}");
    let another = ask(&believing(&Authority::new("Autre")), &localhost(&stub));
    assert!(matches!(another, Err(LinkFault::Intercepted(_))), "{another:?}");
    assert_eq!(
        ask(&believing(&town_hall), &localhost(&stub)),
        Ok(Answer::Parcel(b"sealed".to_vec()))
    );
}

#[test]
fn the_right_authority_may_stand_anywhere_in_its_file() {
    let town_hall = Authority::new("Mairie");
    let stub = Stub::secure(town_hall.server(4000));
    let file = format!("{}\nMairie\n{}", Authority::new("Autre").pem(), town_hall.pem());
    let route = Route {
        proxy: None,
        authorities: Some(file),
    };
    assert_eq!(
        ask(&route, &localhost(&stub)),
        Ok(Answer::Parcel(b"sealed".to_vec()))
    );
}

#[test]
fn an_authority_is_believed_for_the_name_that_was_asked_alone() {
    let town_hall = Authority::new("Mairie");
    let stub = Stub::secure(town_hall.server(4000));
    let elsewhere = format!("https://127.0.0.1:{}", stub.address.port());
    let outcome = ask(&believing(&town_hall), &elsewhere);
    assert!(matches!(outcome, Err(LinkFault::Intercepted(_))), "{outcome:?}");
}

#[test]
fn a_certificate_of_another_day_sends_to_the_clock_and_not_to_the_network() {
    let town_hall = Authority::new("Mairie");
    let stub = Stub::secure(town_hall.server(2001));
    let outcome = ask(&believing(&town_hall), &localhost(&stub));
    assert!(matches!(outcome, Err(LinkFault::Clock(_))), "{outcome:?}");
}

#[test]
fn a_proxy_set_by_hand_carries_every_request() {
    let proxy = Stub::answering(parcel("200 OK", "", b"sealed"));
    let route = Route {
        proxy: Some(proxy.url()),
        authorities: None,
    };
    let outcome = ask(&route, "http://clearing.invalid");
    assert_eq!(outcome, Ok(Answer::Parcel(b"sealed".to_vec())));
    assert_eq!(proxy.request(), "GET http://clearing.invalid/v1/state HTTP/1.1");
}

#[test]
fn a_proxy_that_refuses_is_told_apart_from_a_service_that_is_down() {
    for refusal in ["407 Proxy Authentication Required", "403 Forbidden"] {
        let proxy = Stub::answering(page(refusal, ""));
        let route = Route {
            proxy: Some(proxy.url()),
            authorities: None,
        };
        let outcome = ask(&route, "https://clearing.invalid");
        assert!(
            matches!(outcome, Err(LinkFault::Proxy(_))),
            "{refusal}: {outcome:?}"
        );
        assert_eq!(proxy.request(), "CONNECT clearing.invalid:443 HTTP/1.1");
    }
    let proxy = Stub::answering(page("407 Proxy Authentication Required", ""));
    let route = Route {
        proxy: Some(proxy.url()),
        authorities: None,
    };
    let outcome = ask(&route, "http://clearing.invalid");
    assert!(matches!(outcome, Err(LinkFault::Proxy(_))), "{outcome:?}");
}
