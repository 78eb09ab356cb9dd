-- The reports of a night (counts, messages, comparison) and those that carry a registration (every load): without an
-- index each of these questions read all that a region ever received.
DO $$
DECLARE
    schema text;
BEGIN
    FOR schema IN SELECT nspname FROM pg_namespace WHERE nspname ~ '^vt_[0-9]{2}$' LOOP
        EXECUTE format('CREATE INDEX report_night ON %I.report (night)', schema);
        EXECUTE format('CREATE INDEX report_carries ON %I.report USING gin (also_registered_as)'
            ' WHERE also_registered_as <> ''{}''', schema);
    END LOOP;
END $$;
