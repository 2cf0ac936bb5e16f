-- What the officer did. The facts themselves stand in their own tables; this says who acted, when,
-- and why when a reason is asked for.

-- FACT. An act of the officer's, numbered from 1 without gaps. `officer` is the account that acted,
-- as its machine knows it; empty when nobody said. `about` names what was acted on, as JSON. Acts
-- are rare: that they share one sequence keeps no desk waiting.
CREATE TABLE audits (
  number BIGINT PRIMARY KEY CHECK (number >= 1),
  officer TEXT NOT NULL,
  act TEXT NOT NULL CHECK (act IN ('programme_added', 'booklets_issued', 'booklets_activated',
    'booklets_blocked', 'structure_added', 'enrolment_issued', 'device_revoked', 'claim_credited',
    'claim_declined', 'payee_entered', 'month_closed')),
  about JSON NOT NULL,
  reason TEXT,
  done_at BIGINT NOT NULL
);

CREATE TRIGGER audits_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON audits
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
