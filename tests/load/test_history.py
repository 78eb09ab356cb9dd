from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta

import polars as pl
import psycopg2
import pytest

from pipeline.enrich.blocking import asked_keys
from pipeline.enrich.identity import identify
from pipeline.enrich.keep import persons_to_keep, registrations_to_keep
from pipeline.enrich.link import CANDIDATES, LINKS, link
from pipeline.errors import LoadError
from pipeline.load.database import query, transaction
from pipeline.load.history import (
    EARLIER_FACTS,
    forget_before,
    forget_links,
    forget_versions,
    keep_history,
    keep_links,
    read_candidates,
    read_earlier,
    read_household,
    read_overtaken,
    read_recent,
    read_secrecy,
)
from pipeline.settle.ask_history import known_of
from tests.enrich.people import ADA, KEY, WEIGHTS
from tests.enrich.rows import tables
from tests.outbox.staging import outcome

TONIGHT, SINCE = date(2026, 11, 21), date(2021, 11, 21)
TABLES = ("earlier", "person_key", "person_block", "person_link")


def registered(number, night, *persons, version=1):
    at = datetime(night.year, night.month, night.day, 20, tzinfo=UTC)
    registration = {
        "registration_number": number,
        "version": version,
        "known_at": at,
        "kind": "HG",
        "incident_code": "F550",
        "weapon": True,
        "postcode": "2511AB",
        "house_number": "10",
    }
    return tables([registration], persons)


def kept(given, night, unit="RE01"):
    return registrations_to_keep(given, unit, night, KEY), persons_to_keep(given, unit, KEY)


class Within:
    """A connection that `staging` may commit on: it goes on in the transaction of a cursor."""

    def __init__(self, cursor):
        self.given = cursor

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def cursor(self):
        return nullcontext(self.given)


def counts(cursor):
    found = {}
    for table in TABLES:
        cursor.execute(f"SELECT count(*) FROM intake.{table}")
        (found[table],) = cursor.fetchone()
    return found


@pytest.fixture
def history(server):
    """A cursor on a database that knows one earlier registration of Ada; nothing of it stays."""
    connection = psycopg2.connect(server)
    with connection.cursor() as cursor:
        keep_history(cursor, *kept(registered("PL0100-2025000001", date(2025, 3, 1), ADA), date(2025, 3, 1)))
        yield cursor
    connection.close()


def asked():
    return asked_keys(identify(tables([{}], [ADA]).person, KEY))


def links_of(cursor, night=TONIGHT, since=SINCE):
    identified = identify(tables([{}], [ADA]).person, KEY)
    return link(identified, read_candidates(cursor, asked(), since, night), WEIGHTS)


def test_a_person_met_before_is_found_with_the_facts(history):
    links = links_of(history)
    assert links.select("earlier_number", "kind").rows() == [("PL0100-2025000001", "link")]
    facts = read_earlier(history, links)
    assert facts.select("night", "incident_code", "danger").rows() == [(date(2025, 3, 1), "F550", ["weapon"])]
    assert facts["bare"].to_list() == [False]
    assert links.select("earlier_person_number", "earlier_role").rows() == [(1, "SO")]


def test_what_happened_there_in_the_nights_around(history):
    there = pl.Series(query(history, "SELECT place FROM intake.earlier")[0])
    assert read_recent(history, date(2025, 2, 28), date(2025, 3, 1), there).height == 1
    assert read_recent(history, date(2025, 3, 1), TONIGHT, there).height == 1
    assert read_recent(history, date(2025, 2, 28), date(2025, 3, 1), there + 1).is_empty()
    assert read_recent(history, date(2025, 3, 2), TONIGHT, there).is_empty()


def test_what_comes_back_compares_as_what_went_in(history):
    read = read_candidates(history, asked(), SINCE, TONIGHT)
    assert read.schema == CANDIDATES
    put = identify(tables([{}], [ADA]).person, KEY).row(0, named=True)
    got = read.row(0, named=True)
    assert {name: got[f"{name}_earlier"] for name in ("bsn", "birth", "family", "given_near", "child", "district")} == {
        name: put[name] for name in ("bsn", "birth", "family", "given_near", "child", "district")
    }


def test_who_lived_at_the_address(history):
    address = identify(tables([{}], [ADA]).person, KEY)["address"].item()
    assert read_household(history, [address], SINCE, TONIGHT)["role"].to_list() == ["SO"]
    assert read_household(history, [address + 1], SINCE, TONIGHT).is_empty()
    known = date(2025, 3, 1)
    for since, until, found in (
        (known, known, 1),
        (known + timedelta(days=1), TONIGHT, 0),
        (SINCE, date(2025, 2, 28), 0),
    ):
        assert read_household(history, [address], since, until).height == found
    history.execute("UPDATE intake.earlier SET known_at = '2025-03-01T00:00+01:00'")
    assert read_household(history, [address], known, known).height == 1
    moved = ADA | {"house_number": "99"}
    for unit, found in (("RE02", 1), ("RE01", 0)):  # a higher version says itself who lives where
        keep_history(history, *kept(registered("PL0100-2025000001", known, moved, version=2), known, unit))
        assert read_household(history, [address], SINCE, TONIGHT).height == found


@pytest.mark.parametrize(
    ("persons", "higher", "told"),
    [
        ([ADA], None, [(None, False)]),
        ([ADA | {"secret_address": True}], None, [(1, False)]),
        ([ADA | {"secret_address": None}, ADA | {"house_number": "99"}], None, [(1, False)]),
        ([ADA | {"secret_address": True}], ("RE01", 4), [(1, True)]),
        ([ADA], ("RE01", 2), [(None, False)]),
        ([ADA | {"secret_address": True}], ("RE02", 4), [(1, False)]),
    ],
)
def test_whose_address_an_earlier_registration_keeps_secret(history, persons, higher, told):
    number, night = "PL0100-2025000009", date(2025, 3, 1)
    keep_history(history, *kept(registered(number, night, *persons, version=3), night))
    if higher:
        unit, version = higher
        keep_history(history, *kept(registered(number, night, ADA, version=version), night, unit))
    key = pl.DataFrame({"earlier_unit": ["RE01"], "earlier_number": [number], "earlier_version": [3]})
    assert read_secrecy(history, key).select("person_number", "overtaken").rows() == told


def test_nothing_beyond_the_five_years_nor_known_after_the_night_is_read(history):
    assert read_candidates(history, asked(), date(2025, 3, 2), TONIGHT).is_empty()
    assert read_candidates(history, asked(), SINCE, date(2025, 2, 26)).is_empty()
    late = read_candidates(history, asked(), SINCE, date(2025, 2, 28))  # known by then, and delivered a night later
    assert late["earlier_number"].to_list() == ["PL0100-2025000001"]
    history.execute("UPDATE intake.earlier SET known_at = '2025-03-09'")  # their clock is ahead
    assert read_candidates(history, asked(), SINCE, date(2025, 3, 1)).height == 1
    assert read_candidates(history, asked(), SINCE, date(2025, 2, 28)).is_empty()


def test_twice_is_once(history):
    before = counts(history)
    given = kept(registered("PL0100-2025000001", date(2025, 3, 1), ADA), date(2025, 3, 1))
    assert keep_history(history, *given) == 0
    assert counts(history) == before


def linked_tonight(cursor):
    given = registered("PL0100-2026000001", TONIGHT, ADA)
    keep_history(cursor, *kept(given, TONIGHT))
    links = links_of(cursor).filter(pl.col("earlier_number") == "PL0100-2025000001")
    numbers = given.registration.select("row", pl.lit("RE01").alias("unit"), "registration_number", "version")
    keep_links(cursor, links.join(numbers, on="row"), WEIGHTS.version)


@pytest.mark.parametrize("left", ["PL0100-2025000001", "PL0100-2026000001"])
def test_a_link_is_kept_where_both_sides_are(history, left):
    given = registered("PL0100-2026000001", TONIGHT, ADA)
    links = links_of(history).with_columns(unit=pl.lit("RE01"), registration_number=pl.lit("PL0100-2026000001"))
    links = links.with_columns(version=pl.lit(1, pl.Int64))
    keep_history(history, *kept(given, TONIGHT))
    forget_versions(history, "RE01", {left: 1})
    assert keep_links(history, links, WEIGHTS.version) == 0
    keep_history(history, *kept(registered(left, TONIGHT, ADA), TONIGHT))
    assert [keep_links(history, links, WEIGHTS.version) for _ in range(2)] == [1, 0]


def test_past_five_years_no_link_and_no_key_survives(history):
    linked_tonight(history)
    assert counts(history)["person_link"] == 1
    assert forget_before(history, date(2025, 3, 2)) == 1
    left = counts(history)
    assert (left["earlier"], left["person_key"], left["person_link"]) == (1, 1, 0)
    assert forget_before(history, date(2030, 1, 1)) == 1
    assert counts(history) == dict.fromkeys(TABLES, 0)


@pytest.mark.parametrize(
    ("known", "day"),
    [(datetime(2025, 3, 1, 22, 59, tzinfo=UTC), date(2025, 3, 1)), (datetime(2025, 3, 1, 23, 0, tzinfo=UTC), date(2025, 3, 2))],
)  # fmt: skip
def test_a_day_of_the_history_begins_where_the_police_are(history, known, day):
    history.execute("UPDATE intake.earlier SET known_at = %s", (known,))
    after = day + timedelta(days=1)
    for since, found in ((day, 1), (after, 0)):
        assert read_candidates(history, asked(), since, TONIGHT).height == found
    for night, found in ((day - timedelta(days=2), 0), (day - timedelta(days=1), 1)):
        history.execute("UPDATE intake.earlier SET night = %s", (TONIGHT,))
        assert read_candidates(history, asked(), SINCE, night).height == found
    assert forget_before(history, day) == 0
    assert forget_before(history, after) == 1


@pytest.mark.parametrize("removed", ["PL0100-2025000001", "PL0100-2026000001"])
def test_of_a_removed_registration_no_link_and_no_key_survives(history, removed):
    linked_tonight(history)
    whole = counts(history)
    assert forget_versions(history, "RE02", {removed: 1}) == 0
    assert forget_versions(history, "RE01", {removed: 1}) == 1
    forget_links(history, "RE01", {removed: 1})
    left = counts(history)
    assert (left["earlier"], left["person_key"], left["person_link"]) == (1, 1, 0)
    assert 0 < left["person_block"] < whole["person_block"]
    other = ({"PL0100-2025000001", "PL0100-2026000001"} - {removed}).pop()
    assert links_of(history)["earlier_number"].to_list() == [other]


def test_a_higher_version_stands_when_a_lower_one_is_forgotten(history):
    keep_history(history, *kept(registered("PL0100-2025000001", date(2025, 3, 2), ADA, version=3), date(2025, 3, 2)))
    assert forget_versions(history, "RE01", {"PL0100-2025000001": 2}) == 1
    assert query(history, "SELECT version FROM intake.earlier") == [(3,)]
    assert forget_versions(history, "RE01", {}) == 0


@pytest.mark.parametrize(
    ("became", "version", "overtaken"),
    [
        ("hold", 2, True),
        ("elsewhere", 2, True),
        ("withhold", 2, True),
        ("withhold", 1, True),  # by a person: the gates' own are never kept
        ("return", 2, False),
        ("duplicate", 2, False),
        ("hold", 1, False),
        ("forward", 1, False),
    ],
)
def test_what_a_later_version_took_back_is_nobodys_past(history, became, version, overtaken):
    outcome(
        Within(history),
        "PL0100-2025000001",
        became=became,
        version=version,
        night=TONIGHT,
        unit="RE01",
        regions=["VT01"] * (became == "forward"),
    )
    links = links_of(history)
    assert read_overtaken(history, links).height == int(overtaken)
    tonight = registered("PL0100-2026000002", TONIGHT, ADA)
    living = persons_to_keep(tonight, "RE01", KEY)
    known = known_of(history, living, tonight, LINKS.to_frame(), EARLIER_FACTS.to_frame(), TONIGHT)
    assert known.seen_at_home.is_empty() is overtaken
    if version == 2:
        keep_history(history, *kept(registered("PL0100-2025000001", TONIGHT, ADA, version=2), TONIGHT))
        assert read_overtaken(history, links).is_empty()


@pytest.mark.parametrize(
    ("said", "overtaken"),
    [
        ({"became": "return", "version": 1, "reasons": ["rectified_wrong_data"]}, True),
        ({"became": "return", "version": 1}, False),
        ({"became": "hold", "version": 2, "state": "decided"}, True),
        ({"became": "hold", "version": 2, "state": "running"}, False),
    ],
)
def test_what_a_person_took_back_or_a_night_decided_is_nobodys_past(history, said, overtaken):
    outcome(Within(history), "PL0100-2025000001", night=TONIGHT, unit="RE01", **said)
    assert read_overtaken(history, links_of(history)).height == int(overtaken)


def test_what_waits_itself_and_is_not_remembered_yet_is_a_past(history):
    number = "PL0100-2026000001"
    outcome(Within(history), number, became="hold", night=TONIGHT, unit="RE01", state="decided")
    of_tonight = pl.DataFrame([("RE01", number, 1)], schema=list(EARLIER_FACTS)[:3], orient="row")
    assert read_overtaken(history, of_tonight).is_empty()


def test_a_number_of_another_unit_takes_nothing_back(history):
    outcome(Within(history), "PL0100-2025000001", became="withhold", version=2, night=TONIGHT, unit="RE02")
    assert read_overtaken(history, links_of(history)).is_empty()


def test_every_block_belongs_to_a_person(history):
    linked_tonight(history)
    forget_versions(history, "RE01", {"PL0100-2025000001": 1})
    history.execute(
        "SELECT count(*) FROM intake.person_block LEFT JOIN intake.person_key USING (person) WHERE person_key.person IS NULL"
    )
    assert history.fetchone() == (0,)


def test_no_value_of_a_person_is_at_rest(history):
    history.execute(
        "SELECT row_to_json(person_key)::text || row_to_json(earlier)::text FROM intake.person_key, intake.earlier"
    )
    (text,) = history.fetchone()
    assert not [value for value in ("estman", "Ada", "1990", "2511", "Proef") if value in text]


def test_no_region_reads_the_history(server):
    with pytest.raises(LoadError) as refused, transaction(server, "history") as cursor:
        cursor.execute("SET ROLE vt_09_reader")
        cursor.execute("SELECT * FROM intake.person_key")
    assert refused.value.code == "42501"  # insufficient privilege


def test_the_plan_asks_the_index_and_never_reads_the_whole_history(history):
    history.execute("CREATE TEMP TABLE probe (row bigint, person_number integer, block bigint) ON COMMIT DROP")
    history.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off")
    history.execute("EXPLAIN SELECT person FROM probe JOIN intake.person_block USING (block)")
    plan = "\n".join(line for (line,) in history.fetchall())
    assert "Index Only Scan using person_block_pkey" in plan
