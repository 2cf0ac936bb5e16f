-- What sites object to while the officer decides.

-- FACT. A note on an event, as its device signed it. Notes on one event are numbered in order of arrival.
CREATE TABLE objections (
  device BLOB NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number >= 1),
  -- Eight bytes that tell its parcel from any other: the same parcel brought again is found by it.
  trace BLOB NOT NULL CHECK (length(trace) = 8),
  -- As the device says.
  written_on TEXT NOT NULL CHECK (written_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  note TEXT NOT NULL CHECK (length(note) BETWEEN 1 AND 500),
  parcel BLOB NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (device, epoch, seq, number),
  UNIQUE (device, trace),
  FOREIGN KEY (device, epoch, seq) REFERENCES events (device, epoch, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER objections_are_facts_update BEFORE UPDATE ON objections
BEGIN SELECT RAISE(ABORT, 'objections are facts'); END;
CREATE TRIGGER objections_are_facts_delete BEFORE DELETE ON objections
BEGIN SELECT RAISE(ABORT, 'objections are facts'); END;
