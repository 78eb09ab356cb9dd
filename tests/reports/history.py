"""Years of daily counts out of nothing, straight in SQL: what a report reads, without a night having been run."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from pipeline.load.database import transaction
from pipeline.policy.agreements import SHIPPED
from pipeline.policy.suites import read_suite

LAST = date(2026, 11, 22)
COMING = ("RE03", "RE06")
"""Units of which shadow mode kept 60 nights under the version of `with_coming`."""

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
INSERT INTO intake.shadow (night, unit, agreement_version, from_outcome, to_outcome, rule, count)
    SELECT night, unit, unit || '-2027-1', now, becomes, rule, greatest(1, round(sum(count) * part))::int
    FROM intake.daily_outcome JOIN nights USING (night)
    JOIN (VALUES ('forward', 'forward', 'forward', '', 0.9), ('forward', 'forward', 'hold', 'secret_address', 0.1),
                 ('hold', 'hold', 'hold', '', 0.8), ('hold', 'hold', 'forward', 'secret_address', 0.2),
                 ('return', 'return', 'return', '', 0.98), ('return', 'return', 'elsewhere', 'out_of_scope', 0.02),
                 ('elsewhere', 'elsewhere', 'elsewhere', '', 1), ('withhold', 'not_kept', 'not_kept', '', 1))
        AS s (outcome, now, becomes, rule, part) USING (outcome)
    WHERE unit IN ('RE03', 'RE06') AND %(last)s::date - night < 60
    GROUP BY night, unit, now, becomes, rule, part;
DELETE FROM intake.changed_night;
"""


def with_coming(folder: Path) -> Path:
    """Copy the agreements that ship to `folder`, two of them with a version that begins on 1 January 2027."""
    shutil.copytree(SHIPPED, folder)
    for unit in COMING:
        file = folder / f"{unit.lower()}.toml"
        now = file.read_text(encoding="utf-8")
        later = now.split("\n[[version]]\n")[1].replace(f"{unit}-2015-1", f"{unit}-2027-1")
        ended = now.replace("valid_from = 2015-01-01", "valid_from = 2015-01-01\nvalid_until = 2026-12-31")
        file.write_text(f"{ended}\n[[version]]\n{later.replace('2015-01-01', '2027-01-01')}", encoding="utf-8")
    return folder


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
