"""What a person reads at the desk are words: in two languages, for every code there is, and no BSN that nobody needs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from pipeline.decide.report import ENRICHED, PERSON_COLUMNS, REPORT_COLUMNS
from pipeline.desk import terminal
from pipeline.desk.decisions import KINDS
from pipeline.desk.item_view import HIDDEN, hide_bsn, raw_fields, raw_row
from pipeline.desk.labels import holding, label, read_labels, reason_words
from pipeline.desk.queue import Item
from pipeline.desk.terminal import print_desk
from pipeline.desk.value_words import CODED, evidence_words, triage_words, value_words
from pipeline.desk.written import shown
from pipeline.feedback.rectify import REASONS
from pipeline.policy.codes import contract_codes
from pipeline.policy.danger import SIGNALS
from pipeline.policy.linking import LEVELS
from pipeline.policy.reason_words import tell_reason
from pipeline.policy.rules import read_rules
from pipeline.policy.triage import ORIGINS, STEPS, read_triage
from pipeline.receive.children import SET_ASIDE_FOR
from pipeline.schema import CHILDREN

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)


def item(**changed) -> Item:
    given = {
        **{"unit": "RE06", "night": date(2026, 11, 22), "export_id": "x", "row": 0, "version": 1, "outcome": "hold"},
        **{"registration_number": "PL0600-2026000001", "reasons": ["quality:hour_exists", "unroutable"], "gaps": []},
        **{"signals": ["strangulation"], "regions": [], "danger": True, "since": AT, "due": AT + timedelta(hours=1)},
        "lock": 0,
    }
    return Item(**given | changed)


def test_every_code_that_is_shown_has_words():
    labels = read_labels()
    assert set(labels) >= CODED
    assert set(labels["signal"]) == SIGNALS
    for column in ("role", "sex", "suspicion", "nature"):
        assert set(labels[column]) == set(contract_codes()[column])
    assert set(labels["triage_step"]) == {"general", *STEPS}
    assert set(labels["origin"]) >= {*ORIGINS, "standard", "export"}
    assert set(labels["evidence"]) >= set(LEVELS)
    assert set(labels["level"]) >= {level for levels in LEVELS.values() for level in levels}
    assert all(words.nl and words.en for group in labels.values() for words in group.values())


@pytest.mark.parametrize(
    ("column", "value", "dutch"),
    [
        ("kind", "domestic_violence", "huiselijk geweld"),
        ("nature", ["01", "08"], "lichamelijk geweld (01), getuige van geweld (08)"),
        ("gaps", ["dependency_relation"], "de afhankelijkheidsrelatie ontbreekt"),
        ("role", "SO", "slachtoffer"),
        ("role", "XX", "XX"),
        ("incident_code", "F550", "eenvoudige mishandeling (F550)"),
        ("incident_code", "C40", "C40"),
        ("municipality_code", "0344", "Utrecht (0344)"),
        ("birth_date", "2007-06-09", "09-06-2007"),
        ("birth_date", "1987-00-00", "00-00-1987"),
        ("street", "SO", "SO"),
        ("informed", False, "nee"),
        ("date", date(2026, 11, 22), "22-11-2026"),
        ("written_at", "2026-11-22T13:19:00.000000+00:00", "22-11-2026 14:19"),
    ],
)
def test_a_value_is_read_in_words(column, value, dutch):
    assert shown(value, "nl", column) == dutch


def test_what_is_no_code_has_no_words():
    assert value_words("family_name", "M") is None


@pytest.mark.parametrize(
    ("code", "dutch", "english"),
    [
        ("birth:year_off", "geboortedatum jaar scheelt één", "birth date year off by one"),
        ("graver:4_after_3", "ernstiger: nu 4, eerder 3", "graver: now 4, before 3"),
        ("corroborated", "nog iemand uit het gezin is herkend", "another of the family was recognised"),
        ("known_at", "kennisname", "known to the police"),
        ("2026-11-08", "08-11-2026", "08-11-2026"),
    ],
)
def test_evidence_is_told_in_words(code, dutch, english):
    assert (evidence_words(code).nl, evidence_words(code).en) == (dutch, english)


def test_a_field_of_the_triage_is_a_line():
    for field in read_triage(AT.date()).fields:
        entry = {"step": field.step, "field": field.id, "value": "yes", "evidence": ["acute"], "origin": field.origin}
        assert field.words.nl in triage_words(entry).nl
        assert ": yes (" in triage_words(entry).en
    told = {"step": "general", "field": "nature", "value": "01|03", "evidence": ["nature"], "origin": "officer"}
    assert triage_words(told).nl == (
        "Algemeen · aard (CBS): lichamelijk geweld (01), psychisch geweld (03) (politie: aard (CBS))"
    )


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("receipt_date", "2026-11-22", "22-11-2026"),
        ("earlier_dates", "2026-11-08|2026-11-22", "08-11-2026, 22-11-2026"),
        ("municipality", "0402", "Hilversum (0402)"),
        ("reporter_function", "01", "politie (01)"),
    ],
)
def test_the_triage_says_no_bare_code_or_day_of_a_machine(field, value, told):
    entry = {"step": "general", "field": field, "value": value, "evidence": ["known_at"], "origin": "officer"}
    assert f": {told} (" in triage_words(entry).nl


def test_a_rejected_row_says_what_is_wrong_with_it_first(capsys):
    rejected = item(outcome="reject", reasons=["rejected", "missing:known_at"])
    told = holding([reason_words(reason, read_rules()) for reason in rejected.reasons])
    assert [reason.code for reason in told] == ["rejected", "missing:known_at"]
    print_desk([rejected], {"open": 1, "danger": 1, "late": 0}, AT, read_rules(), "nl")
    assert "kennisname ontbreekt" in " ".join(capsys.readouterr().out.split())


def test_a_rejected_row_is_read_field_by_field():
    payload = '{"registratienummer": "PL0600-2026000001", "kennisname": "", "acuut": null, "bsn": 999912345, "row": 3}'
    assert raw_fields(payload) == [
        *(("registratienummer", "PL0600-2026000001"), ("kennisname", ""), ("acuut", "")),
        ("bsn", HIDDEN),
    ]
    assert raw_fields("PL0600-2026000001;een mes") is None, "no fields: it is shown as it came"


def test_a_bsn_is_shown_where_it_goes_and_nowhere_else():
    received = pl.DataFrame({"person_number": [1, 2, 3, 4], "bsn": ["999900018", "999900020", None, "999900031"]})
    going = pl.DataFrame({"person_number": [1, 2, 1], "bsn": ["999900018", None, "999900018"]})
    assert hide_bsn(received, going).get_column("bsn").to_list() == ["999900018", HIDDEN, None, HIDDEN]


def test_a_rejected_row_is_shown_without_a_bsn():
    row = "PL0600-2026000001;999900018;een mes;0612345678;12"
    assert raw_row(row) == f"PL0600-2026000001;{HIDDEN};een mes;0612345678;12"


@pytest.mark.parametrize("written", ["999912345", "9999.12.345", "9999 12 345"])
def test_a_bsn_that_is_written_apart_does_not_show_either(written):
    assert raw_row(f"x;{written};y") == f"x;{HIDDEN};y"


def test_a_reason_has_the_words_that_a_unit_reads_too():
    assert reason_words("unknown_code:person.sex", read_rules()).words.nl == (
        "betrokkene.geslacht heeft een code die niemand kent"
    )
    assert reason_words("unreadable:entry", read_rules()).words.nl == "een regel van mutatie is niet te lezen"
    assert reason_words("quality:birth_date_known", read_rules()).source
    assert not reason_words("quality:birth_date_known", read_rules()).holds


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "nl",
            ("verwurging", "nog 1 u 00", "Uit de adressen blijkt", "(unroutable)", "En nog 4", "1 met gevaarsignaal"),
        ),
        ("en", ("strangulation", "1 h 00 left", "The addresses do not tell", "And 4 more", "1 with a danger signal")),
    ],
)
def test_the_list_is_in_words_and_names_the_unit(capsys, language, told):
    print_desk([item()], {"open": 5, "danger": 1, "late": 0}, AT, read_rules(), language)
    printed = " ".join(capsys.readouterr().out.split())
    assert [one for one in (*told, "RE06") if one not in printed] == []


def test_a_number_is_whole_on_a_narrow_terminal(capsys, monkeypatch):
    monkeypatch.setattr(terminal, "PIPED_WIDTH", 80)
    print_desk([item(version=3)], {"open": 1, "danger": 1, "late": 0}, AT, read_rules(), "nl")
    assert item().registration_number in capsys.readouterr().out


@pytest.mark.parametrize("width", [60, 120])
def test_a_narrow_terminal_has_room_for_the_reasons(capsys, monkeypatch, width):
    monkeypatch.setattr(terminal, "PIPED_WIDTH", width)
    print_desk([item()], {"open": 1, "danger": 1, "late": 0}, AT, read_rules(), "nl")
    printed = capsys.readouterr().out
    assert "Uit de adressen blijkt" in printed
    assert [one for one in ("RE06", "nog 1 u 00", "verwurging", "waarom het hier ligt") if one not in printed] == []
    assert max(map(len, printed.splitlines())) <= width


def test_every_column_that_goes_has_words():
    columns = {*REPORT_COLUMNS, *ENRICHED, *PERSON_COLUMNS, "carried_from", "secret_address"}
    assert columns - set(read_labels()["column"]) == set()


def test_an_empty_desk_says_so(capsys):
    print_desk([], {"open": 0, "danger": 0, "late": 0}, AT, read_rules(), "nl")
    assert "Er wacht niets." in capsys.readouterr().out


def test_danger_that_cannot_be_read_is_possible_danger(capsys):
    print_desk([item(signals=[], version=3)], {"open": 1, "danger": 1, "late": 0}, AT, read_rules(), "nl")
    printed = " ".join(capsys.readouterr().out.split())
    assert "mogelijk gevaar" in printed
    assert "versie 3" in printed
    assert label("signal", "unheard_of").nl == "unheard_of"


@pytest.mark.parametrize("table", CHILDREN, ids=lambda table: table.name)
@pytest.mark.parametrize("reason", ["orphan", *SET_ASIDE_FOR])
def test_every_reason_to_set_a_row_aside_has_words_in_both_languages(table, reason):
    code = f"{reason}:{table.name}"
    words = reason_words(code, read_rules()).words
    assert table.dutch in words.nl
    assert code not in {words.nl, words.en}


@pytest.mark.parametrize(
    "code",
    [
        *(f"desk_{kind}" for kind in (*KINDS, "reroute")),
        *(f"rectified_{reason}" for reason in REASONS),
        *("carrier_rectified", "carrier_withdrawn"),
    ],
)
def test_what_a_person_decides_names_the_law_it_rests_on(code):
    told = tell_reason(code)
    assert told.words.nl != code
    assert (told.source or "").startswith(("Wpg", "Wmo"))


@pytest.mark.parametrize(
    ("codes", "first"),
    [
        (["quality:birth_date_known", "embargo", "text_doubt"], ["embargo", "text_doubt"]),
        (["rectified_wrong_link", "quality:birth_date_known"], ["rectified_wrong_link"]),
        (["carrier_rectified"], ["carrier_rectified"]),
    ],
)
def test_an_item_always_says_why_it_is_here(codes, first):
    assert [reason.code for reason in holding([reason_words(code, read_rules()) for code in codes])] == first
