-- Of removed data (verwijderd, Wpg 14(2)) only the keys stay.

DO $$
DECLARE
    schema text;
BEGIN
    FOR schema IN SELECT nspname FROM pg_namespace WHERE nspname ~ '^vt_[0-9]{2}$' ORDER BY nspname LOOP
        EXECUTE format('ALTER TABLE %I.report ADD COLUMN emptied_at timestamptz', schema);
        EXECUTE format(
            'COMMENT ON COLUMN %I.report.emptied_at IS '
            '''The police removed these data from use: nothing but the keys is left, and known_at is the night. Remove yours.''',
            schema);
    END LOOP;
END $$;

-- Registrations that their unit removed. Open until nothing of them is left but keys; a crash is made good the next time.
CREATE TABLE intake.removal (
    unit                text NOT NULL,
    registration_number text NOT NULL,
    version             integer NOT NULL,
    night               date NOT NULL,
    noted_at            timestamptz NOT NULL DEFAULT now(),
    done_at             timestamptz,
    PRIMARY KEY (unit, registration_number)
);
COMMENT ON COLUMN intake.removal.version IS 'The version that removed it: a higher one that is no removal stands.';
COMMENT ON TABLE intake.removal IS 'Registrations that were removed from use, and when the last of their contents was gone here.';
CREATE INDEX removal_open ON intake.removal (unit) WHERE done_at IS NULL;
