-- What the officer did. The facts themselves stand in their own tables; this says who acted, when,
-- and why when a reason is asked for.

-- FACT. An act of the officer's, numbered from 1 without gaps. `officer` is the account that acted,
-- as its machine knows it; empty when nobody said. `about` names what was acted on, as JSON. Acts
-- are rare: that they share one sequence keeps no desk waiting.
CREATE TABLE audits (
  number INTEGER PRIMARY KEY CHECK (number >= 1),
  officer TEXT NOT NULL,
  act TEXT NOT NULL CHECK (act IN ('programme_added', 'booklets_issued', 'booklets_activated',
    'booklets_blocked', 'structure_added', 'enrolment_issued', 'device_revoked', 'claim_credited',
    'claim_declined', 'payee_entered', 'month_closed')),
  about TEXT NOT NULL CHECK (json_valid(about)),
  reason TEXT,
  done_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER audits_are_facts_update BEFORE UPDATE ON audits
BEGIN SELECT RAISE(ABORT, 'audits are facts'); END;
CREATE TRIGGER audits_are_facts_delete BEFORE DELETE ON audits
BEGIN SELECT RAISE(ABORT, 'audits are facts'); END;
