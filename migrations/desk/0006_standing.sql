-- Where the structure stands with clearing: what it was paid, all its devices together, and with which
-- credential this device stands.

-- FACT. What clearing has told of the months that it closed, as it signed it: the answers that brought a month, and
-- those that told of all months anew. What stands before the last of those, and was not told again, is not closed any
-- more as far as clearing knows.
CREATE TABLE settlement_parcels (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  generation INTEGER NOT NULL,
  begins_anew INTEGER NOT NULL CHECK (begins_anew IN (0, 1)),
  signed BLOB NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;

-- FACT. What a month came to, as such an answer said. Of a month that was told twice, the last word counts.
CREATE TABLE settlements (
  parcel_id INTEGER NOT NULL REFERENCES settlement_parcels (id),
  -- Its place among the months closed: the generation in the high 32 bits, its rank from 1 in the low ones.
  number INTEGER NOT NULL,
  -- YYYY-MM.
  month TEXT NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'),
  -- CBOR of domain::wire::SettledMonth.
  content BLOB NOT NULL,
  PRIMARY KEY (parcel_id, number)
) STRICT, WITHOUT ROWID;

-- FACT. Clearing's word on whose this device's key is, as it signed it. The last one counts.
CREATE TABLE credentials (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  signed BLOB NOT NULL UNIQUE,
  received_at INTEGER NOT NULL
) STRICT;

-- When clearing last answered, over a network or by courier.
ALTER TABLE devices ADD COLUMN heard_at INTEGER;
UPDATE devices SET heard_at = (SELECT max(received_at) FROM receipts);

CREATE TRIGGER settlement_parcels_no_update BEFORE UPDATE ON settlement_parcels BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER settlement_parcels_no_delete BEFORE DELETE ON settlement_parcels BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER settlements_no_update BEFORE UPDATE ON settlements BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER settlements_no_delete BEFORE DELETE ON settlements BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER credentials_no_update BEFORE UPDATE ON credentials BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER credentials_no_delete BEFORE DELETE ON credentials BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
