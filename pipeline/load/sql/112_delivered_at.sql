-- `loaded_at` moves with whatever is added to a report or taken out of it, so that Veilig Thuis reads it again. Its terms,
-- and what the reports tell of waiting, count from the first time: of what stands here the ledger knows when that was.
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

CREATE OR REPLACE VIEW intake.report_status AS
WITH event AS (
    SELECT region, unit, registration_number, version,
           min(at) FILTER (WHERE event = 'received') AS received_event,
           min(at) AS first_event,
           min(at) FILTER (WHERE event = 'triage') AS triaged_at,
           min(at) FILTER (WHERE event = 'closed') AS closed_at,
           -- receipt is the weakest; of the others the latest counts, and a closed case stays closed
           (array_agg(event ORDER BY event = 'closed' DESC, at DESC, feedback DESC)
               FILTER (WHERE event NOT IN ('received', 'quality') AND NOT (event = 'wrong_region' AND EXISTS (
                   SELECT 1 FROM intake.reroute
                   WHERE (reroute.region, reroute.unit, reroute.registration_number, reroute.version)
                       = (feedback.region, feedback.unit, feedback.registration_number, feedback.version)
                     AND reroute.to_region IS NULL AND reroute.decided_at >= feedback.received_at))))[1] AS decisive
    FROM intake.feedback GROUP BY 1, 2, 3, 4
), answer AS (
    SELECT message.region, unit, registration_number, version,
           -- StUF016: the receiver has this number already
           min(at) FILTER (WHERE answer = 'Bv03' OR fault = 'StUF016') AS acknowledged_at,
           bool_or(answer = 'Fo03' AND fault IS DISTINCT FROM 'StUF016') AS refused
    FROM intake.message JOIN intake.acknowledgement USING (reference)
    WHERE purpose = 'report' GROUP BY 1, 2, 3, 4
)
SELECT delivery.region, delivery.unit, delivery.registration_number, delivery.version, delivery.night,
       delivery.agreement_version,
       CASE decisive WHEN 'triage' THEN 'triaged' ELSE
           coalesce(decisive, CASE WHEN coalesce(received_event, acknowledged_at, first_event) IS NOT NULL
                              THEN 'received' ELSE 'sent' END) END AS status,
       greatest(delivery.night + 1, (delivery.delivered_at AT TIME ZONE 'Europe/Amsterdam')::date) AS delivered_on,
       least(received_event, acknowledged_at, first_event) AS received_at,
       triaged_at, closed_at,
       coalesce(refused, false) AND acknowledged_at IS NULL AS refused,
       recalled.reason AS recall_reason, recalled.replaced_by
FROM intake.delivery
LEFT JOIN event USING (region, unit, registration_number, version)
LEFT JOIN answer USING (region, unit, registration_number, version)
LEFT JOIN intake.recalled USING (region, unit, registration_number, version);
