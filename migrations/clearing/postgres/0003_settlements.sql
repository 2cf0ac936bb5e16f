-- Paying the structures, month after month. A month is closed once, whole, in order; what it holds
-- is never opened again. Months are civil months in Paris, YYYY-MM.

-- FACT. Whom to pay for a structure, as the officer entered it; the last one counts.
CREATE TABLE payees (
  siret TEXT NOT NULL REFERENCES structures (siret),
  number BIGINT NOT NULL CHECK (number >= 1),
  -- As machines exchange it: capitals and digits, without spaces; its key was checked.
  iban TEXT NOT NULL CHECK (iban <> ''),
  bic TEXT CHECK (bic <> ''),
  -- In whose name the account is.
  holder TEXT NOT NULL CHECK (holder <> ''),
  entered_at BIGINT NOT NULL,
  PRIMARY KEY (siret, number)
);

-- FACT. A month that was closed. `ends_at` is the first instant that does not count in it.
CREATE TABLE settlements (
  month TEXT PRIMARY KEY CHECK (month ~ '^[0-9]{4}-[0-9]{2}$'),
  ends_at BIGINT NOT NULL,
  closed_at BIGINT NOT NULL CHECK (closed_at >= ends_at)
);

CREATE FUNCTION settle_in_order() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.month COLLATE "C" <= (SELECT max(month COLLATE "C") FROM settlements) THEN
    RAISE EXCEPTION 'a settlement of this month or a later one still stands'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER settlements_follow_each_other BEFORE INSERT ON settlements
FOR EACH ROW EXECUTE FUNCTION settle_in_order();

-- FACT. What a structure earned with a programme's passes: credits given, less credits that an
-- earlier month had counted and that were given back since.
CREATE TABLE settlement_lines (
  month TEXT NOT NULL REFERENCES settlements (month),
  siret TEXT NOT NULL REFERENCES structures (siret),
  programme INTEGER NOT NULL REFERENCES programmes (programme),
  credited_count BIGINT NOT NULL CHECK (credited_count >= 0),
  credited_cents BIGINT NOT NULL CHECK (credited_cents >= 0),
  withdrawn_count BIGINT NOT NULL CHECK (withdrawn_count >= 0),
  withdrawn_cents BIGINT NOT NULL CHECK (withdrawn_cents >= 0),
  PRIMARY KEY (month, siret, programme)
);

-- FACT. A funder's part of a line; the parts of a line sum to it.
CREATE TABLE settlement_shares (
  month TEXT NOT NULL,
  siret TEXT NOT NULL,
  programme INTEGER NOT NULL,
  -- The funder's place in its programme, from 1.
  number BIGINT NOT NULL CHECK (number >= 1),
  funder TEXT NOT NULL,
  amount_cents BIGINT NOT NULL,
  PRIMARY KEY (month, siret, programme, number),
  FOREIGN KEY (month, siret, programme) REFERENCES settlement_lines (month, siret, programme)
);

-- FACT. What a month makes of a structure's account: what the month before left, what this one
-- brought, what is paid. The rest is carried: held while nobody knows whom to pay, owed by the
-- structure when it is negative.
CREATE TABLE settlement_balances (
  month TEXT NOT NULL REFERENCES settlements (month),
  siret TEXT NOT NULL REFERENCES structures (siret),
  carried_cents BIGINT NOT NULL,
  amount_cents BIGINT NOT NULL,
  paid_cents BIGINT NOT NULL CHECK (paid_cents >= 0)
    CHECK (paid_cents IN (0, carried_cents + amount_cents)),
  -- Whom, among the payees of the structure.
  payee BIGINT CHECK ((payee IS NOT NULL) = (paid_cents > 0)),
  PRIMARY KEY (month, siret),
  FOREIGN KEY (siret, payee) REFERENCES payees (siret, number)
);

-- FACT. A credit that a month has counted: no other month will.
CREATE TABLE settled_credits (
  programme INTEGER NOT NULL,
  booklet BIGINT NOT NULL,
  rank INTEGER NOT NULL,
  attempt BIGINT NOT NULL,
  month TEXT NOT NULL REFERENCES settlements (month),
  PRIMARY KEY (programme, booklet, rank, attempt),
  FOREIGN KEY (programme, booklet, rank, attempt) REFERENCES credits (programme, booklet, rank, attempt)
);

-- FACT. A withdrawal that a month has counted, of a credit that an earlier one had counted.
CREATE TABLE settled_withdrawals (
  programme INTEGER NOT NULL,
  booklet BIGINT NOT NULL,
  rank INTEGER NOT NULL,
  attempt BIGINT NOT NULL,
  month TEXT NOT NULL REFERENCES settlements (month),
  PRIMARY KEY (programme, booklet, rank, attempt),
  FOREIGN KEY (programme, booklet, rank, attempt) REFERENCES withdrawals (programme, booklet, rank, attempt),
  FOREIGN KEY (programme, booklet, rank, attempt) REFERENCES settled_credits (programme, booklet, rank, attempt)
);

CREATE TRIGGER payees_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON payees
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER settlements_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON settlements
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER settlement_lines_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement_lines
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER settlement_shares_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement_shares
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER settlement_balances_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement_balances
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER settled_credits_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON settled_credits
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
CREATE TRIGGER settled_withdrawals_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON settled_withdrawals
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
