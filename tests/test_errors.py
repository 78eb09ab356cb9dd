"""Errors: they travel between processes, and say no value."""

import ast
import errno
import pickle
from pathlib import Path

import polars as pl
import pytest
import typer

from pipeline import cli
from pipeline.errors import (
    ExportRefused,
    LoadError,
    NightIncomplete,
    PolicyError,
    UnitsUntold,
    UsageError,
    is_of_system,
    told,
)

PIPELINE = Path(cli.__file__).parent


@pytest.mark.parametrize(
    "error",
    [
        ExportRefused("RE06", "manifest.json", "it is empty", "Send it again"),
        LoadError("VT09", "22003"),
        NightIncomplete({"RE06": "KeyError"}, {"night": "2026-11-22"}),
        UnitsUntold({"RE06 2026-11-22": LoadError("returns", None)}),
    ],
)
def test_an_error_crosses_from_one_process_to_another(error):
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.__dict__) == (type(error), str(error), error.__dict__)


def test_a_foreign_error_is_told_by_class_and_place():
    try:
        int("Jansen")
    except ValueError as error:
        sentence = told(error)
    assert sentence.startswith("ValueError at test_errors.py, line ")
    assert "Jansen" not in sentence


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "Jansen"),
        OSError("/home/Jansen: No space left on device (os error 28)"),
        pl.exceptions.ComputeError("parquet: /home/Jansen: No space left on device (os error 28)"),
    ],
)
def test_what_the_system_refuses_is_said_without_the_library_s_words(error):
    assert is_of_system(error)
    assert told(error).startswith(f"het systeem weigerde: de schijf is vol ({type(error).__name__}")
    assert told(error, "en").startswith(f"the system refused: No space left on device ({type(error).__name__}")
    assert "Jansen" not in told(error)
    assert told(OSError("Jansen")) == told(OSError(-2, "Jansen")) == "OSError"


def test_an_error_is_told_in_one_language_and_logged_in_both():
    error = UsageError("zo niet", "not so")
    assert (told(error), told(error, "en"), str(error)) == ("zo niet", "not so", "zo niet / not so")
    assert told(PolicyError("x.toml", "no such key")) == "x.toml: no such key"
    assert told(LoadError("desk", None)).endswith("als die gezet is?")


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("53100", "x: PostgreSQL antwoordde 53100 (de schijf van de server is vol)"),
        ("42501", "x: PostgreSQL antwoordde 42501 (onze rol heeft dat recht niet)"),
        ("42P01", "x: PostgreSQL antwoordde 42P01 (de tabellen zijn niet die van deze versie)"),
        ("23505", "x: PostgreSQL antwoordde 23505 (een rij past niet bij wat er al staat)"),
        ("0A000", "x: PostgreSQL antwoordde 0A000"),
    ],
)
def test_what_postgresql_answers_is_said_to_who_has_to_act(code, meant):
    assert told(LoadError("x", code)) == meant


BOTH = {"UsageError", "DecisionRefused", "DecisionOvertaken"}


def test_whoever_uses_a_command_is_refused_in_two_languages():
    """But for measuring the redactor, which is the work of who builds it."""
    alone = []
    for file in sorted((PIPELINE).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BOTH:
                alone += [f"{file.name}:{node.lineno}"] if len(node.args) != 2 else []
    assert [place for place in alone if not place.startswith(("corpus.py", "deduce.py", "evaluate.py"))] == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ([], "kan niet worden gelezen of geschreven (die map of dat bestand is er niet)"),
        (["--english"], "cannot be read or written (No such file or directory)"),
    ],
)
def test_a_file_that_the_system_does_not_give_is_named(monkeypatch, capsys, tmp_path, language, said):
    monkeypatch.setattr(typer.main, "get_command", lambda _: lambda _: (tmp_path / "nergens").read_text())
    monkeypatch.setattr("sys.argv", ["meldstroom", *language])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 2
    shown = capsys.readouterr().err
    assert "nergens: " + said in shown


def test_the_program_shows_no_traceback(monkeypatch, capsys):
    def failing(_):
        raise KeyError("Jansen")

    monkeypatch.setattr(typer.main, "get_command", lambda _: failing)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 2
    shown = capsys.readouterr().err
    assert shown.startswith("meldstroom: KeyError at test_errors.py")
    assert "Jansen" not in shown
