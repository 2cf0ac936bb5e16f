//! Values as columns, and back. PostgreSQL's integers are signed: 64 unsigned bits are kept as the
//! signed integer of the same bits.

use crate::error::Error;
use passerelle_domain::{
    event::{Act, Event},
    id::{BirthId, DeviceId, Epoch},
    pass::PassId,
    programme::{ProgrammeId, ServiceCode},
    redemption::VoidReason,
    siret::Siret,
    wire::Verdict,
};
use postgres::Row;

const UNREADABLE: Error = Error::Damaged("a value out of bounds");

pub const fn signed(bits: u64) -> i64 {
    bits.cast_signed()
}

/// An end of a range of numbers, none of which uses the highest bit.
pub fn capped(bound: u64) -> i64 {
    i64::try_from(bound).unwrap_or(i64::MAX)
}

/// The three columns of a pass.
pub fn pass_columns(pass: PassId) -> (i32, i64, i32) {
    (
        i32::from(pass.programme.0),
        i64::from(pass.booklet),
        i32::from(pass.rank),
    )
}

/// The three columns of a birth id.
pub fn id_columns(id: &BirthId) -> (&[u8], i64, i64) {
    (&id.device.0, signed(id.epoch.0), signed(id.seq))
}

pub fn get_u64(row: &Row, at: usize) -> Result<u64, Error> {
    Ok(row.try_get::<_, i64>(at)?.cast_unsigned())
}

pub fn get_optional_u64(row: &Row, at: usize) -> Result<Option<u64>, Error> {
    Ok(row.try_get::<_, Option<i64>>(at)?.map(i64::cast_unsigned))
}

pub fn get_u32(row: &Row, at: usize) -> Result<u32, Error> {
    u32::try_from(row.try_get::<_, i64>(at)?).map_err(|_| UNREADABLE)
}

pub fn get_u16(row: &Row, at: usize) -> Result<u16, Error> {
    u16::try_from(row.try_get::<_, i32>(at)?).map_err(|_| UNREADABLE)
}

pub fn get_u8(row: &Row, at: usize) -> Result<u8, Error> {
    u8::try_from(row.try_get::<_, i32>(at)?).map_err(|_| UNREADABLE)
}

pub fn get_bytes<const N: usize>(row: &Row, at: usize) -> Result<[u8; N], Error> {
    <[u8; N]>::try_from(row.try_get::<_, &[u8]>(at)?).map_err(|_| UNREADABLE)
}

pub fn get_siret(row: &Row, at: usize) -> Result<Siret, Error> {
    Siret::parse(row.try_get(at)?).map_err(|_| Error::Damaged("a SIRET that is none"))
}

pub fn get_verdict(row: &Row, at: usize) -> Result<Verdict, Error> {
    minicbor::decode(row.try_get(at)?).map_err(|_| Error::Damaged("a verdict that cannot be read"))
}

pub fn word(verdict: &Verdict) -> Vec<u8> {
    minicbor::to_vec(verdict).expect("memory takes all that is written, and days were checked")
}

/// The pass in three columns from `at`.
pub fn get_pass(row: &Row, at: usize) -> Result<PassId, Error> {
    Ok(PassId {
        programme: ProgrammeId(get_u16(row, at)?),
        booklet: get_u32(row, at + 1)?,
        rank: get_u8(row, at + 2)?,
    })
}

/// The birth id in three columns from `at`.
pub fn get_birth_id(row: &Row, at: usize) -> Result<BirthId, Error> {
    Ok(BirthId {
        device: DeviceId(get_bytes(row, at)?),
        epoch: Epoch(get_u64(row, at + 1)?),
        seq: get_u64(row, at + 2)?,
    })
}

/// The event in ten columns: number, day, site, programme, booklet, rank, service, then the epoch,
/// number and reason of a void.
pub fn get_event(row: &Row) -> Result<Event, Error> {
    let pass = get_pass(row, 3)?;
    let act = match row.try_get::<_, Option<i32>>(6)? {
        Some(_) => Act::Redemption {
            pass,
            service: ServiceCode(get_u8(row, 6)?),
        },
        None => Act::Void {
            pass,
            epoch: Epoch(get_u64(row, 7)?),
            seq: get_u64(row, 8)?,
            reason: VoidReason::from_code(row.try_get(9)?)
                .ok_or(Error::Damaged("a reason that no void has"))?,
        },
    };
    Ok(Event {
        seq: get_u64(row, 0)?,
        day: row.try_get(1)?,
        site: get_u16(row, 2)?,
        act,
    })
}
