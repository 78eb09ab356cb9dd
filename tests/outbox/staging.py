"""Staging rows into a test's database, and what the police side knows of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from psycopg2.extras import Json

from tests.outbox.rows import NIGHT, NUMBER, family, prior_incident, report, signal


class Once:
    """A connection that `staging` may commit on; nothing of it stays."""

    def __init__(self, connection):
        self.cursor = connection.cursor

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


def insert(connection: Any, table: str, *rows: dict[str, Any]) -> None:
    with connection, connection.cursor() as cursor:
        for row in rows:
            values = [
                Json(value)
                if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict))
                else value
                for value in row.values()
            ]
            if table.endswith(".report"):
                values = [
                    Json(value) if name in {"entries", "triage"} and not isinstance(value, Json) else value
                    for name, value in zip(row, values, strict=True)
                ]
            places = ", ".join(["%s"] * len(row))
            cursor.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", values)


def stage(
    connection: Any,
    number: str = NUMBER,
    region: str = "VT09",
    *,
    version: int | None = 1,
    night: date = NIGHT,
    whole: bool = False,
    decide: bool = True,
    **changes: Any,
) -> tuple[str, int]:
    """Place a report, decided and disclosed; `whole`: with persons, prior incidents and signals."""
    key = {"registration_number": number, "version": version}
    schema = f"vt_{region[2:]}"
    insert(connection, f"{schema}.report", report(region=region, night=night, **key, **changes))
    if whole:
        insert(connection, f"{schema}.person", *({**person, **key} for person in family()))
        insert(connection, f"{schema}.prior_incident", {**prior_incident(1), **key})
        insert(connection, f"{schema}.danger_signal", {**signal("strangulation"), **key})
    if decide:
        outcome(connection, number, version=version, night=night, regions=[region], unit=changes.get("unit", "RE06"))
        disclose(connection, number, region, version=version, night=night, unit=changes.get("unit", "RE06"))
    return number, version


def stage_in_two(connection: Any, other: str = "VT10") -> None:
    """Place one report, whole, in VT09 and in another region: a family that lives in both."""
    stage(connection, whole=True)
    stage(connection, region=other, whole=True, decide=False)
    with connection, connection.cursor() as given:
        given.execute("UPDATE intake.outcome SET regions = %s", (["VT09", other],))


def outcome(
    connection: Any,
    number: str,
    *,
    became: str = "forward",
    version: int = 1,
    night: date = NIGHT,
    regions: Sequence[str] = (),
    gaps: Sequence[str] = (),
    unit: str = "RE06",
    state: str = "loaded",
    reasons: Sequence[str] = ("r",),
    carried_by: str | None = None,
) -> None:
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake.export (unit, night, export_id, channel, state, manifest_digest, dialect,"
            " agreement_version, policy_version, received, receipt)"
            " VALUES (%s, %s, 'e1', 'nightly', %s, 'd', 'jsonl', '1', 'p1', 0, '{}') ON CONFLICT DO NOTHING",
            (unit, night, state),
        )
        cursor.execute(
            "UPDATE intake.export SET received = received + 1 WHERE unit = %s AND night = %s RETURNING received",
            (unit, night),
        )
        row = cursor.fetchone()[0] - 1  # positions count from 0
        cursor.execute(
            "INSERT INTO intake.outcome (unit, night, export_id, row, registration_number, version, outcome, reasons,"
            " gaps, regions, carried_by, policy_version) VALUES (%s, %s, 'e1', %s, %s, %s, %s, %s, %s, %s, %s, 'p1')",
            (unit, night, row, number, version, became, list(reasons), list(gaps), list(regions), carried_by),
        )


def disclose(
    connection: Any, number: str, region: str, *, version: int = 1, night: date = NIGHT, unit: str = "RE06"
) -> None:
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake.ledger (chain, sequence, kind, night, unit, registration_number, version, region,"
            " elements, ground, agreement_version, policy_version, mandate, recorded_at, previous_hash, hash)"
            " SELECT %s, count(*) + 1, 'disclosure', %s, %s, %s, %s, %s, '{}', 'g', '1', 'p1', 'm', now(), '', ''"
            " FROM intake.ledger WHERE chain = %s",
            (region, night, unit, number, version, region, region),
        )


def recall(
    connection: Any,
    number: str = NUMBER,
    region: str = "VT09",
    *,
    version: int = 1,
    reason: str = "withhold",
    night: date = NIGHT,
    replaced_by: int | None = None,
) -> None:
    row = {
        "unit": "RE06",
        "registration_number": number,
        "version": version,
        "reason": reason,
        "replaced_by": replaced_by,
        "night": night,
        "recalled_at": "2026-11-25T04:00:00+00:00",
    }
    insert(connection, f"vt_{region[2:]}.recall", row)


def rows(connection: Any, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection, connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
