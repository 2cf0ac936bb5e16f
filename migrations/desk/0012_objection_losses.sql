-- How many words of clearing on objections this device had received when it heard that some are lost: none of those
-- counts any more, whatever the service's clock said when it signed them.
ALTER TABLE objection_losses ADD COLUMN noted_before INTEGER NOT NULL DEFAULT 0;
