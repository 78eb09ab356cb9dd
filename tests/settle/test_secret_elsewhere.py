"""What shows an address that another registration keeps secret: asked of a real history, for a night and for one."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import psycopg2
import pytest

from pipeline import settle_steps, workspace
from pipeline.enrich.across import VERSION
from pipeline.enrich.blocking import asked_keys
from pipeline.enrich.carried import LOADED
from pipeline.enrich.keep import persons_to_keep, registrations_to_keep
from pipeline.load.database import query
from pipeline.load.history import keep_history
from pipeline.load.intake import ExportKey
from pipeline.load.secret_elsewhere import SECRET_ELSEWHERE
from pipeline.load.staging import REGION_LOCK
from pipeline.schema import TABLES
from pipeline.settings import read_settings
from pipeline.settle import secret_elsewhere
from pipeline.settle.ask_history import ask_of_one
from pipeline.settle.outcomes import _record_part
from pipeline.settle.parts import APART, Part
from pipeline.settle.secret_elsewhere import (
    SecretElsewhere,
    _take_back_tonight,
    find_secret_elsewhere,
    hold_before,
    hold_secret_elsewhere,
)
from pipeline.settle.within_night import find_near, write_candidates, write_tonight
from pipeline.workspace import Delivery
from tests.enrich.people import ADA, ENRICHMENT, KEY
from tests.enrich.rows import tables
from tests.load.test_history import Within
from tests.outbox import staging
from tests.outbox.staging import Once

NIGHT = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 21, tzinfo=UTC)
A, B, C = (("RE06", f"PL0600-{at}") for at in range(3))
ELSEWHERE = {"street": "Breestraat", "house_number": "7", "postcode": "2311CS", "place": "Leiden"}
BEN = ADA | {"role": "VE", "given_names": "Ben", "sex": "M"} | ELSEWHERE
ALIKE = ADA | {"birth_date": "1990-03-00"}
"""Ada as one who may be another."""


def hidden(person):
    return person | {"secret_address": True}


HERE = {"postcode": "2511AB", "house_number": "10"}


def told(of, *persons, version=1, hours=0, night=NIGHT, code="F550", place=HERE):
    """A registration of an evening at one place: unit, night, tables."""
    at = AT + timedelta(hours=hours)
    one = {"registration_number": of[1], "version": version, "known_at": at, "committed_from": at, "kind": "HG"}
    return of[0], night, tables([one | {"incident_code": code} | place], persons)


def kept(unit, night, given):
    forwarded = pl.DataFrame({"outcome": ["forward"], "regions": [["VT09"]]})
    return registrations_to_keep(given, unit, night, KEY).join(forwarded, how="cross"), persons_to_keep(
        given, unit, KEY
    )


@pytest.fixture
def connection(server):
    opened = psycopg2.connect(server)
    yield opened
    opened.close()


@pytest.fixture
def ask(connection, tmp_path):
    """A function that says what a night shows, beside what came before it."""

    def shown(before, tonight):
        with connection.cursor() as given:
            for one in before:
                keep_history(given, *kept(*one))
            return asked_of_the_night(given, tmp_path, tonight)

    return shown


def asked_of_the_night(given, folder, tonight):
    """Find what shows an address among registrations, each a part of a night by itself: as `settle` does."""
    parts, scratch = [], folder / "settling"
    for at, (unit, night, one) in enumerate(tonight):
        delivery = Delivery(unit, night, "nightly", folder, folder / str(at))
        registration, person = kept(unit, night, one)
        frames = {"kept_registration": registration, "kept_person": person, "asked": asked_keys(person)}
        for name, frame in frames.items():
            workspace.write(frame, delivery.file("judged", "part-000", name))
        parts.append(Part(delivery, "part-000", at * APART, at))
    write_candidates(parts, scratch)
    night = write_tonight(parts, scratch)
    earlier = settle_steps._link(given, parts, NIGHT, night, scratch)
    at_once = pl.concat(settle_steps._at_once(part, ENRICHMENT.same_event) for part in parts)
    return find_secret_elsewhere(given, parts, find_near(at_once, earlier, night), ENRICHMENT.same_event)


def named(found):
    return [(unit, number) for unit, number, _ in found.shown.rows()]


MORNING = {"hours": -9, "code": "F530"}


@pytest.mark.parametrize(
    ("before", "tonight", "shows"),
    [
        ([], [told(A, ADA), told(B, hidden(ADA))], [A]),
        ([], [told(A, ADA), told(B, ADA)], []),
        ([], [told(A, hidden(ADA)), told(B, hidden(ADA))], []),
        ([told(A, hidden(ADA))], [told(B, ADA)], [B]),
        ([told(A, ADA)], [told(B, hidden(ADA))], [A]),
        ([told(A, hidden(ADA)), told(A, ADA, version=2)], [told(B, ADA)], []),
        ([told(A, hidden(ADA)), told(A, ADA, version=2, hours=-200)], [told(B, ADA)], []),
        ([told(A, hidden(ADA))], [told(A, ADA, version=2), told(B, ADA)], []),
        ([told(A, hidden(ADA), version=2)], [told(A, ADA, version=3), told(B, ADA)], []),
        ([told(A, hidden(ADA))], [told(A, ADA, version=2, hours=-200), told(B, ADA)], []),
        ([told(A, hidden(ADA), version=2)], [told(A, ADA, version=2), told(B, ADA)], [B]),
        ([], [told(A, hidden(ADA), **MORNING), told(B, ADA)], [B]),
        ([told(A, hidden(ADA), **MORNING)], [told(B, ADA)], [B]),
        ([], [told(A, hidden(ALIKE), **MORNING), told(B, ALIKE)], []),
        ([], [told(A, hidden(ADA), **MORNING), told(B, ADA), told(C, ALIKE)], [B, C]),
        ([], [told(A, hidden(ALIKE), BEN), told(B, ALIKE, hidden(BEN))], [A, B]),
        ([told(A, night=NIGHT - timedelta(days=3))], [told(B, hidden(ADA))], [A]),  # it names nobody: its place tells
        ([told(A, night=NIGHT - timedelta(days=4))], [told(B, hidden(ADA))], []),
        ([told(A, night=NIGHT + timedelta(days=3))], [told(B, hidden(ADA))], [A]),
        ([told(A, night=NIGHT + timedelta(days=4))], [told(B, hidden(ADA))], []),
    ],
)
def test_what_shows_an_address(ask, before, tonight, shows):
    assert named(ask(before, tonight)) == shows


def test_neither_is_the_past_of_the_other_of_one_event(ask):
    found = ask([told(A, ADA)], [told(B, hidden(ADA))])
    assert sorted(found.same_event.rows()) == [(*A, 1, *B, 1), (*B, 1, *A, 1)]
    assert ask([], [told(C, ADA, hours=-9, code="F530")]).same_event.is_empty()


def reported(connection, of, version=1, **what):
    """What an earlier export brought, as it became."""
    staging.outcome(connection, of[1], version=version, unit=of[0], night=NIGHT - timedelta(days=1), **what)


@pytest.mark.parametrize(
    ("became", "shows"),
    [
        ({"regions": ["VT09"], "reasons": ["r", "secret_elsewhere"]}, [B]),
        ({"regions": ["VT09"]}, []),
        ({"became": "hold", "reasons": ["r", "secret_elsewhere"]}, []),
    ],
)
def test_what_went_without_an_address_says_that_one_is_secret(ask, connection, became, shows):
    reported(Once(connection), A, **became)
    assert named(ask([told(A, ADA)], [told(B, ADA)])) == shows


@pytest.mark.parametrize(
    ("along", "tonight", "shows"),
    [
        (told(B, BEN), told(A, hidden(ADA), version=2, hours=-200), [B]),
        (told(B, hidden(BEN)), told(A, hidden(ADA), version=2, hours=-200), []),
        (told(B, BEN), told(A, ADA, version=2, hours=-200), []),
    ],
)
@pytest.mark.parametrize("carrier", [A, B])
def test_what_was_in_one_report_with_what_is_secret_now(ask, connection, carrier, along, tonight, shows):
    carried = B if carrier == A else A
    reported(Once(connection), carrier, regions=["VT09"])
    by = " ".join((*carrier, "1"))
    reported(Once(connection), carried, became="duplicate", reasons=["same_event"], carried_by=by)
    assert named(ask([told(A, ADA), along], [tonight])) == shows


def released(connection, before, one):
    """What the history answers of one registration that a person releases."""
    unit, night, own = one
    with connection.cursor() as given:
        for each in before:
            keep_history(given, *kept(*each))
        return ask_of_one(given, own, unit, night, KEY)


@pytest.mark.parametrize(
    ("before", "one", "shows"),
    [
        ([told(A, hidden(ADA))], told(B, ADA), [B]),
        ([told(A, ADA)], told(B, hidden(ADA)), [A]),
        ([told(A, ADA)], told(B, ADA), []),
        ([told(A, BEN, place={})], told(B, hidden(ADA), BEN | {"birth_date": "1990-03-00"}), [A]),
        ([told(A)], told(B, hidden(ADA)), [A]),  # it names nobody: its place tells
        ([told(A, night=NIGHT - timedelta(days=3))], told(B, hidden(ADA)), [A]),
        ([told(A, night=NIGHT - timedelta(days=4))], told(B, hidden(ADA)), []),
        ([told(A, night=NIGHT + timedelta(days=3))], told(B, hidden(ADA)), [A]),
        ([told(A, night=NIGHT + timedelta(days=4))], told(B, hidden(ADA)), []),
        ([told(A, hidden(ADA), version=2)], told(A, ADA, version=3), []),
        ([told(A, ADA | ELSEWHERE, night=NIGHT - timedelta(days=9))], told(B, hidden(ADA)), [A]),
    ],
)
def test_what_one_shows_that_a_person_releases(connection, before, one, shows):
    asked = released(connection, before, one)
    assert named(asked.secret_elsewhere) == shows
    itself = one[2].registration.select(pl.lit(one[0]).alias("unit"), *VERSION[1:])
    assert asked.is_secret_elsewhere() is (itself.row(0)[:2] in shows)
    assert asked.secret_elsewhere.corrected.rows() == itself.with_columns(pl.col("version") + 1).rows()


def test_what_was_in_one_report_with_what_a_person_releases_as_secret(connection):
    reported(Once(connection), A, regions=["VT09"])
    by = " ".join((*A, "1"))
    reported(Once(connection), B, became="duplicate", reasons=["same_event"], carried_by=by)
    before, one = [told(A, ADA), told(B, BEN)], told(A, hidden(ADA), version=2, hours=-200)
    assert named(released(connection, before, one).secret_elsewhere) == [B]


TONIGHT = NIGHT + timedelta(days=1)
STANDS, CARRIED, WAITS = (staging.NUMBER, "PL0600-2026000002", "PL0600-2026000003")


@pytest.fixture
def delivered(connection):
    """STANDS in two regions, CARRIED by it, and WAITS at the desk."""
    once = Once(connection)
    staging.stage_in_two(once)
    by = f"RE06 {STANDS} 1"
    staging.outcome(once, CARRIED, became="duplicate", reasons=["same_event"], carried_by=by)
    staging.outcome(once, WAITS, became="hold")
    with connection.cursor() as given:
        given.execute("UPDATE intake.outcome SET danger = '{weapon}' WHERE registration_number = %s", (CARRIED,))
        yield given


def versions(*named):
    return pl.DataFrame(
        [("RE06", *one) for one in named], schema={name: LOADED[name] for name in VERSION}, orient="row"
    )


RECALLED = "SELECT region, registration_number, version, reason, night FROM intake.recalled ORDER BY 1"
BECAME = "SELECT registration_number, outcome, reasons, regions, carried_by FROM intake.outcome ORDER BY 1"
LOCKED = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND classid = %s"


def held(given, tmp_path, monkeypatch, shown, corrected):
    """Hold what is shown; return what comes to the desk: row, as what, why, in danger."""
    laid = []
    lay = secret_elsewhere.to_the_desk

    def note(given, key, row, was, reason, *where, danger):
        laid.append((row, was, reason, danger))
        lay(given, key, row, was, reason, *where, danger=danger)

    monkeypatch.setattr(secret_elsewhere, "to_the_desk", note)
    hold_before(given, read_settings({"MELDSTROOM_HOME": str(tmp_path)}), shown, corrected, TONIGHT)
    return laid


@pytest.mark.parametrize("shown", [STANDS, CARRIED])
def test_what_stands_is_taken_back_everywhere_and_held_with_all_that_is_in_its_report(
    delivered, tmp_path, monkeypatch, shown
):
    laid = held(delivered, tmp_path, monkeypatch, versions((shown, 1), (WAITS, 1)), versions())
    assert laid == [(0, "forward", SECRET_ELSEWHERE, False), (1, "duplicate", SECRET_ELSEWHERE, True)]
    taken = [(region, STANDS, 1, "hold", TONIGHT) for region in ("VT09", "VT10")]
    assert query(delivered, RECALLED) == taken
    assert query(delivered, BECAME) == [
        (STANDS, "hold", [SECRET_ELSEWHERE, "r"], [], None),
        (CARRIED, "hold", [SECRET_ELSEWHERE], [], None),
        (WAITS, "hold", ["r", SECRET_ELSEWHERE], [], None),
    ]
    assert query(delivered, "SELECT row FROM intake.hold ORDER BY 1") == [(0,), (1,)]
    assert query(delivered, LOCKED, (REGION_LOCK,)) == [(2,)]


@pytest.mark.parametrize("by", [[2], [2, 3], [3, 2]])
def test_what_a_higher_version_takes_back_itself_stays_for_it(delivered, tmp_path, monkeypatch, by):
    staging.outcome(Within(delivered), STANDS, became="return", version=2)
    staging.outcome(Within(delivered), STANDS, became="return", version=1)
    corrected = versions(*((STANDS, version) for version in by))
    laid = held(delivered, tmp_path, monkeypatch, versions((CARRIED, 1), (STANDS, 1)), corrected)
    assert [row for row, *_ in laid] == [1]
    assert query(delivered, RECALLED) == []
    marked = query(
        delivered, f"SELECT version FROM intake.outcome WHERE row <> 1 AND '{SECRET_ELSEWHERE}' = ANY (reasons)"
    )
    assert marked == ([(2,)] if max(by) == 2 else [])


def test_what_an_earlier_attempt_at_the_night_brought_is_taken_back_where_it_stands(delivered):
    loaded = versions((STANDS, 1), (CARRIED, 1)).with_columns(loaded=pl.Series([["VT10"], []], dtype=LOADED["loaded"]))
    _take_back_tonight(delivered, loaded, TONIGHT)
    assert query(delivered, RECALLED) == [("VT10", STANDS, 1, "hold", TONIGHT)]
    assert query(delivered, LOCKED, (REGION_LOCK,)) == [(1,)]
    assert [outcome for _, outcome, *_ in query(delivered, BECAME)] == ["forward", "duplicate", "hold"]


def test_of_a_part_waits_what_shows_an_address_and_what_came_back_is_marked(connection, tmp_path):
    for became in ("forward", "forward", "return", "return"):
        regions = ["VT09"] if became == "forward" else []
        staging.outcome(Once(connection), STANDS, became=became, regions=regions, state="decided", reasons=["x"])
    part = Part(Delivery("RE06", NIGHT, "nightly", tmp_path, tmp_path), "part-000", APART, 5)
    workspace.make(part.delivery.work)
    workspace.write_key(part.delivery, ExportKey("RE06", NIGHT, "e1"))
    received = tables([{"row": row} for row in range(4)])
    for table in TABLES:
        workspace.write(getattr(received, table.name), part.delivery.received / part.name / f"{table.name}.parquet")
    verdict = pl.DataFrame({"row": [0, 1], "outcome": ["forward"] * 2, "in_danger": [False, True]})
    workspace.write(verdict, part.delivery.file("judged", part.name, "verdict"))
    outcomes = pl.DataFrame(
        {
            **{"row": [0, 1], "outcome": ["forward", "hold"], "reasons": [["x"], [SECRET_ELSEWHERE]]},
            **{"regions": [["VT09"], []], "carried_by": [None, None]},
        },
        schema_overrides={"carried_by": pl.String},
    )
    shows = pl.DataFrame({"row": [APART + 1, APART + 2, APART + 3], "part": [5, 5, 4]})
    settings = read_settings({"MELDSTROOM_HOME": str(tmp_path)})
    with connection.cursor() as given:
        for _ in range(2):
            _record_part(given, settings, part, outcomes, shows)
        became = "SELECT row, outcome, reasons FROM intake.outcome ORDER BY row"
        assert query(given, became) == [
            *[(0, "forward", ["x"]), (1, "hold", [SECRET_ELSEWHERE])],
            *[(2, "return", ["x", SECRET_ELSEWHERE]), (3, "return", ["x"])],
        ]
        assert query(given, "SELECT row, danger FROM intake.hold") == [(1, True)]


@pytest.mark.parametrize(
    ("tonight", "shown", "taken", "rows"),
    [
        ([STANDS], STANDS, True, [0]),  # an earlier attempt at the night brought it
        ([STANDS, WAITS], WAITS, False, [1]),
        ([WAITS], STANDS, True, []),  # it came before
        ([], STANDS, False, []),  # a version that is withheld tonight takes it back for that
    ],
)
def test_what_came_to_a_region_is_taken_back_by_who_has_the_say(delivered, tmp_path, tonight, shown, taken, rows):
    part = Part(Delivery("RE06", TONIGHT, "nightly", tmp_path, tmp_path), "part-000", APART, 5)
    workspace.make(part.delivery.work)
    workspace.write_key(part.delivery, ExportKey("RE06", TONIGHT, "e1"))
    own = versions(*((number, 1) for number in tonight)).with_row_index("row").cast({"row": pl.Int64})
    workspace.write(own, part.delivery.file("judged", part.name, "kept_registration"))
    if not tonight:
        staging.outcome(Within(delivered), STANDS, version=2, became="withhold", night=TONIGHT, state="decided")
    both = pl.Series([["VT09", "VT10"]], dtype=LOADED["loaded"])
    found = SecretElsewhere(versions((shown, 1)), pl.DataFrame(), versions())
    settings = read_settings({"MELDSTROOM_HOME": str(tmp_path)})
    loaded = versions((STANDS, 1)).with_columns(loaded=both)
    waits = hold_secret_elsewhere(delivered, settings, [part], found, loaded, TONIGHT)
    assert waits.rows() == [(APART + row, 5) for row in rows]
    stood = [(region, STANDS, 1, "hold", TONIGHT) for region in ("VT09", "VT10")]
    assert query(delivered, RECALLED) == stood * taken
