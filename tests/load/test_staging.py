"""What comes into a region comes once, names what it replaces, and adds to what stands there."""

import json
from datetime import date

import polars as pl
import pytest

from pipeline.decide.report import Staging
from pipeline.load.ledger import ENTRY
from pipeline.load.staging import amend_region, load_region
from pipeline.schema import ROW
from tests.load.test_ledger import SECRET
from tests.load.test_removed import rows
from tests.outbox import staging
from tests.outbox.rows import NIGHT, NUMBER, person, prior_incident, report, signal

OTHER = "PL0600-2026000002"
STANDS = "SELECT version, replaces_version FROM vt_09.report ORDER BY version"


def entries(kind, *versions):
    fixed = (kind, NIGHT, "RE06", NUMBER)
    terms = ("VT09", ["identity"], [], "Wpg 18(1)", "1", "p", "m")
    return pl.DataFrame([(*fixed, version, *terms) for version in versions], schema=ENTRY, orient="row")


def frame(*given):
    return pl.DataFrame([{"region": "VT09"} | one for one in given], infer_schema_length=None).with_columns(
        pl.col(pl.Null).cast(pl.String)
    )


def arrivals(*versions):
    texts = {name: json.dumps(value) for name, value in report().items() if name in {"entries", "triage"}}
    reports = [report(version=version, **texts) for version in versions]
    left_out = ("replaces_version", "delivered_at", "loaded_at")
    parts = [{"version": version} for version in versions]
    return Staging(
        frame(*reports).drop(left_out).with_row_index(ROW).cast({ROW: pl.Int64}),
        frame(*({**person(2, "VE"), **part, ROW: 0} for part in parts)),
        frame(*({**prior_incident(1), **part} for part in parts)),
        frame(*({**signal("acute"), **part} for part in parts)),
    )


@pytest.mark.parametrize(
    ("held", "come", "stands"),
    [
        ([], [1], [(1, None)]),
        ([1], [2], [(1, None), (2, 1)]),
        ([1, 3], [2], [(1, None), (2, 1), (3, None)]),  # one that comes late replaces no higher one
        ([1], [2, 4, 3], [(1, None), (2, 1), (3, 2), (4, 3)]),
        ([1], [1, 2], [(1, None), (2, 1)]),
    ],
)
def test_a_version_comes_once_and_names_the_one_below_it(once, held, come, stands):
    for version in held:
        staging.stage(once, version=version, decide=False)
    staging.stage(once, OTHER, version=9, decide=False)
    new = len(set(come) - set(held))
    with once.cursor() as cursor:
        for expected in (new, 0):
            told = entries("disclosure", *come)
            assert load_region(cursor, "VT09", arrivals(*come), told, SECRET) == expected
        assert [line for line in rows(cursor, STANDS) if line[0] < 9] == stands
        for table in ("person", "prior_incident", "danger_signal"):
            assert rows(cursor, f"SELECT count(*) FROM vt_09.{table}") == [(new,)]
        assert rows(cursor, "SELECT count(*) FROM intake.ledger") == [(new,)]


def amendment(*, carries=(OTHER,), warns=False):
    key = {"unit": "RE06", "registration_number": NUMBER, "version": 1}
    told = json.dumps([{"registration_number": OTHER, "version": 1, "text": "van de ander"}])
    said = {"entries": told, "also_registered_as": list(carries), "contact_police_first": warns}
    priors = [prior_incident(number, date=date(2025, 4, number), person_number=7) for number in (1, 2)]
    return Staging(
        frame({ROW: -1, **key, **said}),
        frame({ROW: -1, **person(7, "KI", carried_from=OTHER)}),
        frame(*priors),
        frame(signal("stalking", "carried"), signal("strangulation", "carried")),
    )


def test_what_a_later_registration_of_the_event_brings_is_added_once(once):
    staging.stage(once, whole=True, triage=[])
    with once.cursor() as cursor:
        for expected in (1, 0):
            assert amend_region(cursor, "VT09", amendment(), entries("amendment", 1), SECRET) == expected
        ((numbers, texts, urgency),) = rows(
            cursor, "SELECT also_registered_as, entries, urgency_hint FROM vt_09.report"
        )
        assert (numbers, [text["text"] for text in texts]) == ([OTHER], ["Blauwe plek.", "van de ander"])
        assert urgency == "within_24_hours"
        assert rows(cursor, "SELECT number, person_number FROM vt_09.prior_incident ORDER BY 1") == [
            (1, 2),
            (2, 7),
            (3, 7),
        ]
        danger = rows(cursor, "SELECT signal, known_from FROM vt_09.danger_signal ORDER BY 1")
        assert danger == [("stalking", "carried"), ("strangulation", "ticked")]
        assert rows(cursor, "SELECT carried_from FROM vt_09.person WHERE person_number = 7") == [(OTHER,)]
        assert rows(cursor, "SELECT kind FROM intake.ledger ORDER BY sequence") == [("disclosure",), ("amendment",)]


@pytest.mark.parametrize(
    ("before", "comes", "warns"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_a_warning_is_never_taken_back_by_what_is_added(once, before, comes, warns):
    staging.stage(once, triage=[], contact_police_first=before, also_registered_as=["PL0600-2026000001"])
    with once.cursor() as cursor:
        amend_region(cursor, "VT09", amendment(warns=comes), entries("amendment", 1), SECRET)
        told = rows(cursor, "SELECT contact_police_first, also_registered_as FROM vt_09.report")
    assert told == [(warns, [NUMBER, OTHER])]
