-- What this site objects to, while the officer decides about one of its passes.

-- FACT. A note to the officer about a redemption, sealed when it was written: `signed` is what travels, and it names
-- the redemption's event as the log did then. Nothing in it says who came.
CREATE TABLE objections (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  redemption_id INTEGER NOT NULL REFERENCES redemptions (id),
  note TEXT NOT NULL CHECK (length(note) BETWEEN 1 AND 500),
  written_on TEXT NOT NULL,
  signed BLOB NOT NULL,
  -- domain::wire::Trace of `signed`: the same note, written twice on one day, is one.
  trace BLOB NOT NULL UNIQUE CHECK (length(trace) = 8),
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX objections_by_redemption ON objections (redemption_id);

-- FACT. Clearing's word that it has noted an objection, as it signed it. It may come more than once.
CREATE TABLE noted_objections (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  objection_id INTEGER NOT NULL REFERENCES objections (id),
  generation INTEGER NOT NULL,
  -- Clearing's time.
  noted_at INTEGER NOT NULL,
  signed BLOB NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX noted_by_objection ON noted_objections (objection_id);

-- FACT. Clearing went on from an old copy of its books, and said at `told_at` (its time) that they lack the objection
-- that it had noted last. What it had noted before then is to be brought again.
CREATE TABLE objection_losses (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  told_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER objections_no_update BEFORE UPDATE ON objections BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER objections_no_delete BEFORE DELETE ON objections BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER noted_objections_no_update BEFORE UPDATE ON noted_objections BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER noted_objections_no_delete BEFORE DELETE ON noted_objections BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER objection_losses_no_update BEFORE UPDATE ON objection_losses BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER objection_losses_no_delete BEFORE DELETE ON objection_losses BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
