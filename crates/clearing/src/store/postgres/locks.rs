//! What keeps writers apart: locks of a transaction, held until its end.
//!
//! Each statement sees what was kept before it (READ COMMITTED), so behind the locks a write sees all
//! that was kept where it reaches, and nothing changes there meanwhile.

use crate::store::Reach;
use passerelle_domain::programme::ProgrammeId;
use std::collections::BTreeSet;

/// Begins a write beside which no other runs.
pub const ALONE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(1348693106, 1)";

/// Begins a write beside others that reach elsewhere.
pub fn begin_within(reach: &Reach) -> String {
    let keys: Vec<String> = keys(reach).iter().map(ToString::to_string).collect();
    format!(
        "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock_shared(1348693106, 1);
        SELECT count(pg_advisory_xact_lock(key)) FROM unnest('{{{}}}'::bigint[]) AS key",
        keys.join(",")
    )
}

/// Ascending, so that no two writers wait for each other. Where two things have one key by chance, their
/// writers wait in vain, and no harm is done.
fn keys(reach: &Reach) -> BTreeSet<i64> {
    let (head, _) = reach.device.0.split_at(8);
    let device = i64::from_be_bytes(head.try_into().expect("eight bytes"));
    let booklet =
        |(programme, booklet): &(ProgrammeId, u32)| i64::from(programme.0) << 32 | i64::from(*booklet);
    let mut keys: BTreeSet<i64> = reach.booklets.iter().map(booklet).collect();
    keys.insert(device);
    keys
}
