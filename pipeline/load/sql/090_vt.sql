-- Re-routing is asked again where a region says so again after somebody decided that the report stays: a row an asking.
ALTER TABLE intake.reroute DROP CONSTRAINT reroute_pkey;
ALTER TABLE intake.reroute ADD PRIMARY KEY (region, unit, registration_number, version, asked_at);
ALTER TABLE intake.reroute ADD COLUMN comment text;
CREATE UNIQUE INDEX reroute_open ON intake.reroute (region, unit, registration_number, version) WHERE decided_at IS NULL;

-- A decision that a report stays takes the force from what its region said before.
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
       greatest(delivery.night + 1, (delivery.loaded_at AT TIME ZONE 'Europe/Amsterdam')::date) AS delivered_on,
       least(received_event, acknowledged_at, first_event) AS received_at,
       triaged_at, closed_at,
       coalesce(refused, false) AND acknowledged_at IS NULL AS refused,
       recalled.reason AS recall_reason, recalled.replaced_by
FROM intake.delivery
LEFT JOIN event USING (region, unit, registration_number, version)
LEFT JOIN answer USING (region, unit, registration_number, version)
LEFT JOIN intake.recalled USING (region, unit, registration_number, version);

-- A report that gets what a later registration of the same event adds is sent again, whole, with a number of its own.
-- `content_at`: the moment (report.loaded_at) of what the message holds.
ALTER TABLE intake.message DROP CONSTRAINT message_purpose_check;
ALTER TABLE intake.message ADD CONSTRAINT message_purpose_check CHECK (purpose IN ('report', 'amendment', 'recall'));
ALTER TABLE intake.message ADD COLUMN content_at timestamptz NOT NULL DEFAULT now();
DO $$
DECLARE
    name text;
BEGIN
    SELECT conname INTO STRICT name FROM pg_constraint
    WHERE conrelid = 'intake.message'::regclass AND contype = 'u';
    EXECUTE format('ALTER TABLE intake.message DROP CONSTRAINT %I', name);
END $$;
CREATE UNIQUE INDEX message_of ON intake.message (region, unit, registration_number, version, purpose)
    WHERE purpose <> 'amendment';
CREATE INDEX message_registration ON intake.message (region, registration_number);

-- docs/veilig-thuis.md tells the regions that a row is visible within a day of its loaded_at, which is when its
-- transaction began: no transaction may be longer. Before PostgreSQL 17 there is no such limit to set.
DO $$
BEGIN
    IF current_setting('server_version_num')::integer >= 170000 THEN
        EXECUTE format('ALTER DATABASE %I SET transaction_timeout = ''12h''', current_database());
    END IF;
END $$;
