"""A generated night keeps the contract, says the truth about itself, and is the same every time."""

import csv
import hashlib
import json
import os
import pickle
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.errors import UsageError
from pipeline.policy.agreements import read_agreements
from pipeline.schema import TABLES
from pipeline.synth import write_night, write_nights
from pipeline.synth.fragments import SPAN_KINDS
from pipeline.synth.marks import FLAWS, GATES
from pipeline.synth.world import DIALECTS, Slot, World

FRIDAY = date(2026, 11, 20)
ROWS = 3_000


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """One large night of all units, with agreements; its truth lies outside the inbox."""
    root = tmp_path_factory.mktemp("synth")
    write_nights(root / "inbox", FRIDAY, 1, ROWS, seed=3, agreements=read_agreements(), truth=root / "truth.parquet")
    return root


@pytest.fixture(scope="module")
def truth(night):
    return pl.read_parquet(night / "truth.parquet")


@pytest.fixture(scope="module")
def persons(night):
    return pl.read_parquet(night / "truth.persons.parquet")


@pytest.fixture(scope="module")
def exported(night):
    """Registrations and persons of the units whose dialect needs no reader of ours: parquet."""
    folders = [night / "inbox" / unit / FRIDAY.isoformat() for unit in ("RE04", "RE09")]
    return {t.dutch: pl.concat([pl.read_parquet(f / f"{t.dutch}.parquet") for f in folders]) for t in TABLES}


def test_manifest_tells_files_rows_and_checksums(night):
    for unit, dialect in DIALECTS.items():
        folder = night / "inbox" / unit / FRIDAY.isoformat()
        manifest = json.loads((folder / "manifest.json").read_text())
        assert (manifest["unit"], manifest["night"], manifest["dialect"]) == (unit, "2026-11-20", dialect)
        assert {entry["name"] for entry in manifest["files"]} == {path.name for path in folder.iterdir()} - {
            "manifest.json"
        }
        for entry in manifest["files"]:
            content = (folder / entry["name"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == entry["sha256"]


def test_rows_add_up_to_what_was_asked(night, truth):
    rows = 0
    for path in (night / "inbox").rglob("manifest.json"):
        manifest = json.loads(path.read_text())
        rows += sum(entry["rows"] for entry in manifest["files"] if entry["table"] == "registratie")
    assert rows == len(truth) == ROWS


def test_csv_row_counts_are_true(night):
    for unit in ("RE01", "RE03", "RE06", "RE07", "RE10"):
        folder = night / "inbox" / unit / FRIDAY.isoformat()
        agreement = read_agreements().latest(unit, FRIDAY)
        encoding = next(iter(agreement.form.encodings), "cp1252")
        delimiter = next(iter(agreement.form.delimiters), ";")
        for entry in json.loads((folder / "manifest.json").read_text())["files"]:
            with (folder / entry["name"]).open(encoding=encoding, newline="") as file:
                rows = list(csv.reader(file, delimiter=delimiter))
            assert len(rows) == entry["rows"] + 1
            assert {len(row) for row in rows} == {len(rows[0])}


def test_agreement_gives_names_and_codes(night):
    folder = night / "inbox" / "RE03" / FRIDAY.isoformat()
    with (folder / "registraties.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {"reg_nr", "dt_kennisname", "toelichting"} <= set(rows[0])
    assert "HG" not in {row["soort_melding"] for row in rows}


def test_without_agreements_the_contracts_own_notation(tmp_path):
    write_nights(tmp_path, FRIDAY, registrations=20, units=["RE03"])
    with (tmp_path / "RE03" / "2026-11-20" / "registraties.csv").open(encoding="cp1252", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert list(rows[0]) == [column.dutch for column in TABLES[0].columns]
    assert all(row["kennisname"][2] == "-" for row in rows)


def test_same_seed_same_bytes_whatever_the_hash_seed(tmp_path):
    script = (
        "from datetime import date; from pathlib import Path; from pipeline.synth import write_nights; import sys;"
        "p = Path(sys.argv[1]); write_nights(p, date(2026, 11, 20), 2, 120, seed=5, truth=p / 'truth.parquet')"
    )
    for name, hash_seed in (("a", "1"), ("b", "77")):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        subprocess.run([sys.executable, "-c", script, tmp_path / name], check=True, env=environment)
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_another_seed_another_night(tmp_path):
    for seed in (1, 2):
        write_nights(tmp_path / str(seed), FRIDAY, registrations=30, units=["RE06"], seed=seed)
    assert files(tmp_path / "1") != files(tmp_path / "2")


def test_processes_change_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.synth.nights.WORTH_PROCESSES", 10)
    for name, processes in (("one", 1), ("two", 2)):
        root = tmp_path / name
        write_nights(root, FRIDAY, 1, 60, ["RE02", "RE06"], truth=root / "t.parquet", processes=processes)
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_night_does_not_depend_on_how_many_follow(tmp_path):
    for nights in (2, 3):
        write_nights(tmp_path / str(nights), FRIDAY, nights, 100, ["RE02", "RE06"])
    short, long = files(tmp_path / "2"), files(tmp_path / "3")
    assert short == {name: long[name] for name in short}


def test_writing_again_leaves_nothing_of_before(tmp_path):
    write_nights(tmp_path, FRIDAY, registrations=200, units=["RE08"])
    write_nights(tmp_path, FRIDAY, registrations=20, units=["RE08"])
    assert len(list((tmp_path / "RE08" / "2026-11-20").glob("*.xml"))) == 20


def test_registration_numbers_are_unique_but_for_versions_and_redeliveries(truth):
    once = truth.filter(~pl.col("marks").list.contains("redelivery"))
    assert once.select("registration_number", "version").n_unique() == len(once)
    assert truth["registration_number"].str.contains(r"^PL\d{4}-\d{10}$").all()


@given(
    st.integers(0, 365),
    st.integers(0, 365),
    st.integers(0, 899),
    st.integers(0, 899),
    st.sampled_from([None, 900, 10**6]),
)
@settings(max_examples=200, deadline=None)
def test_no_number_twice_over_nights(first, second, slot, other, registrations):
    world = World(1, FRIDAY.toordinal(), registrations, ("RE06", "RE07"), DIALECTS)
    days = [(date(2026, 1, 1) + timedelta(days=day)).toordinal() for day in (first, second)]
    numbers = [world.number(Slot("RE06", days[0], slot)), world.number(Slot("RE06", days[1], other))]
    assert (numbers[0] == numbers[1]) == ((days[0], slot) == (days[1], other))


@pytest.mark.parametrize(
    ("what", "low", "high"),
    [
        ("poor", 0.25, 0.40),
        ("out_of_scope", 0.10, 0.20),
        ("second", 0.05, 0.08),
        ("third_party_in_text", 0.15, 0.30),
        ("repeat_family", 0.34, 0.42),
        ("bad_row", 0.0003, 0.005),
        ("forbidden_regime", 0.01, 0.03),
    ],
)
def test_shares_are_in_their_bands(truth, what, low, high):
    marked = truth["marks"].list
    match what:
        case "poor":
            share = truth["poor"].mean()
        case "forbidden_regime":
            share = truth["gate"].is_in(["regime_9", "regime_10", "regime_12"]).fill_null(False).mean()
        case _:
            share = marked.contains(what).mean()
    assert low <= share <= high


def test_persons_and_children(exported):
    registrations, persons = exported["registratie"], exported["betrokkene"]
    assert 2.7 <= len(persons) / len(registrations) <= 3.6
    year = persons["geboortedatum"].str.slice(0, 4).cast(pl.Int32, strict=False)
    with_children = persons.filter((year > 2008) | (pl.col("rol") == "KI"))["registratienummer"].n_unique()
    assert 0.38 <= with_children / len(registrations) <= 0.6


def test_missing_bsns(exported):
    family = exported["betrokkene"].filter(
        pl.col("rol").is_in(["SO", "VE", "KI", "OU"]) & (pl.col("relatie") != "anders")
    )
    assert 0.13 <= family["bsn"].is_null().mean() <= 0.27


def test_every_bsn_is_fictitious_and_passes_the_test(exported):
    for bsn in exported["betrokkene"]["bsn"].drop_nulls():
        assert bsn.startswith("9999")
        assert sum(int(d) * w for d, w in zip(bsn, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0


def test_phones_and_mail_reach_nobody(night):
    for path in (night / "inbox" / "RE02").rglob("*.jsonl"):
        for line in path.read_text().splitlines():
            for person in json.loads(line)["betrokkenen"]:
                assert not person["email"] or person["email"].endswith("@example.invalid")
                digits = "".join(c for c in person["telefoon"] or "0600" if c.isdigit())
                assert digits.startswith(("0600", "31600"))


def test_half_of_the_events_fall_in_the_evening(exported):
    local = exported["registratie"]["kennisname"].dt.convert_time_zone("Europe/Amsterdam").dt.hour()
    assert 0.42 <= ((local >= 18) | (local < 2)).mean() <= 0.6


def test_weekends_are_busier():
    world = World(1, 1, None, tuple(DIALECTS), DIALECTS)
    monday, saturday = (world.total(date(2026, 11, day).toordinal()) for day in (23, 21))
    assert saturday / monday == pytest.approx(1.4, abs=0.01)
    week = sum(world.total(date(2026, 11, day).toordinal()) for day in range(16, 23))
    assert week / 7 == pytest.approx(233, abs=1)


@pytest.mark.parametrize("mark", [*(name for name, _ in (*FLAWS, *GATES)), *sorted(SPAN_KINDS)])
def test_every_mark_occurs(truth, mark):
    assert truth["marks"].list.contains(mark).any()


@pytest.mark.parametrize(
    "mark",
    [
        "tactical",
        "intelligence",
        "informant",
        "medical",
        "religion",
        "secret_address",
        "shelter_address",
        "neighbour_quarrel",
        "two_regions",
        "moved",
        "old_municipality_code",
        "danger_only_in_text",
        "second",
        "correction",
        "retraction",
        "redelivery",
        "bad_row",
    ],
)
def test_every_other_mark_occurs(truth, mark):
    assert truth["marks"].list.contains(mark).any()


def test_every_kind_of_outcome_is_expected_somewhere(truth):
    expected = set(truth["expected_outcome"].drop_nulls())
    assert expected == {"forward", "return", "hold", "elsewhere", "withhold", "duplicate", "reject"}


def test_a_danger_signal_is_never_expected_to_be_returned(truth):
    assert truth.filter(pl.col("danger") & (pl.col("expected_outcome") == "return")).is_empty()


def test_every_kind_of_error_occurs(persons):
    kinds = set(persons["errors"].explode().drop_nulls())
    assert {"typo_family_name", "day_month_swapped", "married_name", "transliteration", "moved", "bsn_missing"} <= kinds


def test_persons_of_the_truth_are_the_persons_of_the_export(persons, exported):
    listed = exported["betrokkene"].select("registratienummer", "versie", "volgnummer").drop_nulls().unique()
    known = persons.filter(pl.col("unit").is_in(["RE04", "RE09"])).select(
        "registration_number", "version", "person_number"
    )
    assert set(known.iter_rows()) == set(listed.iter_rows())


def test_spans_hold_what_they_say(night, exported):
    spans = pl.read_parquet(night / "truth.spans.parquet").filter(pl.col("unit").is_in(["RE04", "RE09"]))
    texts = {
        (n, v, None): t
        for n, v, t in exported["registratie"].select("registratienummer", "versie", "omschrijving").iter_rows()
    }
    texts |= {
        (n, v, i): t
        for n, v, i, t in exported["mutatie"].select("registratienummer", "versie", "volgnummer", "tekst").iter_rows()
    }
    checks = {
        "phone": lambda text: "".join(c for c in text if c.isdigit()).startswith(("0600", "31600")),
        "email": lambda text: text.endswith("@example.invalid"),
        "bsn": lambda text: text.startswith("9999") and len(text) == 9,
        "iban": lambda text: text.startswith("NL"),
        "handle": lambda text: text.startswith("@"),
        "service_number": str.isdigit,
    }
    seen = set()
    for span in spans.to_dicts():
        text = texts.get((span["registration_number"], span["version"], span["entry_number"]))
        if text is None:
            continue
        found = text[span["start"] : span["end"]]
        assert found == found.strip() != ""
        assert checks.get(span["kind"], bool)(found)
        seen.add(span["kind"])
    assert set(checks) <= seen


def test_later_nights_come_back_to_families_and_registrations(tmp_path):
    write_nights(tmp_path / "inbox", FRIDAY, 4, 600, seed=9, truth=tmp_path / "truth.parquet")
    truth = pl.read_parquet(tmp_path / "truth.parquet")
    nights = truth.group_by("household_id").agg(pl.col("night").n_unique(), pl.col("unit").n_unique())
    assert (nights["night"] > 1).sum() > 20
    assert (nights["unit"] > 1).sum() > 5
    for mark in ("correction", "retraction", "redelivery"):
        later = truth.filter(pl.col("marks").list.contains(mark))
        first = (
            truth.filter(pl.col("version") == 1)
            .group_by("registration_number")
            .agg(pl.col("night").min().alias("first"))
        )
        joined = later.join(first, on="registration_number")
        assert len(joined) == len(later)
        assert (joined["night"] > joined["first"]).any()


def test_a_redelivery_has_the_same_bytes(tmp_path):
    write_nights(tmp_path, FRIDAY, 5, 400, ["RE02"])
    lines = [line for path in sorted(tmp_path.rglob("*.jsonl")) for line in path.read_text().splitlines()]
    assert len(lines) > len(set(lines))


def test_dialects_can_be_chosen(tmp_path):
    told = []
    write_night(tmp_path, FRIDAY, 40, {"RE01": "parquet", "XX01": "jsonl"}, progress=told.append)
    assert (tmp_path / "RE01" / "2026-11-20" / "betrokkene.parquet").exists()
    assert (tmp_path / "XX01" / "2026-11-20" / "registraties.jsonl").exists()
    assert len(told) == 2


@pytest.mark.parametrize("wrong", [{"dialects": {"RE01": "xlsx"}}, {"nights": 0}, {"registrations": 10**8}])
def test_what_cannot_be_is_refused(tmp_path, wrong):
    with pytest.raises(UsageError):
        write_nights(tmp_path, FRIDAY, **{"registrations": 5, "units": ["RE01"], **wrong})


def test_an_empty_night_is_complete(tmp_path):
    write_nights(tmp_path, FRIDAY, registrations=0, truth=tmp_path / "truth.parquet")
    assert len(list(tmp_path.rglob("manifest.json"))) == len(DIALECTS)


def test_speed_of_one_core(tmp_path):
    """100,000 in 30 s on two cores is 0.6 ms each on one, counted in its own seconds; four times that for a busy one."""
    start = time.process_time()
    write_nights(tmp_path, FRIDAY, registrations=1_000, units=["RE06"], processes=1)
    assert time.process_time() - start < 2.4


def test_stuf_messages_are_valid(tmp_path):
    """Against the standard's own schema where the user has it; it is not ours to ship."""
    folder = os.environ.get("MELDSTROOM_STUF_XSD", "/work/shared/stuf/xsd")
    schemas = sorted(Path(folder).rglob("jz0100_msg_vtberichten*.xsd"))
    if not schemas:
        pytest.skip("the StUF schemas are not here: set MELDSTROOM_STUF_XSD to the folder that holds them")
    schema = etree.XMLSchema(etree.parse(schemas[0]))
    write_nights(tmp_path, FRIDAY, registrations=250, units=["RE08"])
    messages = list(tmp_path.rglob("*.xml"))
    assert len(messages) == 250
    for path in messages:
        schema.assertValid(etree.parse(path))


def test_a_world_is_one_however_often_it_is_sent():
    """Otherwise every task of a process would plan the night again, and keep the plan."""
    world = World(1, 5, 10, ("RE01",), {"RE01": "jsonl"})
    one, two = (pickle.loads(pickle.dumps(world)) for _ in range(2))
    assert one is two
    assert (one.seed, one.units, one.dialects) == (world.seed, world.units, world.dialects)
