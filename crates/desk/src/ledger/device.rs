//! This device: its key, its lives, and the clearing service that it trusts.

use super::values::Column;
use crate::error::Error;
use passerelle_domain::{
    event::{Link, Parent},
    exchange::LetIn,
    id::{DeviceId, Epoch, ServerId},
    key::{PrivateKey, PublicKey},
};
use rusqlite::{Connection, OptionalExtension, params};

/// This device, as its ledger knows it.
pub struct Device {
    /// Its identity.
    pub id: DeviceId,
    /// Its key.
    pub key: PrivateKey,
    /// The service it is enrolled with.
    pub clearing: Option<Clearing>,
    /// The latest time that clearing has signed, in Unix seconds.
    pub server_time: Option<u64>,
    /// When clearing last answered, over a network or by courier, in Unix seconds of this computer.
    pub heard_at: Option<i64>,
}

/// A clearing service that this device trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clearing {
    /// Its identity.
    pub id: ServerId,
    /// The only key whose signature counts.
    pub public: PublicKey,
    /// Where it answers.
    pub address: String,
}

/// A life of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// Its random name.
    pub epoch: Epoch,
    /// Where it comes from.
    pub parent: Option<Parent>,
    /// Its first events, when they were written in a life that another copy has overtaken.
    pub moved: Option<Moved>,
}

/// The events at the beginning of a life that were written in an overtaken one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The last of them.
    pub last_seq: u64,
    /// The latest time known of clearing when they were first written.
    pub known_time: Option<u64>,
}

/// Makes the device of a new ledger, and its first life.
pub fn insert(db: &Connection, seed: [u8; 32], epoch: Epoch, now: i64) -> Result<(), Error> {
    let id = PrivateKey::from_seed(&seed).public().device_id();
    db.execute(
        "INSERT INTO devices (id, device, seed) VALUES (1, ?1, ?2)",
        params![Column(id), seed],
    )?;
    let life = Life {
        epoch,
        parent: None,
        moved: None,
    };
    begin_life(db, &life, now)
}

/// Begins a life: the log is written there from now on.
pub fn begin_life(db: &Connection, life: &Life, now: i64) -> Result<(), Error> {
    let parent = life.parent;
    db.execute(
        "INSERT INTO epochs (epoch, parent_epoch, parent_seq, parent_link, began_at, moved_seq, moved_known_time)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            Column(life.epoch),
            parent.map(|parent| Column(parent.epoch)),
            parent.map(|parent| parent.seq),
            parent.map(|parent| Column(parent.link)),
            now,
            life.moved.map_or(0, |moved| moved.last_seq),
            life.moved.and_then(|moved| moved.known_time),
        ],
    )?;
    Ok(())
}

/// This device, if the ledger has one yet.
pub fn find(db: &Connection) -> Result<Option<Device>, Error> {
    let found = db
        .query_row(
            "SELECT device, seed, server, server_public, address, server_time, heard_at FROM devices",
            [],
            |row| {
                let server: Option<Column<ServerId>> = row.get(2)?;
                let public: Option<[u8; 32]> = row.get(3)?;
                let address: Option<String> = row.get(4)?;
                let clearing = match (server, public, address) {
                    (Some(id), Some(public), Some(address)) => Some(Clearing {
                        id: id.0,
                        public: PublicKey(public),
                        address,
                    }),
                    (_, _, _) => None,
                };
                let seed: [u8; 32] = row.get(1)?;
                Ok(Device {
                    id: row.get::<_, Column<DeviceId>>(0)?.0,
                    key: PrivateKey::from_seed(&seed),
                    clearing,
                    server_time: row.get(5)?,
                    heard_at: row.get(6)?,
                })
            },
        )
        .optional()?;
    Ok(found)
}

/// This device.
///
/// # Errors
/// A ledger without its device is damaged: it is made with the ledger itself.
pub fn get(db: &Connection) -> Result<Device, Error> {
    find(db)?.ok_or_else(|| Error::Damaged("no device".into()))
}

const LIFE: &str =
    "SELECT epoch, parent_epoch, parent_seq, parent_link, moved_seq, moved_known_time FROM epochs";

/// The life that the log is written to.
pub fn current_life(db: &Connection) -> Result<Life, Error> {
    let life = db
        .prepare_cached(&format!("{LIFE} ORDER BY number DESC LIMIT 1"))?
        .query_row([], read_life)?;
    Ok(life)
}

/// The life of that name, if this ledger has lived it.
pub fn find_life(db: &Connection, epoch: Epoch) -> Result<Option<Life>, Error> {
    let life = db
        .prepare_cached(&format!("{LIFE} WHERE epoch = ?1"))?
        .query_row([Column(epoch)], read_life)
        .optional()?;
    Ok(life)
}

/// The life of that name.
///
/// # Errors
/// This ledger has never lived it.
pub fn get_life(db: &Connection, epoch: Epoch) -> Result<Life, Error> {
    find_life(db, epoch)?.ok_or_else(|| Error::Damaged("no such life".into()))
}

fn read_life(row: &rusqlite::Row<'_>) -> rusqlite::Result<Life> {
    let epoch: Column<Epoch> = row.get(0)?;
    let parent_epoch: Option<Column<Epoch>> = row.get(1)?;
    let parent_link: Option<Column<Link>> = row.get(3)?;
    let parent = match (parent_epoch, row.get(2)?, parent_link) {
        (Some(epoch), Some(seq), Some(link)) => Some(Parent {
            epoch: epoch.0,
            seq,
            link: link.0,
        }),
        (_, _, _) => None,
    };
    let (last_seq, known_time) = (row.get(4)?, row.get(5)?);
    Ok(Life {
        epoch: epoch.0,
        parent,
        moved: (last_seq > 0).then_some(Moved { last_seq, known_time }),
    })
}

/// Trusts a clearing service from now on.
pub fn enrol(db: &Connection, clearing: &Clearing, server_time: u64, now: i64) -> Result<(), Error> {
    db.execute(
        "UPDATE devices SET server = ?1, server_public = ?2, address = ?3, enrolled_at = ?4, server_time = ?5",
        params![Column(clearing.id), clearing.public.0, clearing.address, now, server_time],
    )?;
    Ok(())
}

/// Keeps how clearing let this device in: the form and the grant, as they travelled.
pub fn keep_enrolment(db: &Connection, form: &[u8], grant: &[u8]) -> Result<(), Error> {
    db.execute(
        "UPDATE devices SET enrolment_form = ?1, enrolment_grant = ?2",
        params![form, grant],
    )?;
    Ok(())
}

/// How clearing let this device in, if that was kept.
pub fn find_enrolment(db: &Connection) -> Result<Option<LetIn>, Error> {
    let (form, grant): (Option<Vec<u8>>, Option<Vec<u8>>) =
        db.query_row("SELECT enrolment_form, enrolment_grant FROM devices", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    Ok(form.zip(grant))
}

/// The latest time that clearing has signed, in Unix seconds. Asked for each pass: no key is made for it.
pub fn find_server_time(db: &Connection) -> Result<Option<i64>, Error> {
    let time = db
        .prepare_cached("SELECT server_time FROM devices")?
        .query_row([], |row| row.get(0))?;
    Ok(time)
}

/// Remembers a time that clearing has signed. It never goes back: an old answer that comes late
/// must not widen the window in which a claimed day is believed.
pub fn note_server_time(db: &Connection, server_time: u64) -> Result<(), Error> {
    db.execute(
        "UPDATE devices SET server_time = max(coalesce(server_time, 0), ?1)",
        [server_time],
    )?;
    Ok(())
}

/// Remembers that clearing has answered, whatever it said.
pub fn note_heard(db: &Connection, now: i64) -> Result<(), Error> {
    db.execute("UPDATE devices SET heard_at = ?1", [now])?;
    Ok(())
}
