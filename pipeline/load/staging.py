"""Into a region's schema: new report versions, their parts, their ledger entries and the recalls they cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.decide.about import ABOUT, disclosed_about
from pipeline.decide.report import Staging
from pipeline.enrich.carried import CARRIER
from pipeline.load import ledger
from pipeline.load.database import copy, fill, frame, now, query
from pipeline.load.retold import retell_danger
from pipeline.policy.carried import read_carried
from pipeline.policy.rules import read_rules
from pipeline.schema import KEY, REGISTRATION, ROW, TABLES, VERSION_KEY, Tables, schema_of

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

REGION_LOCK: Final = 7_301_948


def lock_region(given: cursor, region: str) -> None:
    """Wait until no other program writes to this region; held until the transaction ends."""
    given.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (REGION_LOCK, region))


def holds_reports(given: cursor, region: str) -> bool:
    """Return whether anything was ever delivered to a region."""
    return bool(query(given, f"SELECT FROM {schema_of(region)}.report LIMIT 1"))


def load_region(given: cursor, region: str, arrivals: Staging, entries: pl.DataFrame, secret: bytes) -> int:
    """Append the report versions that `region` does not hold yet, with their ledger entries; return how many.

    Twice is once: a version that is there already is left as it is, with all its parts. One that a person took back
    elsewhere before this region was reached does not come. The recalls of the night follow by `write_recalls`, in the
    same transaction.

    Args:
        given: cursor of the caller's transaction.
        region: `VT09`.
        arrivals: rows of this region only.
        entries: ledger.ENTRY, one a report version of `arrivals`.
        secret: the installation's key: the ledger keeps by keyed hash whom a disclosure was about.
    """
    assert arrivals.report.get_column("region").is_in([region]).all()
    lock_region(given, region)
    held, kept_back = _held(given, region, arrivals.report)
    new = arrivals.report.join(pl.concat([held, kept_back]), on=KEY, how="anti", maintain_order="left")
    schema = schema_of(region)
    copy(given, f"{schema}.report", _with_replaced(new, held).drop(ROW))
    for name, table in (
        ("person", arrivals.person.drop(ROW, "region")),
        ("prior_incident", arrivals.prior_incident.drop("region")),
        ("danger_signal", arrivals.danger_signal.drop("region")),
    ):
        copy(given, f"{schema}.{name}", table.join(new.select(KEY), on=KEY, how="semi", maintain_order="left"))
    told = entries.join(new.select(KEY), on=KEY, how="semi", maintain_order="left")
    ledger.append(given, region, told, now(given), _about(arrivals, told, secret))
    return len(new)


def amend_region(given: cursor, region: str, amendment: Staging, entries: pl.DataFrame, secret: bytes) -> int:
    """Add to delivered reports what a later registration of the same event brings; return how many got something.

    Twice is once: a report that names the registrations already is left as it is.

    Args:
        given: cursor of the caller's transaction.
        region: `VT09`.
        amendment: decide.report.build_amendment, rows of this region only.
        entries: ledger.ENTRY, one a report of `amendment`.
        secret: as for `load_region`.
    """
    schema = schema_of(region)
    done = _add_texts(given, schema, amendment.report.drop(ROW, "region"))
    numbered = _numbered_on(given, schema, amendment.prior_incident.drop("region").join(done, on=KEY, how="semi"))
    copy(given, f"{schema}.person", amendment.person.drop(ROW, "region").join(done, on=KEY, how="semi"))
    copy(given, f"{schema}.prior_incident", numbered)
    _add_danger(given, schema, amendment.danger_signal.drop("region").join(done, on=KEY, how="semi"))
    told = entries.join(done, on=KEY, how="semi", maintain_order="left")
    ledger.append(given, region, told, now(given), _about(amendment, told, secret))
    return len(done)


def _add_texts(given: cursor, schema: str, reports: pl.DataFrame) -> pl.DataFrame:
    """Add to delivered reports the entries and numbers of what they carry now; return which got any (VERSION_KEY)."""
    fill(
        given,
        "amended",
        "unit text, registration_number text, version integer, entries jsonb, also_registered_as text[],"
        " contact_police_first boolean",
        reports,
    )
    done = frame(
        given,
        f"""
        UPDATE {schema}.report SET
            also_registered_as = (SELECT array_agg(DISTINCT number ORDER BY number)
                                  FROM unnest(report.also_registered_as || amended.also_registered_as) AS number),
            entries = report.entries || amended.entries,
            contact_police_first = report.contact_police_first OR amended.contact_police_first, loaded_at = now()
        FROM amended
        WHERE (report.unit, report.registration_number, report.version)
              = (amended.unit, amended.registration_number, amended.version)
          AND NOT report.also_registered_as @> amended.also_registered_as
        RETURNING report.unit, report.registration_number, report.version
        """,  # noqa: S608 - the schema of a region
        VERSION_KEY,
    )
    given.execute("DROP TABLE amended")
    return done


def _add_danger(given: cursor, schema: str, signals: pl.DataFrame) -> None:
    """Add the signals that delivered reports do not have yet, and what is told on the strength of them."""
    held = frame(
        given,
        f"SELECT unit, registration_number, version, signal FROM {schema}.danger_signal"  # noqa: S608 - a region's schema
        " WHERE registration_number = ANY (%s)",
        pl.Schema({**VERSION_KEY, "signal": pl.String()}),
        (signals.get_column("registration_number").unique().to_list(),),
    )
    new = signals.join(held, on=[*KEY, "signal"], how="anti")
    copy(given, f"{schema}.danger_signal", new)
    retell_danger(given, schema, new)


def _numbered_on(given: cursor, schema: str, priors: pl.DataFrame) -> pl.DataFrame:
    """Number prior incidents on from those that their reports have."""
    last = frame(
        given,
        f"SELECT unit, registration_number, version, max(number) FROM {schema}.prior_incident"  # noqa: S608
        " WHERE registration_number = ANY (%s) GROUP BY 1, 2, 3",
        pl.Schema({**VERSION_KEY, "last": pl.Int64()}),
        (priors.get_column("registration_number").unique().to_list(),),
    )
    joined = priors.join(last, on=KEY, how="left", maintain_order="left")
    return joined.with_columns(pl.col("number") + pl.col("last").fill_null(0)).drop("last")


def read_delivered(given: cursor, carriers: pl.DataFrame) -> Tables:
    """Read what reports that stand in a region tell, as far as `take_over` asks, under their `carrier_row`.

    Args:
        given: a cursor.
        carriers: carrier_row, carrier_unit, carrier_registration_number, carrier_version, carrier_regions, and
            registration_number (list): what they carry tonight. Persons whom an earlier version of those brought in are
            left out, as they will be taken out (`load.taken_out`).

    Returns:
        Canonical columns as far as the staging tables have them, of entries the last number, of registrations what
        `policy/carried.toml` names.
    """
    empty = {table.name: pl.DataFrame(schema={ROW: pl.Int64(), **table.schema}) for table in TABLES}
    found = {name: [held] for name, held in empty.items()}
    for row, unit, number, version, regions, tonight in carriers.select(
        "carrier_row", *CARRIER, "carrier_regions", "registration_number"
    ).iter_rows():
        for table, columns in (("person", PERSON_COLUMNS), ("prior_incident", PRIOR_COLUMNS)):
            types = {name: kind for name, kind in empty[table].schema.items() if name in columns}
            for region in regions:
                rows = frame(
                    given,
                    f"SELECT {', '.join(types)} FROM {schema_of(region)}.{table}"  # noqa: S608 - our own names
                    " WHERE (unit, registration_number, version) = (%s, %s, %s) AND person_number NOT IN"
                    f" (SELECT person_number FROM {schema_of(region)}.person AS carried"
                    f"  WHERE (unit, registration_number, version) = ({table}.unit, {table}.registration_number,"
                    f"  {table}.version) AND carried_from = ANY (%s))",
                    pl.Schema(types),
                    (unit, number, version, tonight),
                )
                found[table].append(rows.with_columns(pl.lit(row, pl.Int64).alias(ROW)))
        found["registration"].append(_own_boxes(given, schema_of(regions[0]), row, (unit, number, version)))
        found["entry"].append(_last_entry(given, schema_of(regions[0]), row, (unit, number, version)))
    joined = {name: pl.concat(frames, how="diagonal").unique(maintain_order=True) for name, frames in found.items()}
    return Tables(**joined)


def _last_entry(given: cursor, schema: str, row: int, key: tuple[str, str, int]) -> pl.DataFrame:
    last = query(
        given,
        f"SELECT coalesce(max((entry->>'entry_number')::integer), 0) FROM {schema}.report,"  # noqa: S608 - our own names
        " jsonb_array_elements(entries) AS entry WHERE (unit, registration_number, version) = (%s, %s, %s)",
        key,
    )
    return pl.DataFrame(
        {ROW: [row], "entry_number": [int(last[0][0])]}, schema={ROW: pl.Int64(), "entry_number": pl.Int64()}
    )


def _own_boxes(given: cursor, schema: str, row: int, key: tuple[str, str, int]) -> pl.DataFrame:
    types = {name: kind for name, kind in REGISTRATION.schema.items() if name in read_carried()[1]}
    boxes = frame(
        given,
        f"SELECT {', '.join(types)} FROM {schema}.report WHERE (unit, registration_number, version) = (%s, %s, %s)",  # noqa: S608
        pl.Schema(types),
        key,
    )
    return boxes.with_columns(pl.lit(row, pl.Int64).alias(ROW))


PERSON_COLUMNS: Final = frozenset({"person_number", "role", "family_name", "given_names", "birth_date"})
PRIOR_COLUMNS: Final = frozenset({"person_number", "date", "incident_code", "role"})


def _about(arrivals: Staging, told: pl.DataFrame, secret: bytes) -> pl.DataFrame:
    """Return whom the entries `told` are about, by the elements in force on their night."""
    if told.is_empty():
        return pl.DataFrame(schema=ABOUT)
    person, prior = (
        table.join(told.select(KEY), on=KEY, how="semi", maintain_order="left")
        for table in (arrivals.person, arrivals.prior_incident)
    )
    return disclosed_about(person, prior, read_rules().elements_on(told.get_column("night").item(0)), secret)


def _held(given: cursor, region: str, reports: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the versions that the region holds of the numbers in `reports`, and those that a person keeps from it."""
    numbers = reports.select("unit", "registration_number").unique(maintain_order=True)
    fill(given, "arrival", "unit text, registration_number text", numbers)
    held = frame(
        given,
        f"SELECT unit, registration_number, version FROM {schema_of(region)}.report"  # noqa: S608 - a region's schema
        " JOIN arrival USING (unit, registration_number)",
        VERSION_KEY,
    )
    kept_back = frame(
        given,
        "SELECT unit, registration_number, version FROM intake.outcome JOIN arrival USING (unit, registration_number)"
        " GROUP BY 1, 2, 3 HAVING bool_or(decided_by = 'desk') AND NOT bool_or(%s = ANY (regions))",
        VERSION_KEY,
        (region,),
    )
    given.execute("DROP TABLE arrival")
    return held, kept_back


def _with_replaced(new: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Add `replaces_version`: the highest lower version here, held or arriving in the same load."""
    known = pl.concat([held, new.select(VERSION_KEY.names())]).unique().sort("version")
    return (
        new.with_row_index("arrival_order")
        .sort("version")
        .join_asof(
            known.rename({"version": "replaces_version"}).with_columns(pl.col("replaces_version").alias("lower")),
            left_on="version",
            right_on="lower",
            by=["unit", "registration_number"],
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .sort("arrival_order")
        .drop("arrival_order", "lower", strict=False)
    )
