import json
from datetime import date
from pathlib import Path

import pytest

import expectations
from pipeline.errors import PolicyError, UsageError
from pipeline.impact.changes import changes, in_dutch
from pipeline.impact.command import proposals_of
from pipeline.impact.parameters import read_parameters
from pipeline.impact.variant import Proposal, open_variant, proposal_of
from pipeline.policy import agreements
from tests.impact.kept import NIGHT

FIRST = date(2026, 11, 1)
RE06 = (agreements.SHIPPED / "re06.toml").read_text(encoding="utf-8")
GATES = (Path(agreements.__file__).parent / "gates.toml").read_text(encoding="utf-8")
ELEMENTS = (Path(agreements.__file__).parent / "elements.toml").read_text(encoding="utf-8")
WELL_FOUNDED = (Path(expectations.__file__).parent / "well_founded.json").read_text(encoding="utf-8")


def changed(folder, until=NIGHT):
    present, variant = (open_variant(one, None) for one in (Proposal("present"), proposal_of("v", folder, until)))
    return [(c.what, c.name, c.before, c.after, c.judged_by) for c in changes(present, variant, (FIRST, NIGHT))]


def written(folder, name, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("valid_from = 2015-01-01", "valid_from = 2015-01-01\nvalid_until = 2026-11-10",
         ("in_force", "2015-01-01 -", "2015-01-01 - 2026-11-10", "facts")),
        ('shares = ["bsn"]', 'shares = ["bsn", "phone"]', ("shares", "bsn", "bsn, phone", "tables")),
        ("outbox = true", 'outbox = true\nsecret_address_region = "VT09"', ("secret_address_region", "-", "VT09", "facts")),
        ('"removed", ', "", ("leaves_empty", "embargo, removed, retracted, secret_address, shielded", "embargo, retracted, secret_address, shielded", "delivered")),
        ('"VERWARD PERSOON" = "E33"', '"WAR" = "E33"', ("codes", "*", "*", "delivered")),
    ],
)  # fmt: skip
def test_each_change_of_an_agreement_is_told_with_what_judging_it_takes(tmp_path, old, new, expected):
    name, *told = expected
    assert old in RE06
    assert changed(written(tmp_path / "a", "re06.toml", RE06.replace(old, new))) == [("agreement", name, *told)]


def test_what_differs_on_earlier_nights_only_is_told_too(tmp_path):
    body = RE06.split("\n[[version]]\n")[1]
    ended = RE06.replace("valid_from = 2015-01-01", "valid_from = 2015-01-01\nvalid_until = 2026-11-10")
    since = body.replace("valid_from = 2015-01-01", "valid_from = 2026-11-11").replace("RE06-2015-1", "RE06-2026-1")
    folder = written(tmp_path / "a", "re06.toml", ended.replace('["bsn"]', "[]") + "\n[[version]]\n" + since)
    assert changed(folder) == [
        ("agreement", "in_force", "2015-01-01 -", "2015-01-01 - 2026-11-10, 2026-11-11 -", "facts"),
        ("agreement", "shares", "bsn", "-", "tables"),
    ]


def test_what_decides_over_nothing_is_no_change(tmp_path):
    assert changed(written(tmp_path, "re06.toml", RE06.replace("0900-8844", "0900-0000"))) == []


def test_a_version_that_begins_after_the_last_night_counts_as_in_force(tmp_path):
    later = RE06.split("\n[[version]]\n")[1].replace("2015-01-01", "2027-01-01").replace("2015-1", "2027-1")
    ended = RE06.replace("valid_from = 2015-01-01", "valid_from = 2015-01-01\nvalid_until = 2026-12-31")
    folder = written(tmp_path, "re06.toml", ended + "\n[[version]]\n" + later.replace('["bsn"]', "[]"))
    variant = open_variant(proposal_of("v", folder, NIGHT), None)
    found = variant.governing("RE06", FIRST)
    assert (found.agreement.version, found.agreed) == ("RE06-2027-1", True)
    assert variant.governing("RE05", FIRST).agreement.version == "RE05-2015-1"
    assert ("shares", "bsn", "-") in [change[1:4] for change in changed(folder)]


def test_gates_elements_criteria_quality_and_texts_are_told(tmp_path):
    suite = json.loads(WELL_FOUNDED)
    suite["expectations"][0]["meta"]["weight"] = 11
    suite["expectations"][1]["kwargs"]["value_set"] = [False]
    del suite["expectations"][2]
    written(tmp_path / "expectations", "well_founded.json", json.dumps(suite))
    quality = json.loads((Path(expectations.__file__).parent / "person_quality.json").read_text(encoding="utf-8"))
    quality["expectations"].pop()
    written(tmp_path / "expectations", "person_quality.json", json.dumps(quality))
    head, embargo, rest = GATES.partition('[[gate]]\nid = "embargo"\n')
    policy = written(tmp_path / "policy", "gates.toml", head + embargo + rest.replace('"hold"', '"withhold"', 1))
    written(policy, "elements.toml", ELEMENTS.replace('action = "drop"', 'action = "mask"', 1))
    (policy / "redaction").mkdir()
    told = {(what, name): (before, after, by) for what, name, before, after, by in changed(tmp_path)}
    assert told["criterion", "identified_person"] == ("weight 10, blocking", "weight 11, blocking", "facts")
    assert told["criterion", "victim_and_suspect"][1] == "weight 8, blocking, other test"
    assert told["criterion", "dependency_relation"] == ("weight 8, blocking", "-", "facts")
    assert told["quality", "person_quality"][2] == "tables"
    assert told["gate", "embargo"] == ("hold", "withhold", "facts")
    assert [key for key in told if key[0] == "element"]
    assert told["text", "redaction, danger"][2] == "tables"
    assert in_dutch("weight 8, blocking, other test") == "gewicht 8, houdt tegen, andere toets"


def test_adopting_carries_choices_over_and_no_column_map():
    present, variant = (
        open_variant(one, None) for one in (Proposal("present"), Proposal("a", adopted=("RE03", "RE06")))
    )
    (version,), (own,) = (side.agreements.by_unit["RE06"] for side in (variant, present))
    assert version.shares == frozenset() != own.shares
    assert (version.columns, version.form, version.mandate) == (own.columns, own.form, own.mandate)
    assert version.version == "RE06-2015-1+RE03-2015-1"


@pytest.mark.parametrize(("example", "onto"), [("RE03", "RE03"), ("RE03", "RE99"), ("RE99", "RE06")])
def test_adopting_needs_two_units_with_an_agreement(example, onto):
    with pytest.raises(UsageError):
        open_variant(Proposal("a", adopted=(example, onto)), None)


@pytest.mark.parametrize(("example", "own", "expected"), [
    ("VT03", None, None), ("VT03", "VT10", "VT10"), (None, "VT10", None),
])  # fmt: skip
def test_a_region_of_secret_addresses_carries_over_as_a_choice_only(tmp_path, example, own, expected):
    for unit, region in (("re03", example), ("re06", own)):
        text = (agreements.SHIPPED / f"{unit}.toml").read_text(encoding="utf-8")
        named = f'secret_address_region = "{region}"\n' if region else ""
        written(tmp_path, f"{unit}.toml", text.replace("outbox", f"{named}outbox", 1))
    variant = open_variant(Proposal("a", agreements=tmp_path, adopted=("RE03", "RE06")), None)
    assert variant.agreements.by_unit["RE06"][0].secret_address_region == expected


def test_folders_of_variants(tmp_path):
    written(tmp_path / "strenger", "re06.toml", RE06)
    written(tmp_path / "soepeler" / "agreements", "re06.toml", RE06)
    assert [one.name for one in proposals_of(NIGHT, agreements=tmp_path)] == ["soepeler", "strenger"]
    both = proposals_of(
        NIGHT, agreements=tmp_path / "strenger", named=[("x", tmp_path / "soepeler")], adopted=("RE03", "RE06")
    )
    assert [one.name for one in both] == ["strenger", "x", "RE06 als RE03"]
    suites = written(tmp_path / "s", "well_founded.json", WELL_FOUNDED)
    assert proposal_of("s", suites, NIGHT).expectations == suites
    gates = written(tmp_path / "g", "gates.toml", GATES)
    assert proposal_of("g", gates, NIGHT).policy == gates


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"agreements": Path("nowhere")},
        {"named": [("x", Path("nowhere"))]},
        {"named": [("x", Path(__file__).parent)]},
    ],
)
def test_nothing_to_judge_is_wrong_use(given):
    with pytest.raises(UsageError):
        proposals_of(NIGHT, **given)


def test_every_parameter_has_a_source_and_assumptions_say_so():
    given = read_parameters().all()
    assert {one.assumed for one in given} == {True, False}
    assert all(one.source.nl and one.source.en and one.words.nl and one.words.en for one in given)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value = 1363", "value = 0"),
        ("value = 0.95", "value = 1.5"),
        ('id = "vt_minutes_per_gap"', 'id = "x"'),
        ("[[parameter]]", "[[other]]"),
    ],
)
def test_a_file_of_parameters_that_cannot_be_used(tmp_path, old, new):
    text = (Path(agreements.__file__).parent / "impact.toml").read_text(encoding="utf-8")
    with pytest.raises(PolicyError):
        read_parameters(written(tmp_path, "impact.toml", text.replace(old, new)) / "impact.toml")
