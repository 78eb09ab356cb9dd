"""The version in every decision is that of all files which decide, and of nothing else."""

from importlib import resources

from pipeline.policy.digest import data_files


def test_rules_words_and_learned_weights_count():
    shipped = {name for name, _ in data_files(resources.files("pipeline.policy"))}
    assert shipped >= {
        "gates.toml",
        "redaction/titles.toml",
        "redaction/clause_weights.tsv",
        "danger/sentence_weights.tsv",
    }


def test_code_pages_and_agreements_do_not(tmp_path):
    for name in ("rules.py", "RULES.md", "agreements/re01.toml", "__pycache__/rules.pyc", "fields/plants.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [name for name, _ in data_files(tmp_path)] == ["fields/plants.txt"]
