-- What keeps the months right when the books go on from an older copy: who has said what it knows
-- since, and what a month that was brought back from its file has counted.

-- FACT. A desk that has shown, in a generation after the first, all that these books may have lost of
-- what it was told: its question was answered and nothing of it was found missing.
CREATE TABLE reports (
  device BLOB NOT NULL REFERENCES devices (device),
  generation INTEGER NOT NULL REFERENCES generations (generation),
  reported_at INTEGER NOT NULL,
  PRIMARY KEY (device, generation)
) STRICT, WITHOUT ROWID;

-- Events whose credit (or whose credit's withdrawal) was counted by a month that was brought back, and
-- that have not come back themselves: nothing here holds them yet. A work list, not a fact: a row goes
-- when its credit comes back and stands in `settled_credits` (or `settled_withdrawals`). The key lets one
-- month wait for an event, as theirs lets one month count a credit.
CREATE TABLE awaited (
  device BLOB NOT NULL CHECK (length(device) = 16),
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL CHECK (seq >= 1),
  kind TEXT NOT NULL CHECK (kind IN ('credit', 'withdrawal')),
  month TEXT NOT NULL REFERENCES settlements (month),
  PRIMARY KEY (device, epoch, seq, kind)
) STRICT, WITHOUT ROWID;

-- One act more: a month is brought back.
CREATE TABLE audits_again (
  number INTEGER PRIMARY KEY CHECK (number >= 1),
  officer TEXT NOT NULL,
  act TEXT NOT NULL CHECK (act IN ('programme_added', 'booklets_issued', 'booklets_activated',
    'booklets_blocked', 'structure_added', 'enrolment_issued', 'device_revoked', 'claim_credited',
    'claim_declined', 'payee_entered', 'month_closed', 'month_brought_back')),
  about TEXT NOT NULL CHECK (json_valid(about)),
  reason TEXT,
  done_at INTEGER NOT NULL
) STRICT;

INSERT INTO audits_again SELECT * FROM audits;
DROP TABLE audits;
ALTER TABLE audits_again RENAME TO audits;

CREATE TRIGGER audits_are_facts_update BEFORE UPDATE ON audits
BEGIN SELECT RAISE(ABORT, 'audits are facts'); END;
CREATE TRIGGER audits_are_facts_delete BEFORE DELETE ON audits
BEGIN SELECT RAISE(ABORT, 'audits are facts'); END;
CREATE TRIGGER reports_are_facts_update BEFORE UPDATE ON reports
BEGIN SELECT RAISE(ABORT, 'reports are facts'); END;
CREATE TRIGGER reports_are_facts_delete BEFORE DELETE ON reports
BEGIN SELECT RAISE(ABORT, 'reports are facts'); END;
