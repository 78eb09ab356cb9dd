"""What a person decides over a held registration, once, by whom, and with four eyes where the law is in doubt."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from pipeline.desk.masks import Mask, as_json, of_json
from pipeline.desk.queue import Item
from pipeline.errors import DecisionOvertaken, DecisionRefused
from pipeline.load.database import query
from pipeline.load.overtaken import LATER, leave_overtaken
from pipeline.policy.rules import Rules
from pipeline.schema import REGIONS

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

KINDS: Final = ("release", "return", "elsewhere", "withhold")
KEEP_BACK: Final = ("elsewhere", "withhold")
"""Those by which a registration is not for Veilig Thuis."""
BECOMES: Final = {"release": "forward", "return": "return", "elsewhere": "elsewhere", "withhold": "withhold"}


@dataclass(frozen=True)
class Decision:
    """What one person wants to become of one item, as that person saw it."""

    kind: str
    account: str
    lock: int
    comment: str | None = None
    regions: tuple[str, ...] = ()
    """Of a release; none: where the addresses lead."""
    masks: tuple[Mask, ...] | None = None
    """Of a release: what to leave out further; None: what the redactor leaves to a person."""


@dataclass(frozen=True)
class Proposal:
    """A release that waits for a second person."""

    account: str
    regions: tuple[str, ...]
    masks: tuple[Mask, ...]
    at: datetime

    def equals(self, decision: Decision) -> bool:
        """Tell whether a decision is the same: to the same regions, with the same left out."""
        return (set(self.regions), set(self.masks)) == (set(decision.regions), set(decision.masks or ()))


def require_regions(named: Iterable[str]) -> None:
    """Refuse a region that is none: DecisionRefused, with those that are."""
    if not set(named) <= set(REGIONS):
        known = ", ".join(REGIONS)
        raise DecisionRefused(
            f"Zo'n regio is er niet; er zijn {known}.", f"There is no such region; there are {known}."
        )


def decide(given: cursor, item: Item, decision: Decision, rules: Rules) -> bool:
    """Take a decision; tell whether it took effect.

    A release of what is under embargo or in legal doubt waits for a second person. A question to the unit about an
    item in danger leaves it on the desk: such a registration is never merely returned.

    Raises:
        DecisionRefused: somebody was first, the same person twice, or something is missing.
    """
    _check(given, item, decision)
    given.execute(
        "UPDATE intake.hold SET lock = lock + 1 WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)"
        " AND lock = %s AND decided_at IS NULL",
        (*item.place, decision.lock),
    )
    if given.rowcount != 1:
        raise DecisionOvertaken("Iemand anders was eerder; kijk opnieuw.", "Somebody was first; look again.")
    effective = _takes_effect(given, item, decision, rules)
    _record(given, item, decision, effective=effective)
    if effective:
        _close(given, item, decision)
    return effective


def needs_four_eyes(item: Item, rules: Rules) -> bool:
    """Tell whether lifting this hold takes two persons."""
    gates = (rules.gate(reason.split(":", maxsplit=1)[0], item.night) for reason in item.reasons)
    return any(gate is not None and gate.doubt is not None for gate in gates)


def proposals(given: cursor, item: Item) -> list[Proposal]:
    """Return the releases of an item that wait for a second person: the latest of each account, newest first.

    What was proposed when it lay at the desk before is not of this time.
    """
    rows = query(
        given,
        "SELECT DISTINCT ON (account) account, regions, masks, decided_at FROM intake.desk_decision"
        " WHERE (unit, night, export_id, row) = (%s, %s, %s, %s) AND kind = 'release' AND NOT effective"
        " AND decided_at >= %s ORDER BY account, decision DESC",
        (*item.place, item.since),
    )
    found = [Proposal(account, tuple(regions), of_json(masks), at) for account, regions, masks, at in rows]
    return sorted(found, key=lambda proposal: proposal.at, reverse=True)


def later_version(given: cursor, item: Item) -> int | None:
    """Return the version that speaks for the registration in this one's place (`overtaken.LATER`): maybe its own."""
    ((version,),) = query(
        given,
        f"SELECT ({LATER}) FROM intake.outcome AS ours"  # noqa: S608 - our own text
        " WHERE (ours.unit, ours.night, ours.export_id, ours.row) = (%s, %s, %s, %s)",
        item.place,
    )
    return None if version is None else int(version)


def _check(given: cursor, item: Item, decision: Decision) -> None:
    said = bool((decision.comment or "").strip())
    if decision.kind not in KINDS:
        raise DecisionRefused(
            f"Zo'n besluit is er niet; kies {', '.join(KINDS)}.",
            f"There is no such decision; choose {', '.join(KINDS)}.",
        )
    if decision.kind == "return" and not said:
        raise DecisionRefused(
            "Zeg de eenheid wat er ontbreekt: een opmerking is nodig.",
            "Tell the unit what is missing: a comment is needed.",
        )
    if decision.kind in KEEP_BACK and item.danger and not said:
        raise DecisionRefused("Er is een gevaarsignaal: zeg waarom.", "There is a danger signal: say why.")
    if item.outcome == "reject" and decision.kind in {"release", "elsewhere"}:
        raise DecisionRefused(
            "Een afgekeurde regel kan alleen terug, of worden achtergehouden.",
            "A rejected row can only go back, or be withheld.",
        )
    if decision.kind == "release":
        if not decision.regions:
            raise DecisionRefused(
                "Kies een regio: uit de adressen blijkt er geen.", "Name a region: the addresses tell none."
            )
        require_regions(decision.regions)
        later = later_version(given, item)
        if later is not None:
            raise DecisionRefused(
                f"Versie {later} is daarna ontvangen; beslis daarover.",
                f"Version {later} was received since; decide on that one.",
            )


def _takes_effect(given: cursor, item: Item, decision: Decision, rules: Rules) -> bool:
    if decision.kind == "return":
        return not item.danger
    if decision.kind != "release" or not needs_four_eyes(item, rules):
        return True
    same = {proposal.account for proposal in proposals(given, item) if proposal.equals(decision)}
    if same == {decision.account}:
        raise DecisionRefused("Hier zijn twee verschillende personen voor nodig.", "It takes two different persons.")
    return bool(same)


def _record(given: cursor, item: Item, decision: Decision, *, effective: bool) -> None:
    regions, masks = (decision.regions, decision.masks or ()) if decision.kind == "release" else ((), ())
    given.execute(
        "INSERT INTO intake.desk_decision"
        " (unit, night, export_id, row, kind, account, comment, regions, masks, effective)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(*item.place, decision.kind, decision.account, decision.comment),
            *(list(regions), json.dumps(as_json(masks)), effective),
        ),
    )


def _close(given: cursor, item: Item, decision: Decision) -> None:
    """Let the outcome follow, and the contents go from the desk; so do lower versions that wait."""
    becomes = "reject" if item.outcome == "reject" else BECOMES[decision.kind]
    reason = f"desk_{decision.kind}"
    given.execute(
        "UPDATE intake.outcome SET outcome = %s, regions = %s, reasons = array_prepend(%s, reasons),"
        " decided_by = 'desk' WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)",
        (becomes, list(decision.regions) if becomes == "forward" else [], reason, *item.place),
    )
    given.execute(
        "INSERT INTO intake.outcome_change (unit, night, export_id, row, from_outcome, to_outcome, reasons, changed_by,"
        " comment) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (*item.place, item.outcome, becomes, [reason], decision.account, decision.comment),
    )
    given.execute(
        "UPDATE intake.hold SET decided_at = now(), sealed = NULL"
        " WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)",
        item.place,
    )
    leave_overtaken(given, item.key)
