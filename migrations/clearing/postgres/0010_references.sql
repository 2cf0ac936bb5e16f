-- What each row of a batch refers to, looked up once for the whole statement. PostgreSQL's own foreign
-- keys look, and lock, row by row: five of them took two thirds of the time of a batch. Facts are never
-- changed nor removed, so nothing can be lost behind a row that was right when it was written.
--
-- What the first step says of SERIALIZABLE has ended here too: locks keep writers apart
-- (docs/adr/0006-writers-side-by-side.md).
ALTER TABLE events
  DROP CONSTRAINT events_device_epoch_batch_last_seq_fkey,
  DROP CONSTRAINT events_device_site_site_version_fkey;
ALTER TABLE verdicts DROP CONSTRAINT verdicts_device_epoch_seq_fkey;
ALTER TABLE credits
  DROP CONSTRAINT credits_programme_fkey,
  DROP CONSTRAINT credits_siret_fkey,
  DROP CONSTRAINT credits_device_epoch_seq_fkey;

-- Each question asks for one row by its key, whatever the planner believes of the size of a table.

CREATE FUNCTION events_refer() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM (SELECT DISTINCT device, epoch, batch_last_seq FROM written) AS w
  WHERE (SELECT b.last_seq FROM batches AS b
    WHERE b.device = w.device AND b.epoch = w.epoch AND b.last_seq = w.batch_last_seq) IS NULL;
  IF FOUND THEN
    RAISE 'an event of no batch' USING ERRCODE = 'foreign_key_violation';
  END IF;
  PERFORM FROM (SELECT DISTINCT device, site, site_version FROM written WHERE site_version IS NOT NULL) AS w
  WHERE (SELECT s.version FROM sites AS s
    WHERE s.device = w.device AND s.site = w.site AND s.version = w.site_version) IS NULL;
  IF FOUND THEN
    RAISE 'an event at no site' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER events_refer AFTER INSERT ON events
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION events_refer();

CREATE FUNCTION verdicts_refer() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM written AS w
  WHERE (SELECT e.seq FROM events AS e
    WHERE e.device = w.device AND e.epoch = w.epoch AND e.seq = w.seq) IS NULL;
  IF FOUND THEN
    RAISE 'a verdict on no event' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER verdicts_refer AFTER INSERT ON verdicts
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION verdicts_refer();

CREATE FUNCTION credits_refer() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM (SELECT DISTINCT programme FROM written) AS w
  WHERE (SELECT p.programme FROM programmes AS p WHERE p.programme = w.programme) IS NULL;
  IF FOUND THEN
    RAISE 'a credit of no programme' USING ERRCODE = 'foreign_key_violation';
  END IF;
  PERFORM FROM (SELECT DISTINCT siret FROM written) AS w
  WHERE (SELECT s.siret FROM structures AS s WHERE s.siret = w.siret) IS NULL;
  IF FOUND THEN
    RAISE 'a credit for no structure' USING ERRCODE = 'foreign_key_violation';
  END IF;
  PERFORM FROM written AS w
  WHERE (SELECT e.seq FROM events AS e
    WHERE e.device = w.device AND e.epoch = w.epoch AND e.seq = w.seq) IS NULL;
  IF FOUND THEN
    RAISE 'a credit through no event' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER credits_refer AFTER INSERT ON credits
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION credits_refer();
