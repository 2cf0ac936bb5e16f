//! What a batch is about to ask, asked at once.
//!
//! A batch asks the same few questions about each of its two hundred events, and across a socket a
//! question takes longer than its answer. So the answers are fetched together before the first event is
//! judged, kept true while the transaction writes, and what is written about the events is held back
//! until something else is asked.

use super::{PostgresBooks, booklets, columns::pass_columns, columns::signed, credits, held_back::HeldBack};
use crate::{
    books::{Booklet, Credit},
    error::Error,
};
use passerelle_domain::{
    event::{Act, Event},
    id::{BirthId, DeviceId, Epoch},
    pass::PassId,
    programme::ProgrammeId,
    wire::SiteEntry,
};
use std::{
    collections::{HashMap, HashSet},
    mem,
};

/// What is known ahead of a batch, and what of it is not written yet.
pub struct Ahead {
    device: DeviceId,
    epoch: Epoch,
    /// The events that it was looked up for.
    events: HashSet<u64>,
    credits: HashMap<PassId, Option<Credit>>,
    booklets: HashMap<(ProgrammeId, u32), Option<Booklet>>,
    /// The redemptions among the events that were cancelled, with the pass that the void names.
    voided: HashSet<(u64, PassId)>,
    /// What was found of the device's sites: there are few, so each is asked for once.
    sites: HashMap<(u16, Option<u32>), FoundSite>,
    held_back: HeldBack,
}

type FoundSite = Option<(u32, SiteEntry)>;

impl PostgresBooks<'_> {
    /// Looks up what these events of one life will be asked about.
    pub fn look_up(&self, device: DeviceId, epoch: Epoch, events: &[Event]) -> Result<(), Error> {
        let passes: HashSet<PassId> = events.iter().map(|event| event.act.pass()).collect();
        let ahead = Ahead {
            device,
            epoch,
            events: events.iter().map(|event| event.seq).collect(),
            credits: self.find_last_credits(&passes)?,
            booklets: self.find_booklets(&passes)?,
            voided: self.find_voided(device, epoch, events)?,
            sites: HashMap::new(),
            held_back: HeldBack::of(device, epoch),
        };
        self.ahead.replace(Some(ahead));
        Ok(())
    }

    /// What is known ahead, if it says anything.
    pub fn known<T>(&self, look: impl FnOnce(&Ahead) -> Option<T>) -> Option<T> {
        self.ahead.borrow().as_ref().and_then(look)
    }

    /// Tells what is known ahead of something that changes it.
    pub fn learn(&self, change: impl FnOnce(&mut Ahead)) {
        if let Some(ahead) = self.ahead.borrow_mut().as_mut() {
            change(ahead);
        }
    }

    /// Holds a fact about that event back if its batch was looked up, else writes it now.
    pub fn hold_or_write(&self, event: BirthId, hold: impl FnOnce(&mut HeldBack)) -> Result<(), Error> {
        if let Some(ahead) = self.ahead.borrow_mut().as_mut()
            && ahead.is_about(event)
        {
            hold(&mut ahead.held_back);
            return Ok(());
        }
        let mut alone = HeldBack::of(event.device, event.epoch);
        hold(&mut alone);
        alone.write(self)
    }

    /// Writes what was held back, before anything else is asked or written.
    pub fn catch_up(&self) -> Result<(), Error> {
        let held_back = match self.ahead.borrow_mut().as_mut() {
            Some(ahead) if !ahead.held_back.is_empty() => {
                let nothing = HeldBack::of(ahead.device, ahead.epoch);
                mem::replace(&mut ahead.held_back, nothing)
            }
            Some(_) | None => return Ok(()),
        };
        held_back.write(self)
    }

    fn find_last_credits(&self, passes: &HashSet<PassId>) -> Result<HashMap<PassId, Option<Credit>>, Error> {
        let sql = "SELECT p.programme, p.booklet, p.rank, c.*
            FROM unnest($1::integer[], $2::bigint[], $3::integer[]) AS p (programme, booklet, rank)
            CROSS JOIN LATERAL (
                SELECT c.attempt, c.siret, c.device, c.epoch, c.seq, c.credited_at, w.attempt IS NOT NULL
                FROM credits AS c LEFT JOIN withdrawals AS w USING (programme, booklet, rank, attempt)
                WHERE c.programme = p.programme AND c.booklet = p.booklet AND c.rank = p.rank
                ORDER BY c.attempt DESC LIMIT 1
            ) AS c";
        let (programmes, booklets, ranks) = columns(passes);
        let mut found: HashMap<_, _> = passes.iter().map(|pass| (*pass, None)).collect();
        for (pass, credit) in self.list(sql, &[&programmes, &booklets, &ranks], credits::of_pass)? {
            found.insert(pass, Some(credit));
        }
        Ok(found)
    }

    fn find_booklets(
        &self,
        passes: &HashSet<PassId>,
    ) -> Result<HashMap<(ProgrammeId, u32), Option<Booklet>>, Error> {
        let asked: HashSet<_> = passes.iter().map(|pass| (pass.programme, pass.booklet)).collect();
        let programmes: Vec<i32> = asked.iter().map(|(programme, _)| programme.0.into()).collect();
        let numbers: Vec<i64> = asked.iter().map(|(_, booklet)| i64::from(*booklet)).collect();
        let found = self.list(booklets::FIND, &[&programmes, &numbers], booklets::numbered)?;
        Ok(found.into_iter().collect())
    }

    fn find_voided(
        &self,
        device: DeviceId,
        epoch: Epoch,
        events: &[Event],
    ) -> Result<HashSet<(u64, PassId)>, Error> {
        let sql = "SELECT programme, booklet, rank, void_seq FROM events
            WHERE kind = 'void' AND device = $1 AND void_epoch = $2 AND void_seq = ANY($3)";
        let numbers: Vec<i64> = events.iter().map(|event| signed(event.seq)).collect();
        let values = (&device.0[..], signed(epoch.0));
        let found = self.list(sql, &[&values.0, &values.1, &numbers], super::log::voided)?;
        Ok(found.into_iter().collect())
    }
}

impl Ahead {
    /// Whether that event is one of those that were looked up.
    pub fn is_about(&self, event: BirthId) -> bool {
        event.device == self.device && event.epoch == self.epoch && self.events.contains(&event.seq)
    }

    /// The last credit of a pass.
    pub fn last_credit(&self, pass: PassId) -> Option<Option<Credit>> {
        self.credits.get(&pass).cloned()
    }

    /// A pass has a new last credit.
    pub fn credit(&mut self, pass: PassId, credit: Credit) {
        self.credits.insert(pass, Some(credit));
    }

    /// The last credit of a pass was taken back.
    pub fn withdraw(&mut self, pass: PassId) {
        self.credits.remove(&pass);
    }

    /// A booklet.
    pub fn booklet(&self, programme: ProgrammeId, booklet: u32) -> Option<Option<Booklet>> {
        self.booklets.get(&(programme, booklet)).cloned()
    }

    /// Booklets are not what they were.
    pub fn forget_booklets(&mut self) {
        self.booklets.clear();
    }

    /// Whether a redemption was cancelled.
    pub fn is_voided(&self, event: BirthId, pass: PassId) -> Option<bool> {
        self.is_about(event)
            .then(|| self.voided.contains(&(event.seq, pass)))
    }

    /// An event is written down: a void cancels what it names.
    pub fn write(&mut self, device: DeviceId, event: &Event) {
        if let Act::Void { pass, epoch, seq, .. } = event.act
            && (device, epoch) == (self.device, self.epoch)
        {
            self.voided.insert((seq, pass));
        }
    }

    /// What a device calls a site, if it was asked before.
    pub fn site(&self, device: DeviceId, site: u16, version: Option<u32>) -> Option<FoundSite> {
        let is_known = device == self.device;
        is_known
            .then(|| self.sites.get(&(site, version)).cloned())
            .flatten()
    }

    /// What was found of a site: the version that was asked for, which is asked for by its number next.
    pub fn keep_site(&mut self, device: DeviceId, site: u16, version: Option<u32>, found: &FoundSite) {
        if device != self.device {
            return;
        }
        let number = found.as_ref().map(|(number, _)| *number);
        self.sites.insert((site, version), found.clone());
        self.sites.insert((site, number.or(version)), found.clone());
    }

    /// A site has another name.
    pub fn forget_sites(&mut self) {
        self.sites.clear();
    }
}

fn columns(passes: &HashSet<PassId>) -> (Vec<i32>, Vec<i64>, Vec<i32>) {
    let (mut programmes, mut booklets, mut ranks) = (Vec::new(), Vec::new(), Vec::new());
    for pass in passes {
        let (programme, booklet, rank) = pass_columns(*pass);
        programmes.push(programme);
        booklets.push(booklet);
        ranks.push(rank);
    }
    (programmes, booklets, ranks)
}
