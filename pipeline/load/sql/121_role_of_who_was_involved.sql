-- The column says of whom it tells a role, and no longer of whom it does not (elements.toml, prior_roles).
DO $$
DECLARE
    schema text;
BEGIN
    FOR schema IN SELECT nspname FROM pg_namespace WHERE nspname ~ '^vt_[0-9]{2}$' LOOP
        EXECUTE format('COMMENT ON COLUMN %I.prior_incident.role IS %L', schema, replace(
            (SELECT col_description(attrelid, attnum) FROM pg_attribute
             WHERE attrelid = format('%I.prior_incident', schema)::regclass AND attname = 'role'),
            'empty for a caller, a witness or a professional.', 'empty unless involved (SO, VE, KI, OU, HU).'));
    END LOOP;
END $$;
