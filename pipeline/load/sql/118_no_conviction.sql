-- Of an earlier incident no outcome is shared that tells of a conviction (elements.toml, prior_outcomes).
DO $$
DECLARE
    schema text;
BEGIN
    FOR schema IN SELECT nspname FROM pg_namespace WHERE nspname ~ '^vt_[0-9]{2}$' LOOP
        EXECUTE format('COMMENT ON COLUMN %I.prior_incident.outcome IS %L', schema, replace(
            (SELECT col_description(attrelid, attnum) FROM pg_attribute
             WHERE attrelid = format('%I.prior_incident', schema)::regclass AND attname = 'outcome'),
            'redacted.', 'redacted; empty where it tells of a conviction.'));
    END LOOP;
END $$;
