//! What a desk writes, seals and asks, without a ledger.

use crate::{
    http::{self, Answer},
    service::{NOON, PROGRAMME, Service, siret},
};
use chrono::{Days, NaiveDate};
use passerelle_domain::{
    event::{Act, Event, Link, Parent},
    id::Epoch,
    key::{PrivateKey, Purpose},
    pass::PassId,
    programme::ServiceCode,
    redemption::VoidReason,
    wire::{
        Batch, DEVICE_HEADER, Decisions, EnrolmentCode, EnrolmentForm, Envelope, Grant, Question, Receipt,
        Refused, SIGNATURE_HEADER, SiteEntry, State, Verdict,
    },
};

pub struct Desk {
    pub key: PrivateKey,
    pub epoch: Epoch,
    pub parent: Option<Parent>,
    pub known_time: Option<u64>,
    pub sites: Vec<SiteEntry>,
    pub day: NaiveDate,
    pub events: Vec<Event>,
}

/// A pass of the sample programme.
pub fn pass(booklet: u32, rank: u8) -> PassId {
    PassId {
        programme: PROGRAMME,
        booklet,
        rank,
    }
}

impl Desk {
    /// A desk that nobody knows.
    pub fn stranger(seed: u8) -> Self {
        let site = SiteEntry {
            site: 1,
            name: format!("Lieu {seed}"),
            insee_code: "94046".into(),
        };
        Self {
            key: PrivateKey::from_seed(&[seed; 32]),
            epoch: Epoch(u64::MAX - u64::from(seed)),
            parent: None,
            known_time: Some(NOON),
            sites: vec![site],
            day: NaiveDate::from_ymd_opt(2026, 6, 15).expect("a date"),
            events: Vec::new(),
        }
    }

    /// A desk enrolled for the structure of that number, which is added if need be.
    pub fn enrolled(service: &Service, structure: u32, seed: u8) -> Self {
        let desk = Self::stranger(seed);
        let siret = siret(structure);
        let name = format!("Structure {structure}");
        service.clearing.add_structure(&siret, &name).expect("added");
        let answer = desk.enrol(service, &service.code(structure));
        assert_eq!(answer.status, 200, "{:?}", Refused::from_bytes(&answer.body));
        desk
    }

    pub fn form(&self, code: &EnrolmentCode) -> Vec<u8> {
        let form = EnrolmentForm::new(code, self.key.public(), "Poste".into(), self.sites.clone());
        self.seal(Purpose::Grant, &form)
    }

    pub fn enrol(&self, service: &Service, code: &EnrolmentCode) -> Answer {
        http::post(service.address(), "/v1/enrolments", &self.form(code))
    }

    pub fn grant(&self, service: &Service, code: &EnrolmentCode) -> Grant {
        opened(service, &self.enrol(service, code).body, Purpose::Grant)
    }

    /// Writes down that a pass was taken; gives the event's number.
    pub fn take(&mut self, booklet: u32, rank: u8) -> u64 {
        let service = ServiceCode(1);
        self.write(Act::Redemption {
            pass: pass(booklet, rank),
            service,
        })
    }

    /// Writes down that the redemption of that number is cancelled; gives the event's number.
    pub fn void(&mut self, seq: u64) -> u64 {
        let cancelled = self.events[usize::try_from(seq).expect("small") - 1];
        self.write(Act::Void {
            pass: cancelled.act.pass(),
            epoch: self.epoch,
            seq,
            reason: VoidReason::WrongPass,
        })
    }

    pub fn write(&mut self, act: Act) -> u64 {
        let seq = self.events.len() as u64 + 1;
        self.events.push(Event {
            seq,
            day: self.day,
            site: 1,
            act,
        });
        seq
    }

    /// Lets a civil day pass at the site.
    pub fn next_day(&mut self) {
        self.day = self.day + Days::new(1);
    }

    pub fn batch(&self, first: u64, last: u64) -> Batch {
        let device = self.key.public().device_id();
        let (before, events) = self.events.split_at(usize::try_from(first).expect("small") - 1);
        let root = Link::root(device, self.epoch, self.parent.as_ref());
        Batch {
            device,
            epoch: self.epoch,
            parent: self.parent,
            before: before.iter().fold(root, |link, event| link.then(event)),
            known_time: self.known_time,
            sites: self.sites.clone(),
            events: events
                .iter()
                .take_while(|event| event.seq <= last)
                .copied()
                .collect(),
        }
    }

    pub fn seal<T: minicbor::Encode<()>>(&self, purpose: Purpose, content: &T) -> Vec<u8> {
        Envelope::seal(self.key.public().device_id().0, &self.key, purpose, content).to_bytes()
    }

    pub fn parcel(&self, first: u64, last: u64) -> Vec<u8> {
        self.seal(Purpose::Batch, &self.batch(first, last))
    }

    pub fn post(&self, service: &Service, first: u64, last: u64) -> Answer {
        http::post(service.address(), "/v1/batches", &self.parcel(first, last))
    }

    /// Sends these events and gives the receipt, checked as a desk checks it.
    pub fn send(&self, service: &Service, first: u64, last: u64) -> Receipt {
        let answer = self.post(service, first, last);
        assert_eq!(answer.status, 200, "{:?}", Refused::from_bytes(&answer.body));
        let receipt: Receipt = opened(service, &answer.body, Purpose::Receipt);
        let batch = self.batch(first, last);
        assert_eq!((receipt.device, receipt.epoch), (batch.device, batch.epoch));
        assert_eq!((receipt.first_seq, receipt.last_seq()), (first, last));
        assert_eq!(receipt.link, batch.after());
        receipt
    }

    /// Sends the last event alone and gives its verdict.
    pub fn send_last(&self, service: &Service) -> Verdict {
        let seq = self.events.len() as u64;
        let mut verdicts = self.send(service, seq, seq).verdicts;
        verdicts.remove(0)
    }

    pub fn refusal(&self, service: &Service, first: u64, last: u64) -> Refused {
        let answer = self.post(service, first, last);
        let refused = Refused::from_bytes(&answer.body).expect("a refusal");
        assert_eq!(answer.status, refused.status());
        refused
    }

    pub fn ask(&self, service: &Service, path: &str) -> Answer {
        let question = Question::ask(&self.key, path);
        let headers = [
            (DEVICE_HEADER, question.device),
            (SIGNATURE_HEADER, question.signature),
        ];
        http::get(service.address(), path, &headers)
    }

    pub fn decisions(&self, service: &Service, since: u64) -> Decisions {
        let answer = self.ask(service, &format!("/v1/decisions?since={since}"));
        opened(service, &answer.body, Purpose::Decisions)
    }

    pub fn state(&self, service: &Service) -> State {
        self.opened_state(service, "/v1/state")
    }

    /// What the service answers to a question about the state.
    pub fn opened_state(&self, service: &Service, path: &str) -> State {
        opened(service, &self.ask(service, path).body, Purpose::State)
    }
}

/// Opens what the service signed.
pub fn opened<T>(service: &Service, bytes: &[u8], purpose: Purpose) -> T
where
    T: for<'b> minicbor::Decode<'b, ()>,
{
    let envelope = Envelope::from_bytes(bytes).expect("a parcel");
    envelope
        .open(&service.clearing.public(), purpose)
        .expect("signed by the service")
}
