"""Precision and recall of linking and of same events on synthetic truth, by kind of error.

Run: `python -m tests.benchmarks.evaluate_enrichment [--seed 7] [--nights 16] [--registrations 2000]`. The first half
of the nights is the history, the second half is linked to it; same events are looked for over all of them.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from pipeline.enrich.blocking import asked_keys
from pipeline.enrich.identity import identify
from pipeline.enrich.keep import persons_to_keep, registrations_to_keep
from pipeline.enrich.link import link
from pipeline.enrich.same_event import same_events
from pipeline.enrich.within import candidates_within
from pipeline.policy.enrichment import read_enrichment
from pipeline.policy.linking import read_linking
from pipeline.schema import ENTRY, INVOLVED, PERSON, PRIOR_INCIDENT, REGISTRATION, Table, Tables
from pipeline.synth.nights import write_nights
from tests.enrich.pairs import Evaluation, evaluate

KEY = b"a key of the evaluation only"
FIRST = date(2026, 11, 1)
UNITS = {f"RE{number:02d}": "parquet" for number in range(1, 11)}
KEYS = ["unit", "registration_number"]


def read(inbox: Path, table: Table, file: str) -> pl.DataFrame:
    """All exports' rows of one table, the highest version of each number that is no retraction."""
    names = {column.dutch: column.name for column in table.columns}
    frames = []
    for path in sorted(inbox.glob(f"*/*/{file}*.parquet")):
        rows = pl.read_parquet(path)
        at = {"unit": path.parts[-3], "night": date.fromisoformat(path.parts[-2])}
        frames.append(
            rows.rename({old: new for old, new in names.items() if old in rows.columns}).with_columns(
                **{k: pl.lit(v) for k, v in at.items()}
            )
        )
    return pl.concat(frames, how="diagonal_relaxed")


def tables_of(inbox: Path) -> tuple[Tables, pl.DataFrame]:
    """Canonical tables of every night together, and `row` with unit, number, version and night."""
    registration = read(inbox, REGISTRATION, "registratie").filter(~pl.col("retracted").fill_null(value=False))
    registration = registration.sort("night", *KEYS, "version").unique(KEYS, keep="last", maintain_order=True)
    registration = registration.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    numbers = registration.select("row", *KEYS, "version", "night")
    person = read(inbox, PERSON, "betrokkene").join(numbers, on=[*KEYS, "version", "night"])
    person = person.unique(["row", "person_number"], maintain_order=True).with_columns(
        pl.col("secret_address").fill_null(value=False)
    )
    nothing = {table: pl.DataFrame(schema={"row": pl.Int64, **table.schema}) for table in (ENTRY, PRIOR_INCIDENT)}
    return Tables(registration, person, nothing[ENTRY], nothing[PRIOR_INCIDENT]), numbers


def kept_of(tables: Tables) -> tuple[pl.DataFrame, pl.DataFrame]:
    events, people = [], []
    for (unit,), rows in tables.registration.group_by("unit", maintain_order=True):
        person = tables.person.join(rows.select("row"), on="row", how="semi")
        part = Tables(rows, person, tables.entry, tables.prior_incident)
        events.append(registrations_to_keep(part, str(unit), FIRST, KEY))
        people.append(persons_to_keep(part, str(unit), KEY))
    return pl.concat(events), pl.concat(people)


def evaluate_links(links: pl.DataFrame, who: pl.DataFrame, numbers: pl.DataFrame, middle: date) -> Evaluation:
    """Pairs of the second half with the first."""
    sides = who.select("row", "night", "person_id", "errors", pl.format("{} {}", "row", "person_number").alias("id"))
    new, old = sides.filter(pl.col("night") >= middle), sides.filter(pl.col("night") < middle)
    errors = pl.col("errors").list.set_union("errors_right").list.set_difference(pl.lit(["bsn_missing"]))
    true = new.join(old, on="person_id").select(
        pl.col("id").alias("left"), pl.col("id_right").alias("right"), errors.alias("errors")
    )
    earlier = numbers.select(
        pl.col("row").alias("theirs"),
        pl.col("unit").alias("earlier_unit"),
        pl.col("registration_number").alias("earlier_number"),
    )
    found = (
        links.filter(kind="link")
        .join(earlier, on=["earlier_unit", "earlier_number"])
        .select(
            pl.format("{} {}", "row", "person_number").alias("left"),
            pl.format("{} {}", "theirs", "earlier_person_number").alias("right"),
        )
    )
    return evaluate(found.join(new.select(left="id"), on="left").join(old.select(right="id"), on="right"), true)


def evaluate_events(groups: pl.DataFrame, truth: pl.DataFrame, numbers: pl.DataFrame) -> Evaluation:
    """Pairs of registrations of one group against pairs of one event."""
    numbers = numbers.with_columns(pl.concat_str(KEYS, separator=" ").alias("id"))

    def pairs(frame: pl.DataFrame, by: str) -> pl.DataFrame:
        both = frame.join(frame, on=by).filter(pl.col("id") < pl.col("id_right"))
        return both.rename({"id": "left", "id_right": "right"})

    found = pairs(groups.join(numbers, on=KEYS).select("event", "id"), "event").select("left", "right")
    told = truth.select(*KEYS, "version", "night", "event_id", "marks").join(numbers, on=[*KEYS, "version", "night"])
    true = pairs(told.select("event_id", "id", "marks"), "event_id")
    return evaluate(found, true.select("left", "right", pl.col("marks").list.set_union("marks_right").alias("errors")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--nights", type=int, default=16)
    parser.add_argument("--registrations", type=int, default=2_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        inbox, path = Path(folder) / "inbox", Path(folder) / "truth.parquet"
        write_nights(inbox, FIRST, chosen.nights, chosen.registrations, seed=chosen.seed, truth=path, dialects=UNITS)
        tables, numbers = tables_of(inbox)
        truth, persons = pl.read_parquet(path), pl.read_parquet(path.with_suffix(".persons.parquet"))
    events, people = kept_of(tables)
    identified = identify(tables.person.filter(pl.col("role").is_in(INVOLVED)), KEY)
    links = link(identified, candidates_within(people, asked_keys(identified)), read_linking(FIRST))
    roles = people.select("row", "unit", "registration_number", "person_number", "role")
    who = roles.join(numbers, on=["row", *KEYS]).join(persons, on=[*KEYS, "version", "night", "person_number"])
    print("Persons linked\n" + evaluate_links(links, who, numbers, FIRST + timedelta(days=chosen.nights // 2)).page())
    named = links.join(roles, on=["row", "person_number"])
    groups = same_events(events, named, read_enrichment(FIRST).same_event)
    print("\nSame events\n" + evaluate_events(groups, truth, numbers).page())


if __name__ == "__main__":
    main()
