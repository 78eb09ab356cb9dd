from datetime import UTC, date, datetime

import polars as pl
import pytest

from pipeline.errors import LoadError
from pipeline.feedback.agreement import criterion_agreement
from pipeline.feedback.status import overdue, unit_feedback, write_unit_lists
from pipeline.feedback.take import import_feedback
from pipeline.policy.stuf.terms import Term, read_terms
from pipeline.reports.daily import count_nights
from tests.outbox.rows import NIGHT, NUMBER
from tests.outbox.staging import outcome, recall, stage

AT = datetime(2026, 11, 27, 9, tzinfo=UTC)
SECOND, THIRD = "PL0600-2026000002", "PL0600-2026000003"


@pytest.fixture
def tell(connection, tmp_path):
    """Give feedback of VT09: (number, event, at, code, missing)."""
    told = []

    def write(*lines):
        told.extend(lines)
        folder = tmp_path / "feedback" / "VT09" / f"{len(told)}"
        folder.mkdir(parents=True)
        file = folder / "feedback.csv"
        file.write_text("registratienummer,event,at,code,missing,contact\n" + "".join(f"{line}\n" for line in lines))
        result = import_feedback(connection, file, AT)
        assert result.taken == len(lines) or result.errors
        return result

    return write


@pytest.mark.parametrize(
    ("term", "delivered", "due"),
    [
        ({"working_days": 1}, date(2026, 11, 23), date(2026, 11, 24)),
        ({"working_days": 1}, date(2026, 11, 27), date(2026, 11, 30)),  # over a weekend
        ({"working_days": 1}, date(2026, 12, 24), date(2026, 12, 28)),  # over Christmas and a weekend
        ({"working_days": 5}, date(2026, 4, 1), date(2026, 4, 10)),  # Good Friday and Easter Monday
        ({"working_days": 1}, date(2026, 4, 24), date(2026, 4, 28)),  # King's Day on a Monday
        ({"working_days": 1}, date(2027, 5, 4), date(2027, 5, 7)),  # 5 and 6 May, Ascension Day
        ({"weeks": 10}, date(2026, 11, 23), date(2027, 2, 1)),
        ({"weeks": 10}, date(2026, 10, 16), date(2026, 12, 28)),  # Christmas Day moves it on
    ],
)
def test_terms_run_in_dutch_working_days(term, delivered, due):
    assert Term(id="t", effective_from=delivered, source="s", words={}, **term).due(delivered) == due


def test_the_terms_of_the_issue_ship():
    assert {term.id: (term.working_days, term.weeks) for term in read_terms()} == {
        "received": (1, 0),
        "triage": (5, 0),
        "closed": (0, 10),
    }


def late(connection, today):
    return overdue(connection, today).select("registration_number", "term", "days_late").rows()


def test_what_is_late_and_what_is_not_yet(connection):
    stage(connection)  # delivered on Monday 23 November
    assert late(connection, date(2026, 11, 24)) == []
    assert late(connection, date(2026, 11, 25)) == [(NUMBER, "received", 1)]
    assert late(connection, date(2026, 12, 1)) == [(NUMBER, "received", 7), (NUMBER, "triage", 1)]
    assert [term for _, term, _ in late(connection, date(2027, 2, 2))] == ["received", "triage", "closed"]


def test_answers_stop_their_own_clock_and_an_end_stops_all(connection, tell):
    stage(connection)
    tell(f"{NUMBER},received,2026-11-24,,,")
    assert [term for _, term, _ in late(connection, date(2027, 3, 1))] == ["triage", "closed"]
    tell(f"{NUMBER},triage,2026-11-27,VT-01-01,,")
    assert [term for _, term, _ in late(connection, date(2027, 3, 1))] == ["closed"]
    tell(f"{NUMBER},closed,2026-12-27,VT-03,,")
    assert late(connection, date(2027, 3, 1)) == []


def test_nobody_waits_for_what_was_recalled_refused_or_sent_wrongly(connection, tell):
    for number in (NUMBER, SECOND, THIRD):
        stage(connection, number)
    recall(connection)
    tell(f"{SECOND},not_accepted,2026-11-24,VT-00,,", f"{THIRD},wrong_region,2026-11-24,VT-99,,")
    assert late(connection, date(2027, 3, 1)) == []


def test_a_late_load_starts_the_clock_when_it_came(connection):
    stage(connection, loaded_at="2026-12-01T04:00:00+00:00")
    assert late(connection, date(2026, 12, 2)) == []
    assert late(connection, date(2026, 12, 3)) == [(NUMBER, "received", 1)]


def test_what_is_added_to_a_report_gives_nobody_more_time(connection, tell):
    stage(connection)
    with connection, connection.cursor() as given:
        given.execute("UPDATE vt_09.report SET loaded_at = '2026-12-20T04:00:00+00:00'")
    assert late(connection, date(2026, 12, 21)) == [(NUMBER, "received", 27), (NUMBER, "triage", 21)]
    tell(f"{NUMBER},triage,2026-12-10,VT-01-01,,")
    with connection, connection.cursor() as given:
        count_nights(given, [NIGHT])
        given.execute("SELECT triage, closed FROM intake.daily_answer")
        assert given.fetchall() == [("late", "open")]
        given.execute("SELECT hours FROM intake.daily_delay WHERE since = 'known'")
        assert given.fetchall() == [(12,)]


def test_a_unit_gets_its_own_list_in_codes(connection, tell, tmp_path):
    stage(connection)
    stage(connection, SECOND, unit="RE07")
    tell(
        f"{NUMBER},quality,2026-11-24,,custody_known|act_described,M. Voorbeeld", f"{SECOND},closed,2026-11-25,VT-03,,"
    )
    (line,) = unit_feedback(connection, "RE06", date(2026, 11, 1), date(2026, 11, 30)).rows()
    assert line == (NUMBER, 1, "VT09", "quality", date(2026, 11, 24), None, "custody_known|act_described", "received")
    out = tmp_path / "lists"
    assert write_unit_lists(connection, out, date(2026, 11, 1), date(2026, 11, 30)) == {"RE06": 1, "RE07": 1}
    assert "Voorbeeld" not in (out / "RE06_2026-11-01_2026-11-30.csv").read_text()
    assert "Afgesloten zonder overdracht" in (out / "RE07_2026-11-01_2026-11-30.csv").read_text()
    assert write_unit_lists(connection, out, date(2026, 1, 1), date(2026, 1, 2)) == {}


def test_agreement_per_criterion(connection, tell):
    stage(connection, gaps=["custody_known", "act_described"])
    stage(connection, SECOND)
    stage(connection, THIRD, gaps=["act_described"])  # receipt only: not judged
    tell(
        f"{NUMBER},quality,2026-11-24,,custody_known|help_known,",
        f"{SECOND},triage,2026-11-24,VT-01-03,help_known,",
        f"{THIRD},received,2026-11-24,,,",
    )
    found = criterion_agreement(connection, NIGHT, NIGHT)
    assert found.select("criterion", "both", "only_theirs", "only_ours").rows() == [
        ("act_described", 0, 0, 1),
        ("custody_known", 1, 0, 0),
        ("help_known", 0, 2, 0),
    ]
    assert criterion_agreement(connection, NIGHT, NIGHT, "RE07").is_empty()
    assert criterion_agreement(connection, date(2026, 1, 1), date(2026, 1, 2)).is_empty()


def test_returns_that_veilig_thuis_would_have_wanted(connection, tell):
    outcome(connection, NUMBER, became="return", gaps=["custody_known"])
    outcome(connection, SECOND, became="return", gaps=["custody_known"])
    stage(connection, THIRD)  # what became of the version before a return is no word on it
    outcome(connection, THIRD, version=2, became="return", gaps=["routes"])
    stage(connection, version=2)
    triaged = (f"{number},triage,2026-11-24,VT-01-01,," for number in (NUMBER, THIRD))
    tell(*triaged, f"{SECOND},quality,2026-11-24,,,")
    found = criterion_agreement(connection, NIGHT, NIGHT)
    assert found.select("criterion", "returned", "returned_asked_for", "returned_acted_on").rows() == [
        ("custody_known", 2, 1, 1),
        ("routes", 1, 0, 0),
    ]


def test_questions_to_a_broken_database_name_no_row(connection):
    with connection, connection.cursor() as cursor:
        cursor.execute("DROP VIEW intake.report_status")
    with pytest.raises(LoadError, match="feedback"):
        overdue(connection, date(2026, 12, 1))


def test_frames_keep_their_shape_when_there_is_nothing(connection):
    assert isinstance(overdue(connection, date(2026, 12, 1)), pl.DataFrame)
