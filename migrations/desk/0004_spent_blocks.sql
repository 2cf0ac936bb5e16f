-- Which passes clearing says are spent, in blocks of 256 booklets. A block is a row of bits, the lowest of each byte
-- first: for each of its booklets, one bit for each pass, by rank. Its length is 32 bytes for each pass of a booklet.
-- Blocks without a spent pass are not there. So the whole is read, compared and written in a few hundred rows where a
-- row for each booklet took a hundred thousand.
CREATE TABLE spent_blocks (
  programme_id INTEGER NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
  block INTEGER NOT NULL CHECK (block BETWEEN 0 AND 16777215),
  bits BLOB NOT NULL CHECK (length(bits) BETWEEN 32 AND 8160 AND length(bits) % 32 = 0),
  PRIMARY KEY (programme_id, block)
) STRICT, WITHOUT ROWID;

-- What was kept the old way is asked for again: version 0 is older than any.
DROP TABLE spent_states;
UPDATE states SET version = 0;
