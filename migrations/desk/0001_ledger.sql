-- The ledger of one device. Facts (marked FACT) are inserted, never updated nor deleted; triggers
-- at the end see to it. Instants are Unix seconds, days are civil dates YYYY-MM-DD, money is cents.
-- People stand in `attendees` alone: everything else names them by id, so that erasing a person
-- touches no fact and no hash.

-- The legal body that is paid. One row: a device serves one structure.
CREATE TABLE structures (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL CHECK (name <> ''),
  -- Fourteen digits, or NULL until somebody has it at hand: nothing but sync waits for it.
  siret TEXT CHECK (siret GLOB '[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]')
) STRICT;

-- A place where workshops happen. `id` also numbers the site in the events of this device.
CREATE TABLE sites (
  id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN 1 AND 65535),
  name TEXT NOT NULL CHECK (name <> ''),
  address TEXT NOT NULL,
  postcode TEXT NOT NULL CHECK (postcode GLOB '[0-9][0-9][0-9][0-9][0-9]'),
  commune TEXT NOT NULL,
  insee_code TEXT NOT NULL CHECK (length(insee_code) = 5),
  -- A bus: its stops are places of their own day, under the site's name.
  travels INTEGER NOT NULL CHECK (travels IN (0, 1)),
  -- Names of stops, one a line.
  stops TEXT NOT NULL DEFAULT '',
  closed_on TEXT
) STRICT;

-- A person who works here. Passphrases and roles come with another migration.
CREATE TABLE accounts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL CHECK (name <> ''),
  -- As printed under a certificate: "conseillère numérique".
  title TEXT NOT NULL,
  closed_on TEXT
) STRICT;

-- What this device remembers between two starts: the site and account in use, sounds, and so on.
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One dated activity. Editable until closed, and again once reopened.
CREATE TABLE workshops (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- May be blank at an individual activity.
  title TEXT NOT NULL,
  activity_kind TEXT NOT NULL CHECK (activity_kind IN ('individuel', 'collectif')),
  place_kind TEXT NOT NULL CHECK (place_kind IN ('lieu_activite', 'domicile', 'a_distance', 'autre')),
  site_id INTEGER NOT NULL REFERENCES sites (id),
  -- Room, stop or other place, in words; never a person's address.
  place TEXT NOT NULL DEFAULT '',
  held_on TEXT NOT NULL CHECK (held_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  -- Minutes after midnight; NULL when nobody noted it.
  starts_at INTEGER CHECK (starts_at BETWEEN 0 AND 1439),
  duration_minutes INTEGER NOT NULL CHECK (duration_minutes BETWEEN 1 AND 1440),
  level TEXT CHECK (level IN ('debutant', 'intermediaire', 'avance')),
  autonomy TEXT CHECK (autonomy IN ('entierement_accompagne', 'partiellement_autonome', 'autonome')),
  referral TEXT,
  note TEXT NOT NULL DEFAULT '',
  -- The folded words of title and place, a space before each (domain::fold).
  search TEXT NOT NULL DEFAULT '',
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  -- Anonymous participants as JSON (domain::head_count), NULL for none.
  head_count TEXT,
  recorded_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  closed_at INTEGER
) STRICT;
CREATE INDEX workshops_by_day ON workshops (held_on DESC, id DESC);
CREATE INDEX workshops_open ON workshops (held_on) WHERE closed_at IS NULL;

-- The lists of a workshop: themes, sub-themes and equipment, by their Coop codes.
CREATE TABLE workshop_themes (
  workshop_id INTEGER NOT NULL REFERENCES workshops (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('theme', 'sub_theme', 'equipment')),
  code TEXT NOT NULL,
  PRIMARY KEY (workshop_id, kind, code)
) STRICT, WITHOUT ROWID;

-- A person who comes. The only table with names; `search` columns are in attendee_words.
CREATE TABLE attendees (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  surname TEXT NOT NULL,
  first_name TEXT NOT NULL,
  -- A year, never a full date (CNIL: collect the least).
  birth_year INTEGER,
  commune TEXT NOT NULL DEFAULT '',
  insee_code TEXT NOT NULL DEFAULT '',
  postcode TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT '',
  gender TEXT NOT NULL DEFAULT 'non_communique' CHECK (gender IN ('masculin', 'feminin', 'non_communique')),
  situation TEXT NOT NULL DEFAULT 'non_communique'
    CHECK (situation IN ('scolarise', 'sans_emploi', 'en_emploi', 'retraite', 'non_communique')),
  -- Whether the person says they live in a priority district: declared, never computed.
  qpv TEXT NOT NULL DEFAULT 'unknown' CHECK (qpv IN ('yes', 'no', 'unknown')),
  notes TEXT NOT NULL DEFAULT '',
  recorded_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;

-- The words by which a name is found: folded, one a row (domain::fold).
CREATE TABLE attendee_words (
  word TEXT NOT NULL,
  attendee_id INTEGER NOT NULL REFERENCES attendees (id) ON DELETE CASCADE,
  PRIMARY KEY (word, attendee_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX attendee_words_by_attendee ON attendee_words (attendee_id);

-- That person at that workshop.
CREATE TABLE attendances (
  workshop_id INTEGER NOT NULL REFERENCES workshops (id),
  attendee_id INTEGER NOT NULL REFERENCES attendees (id),
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (workshop_id, attendee_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX attendances_by_attendee ON attendances (attendee_id);

-- An issuer's scheme, as clearing last signed it (JSON of domain::programme::Programme).
CREATE TABLE programmes (
  id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 65535),
  content TEXT NOT NULL
) STRICT;

-- The keys that sign passes.
CREATE TABLE pass_keys (
  id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 65535),
  public BLOB NOT NULL CHECK (length(public) = 32)
) STRICT;

-- The booklets issued, in ranges of one standing.
CREATE TABLE booklet_ranges (
  programme_id INTEGER NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  activated INTEGER NOT NULL CHECK (activated IN (0, 1)),
  blocked_since TEXT,
  PRIMARY KEY (programme_id, first),
  CHECK (first <= last)
) STRICT, WITHOUT ROWID;

-- The passes credited to anybody, one row a booklet: bit `rank` of `ranks` (32 bytes) is set.
CREATE TABLE spent_states (
  programme_id INTEGER NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  booklet INTEGER NOT NULL,
  ranks BLOB NOT NULL CHECK (length(ranks) = 32),
  PRIMARY KEY (programme_id, booklet)
) STRICT, WITHOUT ROWID;

-- Which signed state the four tables above come from. One row once there is one.
CREATE TABLE states (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  server BLOB NOT NULL CHECK (length(server) = 16),
  generation INTEGER NOT NULL,
  version INTEGER NOT NULL,
  server_time INTEGER NOT NULL
) STRICT;

-- FACT. A pass taken for a service at a workshop. `attempt` counts the earlier voids of that pass
-- here, so that the same pass may be taken again after a void and never twice without one.
CREATE TABLE redemptions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  programme_id INTEGER NOT NULL,
  booklet INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  attempt INTEGER NOT NULL CHECK (attempt >= 0),
  workshop_id INTEGER NOT NULL REFERENCES workshops (id),
  -- NULL: tied to nobody.
  attendee_id INTEGER,
  site_id INTEGER NOT NULL REFERENCES sites (id),
  held_on TEXT NOT NULL,
  service INTEGER NOT NULL,
  amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
  -- Why it does not count as earned yet; NULL when it does.
  doubt TEXT CHECK (doubt IN ('spent_elsewhere', 'unknown_key', 'unlisted_booklet', 'not_activated')),
  epoch BLOB NOT NULL,
  seq INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  UNIQUE (programme_id, booklet, rank, attempt),
  UNIQUE (epoch, seq),
  FOREIGN KEY (epoch, seq) REFERENCES events (epoch, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX redemptions_by_workshop ON redemptions (workshop_id);
CREATE INDEX redemptions_by_attendee ON redemptions (attendee_id) WHERE attendee_id IS NOT NULL;

-- FACT. Cancels an earlier redemption, with its reason.
CREATE TABLE voids (
  redemption_id INTEGER PRIMARY KEY REFERENCES redemptions (id),
  reason TEXT NOT NULL CHECK (reason IN ('wrong_pass', 'wrong_person', 'not_held', 'handed_back')),
  epoch BLOB NOT NULL,
  seq INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  UNIQUE (epoch, seq),
  FOREIGN KEY (epoch, seq) REFERENCES events (epoch, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- FACT. A life of this device's log. The youngest row is the one written to.
CREATE TABLE epochs (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  -- Eight random bytes, big-endian.
  epoch BLOB NOT NULL UNIQUE CHECK (length(epoch) = 8),
  -- The last event remembered when it began; NULL for the first.
  parent_epoch BLOB,
  parent_seq INTEGER,
  parent_link BLOB,
  began_at INTEGER NOT NULL,
  CHECK ((parent_epoch IS NULL) = (parent_seq IS NULL) AND (parent_epoch IS NULL) = (parent_link IS NULL))
) STRICT;

-- FACT. The log: dense within an epoch, each link a hash over the one before and the event.
CREATE TABLE events (
  epoch BLOB NOT NULL REFERENCES epochs (epoch),
  seq INTEGER NOT NULL CHECK (seq >= 1),
  -- CBOR of domain::event::Event.
  content BLOB NOT NULL,
  link BLOB NOT NULL CHECK (length(link) = 32),
  PRIMARY KEY (epoch, seq)
) STRICT, WITHOUT ROWID;

-- FACT. Consecutive events, sealed: the exact bytes that are sent, as often as it takes.
CREATE TABLE batches (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  epoch BLOB NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  sealed_at INTEGER NOT NULL,
  UNIQUE (epoch, first_seq),
  CHECK (first_seq <= last_seq)
) STRICT;

-- FACT. Clearing's signed answer to a batch, as received.
CREATE TABLE receipts (
  batch_id INTEGER PRIMARY KEY REFERENCES batches (id),
  signed BLOB NOT NULL,
  server BLOB NOT NULL,
  generation INTEGER NOT NULL,
  server_time INTEGER NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;

-- FACT. What the receipt says of each event. `content` is CBOR of domain::wire::Verdict.
CREATE TABLE verdicts (
  epoch BLOB NOT NULL,
  seq INTEGER NOT NULL,
  code TEXT NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (epoch, seq)
) STRICT, WITHOUT ROWID;

-- FACT. Clearing's later word, in the structure's numbered stream. Words on the events of the
-- structure's other devices are kept too: the numbers must stay dense.
CREATE TABLE decisions (
  number INTEGER PRIMARY KEY,
  device BLOB NOT NULL,
  epoch BLOB NOT NULL,
  seq INTEGER NOT NULL,
  code TEXT NOT NULL,
  content BLOB NOT NULL,
  decided_at INTEGER NOT NULL
) STRICT;
CREATE INDEX decisions_by_event ON decisions (epoch, seq);

-- Where each redemption stands, as the facts above imply: kept here so that lists and sums are
-- read, not computed. Rewritten in the transaction that brings the fact; `passerelle check`
-- computes it afresh and compares.
CREATE TABLE standings (
  redemption_id INTEGER PRIMARY KEY REFERENCES redemptions (id),
  standing TEXT NOT NULL CHECK (standing IN ('kept', 'sent', 'credited', 'to_examine', 'refused', 'voided')),
  amount_cents INTEGER NOT NULL
) STRICT;
CREATE INDEX standings_by_standing ON standings (standing, redemption_id DESC);

-- The sums of `standings`, one row each, kept by triggers: the top line shows them at all times.
CREATE TABLE tallies (
  standing TEXT PRIMARY KEY,
  count INTEGER NOT NULL CHECK (count >= 0),
  amount_cents INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO tallies (standing, count, amount_cents)
VALUES ('kept', 0, 0), ('sent', 0, 0), ('credited', 0, 0), ('to_examine', 0, 0), ('refused', 0, 0), ('voided', 0, 0);
CREATE TRIGGER tallies_added AFTER INSERT ON standings BEGIN
  UPDATE tallies SET count = count + 1, amount_cents = amount_cents + NEW.amount_cents WHERE standing = NEW.standing;
END;
CREATE TRIGGER tallies_moved AFTER UPDATE OF standing ON standings BEGIN
  UPDATE tallies SET count = count - 1, amount_cents = amount_cents - OLD.amount_cents WHERE standing = OLD.standing;
  UPDATE tallies SET count = count + 1, amount_cents = amount_cents + NEW.amount_cents WHERE standing = NEW.standing;
END;

-- A code that could not be identified here yet: kept with its workshop until a state names its
-- programme, then turned into a redemption or explained.
CREATE TABLE kept_codes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The reading most trusted, to show and to tell a second scan of the same pass.
  code TEXT NOT NULL UNIQUE,
  -- JSON array of every reading of the keys.
  readings TEXT NOT NULL,
  workshop_id INTEGER NOT NULL REFERENCES workshops (id),
  attendee_id INTEGER,
  account_id INTEGER NOT NULL,
  kept_at INTEGER NOT NULL,
  -- Set when it has become a redemption; a refusal leaves it for a person to look at.
  redemption_id INTEGER REFERENCES redemptions (id),
  -- JSON of domain::refusal::Refusal.
  refusal TEXT,
  put_aside_at INTEGER
) STRICT;

-- This device's key, and the clearing service it trusts once enrolled. One row.
CREATE TABLE devices (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  device BLOB NOT NULL CHECK (length(device) = 16),
  seed BLOB NOT NULL CHECK (length(seed) = 32),
  server BLOB,
  server_public BLOB,
  address TEXT,
  enrolled_at INTEGER,
  -- The latest time that clearing has signed: the only clock that money listens to.
  server_time INTEGER
) STRICT;

-- FACT. A certificate issued: for whom, which period, what its code says.
CREATE TABLE certificates (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- Year and rank in the year: "2026-0147".
  number TEXT NOT NULL UNIQUE,
  attendee_id INTEGER NOT NULL,
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  sessions INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  site_id INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  issued_on TEXT NOT NULL,
  statement TEXT NOT NULL,
  options TEXT NOT NULL
) STRICT;

-- FACT. Who did what when, by id.
CREATE TABLE audits (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER,
  act TEXT NOT NULL,
  subject INTEGER,
  done_at INTEGER NOT NULL
) STRICT;

-- Facts stay as they were written.
CREATE TRIGGER redemptions_no_update BEFORE UPDATE ON redemptions BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER redemptions_no_delete BEFORE DELETE ON redemptions BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER voids_no_update BEFORE UPDATE ON voids BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER voids_no_delete BEFORE DELETE ON voids BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER epochs_no_update BEFORE UPDATE ON epochs BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER epochs_no_delete BEFORE DELETE ON epochs BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER batches_no_update BEFORE UPDATE ON batches BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER batches_no_delete BEFORE DELETE ON batches BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER receipts_no_update BEFORE UPDATE ON receipts BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER receipts_no_delete BEFORE DELETE ON receipts BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER verdicts_no_update BEFORE UPDATE ON verdicts BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER verdicts_no_delete BEFORE DELETE ON verdicts BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER certificates_no_update BEFORE UPDATE ON certificates BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER certificates_no_delete BEFORE DELETE ON certificates BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER audits_no_update BEFORE UPDATE ON audits BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER audits_no_delete BEFORE DELETE ON audits BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
