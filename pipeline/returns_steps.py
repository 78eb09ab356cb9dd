"""The last steps of a night: is every unit's night like its past, and what each unit is told of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import product

import polars as pl

from pipeline import alarms, installation
from pipeline.errors import UnitsUntold
from pipeline.load.database import query, transaction
from pipeline.returns.gather import gather
from pipeline.returns.write import alarm_words, write_unit_night
from pipeline.settings import Settings, read_settings


def raise_alarms(night: date, settings: Settings | None = None) -> list[str]:
    """Compare every unit's night with its own past; return a sentence for each share that left its band."""
    settings = settings or read_settings()
    with transaction(installation.database(settings), "intake.alarm") as given:
        return [_sentence(alarm) for alarm in alarms.raise_alarms(given, night, installation.units(settings))]


def raised(night: date, settings: Settings | None = None) -> list[str]:
    """Return the sentences of the alarms that stand for a night."""
    with transaction(installation.database(settings or read_settings()), "intake.alarm") as given:
        return [_sentence(alarm) for alarm in alarms.read_alarms(given, night)]


def _sentence(alarm: alarms.Alarm) -> str:
    """Say an alarm to an operator, in both languages."""
    words = alarm_words(alarm)
    return f"{alarm.unit} {alarm.night}: {words.nl} / {alarm.unit} {alarm.night}: {words.en}"


def returns(night: date, settings: Settings | None = None) -> dict[str, int]:
    """Write the files of each unit that delivered, also when nothing came back; return how many did, by unit.

    Raises:
        UnitsUntold: those of some could not be written; the others are.
    """
    return {unit: count for (unit, _), count in _return_each([night], settings or read_settings()).items()}


def tell_units(nights: Iterable[date], settings: Settings | None = None) -> dict[str, int]:
    """Write the files of several nights; return how many came back, by unit and night. Raises as `returns` does."""
    counts = _return_each(nights, settings or read_settings())
    return {f"{unit} {night}": count for (unit, night), count in counts.items()}


def _return_each(nights: Iterable[date], settings: Settings) -> dict[tuple[str, date], int]:
    counts: dict[tuple[str, date], int] = {}
    failures: dict[str, BaseException] = {}
    for unit, night in product(installation.units(settings), nights):
        try:
            count = return_to(unit, night, settings)
        except (Exception, pl.exceptions.PanicException) as failure:
            failures[f"{unit} {night}"] = failure
        else:
            counts |= {} if count is None else {(unit, night): count}
    if failures:
        raise UnitsUntold(failures)
    return counts


def return_to(unit: str, night: date, settings: Settings) -> int | None:
    """Write the files of one unit; return how many came back, or None where it delivered nothing."""
    with transaction(installation.database(settings), "returns") as given:
        told = gather(given, unit, night)
        if not told.receipts and not told.refusals:
            return None
        folder = settings.home / "outgoing" / unit / night.isoformat()
        write_unit_night(told, alarms.read_alarms(given, night, unit), folder)
        return len(told.returned)


def nights_to_tell(settings: Settings | None = None) -> list[date]:
    """Return the nights of which, in the last day, something was returned, asked about, taken back or removed.

    Of removed data the unit's files too keep nothing that a person wrote.
    """
    settings = settings or read_settings()
    with transaction(installation.database(settings), "returns") as given:
        found = query(
            given,
            "SELECT night FROM intake.desk_decision WHERE kind = 'return' AND decided_at > now() - interval '1 day'"
            " UNION SELECT night FROM intake.outcome_change"
            " WHERE 'return' IN (from_outcome, to_outcome) AND changed_at > now() - interval '1 day'"
            " UNION SELECT outcome.night FROM intake.outcome JOIN intake.removal USING (unit, registration_number)"
            " WHERE done_at > now() - interval '1 day' ORDER BY night",
        )
    return [night for (night,) in found]
