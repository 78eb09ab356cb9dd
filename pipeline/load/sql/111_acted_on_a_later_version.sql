-- Veilig Thuis acted on a return where a later version went and it acted on that: what it did with an earlier one says nothing.
CREATE OR REPLACE VIEW intake.criterion_agreement AS
WITH judged AS (
    SELECT delivery.region, delivery.unit, delivery.registration_number, delivery.version, delivery.night,
           delivery.gaps AS ours,
           array_remove(array_agg(DISTINCT named.criterion), NULL) AS theirs
    FROM intake.feedback
    LEFT JOIN LATERAL unnest(feedback.missing) AS named (criterion) ON true
    JOIN intake.delivery USING (region, unit, registration_number, version)
    WHERE event IN ('quality', 'triage', 'not_accepted', 'closed')
    GROUP BY 1, 2, 3, 4, 5, 6
), returned AS (
    SELECT unit, registration_number, version, night, gap AS criterion,
           -- Veilig Thuis asked for it though we had returned it
           EXISTS (SELECT 1 FROM intake.feedback_error AS asked
                   WHERE asked.registration_number = outcome.registration_number
                     AND asked.problem = 'not_delivered') AS asked_for,
           -- a later version went out all the same, and Veilig Thuis acted on it
           EXISTS (SELECT 1 FROM intake.feedback AS later
                   WHERE later.registration_number = outcome.registration_number AND later.unit = outcome.unit
                     AND later.version > outcome.version
                     AND later.event = 'triage' AND later.code IN ('VT-01-01', 'VT-01-02', 'VT-01-04')) AS acted_on
    FROM intake.outcome, unnest(gaps) AS gap
    WHERE outcome = 'return'
), told AS (
    SELECT night, unit, region, criterion, criterion = ANY (ours) AS we, criterion = ANY (theirs) AS they
    FROM judged, LATERAL (SELECT DISTINCT unnest(ours || theirs) AS criterion) AS named
)
SELECT night, unit, region, criterion,
       count(*) FILTER (WHERE we AND they) AS both,
       count(*) FILTER (WHERE they AND NOT we) AS only_theirs,
       count(*) FILTER (WHERE we AND NOT they) AS only_ours,
       0::bigint AS returned, 0::bigint AS returned_asked_for, 0::bigint AS returned_acted_on
FROM told GROUP BY 1, 2, 3, 4
UNION ALL
SELECT night, unit, NULL, criterion, 0, 0, 0, count(*), count(*) FILTER (WHERE asked_for), count(*) FILTER (WHERE acted_on)
FROM returned GROUP BY 1, 2, 4;
