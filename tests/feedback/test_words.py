"""Every code of feedback and of messages has words in two languages, and the screens say them first."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from pipeline.feedback import screens
from pipeline.feedback.reconcile import COUNTS, GAP, REGIONAL, UNITS, Reconciliation
from pipeline.feedback.take import FeedbackError, FeedbackResult
from pipeline.feedback.words import coded, read_words, say
from tests.outbox.rows import NIGHT, NUMBER

SOURCE = Path(screens.__file__).parents[1]


def codes_in(folder: str, *patterns: str) -> set[str]:
    text = "\n".join(file.read_text() for file in sorted((SOURCE / folder).glob("*.py")))
    return {code for pattern in patterns for code in re.findall(pattern, text)}


def test_every_reason_for_setting_feedback_aside_has_words():
    used = codes_in("feedback", r'(?:Unreadable|problem=)\(?"([a-z_]+)"', r'return "([a-z]+_[a-z_]+|repeated)"')
    used |= codes_in("outbox", r'UnsafeXml\("([a-z_]+)"') | {"future_at"}
    assert used - read_words()["problem"].keys() == set()
    assert len(used) > 20


def test_every_reason_for_keeping_a_message_back_has_words():
    used = codes_in("outbox", r'yield "([a-z_]+)"', r'"(no_[a-z]+)"\),', r'"(not_by_the_schema)"')
    assert used == read_words()["message"].keys()


def test_all_is_said_in_two_languages():
    for group in read_words().values():
        for words in group.values():
            assert words.nl
            assert sorted(re.findall(r"{\w+}", words.nl)) == sorted(re.findall(r"{\w+}", words.en))


def test_a_code_without_words_stays_itself():
    assert coded("problem", "unheard_of", "nl") == say("problem", "unheard_of", "en") == "unheard_of"


def reconciliation(*, sent: int | None, demonstrated: int = 0, gaps=()) -> Reconciliation:
    counts = dict.fromkeys(COUNTS, 1) | {"sent": sent, "acknowledged": sent}
    regions = pl.DataFrame([{"night": NIGHT, "region": "VT09", **counts}], schema=REGIONAL)
    return Reconciliation(pl.DataFrame(schema=UNITS), regions, pl.DataFrame(gaps, schema=GAP), 2, demonstrated)


@pytest.mark.parametrize(
    ("found", "parties", "said", "not_said"),
    [
        (reconciliation(sent=1), True, "2 berichten wachten", "–:"),
        (reconciliation(sent=None), True, "–: deze regio krijgt geen berichten", "demonstratie"),
        (reconciliation(sent=None), False, "–: er is nog geen tabel van partijen", "demonstratie"),
        (reconciliation(sent=None, demonstrated=7), False, "7 berichten van een demonstratie", "–: deze regio"),
    ],
)
def test_what_a_dash_means_is_said_under_the_counts(capsys, found, parties, said, not_said):
    screens.print_reconciliation(found, "nl", parties=parties)
    printed = capsys.readouterr().out
    assert said in printed
    assert not_said not in printed


def test_a_gap_is_told_in_words_with_its_code_behind(capsys):
    gap = {
        "night": NIGHT,
        "region": "VT09",
        "gap": "not_sent",
        "unit": "RE06",
        "registration_number": NUMBER,
        "version": 1,
    }
    found = reconciliation(sent=1, gaps=[gap])
    screens.print_reconciliation(found, "en", parties=True)
    printed = capsys.readouterr().out
    assert f"{NUMBER} version 1: placed and not sent as a message (not_sent)" in printed
    assert "Everything meets" not in printed
    assert found.sentences == [f"{NIGHT} VT09: 1 geplaatst en niet als bericht verzonden."]


def test_nothing_to_compare_is_said(capsys):
    nothing = Reconciliation(*(pl.DataFrame(schema=schema) for schema in (UNITS, REGIONAL, GAP)), 0)
    screens.print_reconciliation(nothing, "nl", parties=True)
    assert capsys.readouterr().out.strip() == "Er is van geen nacht iets te vergelijken."


def test_rows_are_told_by_file_line_and_reason(capsys):
    error = FeedbackError("VT09", "feedback.csv", 3, "unknown_event", NUMBER)
    odd = FeedbackError("VT09", "feedback.csv", 4, "future_at", None)
    screens.print_taken(FeedbackResult(files=1, taken=1, errors=[error], remarks=[odd]), "nl")
    printed = capsys.readouterr().out
    assert "Bestanden: 1. 1 regels" in printed
    assert f"feedback.csv, regel 3 {NUMBER}: event is geen van received" in printed
    assert "regel 4: de dag ligt in de toekomst; wel genomen, zoals gezegd (future_at)" in printed
