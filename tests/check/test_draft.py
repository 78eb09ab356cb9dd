"""What a writer is told of a draft that is wrong in one place: that place, once, and what to write there."""

from __future__ import annotations

import json

import pytest

from pipeline.check.draft import read_draft
from pipeline.check.judge import check_draft
from pipeline.errors import ExportRefused
from pipeline.policy.agreements import read_agreements
from pipeline.policy.codes import contract_codes
from tests.check.test_web import DRAFT
from tests.outbox.rows import NIGHT

KNOWN = read_agreements()


def advice_on(**changed):
    draft = json.loads(DRAFT) | changed
    (advice,) = check_draft({"concept": json.dumps(draft).encode()}, KNOWN, NIGHT, "RE06")
    return advice


def test_a_wrong_kind_is_told_of_in_one_way_and_names_the_codes_there_are():
    told = {reason.code: reason for reason in advice_on(soort="XX").reasons}
    assert "quality:kind_known" not in told  # it would say that the kind is missing, which it is not
    assert told["unknown_code:kind"].advice.nl.startswith("Gebruik HG, ZJ of OV,")
    assert told["unknown_code:kind"].advice.en.startswith("Use HG, ZJ or OV,")
    assert "niemand kent" in told["kind_unknown"].words.nl
    assert "quality:kind_known" in {reason.code for reason in advice_on(soort=None).reasons}


@pytest.mark.parametrize(("column", "name"), [("wpg_artikel", "legal_regime"), ("aanleiding", "suspicion")])
def test_every_coded_column_names_its_codes(column, name):
    told = next(reason for reason in advice_on(**{column: "??"}).reasons if reason.code == f"unknown_code:{name}")
    assert all(code in told.advice.nl for code in contract_codes()[name])


@pytest.mark.parametrize(
    ("draft", "line"),
    [
        (b'{"registratienummer": "PL06', 1),
        (b'{\n "registratienummer": "PL0600-2026000001",\n "versie" 1\n}', 3),
        (b'{"versie": 1}\n\n{"versie": }\n', 3),
    ],
)
def test_broken_json_is_told_by_its_line(draft, line):
    with pytest.raises(ExportRefused) as refusal:
        read_draft({"concept.json": draft}, KNOWN.latest("RE06", NIGHT), "RE06")
    assert f"concept.json: regel {line} is geen JSON-object" in refusal.value.dutch
    assert f"line {line} is no JSON object" in refusal.value.english
    assert "PL06" not in str(refusal.value)


def test_registrations_one_a_line_are_read_as_an_export_is():
    lines = f"{DRAFT}\n{DRAFT.replace('000001', '000002')}\n".encode()
    assert len(check_draft({"concept.jsonl": lines}, KNOWN, NIGHT, "RE06")) == 2


def test_a_line_that_is_no_registration_has_words_of_its_own():
    (advice,) = check_draft({"concept.json": b"[7]"}, KNOWN, NIGHT, "RE06")
    assert [reason.words.nl for reason in advice.reasons][-1] == "deze regel is niet te lezen als registratie"
