-- An officer is no desk: where only one could be reached, the desk of the unit's agreement stands (elements.toml, contact_desk).
DO $$
DECLARE
    schema text;
BEGIN
    FOR schema IN SELECT nspname FROM pg_namespace WHERE nspname ~ '^vt_[0-9]{2}$' LOOP
        EXECUTE format('COMMENT ON COLUMN %I.report.contact_department IS %L', schema, replace(
            (SELECT col_description(attrelid, attnum) FROM pg_attribute
             WHERE attrelid = format('%I.report', schema)::regclass AND attname = 'contact_department'),
            'this report.', 'this report; the unit''s own where the registration names only an officer.'));
    END LOOP;
END $$;
