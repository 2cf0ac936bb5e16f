-- Paying the structures, month after month. A month is closed once, whole, in order; what it holds
-- is never opened again. Months are civil months in Paris, YYYY-MM.

-- FACT. Whom to pay for a structure, as the officer entered it; the last one counts.
CREATE TABLE payees (
  siret TEXT NOT NULL REFERENCES structures (siret),
  number INTEGER NOT NULL CHECK (number >= 1),
  -- As machines exchange it: capitals and digits, without spaces; its key was checked.
  iban TEXT NOT NULL CHECK (iban <> ''),
  bic TEXT CHECK (bic <> ''),
  -- In whose name the account is.
  holder TEXT NOT NULL CHECK (holder <> ''),
  entered_at INTEGER NOT NULL,
  PRIMARY KEY (siret, number)
) STRICT, WITHOUT ROWID;

-- FACT. A month that was closed. `ends_at` is the first instant that does not count in it.
CREATE TABLE settlements (
  month TEXT PRIMARY KEY CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'),
  ends_at INTEGER NOT NULL,
  closed_at INTEGER NOT NULL CHECK (closed_at >= ends_at)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER settlements_follow_each_other BEFORE INSERT ON settlements
WHEN NEW.month <= (SELECT max(month) FROM settlements)
BEGIN SELECT RAISE(ABORT, 'a settlement of this month or a later one still stands'); END;

-- FACT. What a structure earned with a programme's passes: credits given, less credits that an
-- earlier month had counted and that were given back since.
CREATE TABLE settlement_lines (
  month TEXT NOT NULL REFERENCES settlements (month),
  siret TEXT NOT NULL REFERENCES structures (siret),
  programme INTEGER NOT NULL REFERENCES programmes (programme),
  credited_count INTEGER NOT NULL CHECK (credited_count >= 0),
  credited_cents INTEGER NOT NULL CHECK (credited_cents >= 0),
  withdrawn_count INTEGER NOT NULL CHECK (withdrawn_count >= 0),
  withdrawn_cents INTEGER NOT NULL CHECK (withdrawn_cents >= 0),
  PRIMARY KEY (month, siret, programme)
) STRICT, WITHOUT ROWID;

-- FACT. A funder's part of a line; the parts of a line sum to it.
CREATE TABLE settlement_shares (
  month TEXT NOT NULL,
  siret TEXT NOT NULL,
  programme INTEGER NOT NULL,
  -- The funder's place in its programme, from 1.
  number INTEGER NOT NULL CHECK (number >= 1),
  funder TEXT NOT NULL,
  amount_cents INTEGER NOT NULL,
  PRIMARY KEY (month, siret, programme, number),
  FOREIGN KEY (month, siret, programme) REFERENCES settlement_lines (month, siret, programme)
) STRICT, WITHOUT ROWID;

-- FACT. What a month makes of a structure's account: what the month before left, what this one
-- brought, what is paid. The rest is carried: held while nobody knows whom to pay, owed by the
-- structure when it is negative.
CREATE TABLE settlement_balances (
  month TEXT NOT NULL REFERENCES settlements (month),
  siret TEXT NOT NULL REFERENCES structures (siret),
  carried_cents INTEGER NOT NULL,
  amount_cents INTEGER NOT NULL,
  paid_cents INTEGER NOT NULL CHECK (paid_cents >= 0)
    CHECK (paid_cents IN (0, carried_cents + amount_cents)),
  -- Whom, among the payees of the structure.
  payee INTEGER CHECK ((payee IS NOT NULL) = (paid_cents > 0)),
  PRIMARY KEY (month, siret),
  FOREIGN KEY (siret, payee) REFERENCES payees (siret, number)
) STRICT, WITHOUT ROWID;

-- FACT. A credit that a month has counted: no other month will.
CREATE TABLE settled_credits (
  programme INTEGER NOT NULL,
  booklet INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  month TEXT NOT NULL REFERENCES settlements (month),
  PRIMARY KEY (programme, booklet, rank, attempt),
  FOREIGN KEY (programme, booklet, rank, attempt) REFERENCES credits (programme, booklet, rank, attempt)
) STRICT, WITHOUT ROWID;

-- FACT. A withdrawal that a month has counted, of a credit that an earlier one had counted.
CREATE TABLE settled_withdrawals (
  programme INTEGER NOT NULL,
  booklet INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  month TEXT NOT NULL REFERENCES settlements (month),
  PRIMARY KEY (programme, booklet, rank, attempt),
  FOREIGN KEY (programme, booklet, rank, attempt) REFERENCES withdrawals (programme, booklet, rank, attempt),
  FOREIGN KEY (programme, booklet, rank, attempt) REFERENCES settled_credits (programme, booklet, rank, attempt)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER payees_are_facts_update BEFORE UPDATE ON payees
BEGIN SELECT RAISE(ABORT, 'payees are facts'); END;
CREATE TRIGGER payees_are_facts_delete BEFORE DELETE ON payees
BEGIN SELECT RAISE(ABORT, 'payees are facts'); END;
CREATE TRIGGER settlements_are_facts_update BEFORE UPDATE ON settlements
BEGIN SELECT RAISE(ABORT, 'settlements are facts'); END;
CREATE TRIGGER settlements_are_facts_delete BEFORE DELETE ON settlements
BEGIN SELECT RAISE(ABORT, 'settlements are facts'); END;
CREATE TRIGGER settlement_lines_are_facts_update BEFORE UPDATE ON settlement_lines
BEGIN SELECT RAISE(ABORT, 'settlement_lines are facts'); END;
CREATE TRIGGER settlement_lines_are_facts_delete BEFORE DELETE ON settlement_lines
BEGIN SELECT RAISE(ABORT, 'settlement_lines are facts'); END;
CREATE TRIGGER settlement_shares_are_facts_update BEFORE UPDATE ON settlement_shares
BEGIN SELECT RAISE(ABORT, 'settlement_shares are facts'); END;
CREATE TRIGGER settlement_shares_are_facts_delete BEFORE DELETE ON settlement_shares
BEGIN SELECT RAISE(ABORT, 'settlement_shares are facts'); END;
CREATE TRIGGER settlement_balances_are_facts_update BEFORE UPDATE ON settlement_balances
BEGIN SELECT RAISE(ABORT, 'settlement_balances are facts'); END;
CREATE TRIGGER settlement_balances_are_facts_delete BEFORE DELETE ON settlement_balances
BEGIN SELECT RAISE(ABORT, 'settlement_balances are facts'); END;
CREATE TRIGGER settled_credits_are_facts_update BEFORE UPDATE ON settled_credits
BEGIN SELECT RAISE(ABORT, 'settled_credits are facts'); END;
CREATE TRIGGER settled_credits_are_facts_delete BEFORE DELETE ON settled_credits
BEGIN SELECT RAISE(ABORT, 'settled_credits are facts'); END;
CREATE TRIGGER settled_withdrawals_are_facts_update BEFORE UPDATE ON settled_withdrawals
BEGIN SELECT RAISE(ABORT, 'settled_withdrawals are facts'); END;
CREATE TRIGGER settled_withdrawals_are_facts_delete BEFORE DELETE ON settled_withdrawals
BEGIN SELECT RAISE(ABORT, 'settled_withdrawals are facts'); END;
