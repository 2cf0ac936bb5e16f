//! The schema's versions, in order. A file that has shipped is frozen: its checksum is tested.

use crate::error::Error;
use rusqlite::{Connection, TransactionBehavior};

/// Each migration, the first bringing `user_version` from 0 to 1.
pub const MIGRATIONS: [&str; 11] = [
    include_str!("../../../../migrations/desk/0001_ledger.sql"),
    include_str!("../../../../migrations/desk/0002_decision_parcels.sql"),
    include_str!("../../../../migrations/desk/0003_doubles.sql"),
    include_str!("../../../../migrations/desk/0004_spent_blocks.sql"),
    include_str!("../../../../migrations/desk/0005_enrolment_proofs.sql"),
    include_str!("../../../../migrations/desk/0006_standing.sql"),
    include_str!("../../../../migrations/desk/0008_server_keys.sql"),
    include_str!("../../../../migrations/desk/0009_objections.sql"),
    include_str!("../../../../migrations/desk/0010_decision_links.sql"),
    include_str!("../../../../migrations/desk/0011_roles.sql"),
    include_str!("../../../../migrations/desk/0012_objection_losses.sql"),
];

/// The schema that this version writes.
pub fn newest() -> u32 {
    u32::try_from(MIGRATIONS.len()).expect("a handful of files")
}

/// The schema of an open file, 0 when it is empty.
pub fn found(connection: &Connection) -> Result<u32, Error> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// A schema that this version does not know is refused, never guessed.
pub fn refuse_newer(found: u32) -> Result<(), Error> {
    let known = newest();
    if found > known {
        Err(Error::TooNew { found, known })
    } else {
        Ok(())
    }
}

/// Brings the schema up to date, one transaction a step, so that a crash leaves a whole one.
pub fn apply(connection: &mut Connection) -> Result<(), Error> {
    let mut version = found(connection)?;
    if version > newest() {
        return Err(Error::TooNew {
            found: version,
            known: newest(),
        });
    }
    for migration in MIGRATIONS.iter().skip(version as usize) {
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch(migration)?;
        version += 1;
        tx.pragma_update(None, "user_version", version)?;
        tx.commit()?;
    }
    Ok(())
}
