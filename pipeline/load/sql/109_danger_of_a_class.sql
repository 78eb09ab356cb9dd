-- Where a box is empty, the incident class (stalking, weapons) or the kind of weapon says what it would.
DO $$
DECLARE
    schema text;
BEGIN
    FOR schema IN SELECT nspname FROM pg_namespace WHERE nspname ~ '^vt_[0-9]{2}$' LOOP
        EXECUTE format('COMMENT ON COLUMN %I.danger_signal.known_from IS %L', schema,
            'ticked by the officer (or said by the incident class or the kind of weapon, where the box is empty), told in'
            ' the text, or from a registration that the report carries.');
    END LOOP;
END $$;
