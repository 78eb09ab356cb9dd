-- A carried registration may tick what its report does not: that is told among the entries, too.
DO $$
DECLARE
    schema text;
BEGIN
    FOR schema IN SELECT nspname FROM pg_namespace WHERE nspname ~ '^vt_[0-9]{2}$' LOOP
        EXECUTE format('COMMENT ON COLUMN %I.report.entries IS %L', schema, replace(
            (SELECT col_description(attrelid, attnum) FROM pg_attribute
             WHERE attrelid = format('%I.report', schema)::regclass AND attname = 'entries'),
            'known_as is empty for its description',
            'known_as is empty for its description and for what it ticks otherwise than the report'));
    END LOOP;
END $$;
