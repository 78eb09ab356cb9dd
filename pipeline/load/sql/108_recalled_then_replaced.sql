-- A version that was withdrawn, as its correction was held, and that a later version replaces then: both are told, each
-- once. The row of the withdrawal stays as it was; the one that says `replaced` comes beside it.
DO $$
DECLARE
    schema text;
    gone   text[] := '{}';
BEGIN
    FOR schema IN SELECT nspname FROM pg_namespace WHERE nspname ~ '^vt_[0-9]{2}$' ORDER BY nspname LOOP
        EXECUTE format('ALTER TABLE %I.recall DROP CONSTRAINT recall_pkey', schema);
        EXECUTE format('CREATE UNIQUE INDEX recall_once ON %I.recall'
            ' (unit, registration_number, version, (reason = ''replaced''))', schema);
        EXECUTE format('COMMENT ON TABLE %I.recall IS %L', schema,
            'Report versions that no longer stand: do not use them, or use the one that replaces them. One that was'
            ' withdrawn has a second row when a later version comes in its place.');
        gone := gone || format(
            'SELECT DISTINCT ON (unit, registration_number, version) %L::text AS region, unit, registration_number,'
            ' version, reason, replaced_by, night, recalled_at FROM %I.recall'
            ' ORDER BY unit, registration_number, version, reason = ''replaced''', 'VT' || right(schema, 2), schema);
    END LOOP;
    EXECUTE 'CREATE OR REPLACE VIEW intake.recalled AS ('
        || array_to_string(gone, ') UNION ALL (') || ')';
END $$;
COMMENT ON VIEW intake.recalled IS 'Report versions that were withdrawn from or replaced in a region, each once: by what took it back first.';
