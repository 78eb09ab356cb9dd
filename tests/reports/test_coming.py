"""Agreements that begin later: what shadow mode kept of them is told before they begin, and gives no small number away."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import coo_array

from pipeline.policy.agreements import Agreements, read_agreements
from pipeline.policy.reference import read_reference
from pipeline.policy.words import Words
from pipeline.reports.agreed import read_relief, read_target
from pipeline.reports.brief import brief
from pipeline.reports.build import draw_pictures
from pipeline.reports.coming import coming_agreements, moved_by
from pipeline.reports.disclosure import ALL, SMALL, Counts, Sum
from pipeline.reports.material import ALARM, QUALITY, STATEMENTS, Material
from pipeline.reports.period import Period
from pipeline.reports.render import ShownTable
from pipeline.reports.table import HIDDEN, Count, Share
from pipeline.reports.tell import Agreed, Report, tell_report
from tests.reports.history import COMING, LAST, with_coming

UNITS = ("RE01", *COMING)
DECIDED = ("forward", "return", "hold", "elsewhere", "withhold")
SCRUPLES = (("forward", "hold", "secret_address"), ("return", "forward", "poorly_founded:routes"))
"""What moves in these nights."""


@pytest.fixture(scope="module")
def agreements(tmp_path_factory):
    every = read_agreements(with_coming(tmp_path_factory.mktemp("coming") / "agreements"))
    return Agreements({unit: every.by_unit[unit] for unit in UNITS})


def report_of(agreements: Agreements, outcomes: dict, shadow: dict) -> Report:
    """Tell a report of one night: `outcomes` by unit and outcome, `shadow` by unit, outcome, outcome and rule."""
    frames = {name: pl.DataFrame(schema=columns) for name, (_, columns) in STATEMENTS.items()}
    period = Period(LAST, LAST)
    pieces = (*period.buckets(), *period.buckets(period.unit_step))
    rows = [(unit, *pieces, *decided, count) for (unit, *decided), count in outcomes.items() if count]
    frames["outcomes"] = pl.DataFrame(rows, schema=frames["outcomes"].schema, orient="row")
    kept = [(unit, f"{unit}-2027-1", *flow, count) for (unit, *flow), count in shadow.items() if count]
    frames["shadow"] = pl.DataFrame(kept, schema=frames["shadow"].schema, orient="row")
    frames["shadowed"] = frames["shadow"].group_by("unit", "agreement").agg(nights=pl.lit(1, pl.Int64))
    at = datetime(2026, 11, 24, tzinfo=UTC)
    material = Material(period, at, quality=QUALITY.to_frame(), alarms=ALARM.to_frame(), **frames)
    return tell_report(material, Agreed(agreements, read_reference(), read_relief(), read_target(), ()))


def rows_of(shown: ShownTable) -> list[dict]:
    return [dict(zip([column.name for column in shown.table.columns], row, strict=True)) for row in shown.rows]


def test_what_is_coming_is_told_with_its_day_its_numbers_and_the_rule(agreements):
    outcomes = {("RE06", "forward", True): 60, ("RE06", "return", False): 30, ("RE06", "hold", True): 10}
    shadow = {
        ("RE06", "forward", "forward", ""): 50,
        ("RE06", "forward", "hold", "secret_address"): 10,
        ("RE06", "return", "return", ""): 20,
        ("RE06", "return", "forward", "poorly_founded:routes+contact_reachable"): 10,
        ("RE06", "hold", "hold", ""): 10,
    }
    report = report_of(agreements, outcomes, shadow)
    none, ours = rows_of(report.tables["coming"])
    assert (none["nights"], none["judged"], none["moves"]) == (0, 0, 0)
    assert ours["begins"] == date(2027, 1, 1)
    assert (ours["agreement"], ours["nights"], ours["judged"], ours["moves"]) == ("RE06-2027-1", 1, 100, 20)
    assert ours["share"] == 0.2
    moves = {
        row["rule"]: (row["from"].nl, row["to"].nl, row["count"]) for row in rows_of(report.tables["coming_moves"])
    }
    assert moves == {
        "secret_address": ("doorgezonden", "vastgehouden", 10),
        "poorly_founded:routes+contact_reachable": ("terug", "doorgezonden", 10),
    }
    then = {row["outcome"].nl: (row["before"], row["after"]) for row in rows_of(report.tables["coming_outcomes"])[4:]}
    assert then["doorgezonden"] == (60, 60)
    assert then["vastgehouden"] == (10, 20)
    assert report.would_forward("RE06") == (0.6, 0.6)
    assert ">60%<" in draw_pictures(report)["coming"]
    said = {line.section: line.words.nl for line in brief(report)}
    assert said["coming"] == (
        "Den Haag (RE06) krijgt op 1 jan 2027 een nieuwe werkafspraak: 20 % van de registraties zou een andere"
        " uitkomst krijgen."
    )
    assert said["units"] == "Van wat voor Veilig Thuis is, is 70 % goed onderbouwd. Een nulmeting is er nog niet."
    assert said["series"] == "3 nachtleveringen ontbreken."
    assert said["desk"] == "Van wat in deze periode binnenkwam, wacht er niets meer bij het loket."


def test_only_what_begins_after_the_last_night_is_coming(agreements):
    assert list(coming_agreements(agreements, date(2026, 12, 31))) == list(COMING)
    assert coming_agreements(agreements, date(2027, 1, 1)) == {}


def test_what_moves_a_registration_is_said_in_words():
    assert moved_by("poorly_founded:routes") == Words(
        "geen adres dat naar een Veilig Thuis-regio leidt", "no address that leads to a Veilig Thuis region"
    )
    assert moved_by("agreement_not_in_force").nl != "agreement_not_in_force"


COUNTED = st.one_of(st.integers(0, 6), st.integers(0, 30))
NIGHTS = st.fixed_dictionaries(
    {
        **{(unit, outcome): COUNTED for unit in UNITS for outcome in DECIDED},
        **{(unit, *flow): COUNTED for unit in COMING for flow in SCRUPLES},
        **{(unit, "desk"): st.integers(0, 3) for unit in COMING},
    }
)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(night=NIGHTS)
def test_no_small_number_can_be_worked_out_of_a_report_with_an_agreement_to_come(agreements, night):
    """Every hidden small number may be 5 or more for whoever knows all that the report shows, whichever table it is in."""
    report = report_of(agreements, *_decided(night))
    counts, shown = report.told.counts, set()
    for found in report.tables.values():
        for row, values in zip(found.table.rows, found.rows, strict=True):
            for cell, value in zip(row, values, strict=True):
                if isinstance(cell, Count | Share) and value != HIDDEN:
                    shown |= {cell.key} if isinstance(cell, Count) else {cell.part, cell.whole}
    small = {cell for cell, value in counts.values.items() if 0 < value < SMALL} - counts.free
    assert not small & shown
    same = [  # whoever knows that the desk let nothing go knows that these are one number
        Sum(("before", unit, outcome), (("reg", unit, outcome, ALL),))
        for unit in COMING
        for outcome in ("forward", "return", "hold", "elsewhere")
        if night[unit, "desk"] == 0 or outcome not in {"forward", "hold"}
    ]
    assert {cell for cell in small if highest(counts, same, shown, cell) < SMALL} == set()


def _decided(night: dict) -> tuple[dict, dict]:
    """Return outcomes, of which the desk let go of some since, and what shadow mode kept before that."""
    outcomes = {(unit, outcome, outcome != "return"): night[unit, outcome] for unit in UNITS for outcome in DECIDED}
    shadow = {(unit, *flow): min(night[unit, *flow], night[unit, flow[0]]) for unit in COMING for flow in SCRUPLES}
    for unit in COMING:
        for outcome in DECIDED:
            left = night[unit, outcome] - sum(shadow.get((unit, *flow), 0) for flow in SCRUPLES if flow[0] == outcome)
            kept = "not_kept" if outcome == "withhold" else outcome
            shadow[unit, kept, kept, ""] = left
        gone = min(night[unit, "desk"], night[unit, "hold"])
        outcomes[unit, "hold", True] -= gone
        outcomes[unit, "forward", True] += gone
    return outcomes, shadow


def highest(counts: Counts, same: list[Sum], shown: set, cell: tuple) -> float:
    """Return the most that `cell` can be for a reader who knows `shown`, every zero, and how all cells add up."""
    every = [*counts.sums, *same]
    cells = [one for one, value in counts.values.items() if value]
    place = {one: number for number, one in enumerate(cells)}
    entries = [
        (row, place[one], 1.0 if one != given_sum.total else -1.0)
        for row, given_sum in enumerate(every)
        for one in given_sum.cells()
        if one in place
    ]
    rows, columns, signs = zip(*entries, strict=True)
    sums = coo_array((signs, (rows, columns)), shape=(len(every), len(cells))).tocsc()
    bounds = [(counts.values[one],) * 2 if one in shown else (1, None) for one in cells]
    aim = np.zeros(len(cells))
    aim[place[cell]] = -1
    found = linprog(aim, A_eq=sums, b_eq=np.zeros(len(every)), bounds=bounds, method="highs")
    return float("inf") if found.status == 3 else -found.fun + 1e-6
