"""Rectification: what should not have been delivered is taken back from exactly the regions that received it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from pipeline.errors import DecisionRefused, UsageError
from pipeline.feedback.recall import Held, change_regions, lock_regions, note_change, recall, standing
from pipeline.load.database import query
from pipeline.load.intake import ExportKey
from pipeline.load.past import forget_past, regions_of_linked

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

REASONS: Final = ("wrong_link", "rule_error", "wrong_data")
"""Persons or events that were linked wrongly; a rule that should have stopped it; data that are wrong."""


@dataclass(frozen=True)
class Wrong:
    """What somebody takes back, and why."""

    registration_number: str
    reason: str
    account: str
    comment: str
    unit: str | None = None
    version: int | None = None
    regions: tuple[str, ...] = ()
    """Only these; none: every region that holds it, or would get it of a night that did not end."""


@dataclass(frozen=True)
class Rectified:
    """What became of it."""

    withdrawn: tuple[Held, ...]
    becomes: dict[int, str]
    """Version to its outcome from now on: `forward` where other regions keep it, `hold` or `return`."""
    carried: dict[str, str]
    """Registrations that the report carried (unit number version) to their outcome from now on."""


HoldAgain = Callable[[ExportKey, int, bool], None]
"""Puts a row of an export on the desk again, in danger or not."""


def rectify(given: cursor, wrong: Wrong, today: date, hold_again: HoldAgain) -> Rectified:
    """Withdraw a delivered report, in the caller's transaction: recall row, ledger entry, outcome and its history.

    The report's row stays in the region's table. The same version cannot come there again, so that what should stand in
    its place is the unit's next version, by the usual way: the registration goes back to the unit (`return`), or, under
    a danger signal, to the head of the desk (`hold`), because nothing in danger is merely returned. What the report
    carried of the same event no longer goes with it, and waits for a person. Wrong data that stand nowhere any more are
    nobody's past either: other reports tell them no longer.

    Args:
        given: cursor of the caller's transaction.
        wrong: what is taken back, from whom, and why.
        today: the Dutch day on which it is done.
        hold_again: puts a row on the desk again.

    Raises:
        UsageError: the reason is no reason, or no region (of those named) holds the registration.
        DecisionRefused: no comment: who reads the ledger later must understand it.
    """
    if wrong.reason not in REASONS:
        raise UsageError(
            f"{wrong.reason} is geen reden om terug te nemen; kies {', '.join(REASONS)}",
            f"{wrong.reason} is no reason to rectify; choose {', '.join(REASONS)}",
        )
    if not wrong.comment.strip():
        raise DecisionRefused("Zeg waarom: een opmerking is nodig.", "Say why: a comment is needed.")
    held = _holders(given, wrong)
    telling = regions_of_linked(given, [wrong.registration_number]) if wrong.reason == "wrong_data" else []
    lock_regions(given, [*(each.region for each in held), *telling])
    for each in held:
        recall(given, each, wrong.reason, today)
    versions = sorted({each.key for each in held})
    becomes = {
        key[2]: _follow(given, [each for each in held if each.key == key], wrong, hold_again) for key in versions
    }
    gone = [key for key in versions if becomes[key[2]] != "forward"]
    for key in gone if wrong.reason == "wrong_data" else ():
        forget_past(given, *key, wrong.reason)
    why = ("carrier_rectified", wrong.account, wrong.comment.strip())
    return Rectified(tuple(held), becomes, hold_carried(given, gone, why, hold_again))


def _holders(given: cursor, wrong: Wrong) -> list[Held]:
    held = [
        each
        for each in standing(given, wrong.registration_number, wrong.unit)
        if (wrong.version is None or each.version == wrong.version)
        and (not wrong.regions or each.region in wrong.regions)
    ]
    if not held:
        raise UsageError(
            f"geen regio heeft {wrong.registration_number}" + (" van de genoemde" if wrong.regions else ""),
            f"no region holds {wrong.registration_number}" + (" of those named" if wrong.regions else ""),
        )
    units = {each.unit for each in held}
    if len(units) > 1:
        raise UsageError(
            f"{', '.join(sorted(units))} hebben elk {wrong.registration_number}: noem er een met --unit",
            f"{', '.join(sorted(units))} each have {wrong.registration_number}: name one with --unit",
        )
    if missing := set(wrong.regions) - {each.region for each in held}:
        raise UsageError(
            f"{', '.join(sorted(missing))}: heeft {wrong.registration_number} niet",
            f"{', '.join(sorted(missing))}: does not hold {wrong.registration_number}",
        )
    return held


def _follow(given: cursor, held: Sequence[Held], wrong: Wrong, hold_again: HoldAgain) -> str:
    """Let the outcome of one version follow, and return it."""
    first = held[0]
    rows = query(
        given,
        "SELECT regions, cardinality(danger) > 0, unit, night, export_id, row FROM intake.outcome"
        " WHERE (unit, registration_number, version) = (%s, %s, %s) AND outcome = 'forward' AND %s = ANY (regions)"
        " FOR UPDATE",
        (*first.key, first.region),
    )
    becomes = "return"
    for regions, danger, unit, night, export_id, row in rows[:1]:
        # where none is named, none keeps it: not one either that a night that did not end has yet to bring it to
        left: Collection[str] = sorted(set(regions) - {each.region for each in held}) if wrong.regions else ()
        if left:
            becomes = "forward"
        elif danger:
            becomes = "hold"
            hold_again(ExportKey(unit, night, export_id), row, danger)
        change_regions(
            given, first, sorted(left), becomes, f"rectified_{wrong.reason}", wrong.account, wrong.comment.strip()
        )
    return becomes


def hold_carried(
    given: cursor, keys: Sequence[tuple[str, str, int]], why: tuple[str, str, str | None], hold_again: HoldAgain
) -> dict[str, str]:
    """Put before a person what was a duplicate of a report that stands nowhere any more.

    A corrected report carries on what its earlier versions carried.

    Args:
        given: cursor of the caller's transaction.
        keys: the report versions.
        why: reason, account and comment.
        hold_again: puts a row on the desk again.

    Returns:
        `unit number version` of each, to its outcome from now on.
    """
    highest = {f"{unit} {number}": version for unit, number, version in sorted(keys)}
    found = {}
    for unit, night, export_id, row, number, version, danger in query(
        given,
        "SELECT unit, night, export_id, row, registration_number, outcome.version, cardinality(danger) > 0"
        " FROM intake.outcome"
        " JOIN unnest(%s::text[], %s::integer[]) AS gone (number, version)"
        " ON split_part(carried_by, ' ', 1) || ' ' || split_part(carried_by, ' ', 2) = gone.number"
        " AND split_part(carried_by, ' ', 3)::integer <= gone.version"
        " WHERE outcome = 'duplicate' AND carried_by IS NOT NULL"
        " ORDER BY unit, registration_number, outcome.version FOR UPDATE OF outcome",
        (list(highest), list(highest.values())),
    ):
        hold_again(ExportKey(unit, night, export_id), row, danger)
        place = (unit, night, export_id, row)
        given.execute(
            "UPDATE intake.outcome SET outcome = 'hold', carried_by = NULL, decided_by = 'desk',"
            " reasons = array_prepend(%s, array_remove(reasons, 'same_event'))"
            " WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)",
            (why[0], *place),
        )
        note_change(given, place, "duplicate", "hold", *why)
        found[f"{unit} {number} {version}"] = "hold"
    return found
