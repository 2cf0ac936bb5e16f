-- What sites object to while the officer decides.

-- FACT. A note on an event, as its device signed it. Notes on one event are numbered in order of arrival.
CREATE TABLE objections (
  device BYTEA NOT NULL,
  epoch BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  number BIGINT NOT NULL CHECK (number >= 1),
  -- Eight bytes that tell its parcel from any other: the same parcel brought again is found by it.
  trace BYTEA NOT NULL CHECK (octet_length(trace) = 8),
  -- As the device says.
  written_on DATE NOT NULL CHECK (written_on BETWEEN '0001-01-01 BC' AND '9999-12-31'),
  note TEXT NOT NULL CHECK (char_length(note) BETWEEN 1 AND 500),
  parcel BYTEA NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (device, epoch, seq, number),
  UNIQUE (device, trace),
  FOREIGN KEY (device, epoch, seq) REFERENCES events (device, epoch, seq)
);

CREATE TRIGGER objections_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON objections
FOR EACH STATEMENT EXECUTE FUNCTION keep_the_facts();
