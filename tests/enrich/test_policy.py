"""The three policies of enrichment are read strictly: a wrong file is refused by name."""

import re
from datetime import date
from importlib.resources import files

import pytest

from pipeline.errors import PolicyError
from pipeline.policy.enrichment import read_enrichment
from pipeline.policy.incident_classes import relevant_classes
from pipeline.policy.linking import LEVELS, read_linking
from pipeline.policy.triage import read_triage

NIGHT = date(2026, 11, 22)
READERS = {"linking": read_linking, "enrichment": read_enrichment, "triage": read_triage}


@pytest.mark.parametrize(
    ("name", "pattern", "replacement"),
    [
        ("linking", r"same = \{ m = 0.98, u = 1e-5 \}", "same = { m = 0, u = 1e-5 }"),
        ("linking", r"swapped = .*\n", ""),
        ("linking", r"\[version.bsn\]", "[version.bns]"),
        ("linking", r"hint = [\d.]+", "hint = 99.0"),
        ("linking", r"owner", "onwer"),
        ("enrichment", r"open_case_days = 77", "open_case_days = 0"),
        ("enrichment", r"open_case_days = 77", "open_case_weeks = 11"),
        ("enrichment", r"\[version.same_event\]", "["),
        ("triage", r'step = "multi_problem"', 'step = "other"'),
        ("triage", r'id = "weapon"', 'id = "injury"'),
        ("triage", r"urgent = true", "urgnet = true"),
    ],
)
def test_a_wrong_policy_is_refused_by_name(tmp_path, name, pattern, replacement):
    text = (files("pipeline.policy") / f"{name}.toml").read_text(encoding="utf-8")
    wrong = re.sub(pattern, replacement, text, count=1)
    assert wrong != text
    path = tmp_path / f"{name}.toml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(PolicyError, match=rf"{name}\.toml"):
        READERS[name](NIGHT, path)


@pytest.mark.parametrize("name", READERS)
def test_a_missing_policy_is_refused_by_name(tmp_path, name):
    with pytest.raises(PolicyError, match=rf"{name}\.toml"):
        READERS[name](NIGHT, tmp_path / f"{name}.toml")


@pytest.mark.parametrize("name", READERS)
def test_a_night_is_judged_by_the_version_of_its_day(tmp_path, name):
    text = (files("pipeline.policy") / f"{name}.toml").read_text(encoding="utf-8")
    first = text.index("\n[[version]]")
    later = (
        text[first:]
        .replace("effective_from = 2015-01-01", "effective_from = 2026-11-22")
        .replace("2026-11-24", "later")
    )
    path = tmp_path / f"{name}.toml"
    path.write_text(f"{text}\n{later}", encoding="utf-8")
    read = READERS[name]
    assert [read(night, path).version for night in (NIGHT, date(2026, 11, 21), date(2014, 12, 31))] == [
        "later",
        "2026-11-24",
        "2026-11-24",
    ]
    path.with_name("twice").write_text(text + text[first:], encoding="utf-8")
    with pytest.raises(PolicyError, match="two of one day"):
        read(NIGHT, path.with_name("twice"))


def test_agreement_weighs_more_than_disagreement():
    weights = read_linking(NIGHT)
    for field, levels in LEVELS.items():
        bits = [weights.bits(field, level) for level in levels]
        assert bits[0] == max(bits)
        assert bits[-1] == min(bits) < 0


def test_every_class_that_may_be_shared_has_a_gravity():
    assert set(relevant_classes()) <= set(read_enrichment(NIGHT).gravity)
