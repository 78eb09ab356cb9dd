from datetime import timedelta

import polars as pl

from pipeline.impact.carried import CARRIED, fallen, mark_carried, mark_shown, release, still_carried
from pipeline.impact.rejudge import rejudge
from pipeline.impact.tally import Tally, add_up, tally
from pipeline.load.intake import ExportKey
from tests.impact.kept import NIGHT, governing, kept, poor

KEY = ExportKey("RE06", NIGHT, "RE06-1")
OTHER = ExportKey("RE05", NIGHT - timedelta(days=1), "RE05-1")
CARRIER = "RE06 PL1500-2026000000 1"


def counted(frame):
    rows = frame.group_by("from_outcome", "to_outcome", "rule").agg(pl.col("count").sum())
    return {tuple(row[:3]): row[3] for row in rows.iter_rows() if row[3]}


def judged(key, rows, carried, after):
    marked = mark_carried(rows, carried)
    moved = rejudge(marked, governing(), after, NIGHT)
    return tally(key, marked, moved), still_carried(key, marked, moved), fallen(key, marked, moved)


def together(rows, carried, after_carrier):
    first = judged(KEY, kept({}), [], after_carrier)
    second = judged(OTHER, rows, carried, governing())
    whole = add_up([first[0], second[0]])
    return release(whole, pl.concat([first[1], second[1]]), pl.concat([first[2], second[2]]))


def test_a_carried_registration_stays_a_duplicate_while_its_carrier_is_forwarded():
    found = together(kept({}), [(0, CARRIER)], governing())
    assert counted(found.flows) == {("forward", "forward", None): 1, ("duplicate", "duplicate", None): 1}
    assert found.deliveries["after"].sum() == 1


def test_of_those_whose_carrier_fell_the_first_goes_and_carries_the_others():
    found = together(
        kept({}, {}, {}), [(0, CARRIER), (1, CARRIER), (2, "RE06 PL1500-2026999999 1")], governing(agreed=False)
    )
    assert counted(found.flows) == {
        ("forward", "hold", "agreement_not_in_force"): 1,
        ("duplicate", "forward", "same_event"): 1,
        ("duplicate", "duplicate", None): 2,
    }
    assert (found.deliveries["before"].sum(), found.deliveries["after"].sum()) == (1, 1)
    assert found.flows.filter(rule="same_event")["examples"].to_list() == [["PL1500-2026000000"]]


def test_what_is_poorly_founded_by_itself_does_not_come_free():
    rows = mark_carried(kept(poor("contact_reachable", outcome="forward", reasons=["well_founded"])), [(0, CARRIER)])
    after = governing(agreed=False)
    moved = rejudge(rows, governing(), after, NIGHT)
    assert moved["to_outcome"].to_list() == ["hold"]
    assert still_carried(OTHER, rows, moved).is_empty()


def test_nothing_carried_changes_nothing():
    nothing = CARRIED.to_frame()
    empty = Tally()
    assert release(empty, nothing, nothing.select("carried_by")) is empty


def test_what_shows_a_secret_address_stays_held_whatever_it_was_before():
    marked = mark_shown(kept({}, poor("a"), {}), [0, 1])
    moved = rejudge(marked, governing(), governing(), NIGHT)
    firsts = moved.select("outcome", pl.col("to_outcome"), pl.col("to_reasons").list.contains("secret_elsewhere"))
    assert firsts.rows() == [("hold", "hold", True), ("return", "return", True), ("forward", "forward", False)]
