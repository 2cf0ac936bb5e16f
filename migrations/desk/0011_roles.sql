-- Who may do what here, and a record of it that nobody can rewrite.

-- Whoever has worked here before goes on as they did.
ALTER TABLE accounts ADD COLUMN role TEXT NOT NULL DEFAULT 'manager' CHECK (role IN ('adviser', 'manager'));

-- The digits by which a person takes their place while the ledger is open, as what Argon2id makes of them. No row: a
-- click is enough.
CREATE TABLE pins (
  account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
  -- JSON of desk::secrets::Cost.
  cost TEXT NOT NULL,
  salt BLOB NOT NULL CHECK (length(salt) = 16),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  -- Tries in a row that have not come to a good end; each is written down before the digits are looked at.
  failures INTEGER NOT NULL DEFAULT 0,
  failed_at INTEGER NOT NULL DEFAULT 0
) STRICT;

-- FACT. What binds each act to all before it (domain::audit). What was recorded before this step is bound with the
-- first act after it.
CREATE TABLE audit_links (
  audit_id INTEGER PRIMARY KEY REFERENCES audits (id),
  link BLOB NOT NULL CHECK (length(link) = 32)
) STRICT;

CREATE TRIGGER audit_links_no_update BEFORE UPDATE ON audit_links BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER audit_links_no_delete BEFORE DELETE ON audit_links BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
