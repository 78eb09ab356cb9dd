"""The history of persons met, in PostgreSQL: asked by blocking key, kept as keyed hashes, gone when the law says so."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pipeline.clock import start_of
from pipeline.enrich.across import EARLIER
from pipeline.enrich.identity import IDENTITY
from pipeline.enrich.link import CANDIDATES
from pipeline.load.database import copy, fill, frame
from pipeline.schema import KEY, VERSION_KEY

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

DELIVERED_WITHIN: Final = timedelta(days=2)
"""Until the end of the day after a night its exports are delivered, with what is known by then."""
EARLIER_FACTS: Final = pl.Schema(
    {
        "earlier_unit": pl.String(),
        "earlier_number": pl.String(),
        "earlier_version": pl.Int64(),
        "night": pl.Date(),
        "known_at": pl.Datetime("us", "UTC"),
        "happened_at": pl.Datetime("us", "UTC"),
        "incident_code": pl.String(),
        "kind": pl.String(),
        "project_code": pl.String(),
        "suspicion": pl.String(),
        "danger": pl.List(pl.String()),
        "place": pl.Int64(),
        "bare": pl.Boolean(),
    }
)
"""`bare`: nobody involved is named."""
FACTS: Final = list(EARLIER_FACTS)[3:-1]
READ_FACTS: Final = f"""
    SELECT unit, registration_number, version, {", ".join(FACTS)}, NOT EXISTS (
        SELECT FROM intake.person_key AS person WHERE (person.unit, person.registration_number, person.version)
        = (earlier.unit, earlier.registration_number, earlier.version)
    ) FROM intake.earlier JOIN wanted
"""  # noqa: S608 - the names of our own columns
"""EARLIER_FACTS of the registrations that a temporary table `wanted` names."""
PERSON_COLUMNS: Final = ("person_number", "role", "secret")
SECRECY: Final = pl.Schema({**VERSION_KEY, "person_number": pl.Int64(), "overtaken": pl.Boolean()})
"""A person involved whose address is secret, or nobody (null); whether a higher version is remembered."""
EARLIER_PERSONS: Final = pl.Schema(
    {
        "earlier_unit": pl.String(),
        "earlier_number": pl.String(),
        "earlier_version": pl.Int64(),
        "earlier_person_number": pl.Int64(),
        "role": pl.String(),
        "child": pl.Boolean(),
        "address": pl.Int64(),
        "birth": pl.Int64(),
        "given_first": pl.Int64(),
        "night": pl.Date(),
    }
)


# OFFSET 0: an index look-up a registration, where the planner went through every outcome of every night for each
OVERTAKEN: Final = """EXISTS (
    SELECT FROM (
        SELECT * FROM intake.outcome
        WHERE (outcome.registration_number, outcome.unit) = ({0}.registration_number, {0}.unit)
          AND outcome.version >= {0}.version
        OFFSET 0
    ) AS later JOIN intake.export USING (unit, night, export_id)
    WHERE state IN ('decided', 'loaded')
      AND (later.version = {0}.version AND (outcome = 'withhold' OR reasons @> '{{rectified_wrong_data}}')
           OR later.version > {0}.version AND outcome IN ('withhold', 'elsewhere', 'hold')
              AND NOT EXISTS (
                  SELECT FROM intake.earlier AS kept
                  WHERE (kept.unit, kept.registration_number, kept.version)
                        = (later.unit, later.registration_number, later.version))))"""
"""Of a registration ({0}: unit, registration_number, version): `read_overtaken`."""


def read_candidates(given: cursor, asked: pl.DataFrame, since: date, until: date) -> pl.DataFrame:
    """Return the earlier persons that share a key with tonight's: columns of `CANDIDATES`, no pair twice.

    Args:
        given: a cursor; a temporary table lives and dies in the call.
        asked: `blocking.asked_keys` of tonight's persons.
        since: the first day of knowledge that may still be used (five years back).
        until: the night; of what was delivered after it, that a late export follows, only what was known by then.
    """
    # In the order of the index, so that each of its pages is read once a night.
    in_order = asked.select("row", "person_number", "block").sort("block")
    fill(given, "asked", "row bigint, person_number integer, block bigint", in_order)
    # An index look-up a key, whatever the statistics say: a hash of the whole history would grow with the history.
    given.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off")
    compared = ", ".join(f"person_key.{name}" for name in IDENTITY)
    found = _copied(
        given,
        f"""
        WITH pair AS MATERIALIZED (
            SELECT DISTINCT asked.row, asked.person_number, person_block.person
            FROM asked JOIN intake.person_block ON person_block.block = asked.block
            ORDER BY person
        )
        SELECT pair.row, pair.person_number, person_key.unit, person_key.registration_number, person_key.version,
               person_key.person_number, person_key.role, {compared}
        FROM pair JOIN intake.person_key USING (person)
        JOIN intake.earlier USING (unit, registration_number, version)
        WHERE earlier.known_at >= %s AND (earlier.night <= %s OR earlier.known_at < %s)
        """,  # noqa: S608 - the names of our own columns
        CANDIDATES,
        (start_of(since), until, start_of(until + DELIVERED_WITHIN)),
    )
    given.execute("RESET enable_hashjoin; RESET enable_mergejoin; RESET enable_seqscan; DROP TABLE asked")
    return found


def read_earlier(given: cursor, links: pl.DataFrame) -> pl.DataFrame:
    """Return the facts (EARLIER_FACTS) of the earlier registrations that `links` names."""
    return _read_of(
        given, links.select(EARLIER), f"{READ_FACTS} USING (unit, registration_number, version)", EARLIER_FACTS
    )


def read_secrecy(given: cursor, keys: pl.DataFrame) -> pl.DataFrame:
    """Return whose address is secret in earlier registrations (SECRECY); `keys`: as `_read_of` takes them."""
    return _read_of(
        given,
        keys,
        """
        SELECT unit, registration_number, version, person_number,
               EXISTS (SELECT FROM intake.earlier AS later
                       WHERE (later.unit, later.registration_number) = (wanted.unit, wanted.registration_number)
                         AND later.version > wanted.version)
        FROM wanted JOIN intake.earlier USING (unit, registration_number, version)
        LEFT JOIN (SELECT * FROM intake.person_key WHERE secret) AS hidden USING (unit, registration_number, version)
        """,
        SECRECY,
    )


def read_recent(given: cursor, since: date, until: date, places: pl.Series) -> pl.DataFrame:
    """Return the facts (EARLIER_FACTS) of the registrations at `places` (hashes), of the nights `since` to `until`."""
    fill(given, "wanted", "place bigint", places.unique().alias("place").to_frame())
    found = frame(given, f"{READ_FACTS} USING (place) WHERE night BETWEEN %s AND %s", EARLIER_FACTS, (since, until))
    given.execute("DROP TABLE wanted")
    return found


def read_household(given: cursor, addresses: Sequence[int], since: date, until: date) -> pl.DataFrame:
    """Return everybody (EARLIER_PERSONS) who was registered at one of the addresses (hashes) from `since` on.

    Where a higher version is remembered it says itself who lives where: they moved, or the address is secret now.
    """
    return frame(
        given,
        """
        SELECT unit, registration_number, version, person_number, role, child, address, birth, given_sound[1], night
        FROM intake.person_key JOIN intake.earlier USING (unit, registration_number, version)
        WHERE address = ANY(%s) AND known_at >= %s AND night <= %s AND NOT EXISTS (
            SELECT FROM intake.earlier AS later
            WHERE (later.unit, later.registration_number) = (earlier.unit, earlier.registration_number)
              AND later.version > earlier.version)
        """,
        EARLIER_PERSONS,
        (list(addresses), start_of(since), until),
    )


def keep_history(given: cursor, registrations: pl.DataFrame, persons: pl.DataFrame) -> int:
    """Keep tonight's registrations (columns of intake.earlier) and persons (of intake.person_key); return the new ones.

    What is kept already stays as it is, so that twice is once.
    """
    _insert(given, "earlier", registrations.select(*KEY, *FACTS))
    return _insert(given, "person_key", persons.select(*KEY, *PERSON_COLUMNS, *IDENTITY, "blocks"))


def keep_links(given: cursor, links: pl.DataFrame, policy_version: str) -> int:
    """Keep the links and hints between registrations of which both are in the history; return how many were new."""
    told = links.select(*KEY, "person_number", *EARLIER, "earlier_person_number", "kind", "weight", "evidence")
    held = f"SELECT {', '.join(KEY)} FROM wanted JOIN intake.earlier USING ({', '.join(KEY)})"  # noqa: S608 - our own names
    for key in (KEY, EARLIER):
        kept = _read_of(given, told.select(key), held, VERSION_KEY)
        told = told.join(kept, left_on=key, right_on=KEY, how="semi")
    return _insert(given, "person_link", told.with_columns(pl.lit(policy_version).alias("policy_version")))


def forget_before(given: cursor, day: date) -> int:
    """Forget registrations that became known before `day` (Wpg 8(6)), with their keys and links; return how many."""
    given.execute("DELETE FROM intake.earlier WHERE known_at < %s", (start_of(day),))
    return given.rowcount


def forget_versions(given: cursor, unit: str, highest: Mapping[str, int]) -> int:
    """Forget registrations of a unit that may be remembered no more, with keys and links; return how many versions.

    Whom they were linked to themselves stays known: their reports may stand in a region, recalled, and tell of that
    past (`load.past`) until it is removed from use.

    Args:
        given: a cursor.
        unit: whose.
        highest: by registration number the highest version that goes; a higher one stands by itself.
    """
    given.execute(
        "DELETE FROM intake.earlier USING unnest(%s::text[], %s::integer[]) AS gone (number, highest)"
        " WHERE unit = %s AND registration_number = gone.number AND version <= gone.highest",
        (list(highest), list(highest.values()), unit),
    )
    return given.rowcount


def forget_links(given: cursor, unit: str, highest: Mapping[str, int]) -> None:
    """Forget whom registrations of a unit were linked to, of which nothing stands any more; as `forget_versions`."""
    given.execute(
        "DELETE FROM intake.person_link USING unnest(%s::text[], %s::integer[]) AS gone (number, highest)"
        " WHERE unit = %s AND registration_number = gone.number AND version <= gone.highest",
        (list(highest), list(highest.values()), unit),
    )


def read_overtaken(given: cursor, links: pl.DataFrame) -> pl.DataFrame:
    """Return the earlier registrations (EARLIER) of `links` that are nobody's past any more.

    A person withheld them, or took them back as wrong data; or a later version may not be remembered, until a person
    lifts it (an embargo, an unknown regime) or at all (it lies outside the scope), and so what an earlier one said of
    the same may not be told either. Their rows stay: whose address is secret counts for what comes. What came after the
    night of `links` (EARLIER) counts too: a late export, or a person who releases, tells nothing that was taken back
    meanwhile.
    """
    return _read_of(
        given,
        links.select(EARLIER),
        f"SELECT unit, registration_number, version FROM wanted WHERE {OVERTAKEN.format('wanted')}",  # noqa: S608
        pl.Schema({name: EARLIER_FACTS[name] for name in EARLIER}),
    )


def _read_of(given: cursor, keys: pl.DataFrame, statement: str, schema: pl.Schema) -> pl.DataFrame:
    """Run a SELECT on `wanted`: unit, registration_number and version of `keys`, whatever they are called there."""
    wanted = keys.unique()
    wanted.columns = list(KEY)
    fill(given, "wanted", "unit text, registration_number text, version integer", wanted)
    found = frame(given, statement, schema)
    given.execute("DROP TABLE wanted")
    return found


def _copied(given: cursor, statement: str, schema: pl.Schema, parameters: Sequence[Any]) -> pl.DataFrame:
    """Read a SELECT by COPY: a night's candidates hold millions of hashes, which are slow as Python's objects."""
    query = given.mogrify(statement, parameters).decode()
    buffer = io.BytesIO()
    given.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT csv)", buffer)
    told = {name: pl.String() if kind in (pl.Boolean, pl.List) else kind for name, kind in schema.items()}
    if not buffer.tell():
        return pl.DataFrame(schema=schema)
    read = pl.read_csv(buffer.getvalue(), has_header=False, schema=told)
    arrays = [name for name, kind in schema.items() if isinstance(kind, pl.List)]
    flags = [name for name, kind in schema.items() if kind == pl.Boolean]
    hashes = pl.col(arrays).str.extract_all(r"-?\d+").cast(pl.List(pl.Int64))
    return read.with_columns(pl.col(flags) == "t", hashes)


def _insert(given: cursor, table: str, rows: pl.DataFrame) -> int:
    """COPY into a temporary twin, then insert what is not there yet."""
    columns = ", ".join(rows.columns)
    given.execute(f"CREATE TEMP TABLE arriving ON COMMIT DROP AS SELECT {columns} FROM intake.{table} WITH NO DATA")  # noqa: S608 - our own names
    # An array's elements are quoted in COPY, so hashes go as their digits.
    copy(given, "arriving", rows.with_columns(pl.col(pl.List(pl.Int64)).cast(pl.List(pl.String))))
    given.execute(f"INSERT INTO intake.{table} ({columns}) SELECT {columns} FROM arriving ON CONFLICT DO NOTHING")  # noqa: S608 - our own names
    added = given.rowcount
    given.execute("DROP TABLE arriving")
    return added
