-- What a report carries of a registration can be taken out of it again: which entries and which persons are that one's.
DO $$
DECLARE
    schema text;
BEGIN
    FOR schema IN SELECT nspname FROM pg_namespace WHERE nspname ~ '^vt_[0-9]{2}$' ORDER BY nspname LOOP
        EXECUTE format('ALTER TABLE %I.person ADD COLUMN carried_from text', schema);
        EXECUTE format('COMMENT ON COLUMN %I.person.carried_from IS ''Number of the registration of the same event that'
            ' names this person; empty where the report''''s own does.''', schema);
        EXECUTE format('COMMENT ON COLUMN %I.report.entries IS ''List of {registration_number, version, entry_number,'
            ' written_at, known_as: seen|stated|heard|opinion, text}; redacted. Those of a registration that the report'
            ' carries follow under its number; known_as is empty for its description.''', schema);
        EXECUTE format('COMMENT ON COLUMN %I.report.loaded_at IS ''When it was placed here, or got what another'
            ' registration of the same event adds, or lost what that one says no more; poll on it.''', schema);
    END LOOP;
END $$;
