"""What a person decides over a held registration, once, by whom, and with four eyes where the law is in doubt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pipeline.desk.queue import Item
from pipeline.errors import DecisionRefused
from pipeline.load.database import query
from pipeline.policy.rules import Rules

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

KINDS: Final = ("release", "return", "elsewhere", "withhold")
BECOMES: Final = {"release": "forward", "return": "return", "elsewhere": "elsewhere", "withhold": "withhold"}


@dataclass(frozen=True)
class Decision:
    """What one person wants to become of one item, as that person saw it."""

    kind: str
    account: str
    lock: int
    comment: str | None = None
    regions: tuple[str, ...] = ()
    masks: tuple[dict[str, object], ...] = field(default=())
    """Spans to mask further: field, entry_number, start, end."""


def decide(given: cursor, item: Item, decision: Decision, rules: Rules) -> bool:
    """Take a decision; tell whether it took effect.

    A release of what is under embargo or in legal doubt waits for a second person. A question to the unit about an
    item in danger leaves it on the desk: such a registration is never merely returned.

    Raises:
        DecisionRefused: somebody was first, the same person twice, or something is missing.
    """
    _check(item, decision)
    given.execute(
        "UPDATE intake.hold SET lock = lock + 1 WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)"
        " AND lock = %s AND decided_at IS NULL",
        (*item.key.values(), item.row, decision.lock),
    )
    if given.rowcount != 1:
        raise DecisionRefused("Iemand anders heeft dit in de tussentijd beslist; kijk opnieuw. / Somebody was first.")
    effective = _takes_effect(given, item, decision, rules)
    _record(given, item, decision, effective=effective)
    if effective:
        _close(given, item, decision)
    return effective


def needs_four_eyes(item: Item, rules: Rules) -> bool:
    """Tell whether lifting this hold takes two persons."""
    gates = (rules.gate(reason.split(":", maxsplit=1)[0]) for reason in item.reasons)
    return any(gate is not None and gate.doubt is not None for gate in gates)


def _check(item: Item, decision: Decision) -> None:
    if decision.kind not in KINDS:
        raise DecisionRefused(f"{decision.kind} is no decision; choose {', '.join(KINDS)}")
    if decision.kind == "return" and not (decision.comment or "").strip():
        raise DecisionRefused("Zeg de eenheid wat er ontbreekt: een opmerking is nodig. / A comment is needed.")
    if decision.kind == "release" and item.outcome == "reject":
        raise DecisionRefused("Een afgekeurde regel kan niet worden doorgezonden; vraag de eenheid om een nieuwe.")
    if decision.kind == "release" and not decision.regions:
        raise DecisionRefused("Kies een regio: uit de adressen blijkt er geen. / Name a region.")


def _takes_effect(given: cursor, item: Item, decision: Decision, rules: Rules) -> bool:
    if decision.kind == "return":
        return not item.danger
    if decision.kind != "release" or not needs_four_eyes(item, rules):
        return True
    earlier = query(
        given,
        "SELECT account, regions, masks FROM intake.desk_decision WHERE (unit, night, export_id, row) ="
        " (%s, %s, %s, %s) AND kind = 'release' AND NOT effective ORDER BY decision DESC",
        (*item.key.values(), item.row),
    )
    if any(account == decision.account for account, _, _ in earlier):
        raise DecisionRefused("Hier zijn twee verschillende personen voor nodig. / It takes two different persons.")
    same = [
        account
        for account, regions, masks in earlier
        if (set(regions), masks) == (set(decision.regions), list(decision.masks))
    ]
    return bool(same)


def _record(given: cursor, item: Item, decision: Decision, *, effective: bool) -> None:
    import json

    given.execute(
        "INSERT INTO intake.desk_decision"
        " (unit, night, export_id, row, kind, account, comment, regions, masks, effective)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(*item.key.values(), item.row, decision.kind, decision.account, decision.comment),
            *(list(decision.regions), json.dumps(decision.masks), effective),
        ),
    )


def _close(given: cursor, item: Item, decision: Decision) -> None:
    """Let the outcome follow, and the contents go from the desk."""
    place = (*item.key.values(), item.row)
    becomes = "reject" if item.outcome == "reject" else BECOMES[decision.kind]
    reason = f"desk_{decision.kind}"
    given.execute(
        "UPDATE intake.outcome SET outcome = %s, regions = %s, reasons = array_prepend(%s, reasons),"
        " decided_by = 'desk' WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)",
        (becomes, list(decision.regions) if becomes == "forward" else [], reason, *place),
    )
    given.execute(
        "INSERT INTO intake.outcome_change (unit, night, export_id, row, from_outcome, to_outcome, reasons, changed_by,"
        " comment) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (*place, item.outcome, becomes, [reason], decision.account, decision.comment),
    )
    given.execute(
        "UPDATE intake.hold SET decided_at = now(), sealed = NULL"
        " WHERE (unit, night, export_id, row) = (%s, %s, %s, %s)",
        place,
    )
