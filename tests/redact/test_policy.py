"""The rules as data: complete, quotable, and strict about mistakes."""

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from pipeline.errors import PolicyError
from pipeline.policy.redaction import read_redaction_policy


def test_every_rule_can_be_quoted(policy):
    for rule in policy.rules.values():
        assert rule.words_nl
        assert rule.words_en
        assert rule.law
        assert rule.token or rule.scope != "span"


def test_every_title_and_field_has_its_rule(policy):
    assert {*(title.kind for title in policy.titles.values()), *policy.form_fields.values()} <= policy.rules.keys()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("rules.toml", "version = 1\n[[rule]]\nid = 'x'\n"),
        ("rules.toml", "version ="),
        ("titles.toml", "version = '1'\n"),
        ("signs.toml", "sign = []\n[[net]]\nnames = ['x']\nturns = ['nowhere']\n"),
        ("parts.toml", "[threats]\nhurl = ['gooi']\n"),
        ("words.txt", b"\xff\xfe"),
        ("shelters.txt", None),
        ("clause_weights.tsv", "\ttactical\n\tx\n"),
        ("word_weights.tsv", "babs\tx\n"),
        ("clause_weights.tsv", "\ttactical\tmedical\n\t-1\t-1\ntap\t5\n"),
        ("clause_weights.tsv", "\ttactical\tmedical\n\t-1\t-1\ntap\t5\tx\n"),
        ("clause_weights.tsv", "\ttactical\tmedical\n\t-1\ntap\t5\t5\n"),
        ("fields/parties.txt", None),
    ],
)
def test_a_broken_file_is_named(tmp_path, file, text):
    folder = Path(str(files("pipeline.policy.redaction")))
    copy = tmp_path / "redaction"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    if text is None:
        (copy / file).unlink()
    else:
        (copy / file).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(PolicyError):
        read_redaction_policy(copy)
