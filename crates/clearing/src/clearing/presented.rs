//! Presentations of a pass, as the officer is shown them.

use crate::{
    books::{EnrolledDevice, KeptObjection, Structure, Waiting},
    error::Error,
    store::Books,
};
use chrono::NaiveDate;
use passerelle_domain::{
    event::Act,
    id::{BirthId, DeviceId},
    pass::PassId,
    siret::Siret,
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt};

/// The short name of an event, to be said and typed: ten hexadecimal digits, the same for ever.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ClaimName(String);

impl ClaimName {
    /// The name of that event.
    #[must_use]
    pub fn of(event: BirthId) -> Self {
        let digest = Sha256::new()
            .chain_update(event.device.0)
            .chain_update(event.epoch.0.to_be_bytes())
            .chain_update(event.seq.to_be_bytes())
            .finalize();
        Self(data_encoding::HEXLOWER.encode(&digest[..5]))
    }

    /// Whether somebody who types that means this event.
    #[must_use]
    pub fn is_meant_by(&self, typed: &str) -> bool {
        self.0.eq_ignore_ascii_case(typed.trim())
    }
}

impl fmt::Display for ClaimName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One presentation of a pass: who, where, when, and what was said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Presentation {
    /// Its name.
    pub claim: ClaimName,
    /// The last word on it: `credited`, or what it waits for.
    pub code: String,
    /// Whether it cancels a redemption instead of claiming a pass.
    pub is_void: bool,
    /// The pass.
    pub pass: PassId,
    /// The structure.
    pub siret: Siret,
    /// The structure's name.
    pub structure: String,
    /// The site, as its device names it; empty when it never did.
    pub site: String,
    /// INSEE code of its commune.
    pub insee_code: String,
    /// The day that the device claims.
    pub held_on: NaiveDate,
    /// When it arrived, in Unix seconds.
    pub received_at: u64,
    /// The last server time that the device knew before, in Unix seconds.
    pub known_time: Option<u64>,
    /// The device.
    #[serde(serialize_with = "as_text")]
    pub device: DeviceId,
    /// The name that the site gave the device.
    pub label: String,
    /// What its site has written to the officer, the latest first.
    pub objections: Vec<SiteNote>,
    /// The event, which no reader needs.
    #[serde(skip)]
    pub event: BirthId,
}

/// What a site has written to the officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteNote {
    /// The day on which the device says that it was written.
    pub written_on: NaiveDate,
    /// When it arrived, in Unix seconds.
    pub received_at: u64,
    /// The text: one line, which a terminal can show.
    pub note: String,
}

/// Names, looked up once.
pub struct Names {
    structures: BTreeMap<Siret, String>,
    labels: BTreeMap<DeviceId, String>,
}

impl Names {
    pub fn read(books: &dyn Books) -> Result<Self, Error> {
        let structures = books.list_structures()?.into_iter();
        let devices = books.list_devices()?.into_iter();
        Ok(Self {
            structures: structures
                .map(|Structure { siret, name }| (siret, name))
                .collect(),
            labels: devices
                .map(|EnrolledDevice { device, label, .. }| (device, label))
                .collect(),
        })
    }

    pub fn structure(&self, siret: &Siret) -> String {
        self.structures.get(siret).cloned().unwrap_or_default()
    }

    /// What the officer is shown of an event that waits, or that has the pass.
    pub fn present(&self, books: &dyn Books, waiting: &Waiting) -> Result<Presentation, Error> {
        let (logged, evidence) = books
            .find_event(waiting.event)?
            .ok_or(Error::Damaged("an event that was answered is missing"))?;
        let site = match logged.site_version {
            Some(_) => books.find_site(waiting.event.device, logged.event.site, logged.site_version)?,
            None => None,
        };
        let (site, insee_code) =
            site.map_or_else(Default::default, |(_, entry)| (entry.name, entry.insee_code));
        let device = waiting.event.device;
        Ok(Presentation {
            claim: ClaimName::of(waiting.event),
            code: waiting.code.clone(),
            is_void: matches!(logged.event.act, Act::Void { .. }),
            pass: logged.event.act.pass(),
            siret: waiting.siret.clone(),
            structure: self.structure(&waiting.siret),
            site,
            insee_code,
            held_on: logged.event.day,
            received_at: evidence.received_at,
            known_time: evidence.known_time,
            device,
            label: self.labels.get(&device).cloned().unwrap_or_default(),
            objections: notes(books, waiting.event)?,
            event: waiting.event,
        })
    }
}

/// The notes on an event, the latest first.
fn notes(books: &dyn Books, event: BirthId) -> Result<Vec<SiteNote>, Error> {
    let notes = books.list_objections(event)?.into_iter().rev();
    let note = |kept: KeptObjection| SiteNote {
        written_on: kept.written_on,
        received_at: kept.received_at,
        note: kept.note,
    };
    Ok(notes.map(note).collect())
}

/// An identity as people read it.
pub fn as_text<T: fmt::Display, S: serde::Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
