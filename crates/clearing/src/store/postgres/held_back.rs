//! What is written about the events of one batch, in one statement for each table.

use super::{
    PostgresBooks,
    columns::{pass_columns, signed, word},
};
use crate::{
    books::{CreditForm, LoggedEvent},
    error::Error,
};
use chrono::NaiveDate;
use passerelle_domain::{
    event::{Act, Link},
    id::{DeviceId, Epoch},
    wire::Verdict,
};

/// Facts about events of one life, not written yet.
pub struct HeldBack {
    device: DeviceId,
    epoch: Epoch,
    events: Events,
    verdicts: Verdicts,
    credits: Credits,
}

/// The columns of events.
#[derive(Default)]
struct Events {
    seqs: Vec<i64>,
    batch_last_seqs: Vec<i64>,
    days: Vec<NaiveDate>,
    sites: Vec<i32>,
    site_versions: Vec<Option<i64>>,
    kinds: Vec<&'static str>,
    programmes: Vec<i32>,
    booklets: Vec<i64>,
    ranks: Vec<i32>,
    services: Vec<Option<i32>>,
    void_epochs: Vec<Option<i64>>,
    void_seqs: Vec<Option<i64>>,
    reasons: Vec<Option<&'static str>>,
    links: Vec<Vec<u8>>,
}

/// The columns of verdicts.
#[derive(Default)]
struct Verdicts {
    seqs: Vec<i64>,
    codes: Vec<&'static str>,
    words: Vec<Vec<u8>>,
}

/// The columns of credits.
#[derive(Default)]
struct Credits {
    programmes: Vec<i32>,
    booklets: Vec<i64>,
    ranks: Vec<i32>,
    attempts: Vec<i64>,
    sirets: Vec<String>,
    amounts: Vec<i64>,
    seqs: Vec<i64>,
    credited_at: Vec<i64>,
}

impl HeldBack {
    /// Nothing yet, of that life.
    pub fn of(device: DeviceId, epoch: Epoch) -> Self {
        Self {
            device,
            epoch,
            events: Events::default(),
            verdicts: Verdicts::default(),
            credits: Credits::default(),
        }
    }

    pub const fn is_empty(&self) -> bool {
        self.events.seqs.is_empty() && self.verdicts.seqs.is_empty() && self.credits.seqs.is_empty()
    }

    /// An event of this life, with the link after it.
    pub fn event(&mut self, logged: &LoggedEvent, batch_last_seq: u64, link: Link) {
        let columns = &mut self.events;
        let (programme, booklet, rank) = pass_columns(logged.event.act.pass());
        let (kind, service, voided) = match logged.event.act {
            Act::Redemption { service, .. } => ("redemption", Some(i32::from(service.0)), None),
            Act::Void {
                epoch, seq, reason, ..
            } => ("void", None, Some((epoch, seq, reason))),
        };
        columns.seqs.push(signed(logged.id.seq));
        columns.batch_last_seqs.push(signed(batch_last_seq));
        columns.days.push(logged.event.day);
        columns.sites.push(i32::from(logged.event.site));
        columns.site_versions.push(logged.site_version.map(i64::from));
        columns.kinds.push(kind);
        columns.programmes.push(programme);
        columns.booklets.push(booklet);
        columns.ranks.push(rank);
        columns.services.push(service);
        columns
            .void_epochs
            .push(voided.map(|(epoch, _, _)| signed(epoch.0)));
        columns.void_seqs.push(voided.map(|(_, seq, _)| signed(seq)));
        columns.reasons.push(voided.map(|(_, _, reason)| reason.code()));
        columns.links.push(link.0.to_vec());
    }

    /// The first word on an event of this life.
    pub fn verdict(&mut self, seq: u64, verdict: &Verdict) {
        let columns = &mut self.verdicts;
        columns.seqs.push(signed(seq));
        columns.codes.push(verdict.code());
        columns.words.push(word(verdict));
    }

    /// A credit given through an event of this life.
    pub fn credit(&mut self, form: &CreditForm<'_>, credited_at: u64) {
        let columns = &mut self.credits;
        let (programme, booklet, rank) = pass_columns(form.pass);
        columns.programmes.push(programme);
        columns.booklets.push(booklet);
        columns.ranks.push(rank);
        columns.attempts.push(i64::from(form.attempt));
        columns.sirets.push(form.siret.as_str().to_owned());
        columns.amounts.push(form.amount.0);
        columns.seqs.push(signed(form.event.seq));
        columns.credited_at.push(signed(credited_at));
    }

    /// Writes all of it, each fact after what it refers to.
    pub fn write(&self, books: &PostgresBooks<'_>) -> Result<(), Error> {
        if !self.events.seqs.is_empty() {
            self.write_events(books)?;
        }
        if !self.verdicts.seqs.is_empty() {
            self.write_verdicts(books)?;
        }
        if !self.credits.seqs.is_empty() {
            self.write_credits(books)?;
        }
        Ok(())
    }

    fn write_events(&self, books: &PostgresBooks<'_>) -> Result<(), Error> {
        let sql = "INSERT INTO events (device, epoch, seq, batch_last_seq, day, site, site_version, kind,
                programme, booklet, rank, service, void_epoch, void_seq, reason, link)
            SELECT $1, $2, e.* FROM unnest($3::bigint[], $4::bigint[], $5::date[], $6::integer[], $7::bigint[],
                $8::text[], $9::integer[], $10::bigint[], $11::integer[], $12::integer[], $13::bigint[],
                $14::bigint[], $15::text[], $16::bytea[]) AS e";
        let columns = &self.events;
        books.record(
            sql,
            &[
                &&self.device.0[..],
                &signed(self.epoch.0),
                &columns.seqs,
                &columns.batch_last_seqs,
                &columns.days,
                &columns.sites,
                &columns.site_versions,
                &columns.kinds,
                &columns.programmes,
                &columns.booklets,
                &columns.ranks,
                &columns.services,
                &columns.void_epochs,
                &columns.void_seqs,
                &columns.reasons,
                &columns.links,
            ],
        )
    }

    fn write_verdicts(&self, books: &PostgresBooks<'_>) -> Result<(), Error> {
        let sql = "INSERT INTO verdicts (device, epoch, seq, code, word)
            SELECT $1, $2, v.* FROM unnest($3::bigint[], $4::text[], $5::bytea[]) AS v";
        let columns = &self.verdicts;
        books.record(
            sql,
            &[
                &&self.device.0[..],
                &signed(self.epoch.0),
                &columns.seqs,
                &columns.codes,
                &columns.words,
            ],
        )
    }

    fn write_credits(&self, books: &PostgresBooks<'_>) -> Result<(), Error> {
        let sql =
            "INSERT INTO credits (device, epoch, programme, booklet, rank, attempt, siret, amount_cents,
                seq, credited_at)
            SELECT $1, $2, c.* FROM unnest($3::integer[], $4::bigint[], $5::integer[], $6::bigint[],
                $7::text[], $8::bigint[], $9::bigint[], $10::bigint[]) AS c";
        let columns = &self.credits;
        books.record(
            sql,
            &[
                &&self.device.0[..],
                &signed(self.epoch.0),
                &columns.programmes,
                &columns.booklets,
                &columns.ranks,
                &columns.attempts,
                &columns.sirets,
                &columns.amounts,
                &columns.seqs,
                &columns.credited_at,
            ],
        )
    }
}
