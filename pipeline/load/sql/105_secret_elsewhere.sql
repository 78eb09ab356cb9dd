-- An address that one registration keeps secret may stand open in another one of the event: whoever is met again is asked.
ALTER TABLE intake.person_key ADD COLUMN secret boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN intake.person_key.secret IS
    'The address is secret, so that it is not compared; not known (false) of what was kept before this column.';
