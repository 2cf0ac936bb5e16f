-- One act more: the key that the service signs with is replaced.
ALTER TABLE audits DROP CONSTRAINT audits_act_check;
ALTER TABLE audits ADD CHECK (act IN ('programme_added', 'booklets_issued', 'booklets_activated',
  'booklets_blocked', 'structure_added', 'enrolment_issued', 'device_revoked', 'claim_credited',
  'claim_declined', 'payee_entered', 'month_closed', 'month_brought_back', 'key_replaced'));
