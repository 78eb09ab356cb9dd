-- One report an event: what a report carries of other registrations, and what is added to one that was delivered before.
ALTER TABLE intake.ledger DROP CONSTRAINT ledger_kind_check;
ALTER TABLE intake.ledger ADD CONSTRAINT ledger_kind_check
    CHECK (kind IN ('disclosure', 'amendment', 'withholding', 'recall', 'checkpoint'));

DO $$
DECLARE
    schema text;
BEGIN
    FOR schema IN SELECT nspname FROM pg_namespace WHERE nspname ~ '^vt_[0-9]{2}$' ORDER BY nspname LOOP
        EXECUTE format('ALTER TABLE %I.danger_signal DROP CONSTRAINT danger_signal_known_from_check', schema);
        EXECUTE format('ALTER TABLE %I.danger_signal ADD CONSTRAINT danger_signal_known_from_check'
            ' CHECK (known_from IN (''ticked'', ''text'', ''carried''))', schema);
        EXECUTE format('COMMENT ON COLUMN %I.danger_signal.known_from IS'
            ' ''ticked by the officer, told in the text, or from a registration that the report carries.''', schema);
        EXECUTE format('COMMENT ON COLUMN %I.report.entries IS ''List of {registration_number, entry_number, written_at,'
            ' known_as: seen|stated|heard|opinion, text}; redacted. Those of a registration that the report carries follow'
            ' under its number; known_as is empty for its description.''', schema);
        EXECUTE format('COMMENT ON COLUMN %I.report.loaded_at IS ''When it was placed here, or got what a later'
            ' registration of the same event adds; poll on it.''', schema);
    END LOOP;
END $$;
