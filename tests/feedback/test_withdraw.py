"""A version that a person keeps back at the desk may stand at a region, as it was received before."""

from datetime import timedelta

import pytest

from pipeline.feedback.withdraw import KeptBack, regions_told, regions_with_it, withdraw
from pipeline.load.intake import ExportKey
from tests.outbox.rows import NIGHT, NUMBER
from tests.outbox.staging import outcome, recall, rows, stage, stage_in_two

TODAY, OTHER = NIGHT + timedelta(days=3), "PL0600-2026000002"
BECAME = "SELECT registration_number, outcome, regions, carried_by, reasons FROM intake.outcome ORDER BY 1"
RECALLED = "SELECT region, version, reason, night FROM intake.recalled ORDER BY 1, 2"


def keep_back(connection, becomes="withhold", number=NUMBER, version=1):
    """Keep a version back; return the places that came to the desk again."""
    again = []
    with connection, connection.cursor() as given:
        kept = KeptBack("RE06", number, version, becomes, "ada", "niet delen")
        withdraw(given, kept, TODAY, lambda *place: again.append(place))
    return again


@pytest.mark.parametrize("becomes", ["withhold", "elsewhere"])
def test_every_region_where_it_stands_is_told_once_and_the_outcome_follows(connection, becomes):
    stage_in_two(connection)
    with connection.cursor() as given:
        assert regions_told(given, "RE06", NUMBER, 1) == ["VT09", "VT10"]
    for _ in range(2):
        keep_back(connection, becomes)
    assert rows(connection, RECALLED) == [("VT09", 1, becomes, TODAY), ("VT10", 1, becomes, TODAY)]
    ledger = "SELECT chain, withheld FROM intake.ledger WHERE kind = 'recall' ORDER BY 1"
    assert rows(connection, ledger) == [("VT09", [becomes]), ("VT10", [becomes])]
    assert rows(connection, BECAME) == [(NUMBER, becomes, [], None, [f"desk_{becomes}", "r"])]
    assert rows(connection, "SELECT from_outcome, to_outcome, changed_by, comment FROM intake.outcome_change") == [
        ("forward", becomes, "ada", "niet delen")
    ]


def test_a_higher_version_stands(connection):
    stage(connection)
    recall(connection, reason="replaced", replaced_by=2)
    stage(connection, version=2, night=TODAY)
    before = rows(connection, BECAME)
    assert keep_back(connection) == []
    assert rows(connection, BECAME) == before
    assert [row[:3] for row in rows(connection, RECALLED)] == [("VT09", 1, "replaced")]


@pytest.fixture
def carried(connection):
    """A report of NUMBER that carries OTHER."""
    texts = [{"registration_number": NUMBER, "text": "eigen"}, {"registration_number": OTHER, "text": "van de ander"}]
    stage(connection, also_registered_as=[OTHER], entries=texts)
    outcome(connection, OTHER, became="duplicate")
    with connection, connection.cursor() as given:
        given.execute(
            "UPDATE intake.outcome SET carried_by = %s, reasons = '{same_event}' WHERE registration_number = %s",
            (f"RE06 {NUMBER} 1", OTHER),
        )
    return connection


def test_what_it_carried_waits_for_a_person(carried):
    assert keep_back(carried) == [(ExportKey("RE06", NIGHT, "e1"), 1, False)]
    assert rows(carried, BECAME)[1] == (OTHER, "hold", [], None, ["carrier_withdrawn"])


def test_a_report_that_carries_it_tells_it_no_more(carried):
    with carried.cursor() as given:
        assert regions_told(given, "RE06", OTHER, 1) == ["VT09"]
    for _ in range(2):
        keep_back(carried, number=OTHER)
    told = rows(carried, "SELECT also_registered_as, jsonb_path_query_array(entries, '$.text') FROM vt_09.report")
    assert told == [([], ["eigen"])]
    assert rows(carried, RECALLED) == []
    assert rows(carried, BECAME)[1] == (OTHER, "withhold", [], None, ["desk_withhold"])
    amended = "SELECT registration_number, withheld FROM intake.ledger WHERE kind = 'amendment'"
    assert rows(carried, amended) == [(NUMBER, ["withhold"])]


@pytest.mark.parametrize("reason", ["rerouted", "replaced"])
def test_a_region_that_gave_the_report_back_is_not_named_and_tells_it_no_more_either(carried, reason):
    texts = [{"registration_number": NUMBER, "text": "eigen"}, {"registration_number": OTHER, "text": "van de ander"}]
    version = 2 if reason == "replaced" else 1
    both = {"also_registered_as": [OTHER], "entries": texts}
    stage(carried, region="VT10", version=version, decide=False, **both)
    recall(carried, reason=reason, replaced_by=2 if reason == "replaced" else None)
    with carried.cursor() as given:
        assert regions_told(given, "RE06", OTHER, 1) == ["VT10"]
        assert regions_with_it(given, "RE06", OTHER, 1) == ["VT09", "VT10"]
    keep_back(carried, number=OTHER)
    for schema in ("vt_09", "vt_10"):
        assert rows(carried, f"SELECT also_registered_as, jsonb_array_length(entries) FROM {schema}.report") == [
            ([], 1)
        ]
