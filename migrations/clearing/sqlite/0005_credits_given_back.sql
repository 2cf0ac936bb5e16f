-- After a restore, a credit may be taken back for a claim that turns out not to hold, and be given to
-- the same event again: an event is credited once for each attempt, no longer once for ever.
CREATE TABLE credits_again (
  programme INTEGER NOT NULL REFERENCES programmes (programme),
  booklet INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  attempt INTEGER NOT NULL CHECK (attempt >= 0),
  siret TEXT NOT NULL REFERENCES structures (siret),
  amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
  device BLOB NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  credited_at INTEGER NOT NULL,
  PRIMARY KEY (programme, booklet, rank, attempt),
  UNIQUE (device, epoch, seq, attempt),
  FOREIGN KEY (device, epoch, seq) REFERENCES events (device, epoch, seq)
) STRICT;

INSERT INTO credits_again SELECT * FROM credits;
DROP TABLE credits;
ALTER TABLE credits_again RENAME TO credits;

-- Without this, a wrong count of attempts would slip past the key above.
CREATE TRIGGER credits_follow_withdrawals BEFORE INSERT ON credits
WHEN NEW.attempt <> (
  SELECT count(*) FROM withdrawals
  WHERE programme = NEW.programme AND booklet = NEW.booklet AND rank = NEW.rank
)
BEGIN SELECT RAISE(ABORT, 'a credit of this pass still stands'); END;

CREATE TRIGGER credits_are_facts_update BEFORE UPDATE ON credits
BEGIN SELECT RAISE(ABORT, 'credits are facts'); END;
CREATE TRIGGER credits_are_facts_delete BEFORE DELETE ON credits
BEGIN SELECT RAISE(ABORT, 'credits are facts'); END;

-- Which receipt was shown: after two restores there may be several for one range. Those shown before
-- this step are not told apart; whoever holds one shows it again.
CREATE TABLE recalls_again (
  device BLOB NOT NULL,
  epoch INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  -- Its trace, as the protocol makes it.
  receipt BLOB NOT NULL CHECK (length(receipt) = 8),
  recalled_at INTEGER NOT NULL,
  PRIMARY KEY (device, epoch, first_seq, last_seq, receipt),
  FOREIGN KEY (device, epoch, first_seq, last_seq) REFERENCES receipts (device, epoch, first_seq, last_seq)
) STRICT, WITHOUT ROWID;

INSERT INTO recalls_again SELECT device, epoch, first_seq, last_seq, zeroblob(8), recalled_at FROM recalls;
DROP TABLE recalls;
ALTER TABLE recalls_again RENAME TO recalls;

CREATE TRIGGER recalls_are_facts_update BEFORE UPDATE ON recalls
BEGIN SELECT RAISE(ABORT, 'recalls are facts'); END;
CREATE TRIGGER recalls_are_facts_delete BEFORE DELETE ON recalls
BEGIN SELECT RAISE(ABORT, 'recalls are facts'); END;
