-- What keeps the months right when the books go on from an older copy: who has said what it knows
-- since, and what a month that was brought back from its file has counted.

-- FACT. A desk that has shown, in a generation after the first, all that these books may have lost of
-- what it was told: its question was answered and nothing of it was found missing.
CREATE TABLE reports (
  device BYTEA NOT NULL REFERENCES devices (device),
  generation BIGINT NOT NULL REFERENCES generations (generation),
  reported_at BIGINT NOT NULL,
  PRIMARY KEY (device, generation)
);

-- Events whose credit (or whose credit's withdrawal) was counted by a month that was brought back, and
-- that have not come back themselves: nothing here holds them yet. A work list, not a fact: a row goes
-- when its credit comes back and stands in `settled_credits` (or `settled_withdrawals`). The key lets one
-- month wait for an event, as theirs lets one month count a credit.
CREATE TABLE awaited (
  device BYTEA NOT NULL CHECK (length(device) = 16),
  epoch BIGINT NOT NULL,
  seq BIGINT NOT NULL CHECK (seq >= 1),
  kind TEXT NOT NULL CHECK (kind IN ('credit', 'withdrawal')),
  month TEXT NOT NULL REFERENCES settlements (month),
  PRIMARY KEY (device, epoch, seq, kind)
);

-- One act more: a month is brought back.
ALTER TABLE audits DROP CONSTRAINT audits_act_check;
ALTER TABLE audits ADD CHECK (act IN ('programme_added', 'booklets_issued', 'booklets_activated',
  'booklets_blocked', 'structure_added', 'enrolment_issued', 'device_revoked', 'claim_credited',
  'claim_declined', 'payee_entered', 'month_closed', 'month_brought_back'));

CREATE TRIGGER reports_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON reports
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
