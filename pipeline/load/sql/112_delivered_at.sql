-- `loaded_at` moves with whatever is added to a report or taken out of it, so that Veilig Thuis reads it again. Its terms,
-- and what the reports tell of waiting, count from the first time (116): of what stands here the ledger knows when that was.
DO $$
DECLARE
    schema text;
    parts  text[] := '{}';
BEGIN
    FOR schema IN SELECT nspname FROM pg_namespace WHERE nspname ~ '^vt_[0-9]{2}$' ORDER BY nspname LOOP
        EXECUTE format('ALTER TABLE %I.report ADD COLUMN delivered_at timestamptz NOT NULL DEFAULT now()', schema);
        EXECUTE format('UPDATE %I.report SET delivered_at = coalesce((SELECT min(recorded_at) FROM intake.ledger'
            ' WHERE (ledger.registration_number, ledger.unit, ledger.version, ledger.region)'
            ' = (report.registration_number, report.unit, report.version, report.region)'
            ' AND ledger.kind = ''disclosure''), loaded_at)', schema);
        EXECUTE format('COMMENT ON COLUMN %I.report.delivered_at IS ''When it was placed here first: terms count from'
            ' that day, whatever came or went since. Set by the load.''', schema);
        parts := parts || format(
            'SELECT %1$L::text AS region, unit, registration_number, version, night, kind, known_at, gaps,'
            ' agreement_version, loaded_at, delivered_at FROM %2$I.report', 'VT' || right(schema, 2), schema);
    END LOOP;
    EXECUTE 'CREATE OR REPLACE VIEW intake.delivery AS ' || array_to_string(parts, ' UNION ALL ');
END $$;
