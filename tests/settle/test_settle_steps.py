"""What settling says became of a part's registrations, and what of a night's it holds for another one's address."""

from datetime import date

import polars as pl
import pytest

from pipeline import workspace
from pipeline.load.history import SECRECY
from pipeline.settle import outcomes, secret_elsewhere
from pipeline.settle.parts import APART, Part
from pipeline.workspace import Delivery

VERSION = ("unit", "registration_number", "version")
KEYS = {"unit": pl.String, "registration_number": pl.String, "version": pl.Int64}


@pytest.fixture
def part(tmp_path):
    """A part of the second export of a night: PL0 to PL3, of which PL3 is a second version."""
    delivery = Delivery("RE06", date(2026, 11, 22), "nightly", tmp_path / "inbox", tmp_path / "work")
    kept = pl.DataFrame(
        [(row, "RE06", f"PL{row}", 1 + row // 3) for row in range(4)], orient="row", schema=["row", *VERSION]
    )
    verdict = kept.select("row", regions=pl.lit(["VT09"], pl.List(pl.String)), reasons=pl.lit(["well_founded", "x"]))
    for name, frame in (("kept_registration", kept), ("verdict", verdict)):
        workspace.write(frame, delivery.file("judged", "part-000", name))
    return Part(delivery, "part-000", APART, 0)


def test_what_is_carried_is_a_duplicate_and_what_shows_an_address_waits(part):
    carrier = ("RE07", "PL9", 2)
    carried = pl.DataFrame(
        [(APART + 1, *carrier), (None, *carrier), (2, *carrier)],  # of this part, of before, of another export
        schema={"row": pl.Int64, **{f"carrier_{name}": kind for name, kind in KEYS.items()}},
        orient="row",
    )
    held = pl.DataFrame({"row": [APART + 2, 0], "part": [0, 1]})
    told = outcomes._outcomes(part, carried, held)
    assert told.select("row", "outcome", "reasons", "regions", "carried_by").rows() == [
        (0, "forward", ["well_founded", "x"], ["VT09"], None),
        (1, "duplicate", ["same_event", "x"], [], "RE07 PL9 2"),
        (2, "hold", ["secret_elsewhere", "x"], [], None),
        (3, "forward", ["well_founded", "x"], ["VT09"], None),
    ]


def test_what_shows_an_address_is_told_apart_by_what_tonight_brings_of_its_number(part):
    shown = [("RE06", "PL2", 1), ("RE06", "PL0", 7), ("RE07", "PL2", 1), ("RE05", "PL3", 1)]
    versions = pl.DataFrame(shown, schema=KEYS, orient="row")
    before, held = secret_elsewhere._split_by_night([part], versions)
    assert before.rows() == [("RE07", "PL2", 1), ("RE05", "PL3", 1)]
    assert held.rows() == [(APART + 2, 0)]


def test_a_version_speaks_until_a_higher_one_came_before_or_comes_tonight():
    told = [("RE06", "PL1", 1, None, True), ("RE06", "PL2", 1, 3, False), ("RE06", "PL3", 1, 1, False)]
    told += [("RE06", "PL3", 1, 2, False), ("RE07", "PL3", 1, 1, False)]
    told += [("RE06", "PL4", 2, None, False)]  # comes again with other contents
    secrecy = pl.DataFrame(told, schema=SECRECY, orient="row")
    tonight = [("RE06", "PL3", 2), ("RE06", "PL4", 2)]
    corrected = pl.DataFrame(tonight, schema=["unit", "registration_number", "version"], orient="row")
    passed = secret_elsewhere._passed(secrecy, corrected).sort(pl.all())
    assert passed.rows() == [("RE06", "PL1", 1), ("RE06", "PL3", 1)]
    assert secret_elsewhere._secret(secrecy).rows() == [
        ("RE06", "PL2", 1, 3),
        ("RE06", "PL3", 1, 1),
        ("RE06", "PL3", 1, 2),
        ("RE07", "PL3", 1, 1),
    ]
