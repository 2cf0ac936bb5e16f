-- The clearing service may replace its key. This device follows the chain from the key that it was given with its
-- letter; `devices` names the one that it trusts now.

-- FACT. A key of clearing that took the place of another, as both have signed it. What the older key has signed and
-- this ledger has kept stays good; nothing new that it signs is believed. `signed` is CBOR of domain::wire::Succession.
CREATE TABLE server_keys (
  public BLOB PRIMARY KEY CHECK (length(public) = 32),
  replaces BLOB NOT NULL CHECK (length(replaces) = 32),
  -- The number of the new key, the service's first being 1.
  number INTEGER NOT NULL CHECK (number >= 2),
  signed BLOB NOT NULL,
  adopted_at INTEGER NOT NULL,
  CHECK (public <> replaces)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER server_keys_no_update BEFORE UPDATE ON server_keys BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER server_keys_no_delete BEFORE DELETE ON server_keys BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
