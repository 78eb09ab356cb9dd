"""Who shows an address that another registration keeps secret."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from pipeline.enrich.across import EARLIER, VERSION
from pipeline.enrich.near import EVENT_LINKS, Near
from pipeline.enrich.same_event import EVENTS
from pipeline.enrich.secret_elsewhere import PERSON_LINKS, links_of_the_night, shown_events, shown_persons
from pipeline.load.history import EARLIER_FACTS
from tests.enrich.people import ENRICHMENT

NIGHT = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 21, tzinfo=UTC)
POLICY = ENRICHMENT.same_event
OURS, THEIRS, ANOTHER = ("RE06", "PL0600-1", 1), ("RE07", "PL0700-1", 1), ("RE01", "PL0100-9", 1)
TYPES = {"version": pl.Int64, "earlier_version": pl.Int64, "person_number": pl.Int64, "earlier_person_number": pl.Int64}
SAME = ["birth:exact", "family_name:exact", "given_name:exact"]


def frame(names, *rows):
    return pl.DataFrame(rows, schema={name: TYPES.get(name, pl.String) for name in names}, orient="row")


@pytest.mark.parametrize(
    ("their", "evidence", "kind", "found"),
    [
        ({}, [], "link", [True]),
        ({}, [], "hint", [False]),
        ({}, [*SAME, "sex:same"], "hint", [True]),
        ({}, SAME[1:], "hint", [False]),
        ({"known_at": AT - timedelta(hours=20)}, [], "link", [True]),  # of the same night
        ({"night": NIGHT - timedelta(days=1), "known_at": AT - timedelta(hours=2)}, [], "link", [True]),
        ({"night": NIGHT - timedelta(days=1), "known_at": AT + timedelta(hours=2)}, [], "link", [True]),
        ({"night": NIGHT - timedelta(days=1), "known_at": AT - timedelta(hours=20)}, [], "link", []),
        ({"night": NIGHT + timedelta(days=1), "known_at": AT + timedelta(hours=20)}, [], "link", []),
        ({"earlier_number": OURS[1], "earlier_unit": OURS[0]}, [], "link", []),  # another version of it
    ],
)
def test_which_links_tell_of_one_address(their, evidence, kind, found):
    key = dict(zip(EARLIER, THEIRS, strict=True)) | {name: told for name, told in their.items() if name in EARLIER}
    link = dict(zip(VERSION, OURS, strict=True)) | key
    link |= {"row": 0, "person_number": 1, "earlier_person_number": 2, "kind": kind, "evidence": evidence}
    links = pl.DataFrame([link], schema_overrides={"evidence": pl.List(pl.String)})
    own = pl.DataFrame(
        {"row": [0], "night": [NIGHT], "known_at": [AT]}, schema_overrides={"known_at": EARLIER_FACTS["known_at"]}
    )
    facts = {"night": NIGHT, "known_at": AT} | their | key
    met = pl.DataFrame([{name: facts.get(name) for name in EARLIER_FACTS}], schema=EARLIER_FACTS)
    assert links_of_the_night(links, own, met, POLICY)["certain"].to_list() == found


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ([], []),
        ([(*OURS, 1)], [(*THEIRS, *OURS)]),
        ([(*THEIRS, 2)], [(*OURS, *THEIRS)]),
        ([(*OURS, 1), (*THEIRS, 2)], []),
        ([(*OURS, 5), (*THEIRS, 5)], []),  # somebody else's
        ([(*ANOTHER, 1), (*ANOTHER, 2)], []),
    ],
)
def test_who_lists_openly_whom_the_other_one_hides(secret, shown):
    links = frame(PERSON_LINKS[:-1], (*OURS, 1, *THEIRS, 2)).with_columns(certain=pl.lit(value=True))
    told = shown_persons(links, frame([*VERSION, "person_number"], *secret))
    assert told.select(*VERSION, *EARLIER).rows() == shown
    assert told["certain"].all()


@pytest.mark.parametrize(
    ("secret", "shown", "expected"),
    [
        ([], [], set()),
        ([OURS], [], {(THEIRS, OURS)}),
        ([THEIRS], [], {(OURS, THEIRS)}),
        ([OURS, THEIRS], [], set()),
        ([ANOTHER], [], set()),
        ([OURS, THEIRS], [(OURS, THEIRS)], {(OURS, THEIRS)}),  # each hides somebody, and one lists the other's openly
        ([OURS, THEIRS], [(OURS, ANOTHER)], set()),  # not of this event
    ],
)
@pytest.mark.parametrize("before", [False, True])
def test_who_shows_what_another_one_of_the_event_hides(secret, shown, expected, before):
    event = {
        "known_at": AT,
        "happened_at": AT,
        "incident_code": "F550",
        "kind": "HG",
        "suspicion": "01",
        "place": 7,
        "bare": False,
    }
    types = {**EARLIER_FACTS, "unit": pl.String, "registration_number": pl.String, "version": pl.Int64}
    ours, theirs = (
        pl.DataFrame([event | dict(zip(VERSION, key, strict=True))], schema={name: types[name] for name in EVENTS})
        for key in (OURS, THEIRS)
    )
    facts = theirs.rename(dict(zip(VERSION, EARLIER, strict=True)))
    members = (ours, facts) if before else (pl.concat([ours, theirs]), facts.clear())
    links = pl.DataFrame(
        [(0, *OURS, "SO", *THEIRS, "SO", "link", 40.0)],
        schema={name: TYPES.get(name) for name in EVENT_LINKS},
        orient="row",
    )
    pairs = frame([*VERSION, *EARLIER], *((*one, *other) for one, other in shown)).with_columns(
        certain=pl.lit(value=True)
    )
    told = shown_events(Near(links, *members), frame(VERSION, *secret), pairs, POLICY)
    assert {(row[:3], row[3:]) for row in told.rows()} == expected
