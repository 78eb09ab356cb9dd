"""Years of daily counts out of nothing, straight in SQL: what a report reads, without a night having been run."""

from __future__ import annotations

from datetime import date

from pipeline.load.database import transaction
from pipeline.screen.suites import read_suite

LAST = date(2026, 11, 22)

FILL = """
SELECT setseed(0.17);
CREATE TEMP TABLE nights ON COMMIT DROP AS
    SELECT night::date AS night, n,
           CASE WHEN extract(isodow FROM night) IN (5, 6, 7) THEN 1.3 ELSE 0.9 END AS busy,
           greatest(0.1, 0.35 - 0.2 * n / %(nights)s) AS poor
    FROM generate_series(%(last)s::date - %(nights)s + 1, %(last)s::date, interval '1 day') WITH ORDINALITY AS d (night, n);
CREATE TEMP TABLE units ON COMMIT DROP AS
    SELECT 'RE' || lpad(n::text, 2, '0') AS unit, 12 + 5 * n AS size, 'v' || n AS agreement
    FROM generate_series(1, 10) AS n;

INSERT INTO intake.export (unit, night, export_id, channel, state, manifest_digest, dialect, agreement_version,
                           policy_version, received, receipt, loaded_at)
    SELECT unit, night, unit || night, 'nightly', 'loaded', '', 'bvh-csv', agreement, '', 0, '{}',
           night + interval '30 hours'
    FROM nights, units WHERE NOT (unit = 'RE04' AND n %% 97 IN (3, 4)) AND NOT (unit = 'RE07' AND n %% 61 = 5);

INSERT INTO intake.daily_outcome
    SELECT night, unit, kind, outcome, founded, count FROM (
        SELECT night, unit, kind, outcome, founded,
               round(size * busy * share * CASE WHEN founded THEN 1 - poor ELSE poor END * (0.7 + 0.6 * random()))::int
               AS count
        FROM nights JOIN intake.export USING (night) JOIN units USING (unit)
        CROSS JOIN (VALUES ('HG', 0.8), ('ZJ', 0.2)) AS k (kind, part)
        CROSS JOIN (VALUES ('forward', true, 0.62 * 1.1), ('return', false, 0.62), ('hold', true, 0.08),
                           ('hold', false, 0.08), ('elsewhere', true, 0.13), ('withhold', true, 0.04),
                           ('duplicate', true, 0.05), ('reject', true, 0.01)) AS o (outcome, founded, share)
    ) AS made WHERE count > 0;
INSERT INTO intake.daily_region
    SELECT night, 'VT' || lpad(r.n::text, 2, '0'), outcome, true, greatest(1, round(size * busy * share * random() * 2))::int
    FROM nights CROSS JOIN (VALUES ('forward', 0.7), ('return', 0.1), ('hold', 0.1), ('elsewhere', 0.1)) AS o (outcome, share)
    CROSS JOIN (SELECT n, 4 + (n * 7) %% 13 AS size FROM generate_series(1, 27) AS n WHERE n NOT IN (16, 26)) AS r;
INSERT INTO intake.daily_gap
    SELECT night, unit, criterion, least(missed, judged), CASE WHEN blocking THEN least(missed, judged) / 2 ELSE 0 END
    FROM (SELECT night, unit, sum(count)::int AS judged FROM intake.daily_outcome
          WHERE outcome IN ('forward', 'return', 'hold') GROUP BY 1, 2) AS d
    CROSS JOIN LATERAL (SELECT criterion, blocking, round(judged * part * random())::int AS missed
                        FROM unnest(%(criteria)s::text[], %(blocking)s::bool[]) WITH ORDINALITY AS c (criterion, blocking, o)
                        CROSS JOIN LATERAL (SELECT CASE WHEN blocking THEN 0.3 / o ELSE 0.6 END AS part) AS p) AS g
    WHERE missed > 0;
INSERT INTO intake.daily_delivery
    SELECT night, region, 'domestic_violence', '0' || (1 + (row_number() OVER ()) %% 9), sequence, false,
           greatest(1, round(count * part))::int
    FROM intake.daily_region CROSS JOIN (VALUES ('first', 0.32), ('repeat', 0.38), ('follow_up', 0.3)) AS s (sequence, part)
    WHERE outcome = 'forward';
INSERT INTO intake.daily_delay
    SELECT night, unit, since, hours, greatest(1, round(sum(count) * part))::int
    FROM intake.daily_outcome CROSS JOIN (VALUES ('known'), ('committed')) AS t (since)
    CROSS JOIN (VALUES (12, 0.2), (24, 0.4), (36, 0.25), (72, 0.1), (168, 0.05)) AS h (hours, part)
    WHERE outcome = 'forward' GROUP BY 1, 2, 3, 4, part;
INSERT INTO intake.daily_answer
    SELECT night, region, status, triage, closed, greatest(1, round(sum(count) * part))::int
    FROM intake.daily_region
    CROSS JOIN (VALUES ('closed', 'in_time', 'in_time', 0.3), ('triaged', 'in_time', 'open', 0.3),
                       ('triaged', 'late', 'open', 0.2), ('received', 'open', 'open', 0.15),
                       ('not_accepted', 'open', 'open', 0.05)) AS s (status, triage, closed, part)
    WHERE outcome = 'forward' GROUP BY 1, 2, 3, 4, 5, part;
INSERT INTO intake.daily_agreement
    SELECT night, unit, criterion, missed / 3, missed / 6, missed / 9 FROM intake.daily_gap WHERE missed >= 9;
INSERT INTO intake.observed (unit, night, policy_version, outcome, founded, count)
    SELECT unit, '2015-01-01'::date + n, '', outcome, founded, round(size * share)::int
    FROM units CROSS JOIN generate_series(1, 28) AS n
    CROSS JOIN (VALUES ('forward', true, 0.5), ('return', false, 0.3), ('hold', false, 0.1)) AS o (outcome, founded, share);
DELETE FROM intake.changed_night;
"""


def fill(dsn: str, nights: int, last: date = LAST) -> None:
    """Fill the daily counts of the `nights` up to `last`: ten units, 25 regions, less poorly founded as time goes on."""
    rules = read_suite("well_founded").rules
    known = {
        "nights": nights,
        "last": last,
        "criteria": [rule.name for rule in rules],
        "blocking": [rule.blocking for rule in rules],
    }
    with transaction(dsn, "history") as given:
        given.execute(FILL, known)
