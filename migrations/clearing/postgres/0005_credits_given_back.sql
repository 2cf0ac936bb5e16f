-- After a restore, a credit may be taken back for a claim that turns out not to hold, and be given to
-- the same event again: an event is credited once for each attempt, no longer once for ever.
ALTER TABLE credits DROP CONSTRAINT credits_device_epoch_seq_key;
ALTER TABLE credits ADD UNIQUE (device, epoch, seq, attempt);

-- Which receipt was shown, by the trace that the protocol makes: after two restores there may be
-- several for one range. Those shown before this step are not told apart; whoever holds one shows it
-- again. A default fills rows without an UPDATE, which facts forbid.
ALTER TABLE recalls
  ADD COLUMN receipt BYTEA NOT NULL DEFAULT '\x0000000000000000' CHECK (length(receipt) = 8),
  DROP CONSTRAINT recalls_pkey,
  ADD PRIMARY KEY (device, epoch, first_seq, last_seq, receipt);
ALTER TABLE recalls ALTER COLUMN receipt DROP DEFAULT;
