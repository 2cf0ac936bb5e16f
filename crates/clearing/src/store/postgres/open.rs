//! Opening the books: the connection, its settings, the schema.

use super::{
    PostgresStore, Session,
    address::Address,
    encryption::Encryption,
    pool::{Lent, Pool},
};
use crate::error::Error;
use postgres::NoTls;

/// Each step of the schema, the first bringing its version from 0 to 1. Frozen once shipped.
const MIGRATIONS: [&str; 10] = [
    include_str!("../../../../../migrations/clearing/postgres/0001_books.sql"),
    include_str!("../../../../../migrations/clearing/postgres/0002_audits.sql"),
    include_str!("../../../../../migrations/clearing/postgres/0003_settlements.sql"),
    include_str!("../../../../../migrations/clearing/postgres/0004_recalls.sql"),
    include_str!("../../../../../migrations/clearing/postgres/0005_credits_given_back.sql"),
    include_str!("../../../../../migrations/clearing/postgres/0006_after_a_restore.sql"),
    include_str!("../../../../../migrations/clearing/postgres/0008_key_replaced.sql"),
    include_str!("../../../../../migrations/clearing/postgres/0009_objections.sql"),
    include_str!("../../../../../migrations/clearing/postgres/0010_references.sql"),
    include_str!("../../../../../migrations/clearing/postgres/0011_passes_of_months.sql"),
];

/// How many writes run side by side. More would be more in each other's way than they are faster.
const WRITERS: usize = 8;

/// How many questions are answered side by side.
const READERS: usize = 4;

/// What every connection is told first. A commit is an answer that leaves: it waits for the disk,
/// and for a standby that the server was told to wait for (`remote_apply` asks for more, and stays).
/// A connection that says nothing any more does not keep its locks for ever.
const SETTINGS: &str = "SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply');
    SET idle_in_transaction_session_timeout = '1min'";

/// What writers are told too: a way to look that was chosen while a table was short would be kept when
/// the table is long.
const BY_KEYS_ALONE: &str = "SET enable_seqscan = off";

impl PostgresStore {
    /// Opens the books in the database of that address, making them at the first start. Its role
    /// must own the schema then, and after an update of this program; else it need only use it.
    ///
    /// # Errors
    /// Not an address, or one in clear across a network; the database does not answer, holds
    /// something else, or is newer than this version.
    pub fn open(address: &str) -> Result<Self, Error> {
        let address = Address::parse(address)?;
        let store = Self {
            writers: Pool::new(address.clone(), BY_KEYS_ALONE, WRITERS),
            readers: Pool::new(address, "", READERS),
        };
        while store.migrate()? {}
        Ok(store)
    }

    /// Takes the next step of the schema, if there is one.
    fn migrate(&self) -> Result<bool, Error> {
        // Looked up under a lock: two services may start on an empty database at once.
        let mut lent = self
            .writers
            .begin("BEGIN; SELECT pg_advisory_xact_lock(1348693106, 0)")?;
        let found = found_version(&mut lent)?;
        let known = u32::try_from(MIGRATIONS.len()).expect("a handful of files");
        if found > known {
            return Err(Error::TooNew { found, known });
        }
        let Some(step) = MIGRATIONS.get(found as usize) else {
            return Ok(false);
        };
        lent.run(step)?;
        let version = i32::try_from(found + 1).expect("a handful of files");
        lent.execute("INSERT INTO migrations (version) VALUES ($1)", &[&version])?;
        lent.run("COMMIT")?;
        Ok(true)
    }
}

/// A connection that is ready for its first transaction.
pub fn connect(address: &Address, settings: &str) -> Result<Session, Error> {
    let client = if address.is_encrypted {
        address.config.connect(Encryption::of_the_system()?)?
    } else {
        address.config.connect(NoTls)?
    };
    let mut session = Session::over(client);
    session.run(SETTINGS)?;
    session.run(settings)?;
    Ok(session)
}

/// The version of the schema: 0 in a new one.
fn found_version(lent: &mut Lent<'_>) -> Result<u32, Error> {
    let asked = "SELECT to_regclass('migrations') IS NOT NULL, EXISTS (
        SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p'))";
    let rows = lent.query(asked, &[])?;
    let row = rows.first().ok_or(Error::Damaged("a catalogue without a row"))?;
    let (is_ours, holds_tables): (bool, bool) = (row.try_get(0)?, row.try_get(1)?);
    match (is_ours, holds_tables) {
        (true, _) => {
            let rows = lent.query("SELECT coalesce(max(version), 0) FROM migrations", &[])?;
            let row = rows.first().ok_or(Error::Damaged("a version without a row"))?;
            u32::try_from(row.try_get::<_, i32>(0)?).map_err(|_| Error::Damaged("a version below 0"))
        }
        (false, true) => Err(Error::Damaged(
            "the database is not the books of a clearing service",
        )),
        (false, false) => {
            lent.run(
                "CREATE TABLE migrations (
                    version INTEGER PRIMARY KEY CHECK (version >= 1),
                    taken_at TIMESTAMPTZ NOT NULL DEFAULT now()
                )",
            )?;
            Ok(0)
        }
    }
}
