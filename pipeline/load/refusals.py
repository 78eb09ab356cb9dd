"""Exports that cannot be used: the sentence that says why, until the folder can be used or is gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from pipeline.errors import ExportRefused

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def write_refusal(
    given: cursor, unit: str, night: date, channel: str, refusal: ExportRefused, mark: str | None = None
) -> None:
    """Keep the sentence that says why the folder as it stands (`mark`) cannot be used."""
    given.execute(
        "INSERT INTO intake.refusal (unit, night, channel, reason, reason_en, mark) VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (unit, night, channel) DO UPDATE SET reason = EXCLUDED.reason, reason_en = EXCLUDED.reason_en,"
        " mark = EXCLUDED.mark, refused_at = now()",
        (unit, night, channel, refusal.dutch, refusal.english, mark),
    )


def note_refused_drop(given: cursor, unit: str, name: str, night: date, mark: str) -> None:
    """Remember that an urgent folder was refused as it stands: of several in a night each for itself."""
    given.execute(
        "INSERT INTO intake.refused_drop (unit, name, night, mark) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (unit, name) DO UPDATE SET night = EXCLUDED.night, mark = EXCLUDED.mark,"
        " refused_at = now()",
        (unit, name, night, mark),
    )


def forget_refused_drop(given: cursor, unit: str, name: str) -> None:
    """An urgent folder can be used now."""
    given.execute("DELETE FROM intake.refused_drop WHERE (unit, name) = (%s, %s)", (unit, name))


def forget_refusal(given: cursor, unit: str, night: date, channel: str) -> None:
    """The folder can be used now; what was refused of a night's other urgent folders stays told."""
    given.execute(
        "DELETE FROM intake.refusal WHERE (unit, night, channel) = (%s, %s, %s) AND (channel = 'nightly' OR NOT EXISTS"
        " (SELECT FROM intake.refused_drop AS other WHERE (other.unit, other.night) = (refusal.unit, refusal.night)))",
        (unit, night, channel),
    )


def forget_refusals_of_others(given: cursor, night: date, units: Sequence[str]) -> None:
    """Forget a night's refusals of all but `units`: a folder under a wrong name may be gone."""
    given.execute(
        "DELETE FROM intake.refusal WHERE night = %s AND channel = 'nightly' AND unit <> ALL (%s)", (night, list(units))
    )
