-- Terms count from the first delivery (112). What came back is looked up report by report: the status of one night's
-- reports no longer sums up all feedback ever.
CREATE OR REPLACE VIEW intake.report_status AS
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
CROSS JOIN LATERAL (
    SELECT min(at) FILTER (WHERE event = 'received') AS received_event,
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
    FROM intake.feedback
    WHERE (feedback.region, feedback.unit, feedback.registration_number, feedback.version)
          = (delivery.region, delivery.unit, delivery.registration_number, delivery.version)
) AS event
CROSS JOIN LATERAL (
    -- StUF016: the receiver has this number already
    SELECT min(at) FILTER (WHERE answer = 'Bv03' OR fault = 'StUF016') AS acknowledged_at,
           bool_or(answer = 'Fo03' AND fault IS DISTINCT FROM 'StUF016') AS refused
    FROM intake.message JOIN intake.acknowledgement USING (reference)
    WHERE (message.region, message.unit, message.registration_number, message.version)
          = (delivery.region, delivery.unit, delivery.registration_number, delivery.version) AND purpose = 'report'
) AS answer
LEFT JOIN intake.recalled USING (region, unit, registration_number, version);
