"""What goes across the units of a night: persons linked, one report an event, and what Veilig Thuis would supplement.

Runs when every unit is decided. Reads what `decide` left of each part, asks the history, and writes the rows that go to
each region; what another registration carries becomes `duplicate`. What parts have to tell each other goes through
files of what belongs together: `within_night` (who shares a key, what is known of whom was met), `taken_over` (what a
carrier takes over). So in memory are some parts, however many the night has.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from pipeline import installation, workspace
from pipeline.enrich.across import EARLIER, NUMBER, VERSION, link_persons
from pipeline.enrich.carried import find_carried
from pipeline.enrich.link import NO_NAMES, add_names, count_names
from pipeline.enrich.near import Near, links_at_once
from pipeline.load import carried as carriage
from pipeline.load import history
from pipeline.load.database import transaction
from pipeline.policy.enrichment import SameEvent, read_enrichment
from pipeline.policy.linking import read_linking
from pipeline.schema import ROW
from pipeline.settings import Settings, read_settings
from pipeline.settle.ask_history import read_candidates
from pipeline.settle.outcomes import record_night
from pipeline.settle.partitions import Partitions
from pipeline.settle.parts import Part, exports_of, group_count, parts_of
from pipeline.settle.secret_elsewhere import NIGHTS_AROUND, find_secret_elsewhere, hold_secret_elsewhere
from pipeline.settle.taken_along import TakenAlong, read_taken_along
from pipeline.settle.taken_over import divide
from pipeline.settle.within_night import by_number, find_near, places, write_candidates, write_met, write_tonight
from pipeline.settle.write import write_amendments, write_parts

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def settle(night: date, settings: Settings | None = None, drop: str | None = None) -> dict[str, int]:
    """Link, carry and supplement a night's registrations; return how many are linked, carried and written.

    With `drop` those of one urgent delivery, beside what was loaded of the night so far. Of the whole night only what
    can be of one event is in memory, one line each. What an earlier attempt left behind is never read.
    """
    settings = settings or read_settings()
    parts = parts_of(settings, night, drop)
    if not parts:
        return {"linked": 0, "carried": 0, "reports": 0}
    scratch = workspace.work_folder(settings, night, drop) / "settling"
    _clear(parts, scratch)
    write_candidates(parts, scratch)
    with transaction(installation.database(settings), "history") as given:
        tonight = write_tonight(parts, scratch)
        earlier = _link(given, parts, night, tonight, scratch)
        policy = read_enrichment(night).same_event
        near = find_near(pl.concat(_at_once(part, policy) for part in parts), earlier, tonight)
        secret_elsewhere = find_secret_elsewhere(given, parts, near, policy)
        loaded = carriage.loaded(given, pl.concat([near.tonight.select(VERSION), secret_elsewhere.shown]).unique())
        held = hold_secret_elsewhere(given, settings, parts, secret_elsewhere, loaded, night)
        carried, along = _find_carried(given, settings, parts, near.but(secret_elsewhere.shown), loaded, policy)
        record_night(given, settings, parts, carried, held, along)
        takeover = divide(parts, carried, along, scratch)
        linked, reports = write_parts(given, settings, parts, carried, held, secret_elsewhere.same_event, takeover)
        write_amendments(given, settings, parts, carried, takeover)
    workspace.clear(scratch)
    return {"linked": linked, "carried": carried.select(VERSION).n_unique(), "reports": reports}


def _clear(parts: list[Part], scratch: Path) -> None:
    """Delete what an earlier attempt wrote: it may be for other regions."""
    for part in parts:
        for stage in ("forward", "amend", "settled"):
            workspace.clear(part.delivery.work / stage)
        workspace.clear(part.delivery.links)
    workspace.clear(scratch)


def _link(given: cursor, parts: list[Part], night: date, tonight: Partitions, scratch: Path) -> Partitions:
    """Keep of each part the links of its persons (`found`), and the facts of whom they lead to (`met`).

    Returns:
        What the history holds of these, and of registrations of the nights around at tonight's places: EARLIER_FACTS.
    """
    names = reduce(lambda known, part: add_names([known, count_names(part.tonight().asking())]), parts, NO_NAMES)
    wanted, earlier = (Partitions(scratch / name, group_count(parts)) for name in ("wanted", "earlier"))
    at = by_number(earlier.count)
    with wanted.filled() as want, earlier.filled() as tell:
        around = (night - NIGHTS_AROUND, night + NIGHTS_AROUND)
        tell(history.read_recent(given, *around, places(tonight)["place"]), at)
        for part in parts:
            known = read_candidates(given, part.read("asked"), night)
            pairs = pl.concat([known, part.read("within", "settled")])
            links = link_persons(part.tonight().asking(), pairs, read_linking(night), names)
            part.write(links, "found")
            asker = pl.lit(part.number).alias("part"), pl.lit(part.group).alias("group")
            want(links.select(EARLIER[:2]).unique().with_columns(asker), at)
            tell(history.read_earlier(given, links), at)
    write_met(parts, wanted, earlier, tonight, scratch)
    return earlier


def _find_carried(
    given: cursor, settings: Settings, parts: list[Part], near: Near, loaded: pl.DataFrame, policy: SameEvent
) -> tuple[pl.DataFrame, TakenAlong]:
    """Find what another registration carries: CARRIED and `contact_police_first`; and what reports carry on."""
    standing = carriage.standing(given, near.numbers(), exports_of(parts))
    # one with a higher version that cannot be read is recalled for that: it stands by itself, in no report of others
    both = near.tonight.select(VERSION).join(standing, on=NUMBER)
    overtaken = both.filter(pl.col("version_right") > pl.col("version"))
    taken_back = loaded.filter(pl.col("loaded").list.len() == 0)
    alone = pl.concat([overtaken.select(NUMBER), taken_back.select(NUMBER)])
    near = replace(near, tonight=near.tonight.join(alone, on=NUMBER, how="anti"))
    found = find_carried(near, standing, loaded, policy)
    along = read_taken_along(given, settings, found)
    return _with_warning(parts, found, along), along


def _at_once(part: Part, policy: SameEvent) -> pl.DataFrame:
    met = part.read("met", "settled")
    return links_at_once(part.read("found", "settled"), part.read("kept_registration"), met, policy)


def _with_warning(parts: list[Part], carried: pl.DataFrame, along: TakenAlong) -> pl.DataFrame:
    """Add whether Veilig Thuis should call the police before it acts on a carried registration.

    What was carried before tonight and cannot be carried on is left out.
    """
    told = pl.concat(
        part.read("verdict").join(carried, on=ROW, how="semi").select(ROW, "contact_police_first") for part in parts
    )
    new = carried.drop_nulls(ROW).join(told, on=ROW, how="left", maintain_order="left")
    before = along.lines.select(*carried.columns, pl.col("warned").alias("contact_police_first"))
    return pl.concat([new, before]).with_columns(pl.col("contact_police_first").fill_null(value=False))
