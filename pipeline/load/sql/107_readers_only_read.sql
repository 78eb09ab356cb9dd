-- PostgreSQL lets every role make large objects and take advisory locks. A region's role reads its own schema and nothing
-- else: the one would be a place to write to, the other holds up the loads of every region (REGION_LOCK, UNIT_LOCK).
DO $$
DECLARE
    own record;
BEGIN
    FOR own IN
        SELECT oid::regprocedure AS name FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace
          AND (proname LIKE 'lo\_%' OR proname IN ('loread', 'lowrite') OR proname LIKE 'pg\_%advisory\_%lock%')
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', own.name, current_user);
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', own.name);
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    -- on a server of others only its administrator can: what the roles read stays as it was
    RAISE NOTICE 'large objects and advisory locks stay open to every role of this database';
END $$;
