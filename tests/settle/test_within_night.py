"""What the parts of a night find in each other, wherever in the night they stand."""

from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest

from pipeline import workspace
from pipeline.enrich import within
from pipeline.enrich.across import EARLIER
from pipeline.enrich.blocking import asked_keys
from pipeline.enrich.keep import persons_to_keep, registrations_to_keep
from pipeline.load.history import EARLIER_FACTS
from pipeline.settle import parts as of_night
from pipeline.settle.partitions import Partitions
from pipeline.settle.parts import APART, Part
from pipeline.settle.within_night import by_number, write_candidates, write_met, write_tonight
from pipeline.workspace import Delivery
from tests.enrich.people import ADA, KEY
from tests.enrich.rows import tables

NIGHT = date(2026, 11, 21)
AT = datetime(2026, 11, 21, 22, tzinfo=UTC)
EVA = ADA | {"family_name": "Proefman", "given_names": "Eva", "birth_date": "1971-12-30", "postcode": "9711AA"}
APART_FROM_ALL = [
    EVA | {"family_name": name, "given_names": name, "birth_date": f"19{50 + at}-01-0{at + 1}", "house_number": str(at)}
    for at, name in enumerate(("Aldus", "Boomgaard", "Citroen", "Dageraad", "Eendracht"))
]


@pytest.fixture
def night(tmp_path, monkeypatch):
    """A function that returns a night's parts, one a registration with one person, each in a group of its own."""
    monkeypatch.setattr(of_night, "PARTS_AT_ONCE", 1)

    def made(*persons, **versions):
        return [_part(tmp_path, at, person, **versions) for at, person in enumerate(persons)]

    return made


def _part(folder, at, person, numbers=(), known=AT):
    """The parts of one unit: rows of its export, as `decide` leaves them."""
    told = {"row": at, "known_at": known}
    told |= {"registration_number": numbers[at][0], "version": numbers[at][1]} if numbers else {}
    given = tables(
        [told | {"row": at, "registration_number": told.get("registration_number", f"PL{at}")}], [person | {"row": at}]
    )
    delivery = Delivery("RE01", NIGHT, "nightly", folder / "inbox", folder / "work")
    kept = persons_to_keep(given, "RE01", KEY)
    frames = {
        "kept_registration": registrations_to_keep(given, "RE01", NIGHT, KEY),
        "kept_person": kept,
        "asked": asked_keys(kept),
    }
    for name, frame in frames.items():
        workspace.write(frame, delivery.file("judged", f"part-{at:03d}", name))
    return Part(delivery, f"part-{at:03d}", APART, at)


def found(parts, scratch):
    """Whom each part found: its row, the number and person of the other."""
    write_candidates(parts, scratch)
    columns = ["row", "earlier_number", "earlier_person_number"]
    return {part.name: part.read("within", "settled").select(columns).rows() for part in parts}


def test_who_shares_a_key_is_found_however_far_apart_the_parts_are(night, tmp_path):
    parts = night(ADA, *APART_FROM_ALL, ADA)
    met = {part: pairs for part, pairs in found(parts, tmp_path / "scratch").items() if pairs}
    assert met == {"part-000": [(APART, "PL6", 1)], "part-006": [(APART + 6, "PL0", 1)]}


def test_the_order_of_the_parts_changes_nothing(night, tmp_path):
    parts = night(ADA, *APART_FROM_ALL, EVA, ADA, EVA)
    turned = [replace(part, number=number) for number, part in enumerate(reversed(parts))]
    in_order = found(parts, tmp_path / "scratch")
    assert found(turned, tmp_path / "scratch") == in_order
    assert sum(map(len, in_order.values())) == 4


def test_parts_together_find_what_each_finds_by_itself(night, tmp_path, monkeypatch):
    parts = night(ADA, *APART_FROM_ALL, EVA, ADA, EVA)
    alone = found(parts, tmp_path / "scratch")
    monkeypatch.setattr(of_night, "PARTS_AT_ONCE", 4)
    assert found(parts, tmp_path / "scratch") == alone


def test_who_shares_a_key_is_counted_over_the_whole_night(night, tmp_path, monkeypatch):
    parts = night(ADA, *APART_FROM_ALL, ADA, ADA)
    monkeypatch.setattr(within, "LARGEST", 3)
    assert sum(map(len, found(parts, tmp_path / "scratch").values())) == 6
    monkeypatch.setattr(within, "LARGEST", 2)
    assert sum(map(len, found(parts, tmp_path / "scratch").values())) == 0


def test_of_a_number_every_version_is_known_and_tonight_s_before_the_history_s(night, tmp_path):
    parts = night(ADA, EVA, ADA, numbers=[("PL0", 1), ("PL1", 1), ("PL9", 2)])
    before = {"earlier_unit": "RE01", "earlier_number": "PL9", "kind": "OV"}
    history = pl.DataFrame([before | {"earlier_version": version} for version in (1, 2, 1)], schema=EARLIER_FACTS)
    wanted, earlier = Partitions(tmp_path / "wanted", 3), Partitions(tmp_path / "earlier", 3)
    with wanted.filled() as want, earlier.filled() as tell:
        asked = history.select(EARLIER[:2]).unique()
        want(asked.with_columns(pl.lit(0).alias("part"), pl.lit(0).alias("group")), by_number(3))
        tell(history, by_number(3))
        for file in range(3):  # the same number of another unit may lie in the same one
            tell(history.with_columns(earlier_unit=pl.lit("RE02")), pl.lit(file))
    write_met(parts, wanted, earlier, write_tonight(parts, tmp_path), tmp_path)
    met = [part.read("met", "settled").select("earlier_unit", *EARLIER[1:], "kind").rows() for part in parts]
    assert met == [[("RE01", "PL9", 1, "OV"), ("RE01", "PL9", 2, None)], [], []]
