-- The books of clearing. Facts (marked FACT) are inserted, never updated nor deleted; triggers at
-- the end see to it, and a correction is another fact. Instants are Unix seconds of the server,
-- days are civil dates YYYY-MM-DD, money is cents, identities and keys are raw bytes. An epoch is
-- 64 random bits, kept as the signed integer of the same bits.
--
-- Keys are led by the booklet or by the device: two devices, or two booklets, never wait for each
-- other's row, and no sequence is shared by all. A pass is (programme, booklet, rank); an event is
-- (device, epoch, seq), its birth id, for ever.

-- FACT. A life of this service: 0 at first, one more each time it is restored from a backup. The
-- server's identity stands here too, so that books are never served under another key.
CREATE TABLE generations (
  generation INTEGER PRIMARY KEY CHECK (generation >= 0),
  server BLOB NOT NULL CHECK (length(server) = 16),
  begun_at INTEGER NOT NULL
) STRICT;

-- FACT. An issuer's scheme, whole, as JSON in the field names of its TOML file.
CREATE TABLE programmes (
  programme INTEGER PRIMARY KEY CHECK (programme BETWEEN 0 AND 65535),
  body TEXT NOT NULL CHECK (json_valid(body)),
  added_at INTEGER NOT NULL
) STRICT;

-- FACT. A key that signs a programme's passes: its number is printed in each of them. The private
-- half stays here; only the public half leaves, in the state.
CREATE TABLE pass_keys (
  pass_key INTEGER PRIMARY KEY CHECK (pass_key BETWEEN 1 AND 65535),
  programme INTEGER NOT NULL REFERENCES programmes (programme),
  seed BLOB NOT NULL CHECK (length(seed) = 32),
  made_at INTEGER NOT NULL
) STRICT;

-- FACT. Consecutive booklets issued together, with the last day printed on them. Lots of one
-- programme follow each other and never overlap.
CREATE TABLE lots (
  programme INTEGER NOT NULL REFERENCES programmes (programme),
  first INTEGER NOT NULL CHECK (first >= 1),
  last INTEGER NOT NULL CHECK (last BETWEEN first AND 4294967295),
  last_day TEXT NOT NULL CHECK (last_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  pass_key INTEGER NOT NULL REFERENCES pass_keys (pass_key),
  minted_at INTEGER NOT NULL,
  PRIMARY KEY (programme, first)
) STRICT, WITHOUT ROWID;

-- FACT. Booklets whose order was paid. Ranges of one programme never overlap: what is activated
-- already is left out when it is asked for again.
CREATE TABLE activations (
  programme INTEGER NOT NULL REFERENCES programmes (programme),
  first INTEGER NOT NULL CHECK (first >= 1),
  last INTEGER NOT NULL CHECK (last BETWEEN first AND 4294967295),
  activated_at INTEGER NOT NULL,
  PRIMARY KEY (programme, first)
) STRICT, WITHOUT ROWID;

-- FACT. Booklets that are no longer good from the day `since`. Ranges never overlap: the first
-- block of a booklet stays.
CREATE TABLE blocks (
  programme INTEGER NOT NULL REFERENCES programmes (programme),
  first INTEGER NOT NULL CHECK (first >= 1),
  last INTEGER NOT NULL CHECK (last BETWEEN first AND 4294967295),
  since TEXT NOT NULL CHECK (since GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  blocked_at INTEGER NOT NULL,
  PRIMARY KEY (programme, first)
) STRICT, WITHOUT ROWID;

-- FACT. A legal body that is paid.
CREATE TABLE structures (
  siret TEXT PRIMARY KEY CHECK (siret GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]'),
  name TEXT NOT NULL CHECK (name <> ''),
  added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- FACT. A one-time code, of which only this is kept: what finds it, and the key of the proofs.
CREATE TABLE enrolments (
  lookup BLOB NOT NULL CHECK (length(lookup) = 3),
  proof_key BLOB NOT NULL CHECK (length(proof_key) = 32),
  siret TEXT NOT NULL REFERENCES structures (siret),
  issued_at INTEGER NOT NULL,
  -- The first instant at which the code no longer serves.
  ends_at INTEGER NOT NULL CHECK (ends_at > issued_at),
  PRIMARY KEY (lookup)
) STRICT, WITHOUT ROWID;

-- FACT. A desk that enrolled. `device` is the fingerprint of `public_key`.
CREATE TABLE devices (
  device BLOB PRIMARY KEY CHECK (length(device) = 16),
  public_key BLOB NOT NULL CHECK (length(public_key) = 32),
  siret TEXT NOT NULL REFERENCES structures (siret),
  -- The name that the site gives it.
  label TEXT NOT NULL,
  enrolled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- FACT. A desk that is no longer heard.
CREATE TABLE revocations (
  device BLOB PRIMARY KEY REFERENCES devices (device),
  revoked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- FACT. A code that served, and the answer given then: the same device asking again under the
-- same code gets the same bytes.
CREATE TABLE enrolment_uses (
  lookup BLOB PRIMARY KEY REFERENCES enrolments (lookup),
  device BLOB NOT NULL REFERENCES devices (device),
  answer BLOB NOT NULL,
  used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- FACT. A place that a device speaks of, under the number it gives it. A place renamed is a new
-- version, so that each event keeps the words of its day.
CREATE TABLE sites (
  device BLOB NOT NULL REFERENCES devices (device),
  site INTEGER NOT NULL CHECK (site BETWEEN 0 AND 65535),
  version INTEGER NOT NULL CHECK (version >= 1),
  name TEXT NOT NULL,
  insee_code TEXT NOT NULL,
  PRIMARY KEY (device, site, version)
) STRICT, WITHOUT ROWID;

-- FACT. A life of a device's log, and the last event remembered from the life before. Two epochs
-- with one parent are a fork.
CREATE TABLE epochs (
  device BLOB NOT NULL REFERENCES devices (device),
  epoch INTEGER NOT NULL,
  parent_epoch INTEGER,
  parent_seq INTEGER,
  parent_link BLOB CHECK (length(parent_link) = 32),
  begun_at INTEGER NOT NULL,
  PRIMARY KEY (device, epoch),
  CHECK ((parent_epoch IS NULL) = (parent_seq IS NULL) AND (parent_seq IS NULL) = (parent_link IS NULL))
) STRICT, WITHOUT ROWID;

-- FACT. A parcel that brought new events, byte for byte as its device signed it: the evidence.
-- `known_time` is the last server time that the device knew before the first of them.
CREATE TABLE batches (
  device BLOB NOT NULL,
  epoch INTEGER NOT NULL,
  last_seq INTEGER NOT NULL CHECK (last_seq >= 1),
  known_time INTEGER,
  received_at INTEGER NOT NULL,
  parcel BLOB NOT NULL,
  PRIMARY KEY (device, epoch, last_seq),
  FOREIGN KEY (device, epoch) REFERENCES epochs (device, epoch)
) STRICT, WITHOUT ROWID;

-- FACT. One event of a log. `link` chains it to all that came before it in its epoch. A redemption
-- has a service; a void names the redemption that it cancels, in this device's log. `site_version`
-- is empty when the device never said what place the number means.
CREATE TABLE events (
  device BLOB NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL CHECK (seq >= 1),
  batch_last_seq INTEGER NOT NULL,
  day TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  site INTEGER NOT NULL,
  site_version INTEGER,
  kind TEXT NOT NULL CHECK (kind IN ('redemption', 'void')),
  programme INTEGER NOT NULL,
  booklet INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  service INTEGER CHECK ((service IS NOT NULL) = (kind = 'redemption')),
  void_epoch INTEGER CHECK ((void_epoch IS NOT NULL) = (kind = 'void')),
  void_seq INTEGER CHECK ((void_seq IS NOT NULL) = (kind = 'void')),
  reason TEXT CHECK ((reason IS NOT NULL) = (kind = 'void'))
    CHECK (reason IN ('wrong_pass', 'wrong_person', 'not_held', 'handed_back')),
  link BLOB NOT NULL CHECK (length(link) = 32),
  PRIMARY KEY (device, epoch, seq),
  FOREIGN KEY (device, epoch, batch_last_seq) REFERENCES batches (device, epoch, last_seq),
  FOREIGN KEY (device, site, site_version) REFERENCES sites (device, site, version)
) STRICT, WITHOUT ROWID;

-- Whether a redemption that arrives late is cancelled already.
CREATE INDEX events_by_voided ON events (device, void_epoch, void_seq) WHERE kind = 'void';

-- FACT. The first word on an event, as its receipt gave it. `word` is the verdict whole, in CBOR;
-- `code` is its name.
CREATE TABLE verdicts (
  device BLOB NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  code TEXT NOT NULL CHECK (code IN ('credited', 'already_yours', 'expired', 'blocked', 'outside_territory',
    'forged', 'voided', 'unknown', 'not_activated', 'taken_elsewhere', 'to_examine', 'declined')),
  word BLOB NOT NULL,
  PRIMARY KEY (device, epoch, seq),
  FOREIGN KEY (device, epoch, seq) REFERENCES events (device, epoch, seq)
) STRICT, WITHOUT ROWID;

-- FACT. The answer to a range of events, byte for byte. The same range asked again gets it again.
CREATE TABLE receipts (
  device BLOB NOT NULL,
  epoch INTEGER NOT NULL,
  first_seq INTEGER NOT NULL CHECK (first_seq >= 1),
  last_seq INTEGER NOT NULL CHECK (last_seq >= first_seq),
  parcel BLOB NOT NULL,
  answered_at INTEGER NOT NULL,
  PRIMARY KEY (device, epoch, first_seq, last_seq),
  FOREIGN KEY (device, epoch) REFERENCES epochs (device, epoch)
) STRICT, WITHOUT ROWID;

-- FACT. A pass that is owed to a structure, through one event. `attempt` counts the credits of this
-- pass that were withdrawn before: the first key makes a second credit impossible while one stands.
-- The rows are numbered by SQLite from 1 without gaps, which tells how far the state has moved.
CREATE TABLE credits (
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
  UNIQUE (device, epoch, seq),
  FOREIGN KEY (device, epoch, seq) REFERENCES events (device, epoch, seq)
) STRICT;

-- FACT. A credit taken back by a void of the structure that had it; the pass is free again.
CREATE TABLE withdrawals (
  programme INTEGER NOT NULL,
  booklet INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  device BLOB NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  withdrawn_at INTEGER NOT NULL,
  PRIMARY KEY (programme, booklet, rank, attempt),
  FOREIGN KEY (programme, booklet, rank, attempt) REFERENCES credits (programme, booklet, rank, attempt),
  FOREIGN KEY (device, epoch, seq) REFERENCES events (device, epoch, seq)
) STRICT;

-- Without this, a wrong count of attempts would slip past the key above.
CREATE TRIGGER credits_follow_withdrawals BEFORE INSERT ON credits
WHEN NEW.attempt <> (
  SELECT count(*) FROM withdrawals
  WHERE programme = NEW.programme AND booklet = NEW.booklet AND rank = NEW.rank
)
BEGIN SELECT RAISE(ABORT, 'a credit of this pass still stands'); END;

-- FACT. A later word on an event that waited, in its structure's stream, numbered from 1 without
-- gaps.
CREATE TABLE decisions (
  siret TEXT NOT NULL REFERENCES structures (siret),
  number INTEGER NOT NULL CHECK (number >= 1),
  device BLOB NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  code TEXT NOT NULL CHECK (code IN ('credited', 'already_yours', 'expired', 'blocked', 'outside_territory',
    'forged', 'voided', 'unknown', 'not_activated', 'taken_elsewhere', 'to_examine', 'declined')),
  word BLOB NOT NULL,
  decided_at INTEGER NOT NULL,
  PRIMARY KEY (siret, number),
  FOREIGN KEY (device, epoch, seq) REFERENCES events (device, epoch, seq)
) STRICT, WITHOUT ROWID;

-- The last word on an event.
CREATE INDEX decisions_by_event ON decisions (device, epoch, seq, number);

-- Events whose last word is a waiting one, led by booklet. A work list, not a fact: it can be made
-- again from verdicts, decisions and voids. SQLite numbers its rows in the order in which they are
-- put down, which is the order of arrival: the first wins.
CREATE TABLE waiting (
  programme INTEGER NOT NULL,
  booklet INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  device BLOB NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  siret TEXT NOT NULL REFERENCES structures (siret),
  code TEXT NOT NULL CHECK (code IN ('unknown', 'not_activated', 'taken_elsewhere', 'to_examine')),
  PRIMARY KEY (programme, booklet, rank, device, epoch, seq),
  UNIQUE (device, epoch, seq),
  FOREIGN KEY (device, epoch, seq) REFERENCES events (device, epoch, seq)
) STRICT;

CREATE TRIGGER generations_are_facts_update BEFORE UPDATE ON generations
BEGIN SELECT RAISE(ABORT, 'generations are facts'); END;
CREATE TRIGGER generations_are_facts_delete BEFORE DELETE ON generations
BEGIN SELECT RAISE(ABORT, 'generations are facts'); END;
CREATE TRIGGER programmes_are_facts_update BEFORE UPDATE ON programmes
BEGIN SELECT RAISE(ABORT, 'programmes are facts'); END;
CREATE TRIGGER programmes_are_facts_delete BEFORE DELETE ON programmes
BEGIN SELECT RAISE(ABORT, 'programmes are facts'); END;
CREATE TRIGGER pass_keys_are_facts_update BEFORE UPDATE ON pass_keys
BEGIN SELECT RAISE(ABORT, 'pass_keys are facts'); END;
CREATE TRIGGER pass_keys_are_facts_delete BEFORE DELETE ON pass_keys
BEGIN SELECT RAISE(ABORT, 'pass_keys are facts'); END;
CREATE TRIGGER lots_are_facts_update BEFORE UPDATE ON lots
BEGIN SELECT RAISE(ABORT, 'lots are facts'); END;
CREATE TRIGGER lots_are_facts_delete BEFORE DELETE ON lots
BEGIN SELECT RAISE(ABORT, 'lots are facts'); END;
CREATE TRIGGER activations_are_facts_update BEFORE UPDATE ON activations
BEGIN SELECT RAISE(ABORT, 'activations are facts'); END;
CREATE TRIGGER activations_are_facts_delete BEFORE DELETE ON activations
BEGIN SELECT RAISE(ABORT, 'activations are facts'); END;
CREATE TRIGGER blocks_are_facts_update BEFORE UPDATE ON blocks
BEGIN SELECT RAISE(ABORT, 'blocks are facts'); END;
CREATE TRIGGER blocks_are_facts_delete BEFORE DELETE ON blocks
BEGIN SELECT RAISE(ABORT, 'blocks are facts'); END;
CREATE TRIGGER structures_are_facts_update BEFORE UPDATE ON structures
BEGIN SELECT RAISE(ABORT, 'structures are facts'); END;
CREATE TRIGGER structures_are_facts_delete BEFORE DELETE ON structures
BEGIN SELECT RAISE(ABORT, 'structures are facts'); END;
CREATE TRIGGER enrolments_are_facts_update BEFORE UPDATE ON enrolments
BEGIN SELECT RAISE(ABORT, 'enrolments are facts'); END;
CREATE TRIGGER enrolments_are_facts_delete BEFORE DELETE ON enrolments
BEGIN SELECT RAISE(ABORT, 'enrolments are facts'); END;
CREATE TRIGGER devices_are_facts_update BEFORE UPDATE ON devices
BEGIN SELECT RAISE(ABORT, 'devices are facts'); END;
CREATE TRIGGER devices_are_facts_delete BEFORE DELETE ON devices
BEGIN SELECT RAISE(ABORT, 'devices are facts'); END;
CREATE TRIGGER revocations_are_facts_update BEFORE UPDATE ON revocations
BEGIN SELECT RAISE(ABORT, 'revocations are facts'); END;
CREATE TRIGGER revocations_are_facts_delete BEFORE DELETE ON revocations
BEGIN SELECT RAISE(ABORT, 'revocations are facts'); END;
CREATE TRIGGER enrolment_uses_are_facts_update BEFORE UPDATE ON enrolment_uses
BEGIN SELECT RAISE(ABORT, 'enrolment_uses are facts'); END;
CREATE TRIGGER enrolment_uses_are_facts_delete BEFORE DELETE ON enrolment_uses
BEGIN SELECT RAISE(ABORT, 'enrolment_uses are facts'); END;
CREATE TRIGGER sites_are_facts_update BEFORE UPDATE ON sites
BEGIN SELECT RAISE(ABORT, 'sites are facts'); END;
CREATE TRIGGER sites_are_facts_delete BEFORE DELETE ON sites
BEGIN SELECT RAISE(ABORT, 'sites are facts'); END;
CREATE TRIGGER epochs_are_facts_update BEFORE UPDATE ON epochs
BEGIN SELECT RAISE(ABORT, 'epochs are facts'); END;
CREATE TRIGGER epochs_are_facts_delete BEFORE DELETE ON epochs
BEGIN SELECT RAISE(ABORT, 'epochs are facts'); END;
CREATE TRIGGER batches_are_facts_update BEFORE UPDATE ON batches
BEGIN SELECT RAISE(ABORT, 'batches are facts'); END;
CREATE TRIGGER batches_are_facts_delete BEFORE DELETE ON batches
BEGIN SELECT RAISE(ABORT, 'batches are facts'); END;
CREATE TRIGGER events_are_facts_update BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are facts'); END;
CREATE TRIGGER events_are_facts_delete BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are facts'); END;
CREATE TRIGGER verdicts_are_facts_update BEFORE UPDATE ON verdicts
BEGIN SELECT RAISE(ABORT, 'verdicts are facts'); END;
CREATE TRIGGER verdicts_are_facts_delete BEFORE DELETE ON verdicts
BEGIN SELECT RAISE(ABORT, 'verdicts are facts'); END;
CREATE TRIGGER receipts_are_facts_update BEFORE UPDATE ON receipts
BEGIN SELECT RAISE(ABORT, 'receipts are facts'); END;
CREATE TRIGGER receipts_are_facts_delete BEFORE DELETE ON receipts
BEGIN SELECT RAISE(ABORT, 'receipts are facts'); END;
CREATE TRIGGER credits_are_facts_update BEFORE UPDATE ON credits
BEGIN SELECT RAISE(ABORT, 'credits are facts'); END;
CREATE TRIGGER credits_are_facts_delete BEFORE DELETE ON credits
BEGIN SELECT RAISE(ABORT, 'credits are facts'); END;
CREATE TRIGGER withdrawals_are_facts_update BEFORE UPDATE ON withdrawals
BEGIN SELECT RAISE(ABORT, 'withdrawals are facts'); END;
CREATE TRIGGER withdrawals_are_facts_delete BEFORE DELETE ON withdrawals
BEGIN SELECT RAISE(ABORT, 'withdrawals are facts'); END;
CREATE TRIGGER decisions_are_facts_update BEFORE UPDATE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions are facts'); END;
CREATE TRIGGER decisions_are_facts_delete BEFORE DELETE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions are facts'); END;
