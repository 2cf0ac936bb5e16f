-- The books of clearing, on PostgreSQL: the tables, keys and rules of SQLite's, held to the same
-- answers by the same tests. Facts (marked FACT) are inserted, never updated nor deleted; triggers at
-- the end see to it, and a correction is another fact. Instants are Unix seconds of the server, days
-- are dates, money is cents, identities and keys are raw bytes. An epoch is 64 random bits, kept as
-- the signed integer of the same bits.
--
-- Keys are led by the booklet or by the device: two devices, or two booklets, never wait for each
-- other's row, and no sequence is shared by all. A pass is (programme, booklet, rank); an event is
-- (device, epoch, seq), its birth id, for ever.
--
-- Writers run side by side at the isolation level SERIALIZABLE: what comes of them is what would have
-- come of them one after the other. The keys are the last guard, whatever the level.

-- FACT. A life of this service: 0 at first, one more each time it is restored from a backup. The
-- server's identity stands here too, so that books are never served under another key.
CREATE TABLE generations (
  generation BIGINT PRIMARY KEY CHECK (generation >= 0),
  server BYTEA NOT NULL CHECK (octet_length(server) = 16),
  begun_at BIGINT NOT NULL
);

-- FACT. An issuer's scheme, whole, as JSON in the field names of its TOML file.
CREATE TABLE programmes (
  programme INTEGER PRIMARY KEY CHECK (programme BETWEEN 0 AND 65535),
  body JSON NOT NULL,
  added_at BIGINT NOT NULL
);

-- FACT. A key that signs a programme's passes: its number is printed in each of them. The private
-- half stays here; only the public half leaves, in the state.
CREATE TABLE pass_keys (
  pass_key INTEGER PRIMARY KEY CHECK (pass_key BETWEEN 1 AND 65535),
  programme INTEGER NOT NULL REFERENCES programmes (programme),
  seed BYTEA NOT NULL CHECK (octet_length(seed) = 32),
  made_at BIGINT NOT NULL
);

-- FACT. Consecutive booklets issued together, with the last day printed on them. Lots of one
-- programme follow each other and never overlap.
CREATE TABLE lots (
  programme INTEGER NOT NULL REFERENCES programmes (programme),
  first BIGINT NOT NULL CHECK (first >= 1),
  last BIGINT NOT NULL CHECK (last BETWEEN first AND 4294967295),
  last_day DATE NOT NULL CHECK (last_day BETWEEN '0001-01-01 BC' AND '9999-12-31'),
  pass_key INTEGER NOT NULL REFERENCES pass_keys (pass_key),
  minted_at BIGINT NOT NULL,
  PRIMARY KEY (programme, first)
);

-- FACT. Booklets whose order was paid. Ranges of one programme never overlap: what is activated
-- already is left out when it is asked for again.
CREATE TABLE activations (
  programme INTEGER NOT NULL REFERENCES programmes (programme),
  first BIGINT NOT NULL CHECK (first >= 1),
  last BIGINT NOT NULL CHECK (last BETWEEN first AND 4294967295),
  activated_at BIGINT NOT NULL,
  PRIMARY KEY (programme, first)
);

-- FACT. Booklets that are no longer good from the day `since`. Ranges never overlap: the first
-- block of a booklet stays.
CREATE TABLE blocks (
  programme INTEGER NOT NULL REFERENCES programmes (programme),
  first BIGINT NOT NULL CHECK (first >= 1),
  last BIGINT NOT NULL CHECK (last BETWEEN first AND 4294967295),
  since DATE NOT NULL CHECK (since BETWEEN '0001-01-01 BC' AND '9999-12-31'),
  blocked_at BIGINT NOT NULL,
  PRIMARY KEY (programme, first)
);

-- FACT. A legal body that is paid.
CREATE TABLE structures (
  siret TEXT PRIMARY KEY CHECK (siret ~ '^[0-9]{14}$'),
  name TEXT NOT NULL CHECK (name <> ''),
  added_at BIGINT NOT NULL
);

-- FACT. A one-time code, of which only this is kept: what finds it, and the key of the proofs.
CREATE TABLE enrolments (
  lookup BYTEA PRIMARY KEY CHECK (octet_length(lookup) = 3),
  proof_key BYTEA NOT NULL CHECK (octet_length(proof_key) = 32),
  siret TEXT NOT NULL REFERENCES structures (siret),
  issued_at BIGINT NOT NULL,
  -- The first instant at which the code no longer serves.
  ends_at BIGINT NOT NULL CHECK (ends_at > issued_at)
);

-- FACT. A desk that enrolled. `device` is the fingerprint of `public_key`.
CREATE TABLE devices (
  device BYTEA PRIMARY KEY CHECK (octet_length(device) = 16),
  public_key BYTEA NOT NULL CHECK (octet_length(public_key) = 32),
  siret TEXT NOT NULL REFERENCES structures (siret),
  -- The name that the site gives it.
  label TEXT NOT NULL,
  enrolled_at BIGINT NOT NULL
);

-- FACT. A desk that is no longer heard.
CREATE TABLE revocations (
  device BYTEA PRIMARY KEY REFERENCES devices (device),
  revoked_at BIGINT NOT NULL
);

-- FACT. A code that served, and the answer given then: the same device asking again under the
-- same code gets the same bytes.
CREATE TABLE enrolment_uses (
  lookup BYTEA PRIMARY KEY REFERENCES enrolments (lookup),
  device BYTEA NOT NULL REFERENCES devices (device),
  answer BYTEA NOT NULL,
  used_at BIGINT NOT NULL
);

-- FACT. A place that a device speaks of, under the number it gives it. A place renamed is a new
-- version, so that each event keeps the words of its day.
CREATE TABLE sites (
  device BYTEA NOT NULL REFERENCES devices (device),
  site INTEGER NOT NULL CHECK (site BETWEEN 0 AND 65535),
  version BIGINT NOT NULL CHECK (version >= 1),
  name TEXT NOT NULL,
  insee_code TEXT NOT NULL,
  PRIMARY KEY (device, site, version)
);

-- FACT. A life of a device's log, and the last event remembered from the life before. Two epochs
-- with one parent are a fork.
CREATE TABLE epochs (
  device BYTEA NOT NULL REFERENCES devices (device),
  epoch BIGINT NOT NULL,
  parent_epoch BIGINT,
  parent_seq BIGINT,
  parent_link BYTEA CHECK (octet_length(parent_link) = 32),
  begun_at BIGINT NOT NULL,
  PRIMARY KEY (device, epoch),
  CHECK ((parent_epoch IS NULL) = (parent_seq IS NULL) AND (parent_seq IS NULL) = (parent_link IS NULL))
);

-- FACT. A parcel that brought new events, byte for byte as its device signed it: the evidence.
-- `known_time` is the last server time that the device knew before the first of them.
CREATE TABLE batches (
  device BYTEA NOT NULL,
  epoch BIGINT NOT NULL,
  last_seq BIGINT NOT NULL CHECK (last_seq >= 1),
  known_time BIGINT,
  received_at BIGINT NOT NULL,
  parcel BYTEA NOT NULL,
  PRIMARY KEY (device, epoch, last_seq),
  FOREIGN KEY (device, epoch) REFERENCES epochs (device, epoch)
);

-- FACT. One event of a log. `link` chains it to all that came before it in its epoch. A redemption
-- has a service; a void names the redemption that it cancels, in this device's log. `site_version`
-- is empty when the device never said what place the number means.
CREATE TABLE events (
  device BYTEA NOT NULL,
  epoch BIGINT NOT NULL,
  seq BIGINT NOT NULL CHECK (seq >= 1),
  batch_last_seq BIGINT NOT NULL,
  day DATE NOT NULL CHECK (day BETWEEN '0001-01-01 BC' AND '9999-12-31'),
  site INTEGER NOT NULL,
  site_version BIGINT,
  kind TEXT NOT NULL CHECK (kind IN ('redemption', 'void')),
  programme INTEGER NOT NULL,
  booklet BIGINT NOT NULL,
  rank INTEGER NOT NULL,
  service INTEGER CHECK ((service IS NOT NULL) = (kind = 'redemption')),
  void_epoch BIGINT CHECK ((void_epoch IS NOT NULL) = (kind = 'void')),
  void_seq BIGINT CHECK ((void_seq IS NOT NULL) = (kind = 'void')),
  reason TEXT CHECK ((reason IS NOT NULL) = (kind = 'void'))
    CHECK (reason IN ('wrong_pass', 'wrong_person', 'not_held', 'handed_back')),
  link BYTEA NOT NULL CHECK (octet_length(link) = 32),
  PRIMARY KEY (device, epoch, seq),
  FOREIGN KEY (device, epoch, batch_last_seq) REFERENCES batches (device, epoch, last_seq),
  FOREIGN KEY (device, site, site_version) REFERENCES sites (device, site, version)
);

-- Whether a redemption that arrives late is cancelled already.
CREATE INDEX events_by_voided ON events (device, void_epoch, void_seq) WHERE kind = 'void';

-- FACT. The first word on an event, as its receipt gave it. `word` is the verdict whole, in CBOR;
-- `code` is its name.
CREATE TABLE verdicts (
  device BYTEA NOT NULL,
  epoch BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  code TEXT NOT NULL CHECK (code IN ('credited', 'already_yours', 'expired', 'blocked', 'outside_territory',
    'forged', 'voided', 'unknown', 'not_activated', 'taken_elsewhere', 'to_examine', 'declined')),
  word BYTEA NOT NULL,
  PRIMARY KEY (device, epoch, seq),
  FOREIGN KEY (device, epoch, seq) REFERENCES events (device, epoch, seq)
);

-- FACT. The answer to a range of events, byte for byte. The same range asked again gets it again.
CREATE TABLE receipts (
  device BYTEA NOT NULL,
  epoch BIGINT NOT NULL,
  first_seq BIGINT NOT NULL CHECK (first_seq >= 1),
  last_seq BIGINT NOT NULL CHECK (last_seq >= first_seq),
  parcel BYTEA NOT NULL,
  answered_at BIGINT NOT NULL,
  PRIMARY KEY (device, epoch, first_seq, last_seq),
  FOREIGN KEY (device, epoch) REFERENCES epochs (device, epoch)
);

-- The newest answer to a device.
CREATE INDEX receipts_by_age ON receipts (device, answered_at, last_seq, first_seq, epoch);

-- FACT. A pass that is owed to a structure, through one event. `attempt` counts the credits of this
-- pass that were withdrawn before: the first key makes a second credit impossible while one stands.
-- `follows` is the attempt that must have been withdrawn first, so that a wrong count of attempts
-- does not slip past that key. It is a reference further down, since the tables refer to each other.
CREATE TABLE credits (
  programme INTEGER NOT NULL REFERENCES programmes (programme),
  booklet BIGINT NOT NULL,
  rank INTEGER NOT NULL,
  attempt BIGINT NOT NULL CHECK (attempt >= 0),
  follows BIGINT GENERATED ALWAYS AS (CASE WHEN attempt > 0 THEN attempt - 1 END) STORED,
  siret TEXT NOT NULL REFERENCES structures (siret),
  amount_cents BIGINT NOT NULL CHECK (amount_cents > 0),
  device BYTEA NOT NULL,
  epoch BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  credited_at BIGINT NOT NULL,
  PRIMARY KEY (programme, booklet, rank, attempt),
  UNIQUE (device, epoch, seq),
  FOREIGN KEY (device, epoch, seq) REFERENCES events (device, epoch, seq)
);

-- FACT. A credit taken back by a void of the structure that had it; the pass is free again.
CREATE TABLE withdrawals (
  programme INTEGER NOT NULL,
  booklet BIGINT NOT NULL,
  rank INTEGER NOT NULL,
  attempt BIGINT NOT NULL,
  device BYTEA NOT NULL,
  epoch BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  withdrawn_at BIGINT NOT NULL,
  PRIMARY KEY (programme, booklet, rank, attempt),
  FOREIGN KEY (programme, booklet, rank, attempt) REFERENCES credits (programme, booklet, rank, attempt),
  FOREIGN KEY (device, epoch, seq) REFERENCES events (device, epoch, seq)
);

ALTER TABLE credits ADD CONSTRAINT credits_follow_withdrawals
  FOREIGN KEY (programme, booklet, rank, follows) REFERENCES withdrawals (programme, booklet, rank, attempt);

-- How many credits and withdrawals came through each device: their sum numbers the states, without a
-- walk through the two longest tables and without a row that every batch would have to wait for. A
-- device's batches follow each other anyway. Not a fact: it can be counted again.
CREATE TABLE tallies (
  device BYTEA PRIMARY KEY,
  facts BIGINT NOT NULL CHECK (facts >= 1)
);

CREATE FUNCTION tally_added() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tallies (device, facts) SELECT device, count(*) FROM added GROUP BY device ORDER BY device
  ON CONFLICT (device) DO UPDATE SET facts = tallies.facts + EXCLUDED.facts;
  RETURN NULL;
END $$;

CREATE TRIGGER credits_are_tallied AFTER INSERT ON credits
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION tally_added();
CREATE TRIGGER withdrawals_are_tallied AFTER INSERT ON withdrawals
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION tally_added();

-- FACT. A later word on an event that waited, in its structure's stream, numbered from 1 without
-- gaps.
CREATE TABLE decisions (
  siret TEXT NOT NULL REFERENCES structures (siret),
  number BIGINT NOT NULL CHECK (number >= 1),
  device BYTEA NOT NULL,
  epoch BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  code TEXT NOT NULL CHECK (code IN ('credited', 'already_yours', 'expired', 'blocked', 'outside_territory',
    'forged', 'voided', 'unknown', 'not_activated', 'taken_elsewhere', 'to_examine', 'declined')),
  word BYTEA NOT NULL,
  decided_at BIGINT NOT NULL,
  PRIMARY KEY (siret, number),
  FOREIGN KEY (device, epoch, seq) REFERENCES events (device, epoch, seq)
);

-- The last word on an event.
CREATE INDEX decisions_by_event ON decisions (device, epoch, seq, number);

-- Events whose last word is a waiting one, led by booklet. A work list, not a fact: it can be made
-- again from verdicts, decisions and voids.
--
-- `place` is the order of arrival: the first wins. Of one pass, each claim is placed above all that
-- wait before it; two that come at once read each other's place, so that one of them runs again and
-- comes after. Between passes, where nothing hangs on it, the place is the microsecond of the
-- database's clock. Thus no clock decides who is first, and nobody waits for a shared sequence.
CREATE TABLE waiting (
  programme INTEGER NOT NULL,
  booklet BIGINT NOT NULL,
  rank INTEGER NOT NULL,
  place BIGINT NOT NULL,
  device BYTEA NOT NULL,
  epoch BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  siret TEXT NOT NULL REFERENCES structures (siret),
  code TEXT NOT NULL CHECK (code IN ('unknown', 'not_activated', 'taken_elsewhere', 'to_examine')),
  PRIMARY KEY (programme, booklet, rank, place),
  UNIQUE (device, epoch, seq),
  FOREIGN KEY (device, epoch, seq) REFERENCES events (device, epoch, seq)
);

CREATE FUNCTION keep_the_facts() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% are facts', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER generations_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON generations
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER programmes_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON programmes
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER pass_keys_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON pass_keys
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER lots_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON lots
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER activations_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON activations
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER blocks_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON blocks
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER structures_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON structures
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER enrolments_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON enrolments
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER devices_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON devices
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER revocations_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON revocations
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER enrolment_uses_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON enrolment_uses
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER sites_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON sites
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER epochs_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON epochs
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER batches_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON batches
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER events_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON events
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER verdicts_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON verdicts
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER receipts_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON receipts
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER credits_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON credits
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER withdrawals_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON withdrawals
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER decisions_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
