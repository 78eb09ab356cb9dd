"""Errors: they travel between processes, and say no value."""

import pickle

import pytest

from pipeline import cli
from pipeline.errors import ExportRefused, LoadError, NightIncomplete, told


@pytest.mark.parametrize(
    "error",
    [
        ExportRefused("RE06", "manifest.json", "it is empty", "Send it again"),
        LoadError("VT09", "22003"),
        NightIncomplete({"RE06": "KeyError"}, {"night": "2026-11-22"}),
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


def test_the_program_shows_no_traceback(monkeypatch, capsys):
    def failing():
        raise KeyError("Jansen")

    monkeypatch.setattr(cli, "app", failing)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 2
    shown = capsys.readouterr().err
    assert shown.startswith("meldstroom: KeyError at test_errors.py")
    assert "Jansen" not in shown
