-- FACT. A piece of the stream of decisions, as clearing signed it: those that brought a decision, and the first of each
-- generation of the service. Shown to clearing should it ever lose what it has said.
CREATE TABLE decision_parcels (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  generation INTEGER NOT NULL,
  signed BLOB NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER decision_parcels_no_update BEFORE UPDATE ON decision_parcels BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
CREATE TRIGGER decision_parcels_no_delete BEFORE DELETE ON decision_parcels BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END;
