import json
import sys
from dataclasses import replace

import pytest
from rich.console import Console
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import UsageError
from pipeline.evaluate import speed
from pipeline.evaluate.command import evaluate
from pipeline.evaluate.corpus import Stretch, read_corpus
from pipeline.evaluate.score import score
from pipeline.evaluate.table import render_scores
from tests.evaluate.builders import labelled, removing

ROW = {
    "id": "a", "origin": "hand", "field": "text", "source": "W", "people": [], "text": "Melder Bos zag een mes.",
    "spans": [{"start": 7, "end": 10, "kind": "caller"}], "facts": [{"start": 15, "end": 22, "kind": "weapon"}],
    "danger": [{"start": 0, "end": 23, "kind": "weapon"}],
}  # fmt: skip


def open_redactor():
    """What the timed process opens in these tests."""
    return removing("Bos")


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "tune.jsonl").write_text(json.dumps(ROW) + "\n", encoding="utf-8")
    return tmp_path


def stand_in_for_deduce(folder, body):
    """An interpreter in which `import deduce` finds this body."""
    (folder / "deduce.py").write_text(body, encoding="utf-8")
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={folder} exec {sys.executable} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return program


DEDUCE = """
from types import SimpleNamespace as N
class Deduce:
    def deidentify(self, text):
        marks = [N(start_char=7, end_char=10, tag="persoon"), N(start_char=15, end_char=18, tag="datum")]
        return N(annotations=marks)
"""


def test_whole_measure_with_danger_speed_and_deduce(corpus):
    document = evaluate(
        corpus,
        "tune",
        removing("zag"),
        detect=lambda record: [Stretch(0, 5, "weapon")],
        deduce_python=stand_in_for_deduce(corpus, DEDUCE),
    )
    assert document["leak_recall"]["by_kind"]["caller"]["all"]["share"] == 0
    assert document["leaks"] == [["a", "caller"]]
    assert document["deduce"]["leak_recall"]["by_kind"]["caller"]["all"]["share"] == 1
    assert document["deduce"]["fact_retention"]["all_kinds"]["all"]["share"] == 1, "its dates are left alone"
    assert document["danger"]["recall"]["weapon"]["share"] == 1
    json.dumps(document)

    document["speed"] = {"texts_per_second": 6000.0, "first_start_seconds": 1.5, "peak_megabytes": 210.0}
    console = Console(record=True, width=140)
    console.print(render_scores(document))
    shown = console.export_text()
    for words in (
        "caller",
        "deduce",
        "Danger told in text",
        "6,000 texts",
        "Over-masking: 25.0 %",
        "1 of 1 leaks with most",
    ):
        assert words in shown


def test_tables_fit_eighty_columns_whole(corpus):
    document = evaluate(corpus, "tune", removing("zag"), detect=lambda record: [Stretch(0, 5, "weapon")])
    console = Console(record=True, width=80)
    console.print(render_scores(document))
    shown = console.export_text()
    assert "…" not in shown
    assert "0.0–79.3" in shown, "an interval is shown whole"
    assert "hand n" not in shown, "all texts are by hand: that column says nothing"
    assert [line.split()[:3] for line in shown.splitlines() if "all signals" in line] == [["all", "signals", "1"]]


def test_an_interpreter_without_deduce_is_said_so(corpus):
    with pytest.raises(UsageError, match="does not run deduce"):
        evaluate(corpus, "tune", removing(), deduce_python=stand_in_for_deduce(corpus, "x ="))


def test_a_missing_part_and_a_broken_line_are_said_so(corpus):
    with pytest.raises(UsageError, match=r"unseen\.jsonl is missing"):
        read_corpus(corpus, "unseen")
    for change in ({"text": "kort"}, {"spans": None}, {"text": None}):
        (corpus / "unseen.jsonl").write_text(json.dumps(ROW | change), encoding="utf-8")
        with pytest.raises(UsageError, match="line 1"):
            read_corpus(corpus, "unseen")


def test_a_fresh_process_is_timed(monkeypatch):
    monkeypatch.setattr(speed, "SECONDS", 0.1)
    figures = speed.measure_speed([labelled("een twee drie")], "tests.evaluate.test_command:open_redactor")
    assert figures["texts_per_second"] > 0
    assert 0 < figures["first_start_seconds"] < 60
    assert figures["peak_megabytes"] > 5


def test_texts_are_timed_at_eighty_words():
    texts = speed.texts_of_length([labelled("een twee drie"), labelled(" ".join("x" * 200))], 80)
    assert [len(record.text.split()) for record in texts] == [80, 80]
    assert texts[0].text.startswith("een twee drie x")


def test_timing_counts_whole_rounds():
    row = {**ROW, "people": (), "spans": (), "facts": (), "danger": ()}
    figures = speed.time_texts("tests.evaluate.test_command:open_redactor", [row], 0.0, 0.01)
    assert set(figures) == {"texts_per_second", "first_start_seconds", "peak_megabytes"}


def test_evaluate_times_what_it_is_told(corpus, monkeypatch):
    monkeypatch.setattr(
        "pipeline.evaluate.command.measure_speed", lambda records, opener: {"texts_per_second": len(opener)}
    )
    assert evaluate(corpus, "tune", removing(), speed_of="abc")["speed"] == {"texts_per_second": 3}


def test_the_program_measures_the_redactor_that_ships(corpus):
    row = ROW | {"text": "Melder Bos zag een mes, hij is bedreigd met de dood."}
    (corpus / "tune.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["evaluate", str(corpus), "--part", "tune", "--no-speed", "--json"])
    document = json.loads(done.stdout)
    assert document["leak_recall"]["by_kind"]["caller"]["all"]["share"] == 1
    assert document["fact_retention"]["all_kinds"]["all"]["share"] == 1
    assert "weapon" in document["danger"]["recall"]
    shown = CliRunner().invoke(app, ["evaluate", str(corpus), "--part", "tune", "--no-speed"])
    assert "Leak recall" in shown.stdout


def test_the_program_says_where_the_corpus_is_not(tmp_path):
    done = CliRunner().invoke(app, ["evaluate", str(tmp_path / "none")])
    assert isinstance(done.exception, UsageError)
    assert "tests/corpus" in str(done.exception)


def test_a_text_that_is_never_shared_has_no_facts_to_keep():
    fact = labelled("Bos zag een mes.", facts=[("weapon", "een mes")])
    closed = replace(fact, source="T")
    assert score([fact, closed], removing("mes")).retention.total == 1
