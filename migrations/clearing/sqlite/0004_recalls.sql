-- FACT. A receipt that a desk has shown after these books, restored from an older copy, had lost it
-- or something beside it. What it says holds: its events are not judged again.
CREATE TABLE recalls (
  device BLOB NOT NULL,
  epoch INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  recalled_at INTEGER NOT NULL,
  PRIMARY KEY (device, epoch, first_seq, last_seq),
  FOREIGN KEY (device, epoch, first_seq, last_seq) REFERENCES receipts (device, epoch, first_seq, last_seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER recalls_are_facts_update BEFORE UPDATE ON recalls
BEGIN SELECT RAISE(ABORT, 'recalls are facts'); END;
CREATE TRIGGER recalls_are_facts_delete BEFORE DELETE ON recalls
BEGIN SELECT RAISE(ABORT, 'recalls are facts'); END;
