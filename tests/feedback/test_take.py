import gzip
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import LoadError, UsageError
from pipeline.feedback.event import Event
from pipeline.feedback.read_csv import read_feedback_csv
from pipeline.feedback.read_xml import read_feedback_xml
from pipeline.feedback.take import answer_csv, import_feedback, import_new_feedback, write_answers
from pipeline.outbox.channel import Channel
from pipeline.outbox.receiver import acknowledge, answer, receive
from pipeline.outbox.write import write_outbox
from pipeline.policy.stuf.identities import demonstration_identities, read_identities
from tests.outbox.rows import NIGHT, NUMBER
from tests.outbox.staging import outcome, rows, stage

AT = datetime(2026, 11, 27, 9, tzinfo=UTC)
HEADER = "registratienummer,event,at,code,missing,contact\n"
TRIAGE = f"{NUMBER},triage,2026-11-27T10:15:00+01:00,VT-01-01,,\n"


@pytest.fixture
def inbox(tmp_path):
    def write(content, region="VT09", day="2026-11-27", name="feedback.csv"):
        folder = tmp_path / "inbox" / "feedback" / region / day
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write


def take(connection, path, **given):
    return import_feedback(connection, path, AT, **given)


def problems(result):
    return [(error.line, error.problem) for error in result.errors]


def test_every_event_is_linked_to_report_version_unit_and_agreement(connection, inbox):
    stage(connection, agreement_version="RE06-7")
    lines = "".join(
        f"{NUMBER},{event},2026-11-2{day}T09:00:00,,custody_known|act_described,Front office\n"
        for day, event in enumerate(("received", "quality", "triage", "closed"), 4)
    )
    result = take(connection, inbox(HEADER + lines))
    assert (result.files, result.taken, result.errors) == (1, 4, [])
    found = rows(connection, "SELECT DISTINCT region, unit, version, agreement_version, missing FROM intake.feedback")
    assert found == [("VT09", "RE06", 1, "RE06-7", ["custody_known", "act_described"])]
    assert rows(connection, "SELECT status FROM intake.report_status") == [("closed",)]


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([], "sent"),
        (["received 24"], "received"),
        (["quality 24"], "received"),
        (["not_accepted 25", "received 26"], "not_accepted"),
        (["wrong_region 25"], "wrong_region"),
        (["not_accepted 25", "triage 26"], "triaged"),
        (["closed 26", "triage 27"], "closed"),
    ],
)
def test_the_status_follows_the_events_in_any_order(connection, inbox, events, status):
    stage(connection)
    for order, suffix in ((events, "a"), (events[::-1], "b")):
        lines = "".join(f"{NUMBER},{e.split()[0]},2026-11-{e.split()[1]}\n" for e in order)
        take(connection, inbox("registratienummer,event,at\n" + lines, name=f"{suffix}.csv"))
    assert rows(connection, "SELECT status FROM intake.report_status") == [(status,)]


def test_feedback_is_about_the_version_of_its_day(connection, inbox):
    stage(connection)
    stage(
        connection,
        version=2,
        night=date(2026, 11, 26),
        decide=False,
        delivered_at=datetime(2026, 11, 27, 4, tzinfo=UTC),
    )
    with connection, connection.cursor() as given:
        given.execute("UPDATE vt_09.report SET loaded_at = '2026-12-20' WHERE version = 2")  # something was added
    early, late = "2026-11-25T10:00:00", "2026-11-28T10:00:00"
    take(connection, inbox(HEADER + f"{NUMBER},quality,{early},,,\n{NUMBER},quality,{late},,,\n"))
    assert rows(connection, "SELECT version FROM intake.feedback ORDER BY at") == [(1,), (2,)]
    take(connection, inbox(HEADER + f"{NUMBER},quality,2026-11-01,,,\n", name="b.csv"))  # a clock that is behind
    assert rows(connection, "SELECT version FROM intake.feedback ORDER BY at LIMIT 1") == [(2,)]


def test_feedback_of_the_day_before_a_correction_came_is_not_about_it(connection, inbox):
    stage(connection)
    stage(connection, version=2, night=NIGHT + timedelta(days=1), decide=False)
    line = f"{NUMBER},quality,{NIGHT + timedelta(days=1)}T11:00:00,,,\n"
    for loaded, name in (("now()", "a.csv"), ("(night + 1) + time '04:10'", "b.csv")):
        with connection, connection.cursor() as given:
            given.execute("DELETE FROM intake.feedback")
            given.execute(f"UPDATE vt_09.report SET delivered_at = {loaded}")
        take(connection, inbox(HEADER + line, name=name))
        assert rows(connection, "SELECT version FROM intake.feedback") == [(1,)]


def test_a_bad_row_is_set_aside_and_the_others_go_on(connection, inbox):
    stage(connection)
    bad = [
        f"{NUMBER},triage\n",
        f"{NUMBER},praised,2026-11-27,,,\n",
        f"{NUMBER},triage,gisteren,,,\n",
        f"{NUMBER},triage,2026-02-30,,,\n",
        ",triage,2026-11-27,,,\n",
        "De heer Jansen,triage,2026-11-27,,,\n",
        f'{NUMBER},triage,2026-11-27,"open,,\n',
        "PL0600-2026999999,triage,2026-11-27,,,\n",
    ]
    latin = f"{NUMBER},triage,2026-11-27,,,Ren".encode() + b"\xe9e\n"
    result = take(connection, inbox((HEADER + "".join(bad)).encode() + latin + TRIAGE.encode()))
    assert result.taken == 1
    assert problems(result) == [
        (2, "number_of_columns"),
        (3, "unknown_event"),
        (4, "unreadable_at"),
        (5, "unreadable_at"),
        (6, "no_number"),
        (7, "unreadable_number"),
        (8, "quotes"),
        (9, "unknown_number"),
        (10, "encoding"),
    ]
    assert "Jansen" not in str(result.as_json())
    assert rows(connection, "SELECT count(*) FROM intake.feedback_error") == [(9,)]


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"nummer,event\nx,y\n", b"registratienummer;event;at\n", b"registratienummer,event,at,at\n", b"\xff\xfea"],
)  # fmt: skip
def test_a_file_without_the_columns_is_one_error(connection, inbox, content):
    result = take(connection, inbox(content))
    assert (result.files, result.taken, len(result.errors)) == (1, 0, 1)
    assert result.errors[0].problem in {"columns", "encoding", "separator"}


def test_optional_and_extra_columns_order_case_and_a_byte_order_mark_do_not_matter(connection, inbox):
    stage(connection)
    text = f"\ufeffAT,Event,extra,REGISTRATIENUMMER\r\n2026-11-27 10:15,TRIAGE,vrij,{NUMBER.lower()}\r\n\r\n"
    assert take(connection, inbox(text)).taken == 1
    assert rows(connection, "SELECT at FROM intake.feedback") == [(datetime(2026, 11, 27, 9, 15, tzinfo=UTC),)]


def test_free_text_is_dropped_and_counted_and_the_event_is_kept(connection, inbox):
    stage(connection)
    text = f"{NUMBER},triage,2026-11-27,moeder was bij de huisarts,het kind heet anders|custody_known,\n"
    result = take(connection, inbox(HEADER + text))
    assert (result.taken, result.dropped) == (1, {"code": 1, "missing": 1})
    assert rows(connection, "SELECT code, missing FROM intake.feedback") == [(None, ["custody_known"])]


def test_a_text_of_the_standard_becomes_its_code(connection, inbox):
    stage(connection)
    take(connection, inbox(HEADER + f"{NUMBER},triage,2026-11-27,Geen vervolgstappen nodig,,\n"))
    assert rows(connection, "SELECT code FROM intake.feedback") == [("VT-01-03",)]


def test_a_day_to_come_is_taken_and_told_of(connection, inbox):
    stage(connection)
    lines = f"{NUMBER},triage,2026-11-27T23:00:00,,,\n{NUMBER},closed,2027-02-01,,,\n"
    result = take(connection, inbox(HEADER + lines))
    assert (result.taken, result.errors) == (2, [])
    assert [(remark.line, remark.problem) for remark in result.remarks] == [(3, "future_at")]
    assert result.as_json()["remarks"][0]["line"] == 3


def test_a_repeated_row_is_an_error_and_changes_nothing(connection, inbox):
    stage(connection)
    file = inbox(HEADER + TRIAGE + TRIAGE)
    assert problems(take(connection, file)) == [(3, "repeated")]
    again = take(connection, file)
    assert (again.taken, problems(again)) == (0, [(2, "repeated"), (3, "repeated")])
    assert rows(connection, "SELECT count(*) FROM intake.feedback") == [(1,)]


def test_a_region_is_not_told_what_others_hold(connection, inbox):
    stage(connection)
    outcome(connection, "PL0600-2026000005", became="withhold")
    text = HEADER + TRIAGE + "PL0600-2026000005,triage,2026-11-27,,,\nPL0600-2026000006,triage,2026-11-27,,,\n"
    result = take(connection, inbox(text, region="VT10"))
    assert problems(result) == [(2, "other_region"), (3, "not_delivered"), (4, "unknown_number")]
    answered = answer_csv(result, "VT10").splitlines()
    assert [line.rpartition(",")[2] for line in answered[1:]] == ["unknown_number"] * 3
    assert answer_csv(result, "VT09").splitlines() == answered[:1]
    assert rows(connection, "SELECT count(*) FROM intake.feedback") == [(0,)]


def test_without_a_region_in_the_path_the_only_holder_is_meant(connection, tmp_path):
    stage(connection)
    file = tmp_path / "feedback.csv"
    file.write_text(HEADER + TRIAGE)
    assert take(connection, file).taken == 1
    stage(connection, region="VT10", decide=False)
    file.write_text(HEADER + TRIAGE.replace("27T", "28T"))
    assert problems(take(connection, file)) == [(2, "region_unknown")]


def test_a_number_of_two_units_is_not_guessed(connection, inbox):
    stage(connection)
    stage(connection, unit="RE07")
    assert problems(take(connection, inbox(HEADER + TRIAGE))) == [(2, "ambiguous_number")]


def test_a_region_that_closed_is_none(connection, inbox):
    stage(connection)
    assert problems(take(connection, inbox(HEADER + TRIAGE, region="VT26"))) == [(1, "unknown_region")]


def test_wrong_region_waits_for_somebody_to_look(connection, inbox):
    stage(connection)
    file = inbox(HEADER + f"{NUMBER},wrong_region,2026-11-27,VT-99,,Front office\n")
    take(connection, file)
    take(connection, file)
    assert rows(connection, "SELECT region, unit, registration_number, decided_at FROM intake.reroute") == [
        ("VT09", "RE06", NUMBER, None)
    ]


def test_a_folder_is_read_whole_and_by_the_inbox_once(connection, inbox, tmp_path):
    stage(connection)
    stage(connection, "PL0600-2026000002", "VT10")
    inbox(HEADER + TRIAGE)
    inbox(HEADER + TRIAGE.replace(NUMBER, "PL0600-2026000002"), region="VT10", day="2026-11-28")
    inbox("leesmij", name="readme.txt")
    assert import_new_feedback(connection, tmp_path / "inbox", AT).taken == 2
    assert import_new_feedback(connection, tmp_path / "inbox", AT).files == 0
    again = take(connection, tmp_path / "inbox" / "feedback")
    assert [error.problem for error in again.errors] == ["repeated", "unknown_file", "repeated"]
    assert import_new_feedback(connection, tmp_path / "nowhere", AT).files == 0


def test_no_file_counts_as_read_before_its_answer_is_written(connection, inbox, tmp_path, monkeypatch):
    def stopped(*_: Path) -> None:
        raise KeyboardInterrupt

    answers = tmp_path / "answers"
    inbox(HEADER + f"{NUMBER},received,2026-11-24,,,\n")
    inbox(HEADER + f"{NUMBER},received,2026-11-24,,,\n", day="2026-11-28")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", stopped)
        with pytest.raises(KeyboardInterrupt):
            import_new_feedback(connection, tmp_path / "inbox", AT, answers=answers)
    assert import_new_feedback(connection, tmp_path / "inbox", AT, answers=answers).files == 2
    assert sorted(file.name for file in answers.rglob("*") if file.is_file()) == ["feedback.csv.antwoord.csv"] * 2


def test_a_file_whose_name_is_no_utf8_is_read_and_stops_no_other(connection, inbox, tmp_path):
    stage(connection)
    folder = inbox(HEADER + f"{NUMBER},received,2026-11-24,,,\n").parent
    with open(os.fsencode(folder) + b"/a\xe9n.csv", "w") as named:
        named.write(HEADER + f"{NUMBER},triage,2026-11-24,,,\n{NUMBER},bogus,2026-11-24,,,\n")
    result = import_feedback(connection, folder, AT)
    assert (result.files, result.taken) == (2, 2)
    assert [error.file.rpartition("/")[2] for error in result.errors] == ["a\ufffdn.csv"]
    assert len(write_answers(result, tmp_path / "answers")) == 1
    assert import_new_feedback(connection, tmp_path / "inbox", AT).files == 0


def test_a_path_that_is_not_there_is_said(connection, tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        take(connection, tmp_path / "weg.csv")


def test_a_refusal_of_the_database_names_no_row(connection, inbox):
    stage(connection)
    with connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE intake.feedback CASCADE")
    with pytest.raises(LoadError) as caught:
        take(connection, inbox(HEADER + TRIAGE))
    assert NUMBER not in str(caught.value)


# --- messages


@pytest.fixture
def sent(connection, tmp_path):
    """Two messages that went out: domestic violence and a youth concern."""
    stage(connection, whole=True)
    stage(connection, "PL0600-2026000002", kind="youth_concern", whole=True)
    write_outbox(connection, NIGHT, tmp_path / "out", Channel(read_identities(), demonstration=True))
    return [receive(file.read_bytes()) for file in sorted((tmp_path / "out").rglob("*.xml"))]


@pytest.mark.parametrize(
    ("code", "status"),
    [("VT-00", "not_accepted"), ("VT-01-02", "triaged"), ("VT-01", "triaged"), ("VT-03", "closed"), ("VT-99", "wrong_region")],
)  # fmt: skip
def test_both_answers_of_the_standard_are_read(connection, inbox, sent, code, status):
    for place, received in enumerate(sent):
        if received.function == "meldingGeneriekDi01" and code == "VT-01":
            continue  # the generic form always names the outcome
        assert take(connection, inbox(answer(received, code, AT), name=f"{place}.xml")).taken == 1
    found = rows(connection, "SELECT DISTINCT status FROM intake.report_status WHERE received_at IS NOT NULL")
    assert found == [(status,)]
    assert set(rows(connection, "SELECT code FROM intake.feedback")) == {(code,)}


def test_an_acknowledgement_is_a_receipt_and_a_refusal_is_not(connection, inbox, sent):
    first, second = sent
    result = take(connection, inbox(acknowledge(first, AT), name="a.xml"))
    take(connection, inbox(acknowledge(second, AT, "StUF055"), name="b.xml"))
    assert (result.taken, result.acknowledged) == (0, 1)
    found = rows(connection, "SELECT registration_number, status, refused FROM intake.report_status ORDER BY 1")
    assert found == [(NUMBER, "received", False), ("PL0600-2026000002", "sent", True)]
    take(connection, inbox(acknowledge(second, AT, "StUF016"), name="c.xml"))  # it had it already
    assert rows(connection, "SELECT bool_or(refused) FROM intake.report_status") == [(False,)]


def test_answers_twice_elsewhere_or_to_nothing_are_errors(connection, inbox, sent):
    ack = acknowledge(sent[0], AT)
    take(connection, inbox(ack, name="a.xml"))
    assert problems(take(connection, inbox(ack, name="b.xml"))) == [(1, "repeated")]
    assert problems(take(connection, inbox(ack, region="VT10", name="c.xml"))) == [(1, "other_region")]
    other = acknowledge(sent[0], AT).replace(sent[0].reference.encode(), b"RE06.PL0600-2026009999.1.VT09")
    assert problems(take(connection, inbox(other, name="d.xml"))) == [(1, "unknown_reference")]


def test_a_message_number_is_used_once(connection, inbox, sent):
    told = answer(sent[0], "VT-03", AT)
    take(connection, inbox(told, name="a.xml"))
    assert problems(take(connection, inbox(told, name="b.xml"))) == [(1, "repeated")]
    changed = told.replace(b"VT-03", b"VT-02")
    assert problems(take(connection, inbox(changed, name="c.xml"))) == [(1, "reference_reused")]


def test_the_sender_must_be_the_region_of_the_folder(connection, inbox, sent, tmp_path):
    parties = demonstration_identities(read_identities())
    told = answer(sent[0], "VT-03", AT)
    wrong = take(connection, inbox(told, region="VT10"  , name="a.xml"), identities=parties)  # fmt: skip
    assert problems(wrong) == [(1, "sender_of_other_region")]
    loose = tmp_path / "los.xml"
    loose.write_bytes(told)
    assert take(connection, loose, identities=parties).taken == 1


def test_the_explanation_is_never_kept(connection, inbox, sent):
    youth = next(each for each in sent if each.function == "vtMeldingDi01")
    told = answer(youth, "VT-03", AT).replace(
        b"<ZKN:status>", b"<ZKN:toelichting>moeder is ziek</ZKN:toelichting><ZKN:status>"
    )
    assert take(connection, inbox(told, name="a.xml")).taken == 1
    assert "ziek" not in str(rows(connection, "SELECT * FROM intake.feedback"))


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "aaaaaaaaaa"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;&x;&x;">]><a>&y;</a>"""
FILE = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"""
REMOTE = b"""<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://example.invalid/a.dtd"><a/>"""


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "not_xml"),
        (b"<html>502", "not_xml"),
        (BOMB, "doctype_forbidden"),
        (BOMB.decode().replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16"), "doctype_forbidden"),
        (FILE, "doctype_forbidden"),
        (REMOTE, "doctype_forbidden"),
        (b"<a>" * 100_000 + b"</a>" * 100_000, "not_xml"),
        (b"<a>" + b"x" * 5_000_001 + b"</a>", "too_large"),
        (gzip.compress(b"<a/>"), "not_xml"),
        (b"<a/>", "unknown_message"),
        (b"<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='/etc/passwd'/></a>", "unknown_message"),
    ],
    ids=lambda value: value if isinstance(value, str) else "xml",
)
def test_hostile_xml_is_set_aside(connection, inbox, content, problem):
    result = take(connection, inbox(content, name="a.xml"))
    assert problems(result) == [(1, problem)]
    assert "root:" not in str(result.as_json())


def test_of_an_inbox_the_feedback_is_taken_and_no_export(connection, inbox):
    file = inbox(f"registratienummer,event,at\n{NUMBER},received,2026-11-25\n", region="vt09")
    whole = file.parents[3]
    (whole / "RE06").mkdir()
    (whole / "RE06" / "registraties.csv").write_text("registratienummer;versie\n")
    result = take(connection, whole)
    assert result.files == 1
    assert {error.region for error in result.errors} <= {"VT09"}, "a folder in small letters names the region too"


def test_a_file_that_is_closed_to_us_is_answered_and_stops_no_other(connection, inbox, sent, monkeypatch):
    youth = next(each for each in sent if each.function == "vtMeldingDi01")
    closed = inbox(b"<a/>", name="a.xml")
    folder = inbox(answer(youth, "VT-03", AT), name="b.xml").parent
    read = Path.read_bytes

    def read_bytes(file):
        if file == closed:
            raise PermissionError
        return read(file)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    result = take(connection, folder)
    assert (result.taken, problems(result)) == (1, [(1, "closed")])


def test_messages_without_their_parts_are_set_aside(sent):
    told = answer(next(each for each in sent if each.function == "vtMeldingDi01"), "VT-03", AT)
    generic = answer(next(each for each in sent if each.function != "vtMeldingDi01"), "VT-03", AT)
    fault = acknowledge(sent[0], AT, "StUF055")
    for content, problem in (
        (told.replace(b"20261127", b"20261327"), "unreadable_at"),
        (told.replace(b"afsluiting zonder", b"zomaar zonder"), "unknown_status"),
        (told.replace(b"PL0600-2026000002", b""), "no_number"),
        (generic.replace(b"VT-03", b"ZVH-01"), "unknown_status"),
        (fault.replace(b"StUF055", b""), "no_fault_code"),
        (fault.replace(b"crossRefnummer>RE06", b"crossRefnummer>" + b"x" * 40), "no_reference"),
    ):
        assert read_feedback_xml(content).line.problem == problem


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_readers(content):
    assert read_feedback_csv(content)
    assert all(line.problem or isinstance(line.told, Event) for line in read_feedback_csv(HEADER.encode() + content))
    message = read_feedback_xml(content)
    assert message.line.problem or message.line.told


cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=10)


@given(st.lists(st.lists(cells, min_size=6, max_size=6), max_size=8))
def test_every_row_is_answered(table):
    import csv
    import io

    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table)
    lines = read_feedback_csv(HEADER.encode() + text.getvalue().encode())
    assert [line.line for line in lines] == list(range(2, len(table) + 2))
