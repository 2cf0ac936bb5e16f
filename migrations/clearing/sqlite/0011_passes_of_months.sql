-- A month that was brought back names passes, and not only the events through which they were credited: a pass
-- may come back through another event, and is not to be paid again.

-- The event under which the file of the month has counted the credit, where it was counted from there. Nothing
-- means the credit's own.
ALTER TABLE settled_credits ADD COLUMN device BLOB CHECK (device IS NULL OR length(device) = 16);
ALTER TABLE settled_credits ADD COLUMN epoch INTEGER;
ALTER TABLE settled_credits ADD COLUMN seq INTEGER CHECK ((device IS NULL) = (epoch IS NULL) AND (device IS NULL) = (seq IS NULL));

-- The list as it was could not tell the pass, and no version that kept it was ever released. An event may have been
-- counted by two months, its credit having been taken back in between.
DROP TABLE awaited;
CREATE TABLE awaited (
  device BLOB NOT NULL CHECK (length(device) = 16),
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL CHECK (seq >= 1),
  programme INTEGER NOT NULL,
  booklet INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('credit', 'withdrawal')),
  month TEXT NOT NULL REFERENCES settlements (month),
  PRIMARY KEY (device, epoch, seq, kind, month)
) STRICT, WITHOUT ROWID;
