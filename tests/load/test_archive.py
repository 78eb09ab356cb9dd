"""What is kept of a night to judge it again, and what never is or no longer."""

from datetime import date, timedelta

import polars as pl
import pytest

from pipeline.load import archive
from pipeline.load.intake import ExportKey
from pipeline.schema import ROW, TABLES
from pipeline.stages import Enriched
from tests.builders import KNOWN_AT, NUMBER, VICTIM, tables
from tests.load.test_ledger import SECRET

KEY = ExportKey("RE06", date(2026, 11, 22), "e1")


def written(home, *rows, reasons=()):
    """Keep registrations, each with a person and an antecedent; their reasons in order."""
    children = [{ROW: row, **VICTIM} for row in range(len(rows))]
    given = tables(*rows, person=children, entry=children, prior=children)
    row = pl.int_range(len(rows), eager=True).alias(ROW)
    said = [*reasons, *[["well_founded"]] * (len(rows) - len(reasons))]
    verdict = pl.DataFrame({ROW: row, "reasons": said, "outcome": ["return"] * len(rows)})
    nowhere = [
        pl.lit(value).alias(name) for name, value in (("regions", []), ("routed_by", None), ("route_reasons", []))
    ]
    enriched = Enriched(row.to_frame().with_columns(nowhere), row.to_frame(), row.to_frame())
    archive.write_part(home, KEY, "part-0", given, verdict, enriched, SECRET)


def kept(home):
    """The rows of every table of the archive, with facts and verdicts last."""
    part = archive.read_part(home, KEY, "part-0", SECRET)
    frames = [getattr(part, table.name) for table in TABLES]
    return [frame[ROW].to_list() for frame in (*frames, archive.read_judged(home, KEY, SECRET))]


@pytest.mark.parametrize(
    ("reasons", "is_kept"),
    [
        (["removed"], False),
        (["too_old"], False),
        (["forbidden_regime"], False),
        (["already_received", "forbidden_regime"], False),
        (["retracted"], True),
        (["embargo"], True),
        (["poorly_founded"], True),
    ],
)
def test_what_the_law_closes_is_never_kept(tmp_path, reasons, is_kept):
    written(tmp_path, {}, {}, reasons=[reasons])
    assert kept(tmp_path) == [[0, 1] if is_kept else [1]] * 5
    assert archive.read_row(tmp_path, KEY, 1, SECRET) is not None
    assert (archive.read_row(tmp_path, KEY, 0, SECRET) is not None) is is_kept


def test_facts_and_verdicts_hold_no_text(tmp_path):
    written(tmp_path, {"investigation_number": "26Koper", "reason_for_report": "zorgen"})
    judged = archive.read_judged(tmp_path, KEY, SECRET)
    told = str(judged.to_dicts())
    assert not [word for word in ("Koper", "zorgen", "blauw", "Dorpsstraat", "2511", "Testman") if word in told]
    assert judged["investigation_number"].to_list() == [""], "only that there is one"


@pytest.mark.parametrize(("highest", "left"), [(0, [0, 1, 2, 3]), (1, [1, 2, 3]), (2, [2, 3])])
def test_of_a_removed_registration_its_versions_up_to_that_go(tmp_path, highest, left):
    written(tmp_path, {}, {"version": 2}, {"version": 3}, {"registration_number": "PL0600-2026000009"})
    changed = archive.forget(tmp_path, KEY, {NUMBER: highest}, SECRET)
    assert changed == (5 if len(left) < 4 else 0)
    assert kept(tmp_path) == [left] * 5


def test_facts_live_as_long_as_what_was_known_that_day(tmp_path):
    before = KNOWN_AT - timedelta(seconds=1)
    written(tmp_path, {}, {"known_at": before})
    assert archive.forget_known_before(tmp_path, KEY, before, SECRET) == 0
    assert archive.forget_known_before(tmp_path, KEY, KNOWN_AT, SECRET) == 1
    assert kept(tmp_path) == [*[[0, 1]] * 4, [0]]


@pytest.mark.parametrize(("day", "judged", "gone"), [(22, False, 0), (23, False, 4), (22, True, 0), (23, True, 1)])
def test_a_night_s_files_go_when_the_day_is_past(tmp_path, day, judged, gone):
    written(tmp_path, {})
    for dry in (True, False):
        assert archive.delete_before(tmp_path, date(2026, 11, day), judged=judged, dry=dry) == gone
    assert len([file for file in tmp_path.rglob("*") if file.is_file()]) == 5 - gone
