"""Feedback files as somebody else might write them: each line is answered, what can be read is taken, nothing is lost."""

import codecs
from datetime import UTC, datetime

import pytest

from pipeline.feedback.event import Event
from pipeline.feedback.read_csv import MOST_LINES, read_feedback_csv
from pipeline.feedback.read_xml import read_feedback_xml
from pipeline.feedback.take import FeedbackError, FeedbackResult, write_answers
from tests.outbox.rows import NUMBER

HEADER = "registratienummer,event,at,code,missing,contact\n"
ROW = f"{NUMBER},triage,2026-11-27T10:15:00+01:00,VT-01-01,,\n"
GOOD = ("taken", NUMBER, "triage", datetime(2026, 11, 27, 9, 15, tzinfo=UTC))


def told(lines):
    return [
        ("taken", line.told.registration_number, line.told.event, line.told.at)
        if isinstance(line.told, Event)
        else (line.line, line.problem)
        for line in lines
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (codecs.BOM_UTF8 + (HEADER + ROW).encode(), [GOOD]),
        ((HEADER + ROW).replace("\n", "\r\n").encode(), [GOOD]),
        ((HEADER + ROW).rstrip("\n").encode(), [GOOD]),
        ((HEADER + "\n\n" + ROW + "\n").encode(), [GOOD]),
        ((HEADER + ROW).replace("\n", "\r").encode(), [GOOD]),
        ((HEADER + ROW).encode("utf-16"), [(1, "encoding")]),
        ((HEADER + ROW).encode("utf-16-le"), [(1, "encoding")]),
        ((HEADER + ROW).replace(",", ";").encode(), [(1, "separator")]),
        ((HEADER + ROW).replace(",", "\t").encode(), [(1, "separator")]),
        (HEADER.upper().encode() + ROW.encode(), [GOOD]),
        (HEADER.replace(",", " , ").encode() + ROW.encode(), [GOOD]),
        (f"at,event,registratienummer\n2026-11-27T09:15:00Z,triage,{NUMBER}\n".encode(), [GOOD]),
        (f"registratienummer,event,at,extra\n{NUMBER},triage,2026-11-27T09:15:00Z,iets\n".encode(), [GOOD]),
        (b"registratienummer,event\nx,y\n", [(1, "columns")]),
        (ROW.encode(), [(1, "columns")]),
        (HEADER.encode(), []),
        ((HEADER + ROW.replace("VT-01-01", "VT-01\x00-01") + ROW).encode(), [(2, "encoding"), GOOD]),
        ((HEADER + f'{NUMBER},triage,2026-11-27T09:15:00Z,,,"Front\noffice"\n' + ROW).encode(), [GOOD, GOOD]),
        ((HEADER + f'{NUMBER},triage,2026-11-27T09:15:00Z,,,"Front\n' + ROW).encode(), [(2, "quotes"), GOOD]),
        ((HEADER + f'{NUMBER},triage,"open\n' + ROW * 2 + f'{NUMBER},"dicht\n').encode(), [(2, "quotes"), GOOD, GOOD, (5, "quotes")]),
        ((HEADER + f'{NUMBER},triage,2026-11-27T09:15:00Z,,,"Front ""office"""\n').encode(), [GOOD]),
        ((HEADER + f'{NUMBER},triage,2026-11-27T09:15:00Z,,,a"b\n').encode(), [GOOD]),
        ((HEADER + ROW.replace(",,\n", ",\n")).encode(), [(2, "number_of_columns")]),
        ((HEADER + ROW.replace(",,\n", ",,,\n")).encode(), [(2, "number_of_columns")]),
        ((HEADER + ROW.replace("2026-11-27T10:15:00+01:00", "27-11-2026")).encode(), [(2, "unreadable_at")]),
        ((HEADER + ROW.replace("2026-11-27T10:15:00+01:00", "2026-11-31")).encode(), [(2, "unreadable_at")]),
        ((HEADER + ROW.replace("2026-11-27T10:15:00+01:00", "0001-01-01T00:00:00+14:00")).encode(), [(2, "unreadable_at")]),
        ((HEADER + ROW.replace("2026-11-27T10:15:00+01:00", "9999-12-31T23:59:59-12:00")).encode(), [(2, "unreadable_at")]),
        ((HEADER + ROW.replace("2026-11-27T10:15:00+01:00", "9999-12-31T23:30:00Z")).encode(), [(2, "unreadable_at")]),
        ((HEADER + ROW.replace("triage", "TRIAGE ")).encode(), [GOOD]),
        ((HEADER + ROW.replace(NUMBER, NUMBER.lower())).encode(), [GOOD]),
        ((HEADER + ROW.replace(NUMBER, "=cmd|' /C calc'!A0")).encode(), [(2, "unreadable_number")]),
        ((HEADER + ROW.replace(NUMBER, "../../etc/passwd")).encode(), [(2, "unreadable_number")]),
        ((HEADER + ROW.replace(NUMBER, "x" * 200_000) + ROW).encode(), [(2, "quotes"), GOOD]),
        (b"\x1f\x8b\x08\x00" + b"\x00" * 20, [(1, "encoding")]),
        (b"%PDF-1.7\n", [(1, "columns")]),
        (b"<?xml version='1.0'?><a/>", [(1, "columns")]),
    ],
)  # fmt: skip
def test_each_file_is_answered(content, expected):
    assert told(read_feedback_csv(content)) == expected


def test_an_open_quote_takes_no_more_than_its_own_line():
    lines = read_feedback_csv((HEADER + f'{NUMBER},triage,2026-11-27,,,"open\n' + ROW * (MOST_LINES + 3)).encode())
    assert [line.problem for line in lines] == ["quotes"] + [None] * (MOST_LINES + 3)


DEEP = b"<a>" * 5000 + b"</a>" * 5000
LOL = b'<!DOCTYPE z [<!ENTITY a "lol">' + b"".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9)
)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (LOL + b"]><z>&j;</z>", "not_xml"),
        (b"<!DOCTYPE z><z/>", "doctype_forbidden"),
        (b'<!DOCTYPE z PUBLIC "-//x" "http://127.0.0.1:9/x.dtd"><z/>', "doctype_forbidden"),
        (b'<!DOCTYPE z [<!ENTITY % p SYSTEM "file:///etc/hostname">%p;]><z/>', "doctype_forbidden"),
        (b'<!DOCTYPE z [<!ATTLIST z a CDATA "x">]><z/>', "doctype_forbidden"),
        (DEEP, "not_xml"),
        (b"<a " + b" ".join(f"b{n}='x'".encode() for n in range(100_000)) + b"/>", "unknown_message"),
        (b"<a>&#0;</a>", "not_xml"),
        (b"<a>\x00</a>", "not_xml"),
        (b"<a>&undefined;</a>", "not_xml"),
        (b"<a/><b/>", "not_xml"),
        (b"<?xml version='1.0' encoding='no-such'?><a/>", "not_xml"),
        (b"<?xml-stylesheet href='http://127.0.0.1:9/x.xsl'?><a/>", "unknown_message"),
        (b"\xef\xbb\xbf<a/>", "unknown_message"),
        (b"{}", "not_xml"),
    ],
    ids=range(15),
)
def test_hostile_or_foreign_xml_is_set_aside(content, problem):
    assert read_feedback_xml(content).line.problem == problem


def test_answers_lie_by_region_and_name_no_other_regions_registration(tmp_path):
    result = FeedbackResult(
        errors=[
            FeedbackError("VT09", "VT09/2026-11-27/feedback.csv", 2, "other_region", NUMBER),
            FeedbackError("VT10", "elders/VT09/a.xml", 1, "not_xml", None),
            FeedbackError("VT??", "los/a.xml", 1, "not_xml", None),
        ]
    )
    written = write_answers(result, tmp_path)
    assert [str(file.relative_to(tmp_path)) for file in written] == [
        "VT09/2026-11-27/feedback.csv.antwoord.csv",
        "VT10/elders/VT09/a.xml.antwoord.csv",
    ]
    assert written[0].read_text().splitlines()[1] == f"VT09/2026-11-27/feedback.csv,2,{NUMBER},unknown_number"
