"""Canaries: a unique value in every personal column and text of a night; afterwards none stands where it must not.

What may leave of a registration that is forwarded may stand in the regions' schemas, and nowhere else; everything of
the others, of a refused export, of rows set aside and of columns that nobody knows may stand nowhere at all. What is
received is kept sealed: the search sees its bytes, and no canary in them.
"""

from __future__ import annotations

import random
import string
from dataclasses import dataclass, field, replace

import ahocorasick_rs
import polars as pl
import psycopg2
import pytest

from pipeline import schema
from pipeline.night import run_night
from tests.conftest import settings_of
from tests.night.conftest import NIGHT
from tests.receive.exports import report, write_export

SHARED = {
    "registration": {"street", "house_number_suffix", "place", "contact_department", "contact_phone", "contact_email"},
    "person": {"family_name", "name_prefix", "given_names", "street", "house_number_suffix", "place"},
}
"""Free columns of a forwarded registration, and of persons involved in it, that may stand in a region's schema."""
CODES = {
    "registration_number",
    "kind",
    "legal_regime",
    "suspicion",
    "role",
    "relation",
    "sex",
    "source",
    "postcode",
    "bsn",
}
CODES |= {"municipality_code", "house_number", "birth_date"}
"""Columns that decide over a row: they hold what makes it what it is."""


@dataclass
class Canaries:
    """Makes unique words and remembers them."""

    rng: random.Random = field(default_factory=lambda: random.Random(3))
    nowhere: set[str] = field(default_factory=set)
    regions_only: set[str] = field(default_factory=set)

    def word(self, *, shared: bool = False) -> str:
        """Return a new one, a word with a capital as an unknown name is."""
        made = "Zq" + "".join(self.rng.choices(string.ascii_lowercase, k=8))
        (self.regions_only if shared else self.nowhere).add(made)
        return made

    def row(self, table: schema.Table, *, forwarded: bool = False, **given: object) -> dict[str, object]:
        """Return a row with a canary in every text column that is not given."""
        shared = SHARED.get(table.name, set()) if forwarded else set()
        free = [c.name for c in table.columns if c.type == pl.String and c.name not in CODES and c.name not in given]
        return {name: self.word(shared=name in shared) for name in free} | given

    def texts(self) -> str:
        """Return prose with a fact and canaries of the kinds that have to go."""
        return (
            f"Wij zagen dat het slachtoffer een blauw oog had. Getuige {self.word()} keek toe, collega {self.word()}"
            f" was erbij. Mail {self.word()}@example.org, insta @{self.word()}. De tap op {self.word()} loopt."
            f" Zij woont naast {self.word()} op de {self.word()}straat 7."
        )

    def registration(self, place: int, *, forwarded: bool = False, **given: object) -> dict[str, object]:
        """Return a whole report, of which everything personal is a canary."""
        own = {"contact_phone": "0900-8844", "description": self.texts(), "reason_for_report": self.texts()}
        own |= {
            "weapon_kind": f"mes van {self.word()}",
            "investigation_number": None,
            "informed_explanation": self.texts(),
        }
        people = {
            1: {"role": "SO", "relation": "partner", "relation_to": 2, "birth_date": "1990-03-04"},
            2: {"role": "VE", "relation": "partner", "relation_to": 1, "birth_date": "1988-03-04"},
        }
        others = {3: "ME", 4: "GE", 5: "IN", 6: "XX"}
        home = {"house_number": "1", "postcode": "2511AA", "municipality_code": "0518", "secret_address": False}
        person = [
            self.row(schema.PERSON, forwarded=forwarded, person_number=number, **home, **facts)
            for number, facts in people.items()
        ]
        person += [self.row(schema.PERSON, person_number=n, role=role, **home) for n, role in others.items()]
        entries = [
            {"entry_number": n, "source": source, "text": self.texts(), "service_number": self.word()}
            for n, source in enumerate(("W", "V", "H", "O", "T", "I", "Z"), 1)
        ]
        prior = [{"person_number": 1, "incident_code": "F550", "role": "VE", "outcome": self.word()}]
        prior += [{"person_number": 3, "incident_code": self.word(), "source_registration": self.word()}]
        flags = dict.fromkeys(("retracted", "removed", "embargo", "shielded"), False)
        row = self.row(schema.REGISTRATION, forwarded=forwarded, **own, **home | {"secret_address": None})
        row.pop("secret_address")
        base = {"kind": "HG", "suspicion": "01", "committed_from": report()["known_at"]} | flags
        return report(place, **row | base | given, person=person, entry=entries, prior_incident=prior)


@pytest.fixture(scope="module")
def night(tmp_path_factory, copy_database):
    """The canaries, and settings over a home and a database in which their night is done."""
    folder, canaries = tmp_path_factory.mktemp("canaries"), Canaries()
    make = canaries.registration
    nobody = {"person": [], "entry": [], "prior_incident": []}
    reports = [
        make(1, forwarded=True),
        make(2, embargo=True),
        make(3, legal_regime="12"),
        make(4, kind="OV", project_code=None) | nobody,
        make(5, committed_from=None, weapon_kind=None),
        make(6, known_at=None, acute=True),
        make(7, removed=True),
        make(8) | {"version": 1},
        make(8, retracted=True) | {"version": 2},
    ]
    export = write_export(folder / "inbox", reports, "jsonl", night=NIGHT)
    name = next(iter(export.files))
    strange = canaries.word()
    export.edit(name, lambda content: content.replace(b'{"', f'{{"vrij_veld": "{strange}", "'.encode(), 1)).seal()
    broken = write_export(folder / "inbox", [make(9)], "bvh-csv", unit="RE01", night=NIGHT)
    broken.seal(files=[broken.entry(name, sha256="0" * 64) for name in broken.files])
    settings = replace(settings_of(folder / "home", copy_database("meldstroom")), inbox=folder / "inbox")
    return canaries, settings, run_night(settings, NIGHT)


def found_in(text: str, words: set[str]) -> int:
    """How many of the words a text holds: a number only, so that none stands in a test's report."""
    return len({hit[0] for hit in ahocorasick_rs.AhoCorasick(sorted(words)).find_matches_as_indexes(text)})


def dump(dsn: str) -> dict[str, str]:
    """Every row of every table of ours, as text, by schema.table; binary as hex and as bytes."""
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
            " AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        tables = cursor.fetchall()
        rows = {}
        for where, name in tables:
            cursor.execute(f'SELECT coalesce(string_agg(t::text, chr(10)), chr(10)) FROM "{where}"."{name}" t')
            rows[f"{where}.{name}"] = cursor.fetchone()[0]
    connection.close()
    return rows


def test_the_night_is_what_it_should_be(night):
    _, _, status = night
    counts = {name: count for name, count in status["units"]["RE06"].items() if count}
    assert counts | {"state": 0} == {
        "state": 0, "received": 9, "forward": 1, "hold": 1, "withhold": 4, "elsewhere": 1, "return": 1, "reject": 1,
    }  # fmt: skip
    assert status["units"]["RE01"]["state"] == "refused"


def test_no_canary_stands_in_a_table_where_it_must_not(night):
    canaries, settings, _ = night
    everything = canaries.nowhere | canaries.regions_only
    tables = dump(settings.dsn)
    leaks = {
        name: count
        for name, text in tables.items()
        if (count := found_in(text, canaries.nowhere if name.startswith("vt_") else everything))
    }
    assert leaks == {}
    shown = "".join(text for name, text in tables.items() if name.startswith("vt_"))
    assert found_in(shown, canaries.regions_only) > 10, "what may leave does leave: the search finds what is there"


def test_no_canary_stands_in_a_file_that_the_night_leaves(night):
    canaries, settings, _ = night
    everything = canaries.nowhere | canaries.regions_only
    files = [file for file in settings.home.rglob("*") if file.is_file()]
    assert files
    leaks = {}
    for file in files:
        text = file.read_bytes().decode("latin-1")
        if file.suffix == ".parquet":
            text += pl.read_parquet(file).write_json()
        leaks[file.name] = found_in(text, everything)
    assert {name for name, count in leaks.items() if count} == set()


def test_no_canary_is_said(night, capsys, caplog, tmp_path, copy_database):
    """Run once more, with everything that is logged or printed kept."""
    canaries, settings, _ = night
    with caplog.at_level("DEBUG"):
        again = replace(settings_of(tmp_path / "home", copy_database("meldstroom")), inbox=settings.inbox)
        status = run_night(again, NIGHT)
    said = capsys.readouterr()
    told = "\n".join((said.out, said.err, caplog.text, str(status)))
    assert found_in(told, canaries.nowhere | canaries.regions_only) == 0
