-- How clearing let this device in: the form as this device signed it, and the grant as clearing signed it.
-- Shown to clearing should it ever forget this device. NULL in a ledger that was enrolled before this step.
ALTER TABLE devices ADD COLUMN enrolment_form BLOB;
ALTER TABLE devices ADD COLUMN enrolment_grant BLOB;
