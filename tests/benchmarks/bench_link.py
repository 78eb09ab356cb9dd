"""A night of 20,000 registrations linked against 1.6 million earlier persons, on a real PostgreSQL.

Run: `python -m tests.benchmarks.bench_link [--persons 1600000] [--night 20000]`. Prints the seconds of each step, the
peak memory of this process, and precision and recall on the truth that it makes. Target: under 20 s and 1.5 GB.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np
import polars as pl

from pipeline.enrich.blocking import asked_keys
from pipeline.enrich.identity import identify
from pipeline.enrich.keep import persons_to_keep, registrations_to_keep
from pipeline.enrich.link import link
from pipeline.load.database import migrate, transaction
from pipeline.load.history import keep_history, read_candidates
from pipeline.load.server import ensure_server, stop_server
from pipeline.policy.linking import read_linking
from pipeline.schema import ENTRY, PERSON, PRIOR_INCIDENT, REGISTRATION, Tables
from pipeline.settings import read_settings
from tests.enrich.pairs import evaluate

KEY = b"a key of the benchmark only"
TONIGHT = date(2026, 11, 21)
FAMILY = 3
CHUNK = 40_000
SYLLABLES = [a + b for a in "bdfghjklmnprstvz" for b in ("a", "e", "i", "o", "oe", "ui", "ar", "en", "il", "os")]


def words(rng: np.random.Generator, count: int, syllables: int) -> np.ndarray:
    return np.array(["".join(word) for word in rng.choice(SYLLABLES, (count, syllables))])


def families(first: int, count: int) -> pl.DataFrame:
    """Persons of registrations `first`…, three to a family: a pure function of their numbers, as in life by chance."""
    rng = np.random.default_rng(first)
    names = np.random.default_rng(1)
    surnames, given = words(names, 20_000, 3), words(names, 3_000, 2)
    row = np.repeat(np.arange(first, first + count), FAMILY)
    # Names are as uneven as in life: the commonest surname has about one in two hundred.
    surname = np.repeat(surnames[(rng.random(count) ** 3 * len(surnames)).astype(int)], FAMILY)
    days = rng.integers(0, 365 * 70, count * FAMILY)
    return pl.DataFrame(
        {
            "row": row,
            "person_number": np.tile(np.arange(1, FAMILY + 1), count),
            "role": np.tile(["SO", "VE", "KI"], count),
            "family_name": surname,
            "given_names": given[(rng.random(count * FAMILY) ** 2 * len(given)).astype(int)],
            "birth_date": (np.datetime64("1950-01-01") + days).astype(str),
            "sex": rng.choice(["M", "V"], count * FAMILY),
            "bsn": numbers(first * FAMILY, count * FAMILY),
            "known": rng.random(count * FAMILY) < 0.8,
            "secret_address": np.zeros(count * FAMILY, dtype=bool),
            "postcode": np.repeat(
                [f"{1000 + n % 9000}{'ABCDEFGH'[n % 8]}A" for n in rng.integers(0, 10**9, count)], FAMILY
            ),
            "house_number": np.repeat(rng.integers(1, 200, count).astype(str), FAMILY),
        }
    ).with_columns(pl.when("known").then("bsn").alias("bsn"))


def numbers(first: int, count: int) -> np.ndarray:
    """BSNs that pass the elfproef out of 9999xxxxx: about nine thousand, so that they repeat as no real one does."""
    passing = _passing()
    return np.array(passing)[np.arange(first, first + count) % len(passing)].astype(str)


@cache
def _passing() -> list[int]:
    return [
        n
        for n in range(999900000, 999999999)
        if sum(int(d) * w for d, w in zip(str(n), (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0
    ]


def with_errors(persons: pl.DataFrame) -> pl.DataFrame:
    """The same persons as another officer wrote them: one in four with an error."""
    rng = np.random.default_rng(7)
    kind = pl.Series(
        "kind",
        rng.choice(
            ["", "typo", "initial", "year", "moved", "partial"], persons.height, p=[0.75, 0.07, 0.04, 0.02, 0.08, 0.04]
        ),
    )
    typo = pl.col("family_name").str.slice(0, 2) + pl.col("family_name").str.slice(3)
    return persons.with_columns(kind).with_columns(
        pl.when(pl.col("kind") == "typo").then(typo).otherwise("family_name").alias("family_name"),
        pl.when(pl.col("kind") == "initial")
        .then(pl.col("given_names").str.slice(0, 1) + ".")
        .otherwise("given_names")
        .alias("given_names"),
        pl.when(pl.col("kind") == "year")
        .then(
            (pl.col("birth_date").str.slice(0, 4).cast(pl.Int64) + 1).cast(pl.String)
            + pl.col("birth_date").str.slice(4)
        )
        .when(pl.col("kind") == "partial")
        .then(pl.col("birth_date").str.slice(0, 4) + "-00-00")
        .otherwise("birth_date")
        .alias("birth_date"),
        pl.when(pl.col("kind") == "moved").then(pl.lit("9999ZZ")).otherwise("postcode").alias("postcode"),
        pl.when(pl.Series(rng.random(persons.height) < 0.2)).then(None).otherwise("bsn").alias("bsn"),
    )


def tables_of(persons: pl.DataFrame, known: datetime) -> Tables:
    rows = persons.select("row").unique().sort("row")
    registration = rows.with_columns(
        pl.format("PL0100-{}", "row").alias("registration_number"),
        pl.lit(1, dtype=pl.Int64).alias("version"),
        pl.lit(known).alias("known_at"),
    )
    return Tables(
        registration=filled(registration, REGISTRATION.schema),
        person=filled(persons, PERSON.schema),
        entry=filled(rows.clear(), ENTRY.schema),
        prior_incident=filled(rows.clear(), PRIOR_INCIDENT.schema),
    )


def filled(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in schema.items() if name not in frame.columns]
    return frame.with_columns(missing).with_columns(pl.col("row").cast(pl.Int64))


def fill_history(dsn: str, registrations: int) -> None:
    for first in range(0, registrations, CHUNK):
        count = min(CHUNK, registrations - first)
        night = TONIGHT - timedelta(days=1 + first // CHUNK)
        given = tables_of(families(first, count), datetime(night.year, night.month, night.day, 20, tzinfo=UTC))
        with transaction(dsn, "history") as cursor:
            keep_history(cursor, registrations_to_keep(given, "RE01", night, KEY), persons_to_keep(given, "RE01", KEY))
    with transaction(dsn, "history") as cursor:
        cursor.execute("ANALYZE intake.earlier; ANALYZE intake.person_key; ANALYZE intake.person_block")


@contextmanager
def timed(name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"{name:<28} {time.perf_counter() - start:7.2f} s", flush=True)


def tonight(registrations: int, known: int) -> pl.DataFrame:
    """A night of which 38 % of the families were reported before, spread over the whole history."""
    again = np.random.default_rng(3).choice(known, int(registrations * 0.38), replace=False)
    starts = again // CHUNK * CHUNK
    met = pl.concat(
        families(int(start), min(CHUNK, known - int(start))).filter(pl.col("row").is_in(again[starts == start]))
        for start in np.unique(starts)
    )
    new = families(10**8, registrations - len(again))
    persons = pl.concat([with_errors(met), new.with_columns(pl.lit("new").alias("kind"))])
    return persons.with_columns(pl.col("row").alias("family"), (pl.col("row") + 10**9).alias("row"))


def run(dsn: str, persons: int, registrations: int) -> None:
    history = persons // FAMILY
    with timed(f"history of {persons:,} persons"):
        fill_history(dsn, history)
    people = tonight(registrations, history)
    given = tables_of(people.drop("kind", "family"), datetime(2026, 11, 21, 20, tzinfo=UTC))
    with timed("all of linking"):
        with timed("  identify"):
            identified = identify(given.person, KEY)
        with timed("  blocking keys"):
            asked = asked_keys(identified)
        with timed("  candidates (PostgreSQL)"), transaction(dsn, "history") as cursor:
            candidates = read_candidates(cursor, asked, date(2021, 11, 21), TONIGHT)
        with timed(f"  weigh {candidates.height:,} pairs"):
            links = link(identified, candidates, read_linking(TONIGHT))
    print(
        f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB (this process, filling included)"
    )
    name = pl.format("{} {}", "earlier_number", "earlier_person_number")
    found = links.filter(kind="link").select(
        pl.format("{} {}", "row", "person_number").alias("left"), name.alias("right")
    )
    true = people.filter(pl.col("kind") != "new").select(
        pl.format("{} {}", "row", "person_number").alias("left"),
        pl.format("PL0100-{} {}", "family", "person_number").alias("right"),
        pl.when(pl.col("kind") == "")
        .then(pl.lit([], dtype=pl.List(pl.String)))
        .otherwise(pl.concat_list("kind"))
        .alias("errors"),
    )
    print(evaluate(found, true).page())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_600_000)
    parser.add_argument("--night", type=int, default=20_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        settings = read_settings({"MELDSTROOM_HOME": home})
        dsn = ensure_server(settings)
        try:
            migrate(dsn)
            run(dsn, chosen.persons, chosen.night)
        finally:
            stop_server(settings)


if __name__ == "__main__":
    main()
