-- FACT. A receipt that a desk has shown after these books, restored from an older copy, had lost it
-- or something beside it. What it says holds: its events are not judged again.
CREATE TABLE recalls (
  device BYTEA NOT NULL,
  epoch BIGINT NOT NULL,
  first_seq BIGINT NOT NULL,
  last_seq BIGINT NOT NULL,
  recalled_at BIGINT NOT NULL,
  PRIMARY KEY (device, epoch, first_seq, last_seq),
  FOREIGN KEY (device, epoch, first_seq, last_seq) REFERENCES receipts (device, epoch, first_seq, last_seq)
);

CREATE TRIGGER recalls_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON recalls
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
