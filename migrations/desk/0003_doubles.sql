-- This ledger may be an old copy of itself, or a copy of it may go on elsewhere. Both write under the same
-- numbers until they meet at clearing: whoever comes second takes new ones.

-- FACT. In this life, what follows event `last_seq` is another copy's.
CREATE TABLE overtakings (
  epoch BLOB NOT NULL REFERENCES epochs (epoch),
  last_seq INTEGER NOT NULL CHECK (last_seq >= 0),
  found_at INTEGER NOT NULL,
  PRIMARY KEY (epoch, last_seq)
) STRICT, WITHOUT ROWID;

-- FACT. An event that was written again under another number, because another copy had taken its own.
CREATE TABLE moves (
  old_epoch BLOB NOT NULL,
  old_seq INTEGER NOT NULL,
  epoch BLOB NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (old_epoch, old_seq),
  UNIQUE (epoch, seq),
  FOREIGN KEY (old_epoch, old_seq) REFERENCES events (epoch, seq),
  FOREIGN KEY (epoch, seq) REFERENCES events (epoch, seq)
) STRICT, WITHOUT ROWID;

-- Events 1 to `moved_seq` of a life were written in an overtaken one, when the latest time known of
-- clearing was `moved_known_time`; NULL when none was.
ALTER TABLE epochs ADD COLUMN moved_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE epochs ADD COLUMN moved_known_time INTEGER;

-- A batch of this device's log that this ledger has not sealed, with its answer: a copy has sent it, or this
-- ledger before it was restored. Not a fact of this ledger, but what clearing holds: forgotten when clearing,
-- restored from an old copy itself, holds something else under these numbers.
CREATE TABLE recovered_batches (
  epoch BLOB NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  signed BLOB NOT NULL,
  recovered_at INTEGER NOT NULL,
  PRIMARY KEY (epoch, first_seq, last_seq),
  CHECK (first_seq <= last_seq)
) STRICT, WITHOUT ROWID;

-- Likewise: an event of such a batch that this ledger has not written: its pass is taken, and nobody here knows
-- at which workshop. `content` is CBOR of domain::event::Event, `verdict` of domain::wire::Verdict.
CREATE TABLE recovered_events (
  epoch BLOB NOT NULL,
  seq INTEGER NOT NULL,
  content BLOB NOT NULL,
  programme_id INTEGER NOT NULL,
  booklet INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  held_on TEXT NOT NULL,
  -- What a void cancels; NULL for a redemption.
  cancels_epoch BLOB,
  cancels_seq INTEGER,
  code TEXT NOT NULL,
  verdict BLOB NOT NULL,
  PRIMARY KEY (epoch, seq),
  CHECK ((cancels_epoch IS NULL) = (cancels_seq IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX recovered_events_by_pass ON recovered_events (programme_id, booklet, rank);
CREATE INDEX recovered_voids ON recovered_events (cancels_epoch, cancels_seq) WHERE cancels_epoch IS NOT NULL;

-- Every batch with its answer, own or recovered. What was overtaken answers nothing any more.
CREATE VIEW answers (epoch, first_seq, last_seq, sealed, signed) AS
  SELECT b.epoch, b.first_seq, b.last_seq, b.sealed, r.signed
  FROM batches b JOIN receipts r ON r.batch_id = b.id
  WHERE NOT EXISTS (SELECT 1 FROM overtakings o WHERE o.epoch = b.epoch AND o.last_seq < b.last_seq)
  UNION ALL
  SELECT epoch, first_seq, last_seq, sealed, signed FROM recovered_batches;

-- What clearing said of events before it lost them, and took another copy's under their numbers.
DROP TRIGGER verdicts_no_delete;
CREATE TRIGGER verdicts_no_delete BEFORE DELETE ON verdicts
WHEN NOT EXISTS (SELECT 1 FROM overtakings WHERE epoch = OLD.epoch)
BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;

-- A redemption and a void stay as they were written; only the number may change under which the log
-- knows them.
DROP TRIGGER redemptions_no_update;
CREATE TRIGGER redemptions_no_update BEFORE UPDATE OF id, programme_id, booklet, rank, attempt, workshop_id,
  attendee_id, site_id, held_on, service, amount_cents, doubt, account_id, recorded_at ON redemptions
BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER redemptions_move BEFORE UPDATE OF epoch, seq ON redemptions
WHEN NOT EXISTS (SELECT 1 FROM moves WHERE old_epoch = OLD.epoch AND old_seq = OLD.seq
  AND epoch = NEW.epoch AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
DROP TRIGGER voids_no_update;
CREATE TRIGGER voids_no_update BEFORE UPDATE OF redemption_id, reason, account_id, recorded_at ON voids
BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER voids_move BEFORE UPDATE OF epoch, seq ON voids
WHEN NOT EXISTS (SELECT 1 FROM moves WHERE old_epoch = OLD.epoch AND old_seq = OLD.seq
  AND epoch = NEW.epoch AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;

CREATE TRIGGER overtakings_no_update BEFORE UPDATE ON overtakings BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER overtakings_no_delete BEFORE DELETE ON overtakings BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER moves_no_update BEFORE UPDATE ON moves BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER moves_no_delete BEFORE DELETE ON moves BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
