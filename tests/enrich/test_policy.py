"""The three policies of enrichment are read strictly: a wrong file is refused by name."""

import re
from importlib.resources import files

import pytest

from pipeline.errors import PolicyError
from pipeline.policy.enrichment import read_enrichment
from pipeline.policy.incident_classes import relevant_classes
from pipeline.policy.linking import LEVELS, read_weights
from pipeline.policy.triage import read_triage

READERS = {"linking": read_weights, "enrichment": read_enrichment, "triage": read_triage}


@pytest.mark.parametrize(
    ("name", "pattern", "replacement"),
    [
        ("linking", r"same = \{ m = 0.98, u = 1e-5 \}", "same = { m = 0, u = 1e-5 }"),
        ("linking", r"swapped = .*\n", ""),
        ("linking", r"\[bsn\]", "[bns]"),
        ("linking", r"hint = [\d.]+", "hint = 99.0"),
        ("linking", r"owner", "onwer"),
        ("enrichment", r"open_case_days = 77", "open_case_days = 0"),
        ("enrichment", r"open_case_days = 77", "open_case_weeks = 11"),
        ("enrichment", r"\[same_event\]", "["),
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
        READERS[name](path)


@pytest.mark.parametrize("name", READERS)
def test_a_missing_policy_is_refused_by_name(tmp_path, name):
    with pytest.raises(PolicyError, match=rf"{name}\.toml"):
        READERS[name](tmp_path / f"{name}.toml")


def test_agreement_weighs_more_than_disagreement():
    weights = read_weights()
    for field, levels in LEVELS.items():
        bits = [weights.bits(field, level) for level in levels]
        assert bits[0] == max(bits)
        assert bits[-1] == min(bits) < 0


def test_every_class_that_may_be_shared_has_a_gravity():
    assert set(relevant_classes()) <= set(read_enrichment().gravity)
