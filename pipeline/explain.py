"""The whole story of one registration, for a person: outcome, reasons with their law, what was kept back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.load.database import query
from pipeline.policy.redaction import rules_by_kind
from pipeline.policy.rules import Rules
from pipeline.returns.gather import answered_return

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

REPEATED = {"already_received", "superseded"}
OUTCOME_COLUMNS = (
    *("unit", "night", "export_id", "row", "version", "outcome", "reasons", "gaps", "danger", "score", "regions"),
    *("withheld", "carried_by", "agreement_version", "policy_version", "decided_by", "known_at"),
)


def explain(given: cursor, number: str, unit: str | None, rules: Rules) -> dict[str, Any]:
    """Return everything that is known of a registration, version by version, without any of its contents.

    Raises:
        UsageError: no export held that number, or several units did and none was named.
    """
    given.execute(
        f"SELECT {', '.join(OUTCOME_COLUMNS)} FROM intake.outcome"  # noqa: S608 - our own names
        " WHERE registration_number = %s AND (%s::text IS NULL OR unit = %s)"
        " ORDER BY unit, version, night, export_id, row",
        (number, unit, unit),
    )
    received = [dict(zip(OUTCOME_COLUMNS, line, strict=True)) for line in given.fetchall()]
    if not received:
        raise UsageError(f"no export held a registration {number}" + (f" of {unit}" if unit else ""))
    units = sorted({line["unit"] for line in received})
    if len(units) > 1:
        raise UsageError(f"{', '.join(units)} each have a registration {number}: name one with --unit")
    return {
        "registration_number": number,
        "unit": units[0],
        "versions": [_version(given, line, rules) | {"answers": _answers(line, received)} for line in received],
        "disclosures": _disclosures(given, number, units[0]),
        "recalls": _recalls(given, number, units[0], sorted({r for line in received for r in line["regions"]})),
    }


def _answers(line: dict[str, Any], received: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return which return a version answers, if it does; a version that came again answers nothing."""
    if REPEATED & set(line["reasons"]):
        return None
    others = [
        (other["version"], other["night"], other["outcome"], bool(REPEATED & set(other["reasons"])))
        for other in received
        if other["version"] is not None
    ]
    return answered_return(line["version"] or 0, others)


def _version(given: cursor, line: dict[str, Any], rules: Rules) -> dict[str, Any]:
    key = (line["unit"], line["night"], line["export_id"], line["row"])
    history = query(
        given,
        "SELECT changed_at, from_outcome, to_outcome, reasons, changed_by FROM intake.outcome_change"
        " WHERE (unit, night, export_id, row) = (%s, %s, %s, %s) ORDER BY change",
        key,
    )
    return {
        **{name: line[name] for name in ("version", "outcome", "gaps", "danger", "score", "regions", "carried_by")},
        "night": line["night"].isoformat(),
        "export_id": line["export_id"],
        "known_at": line["known_at"].isoformat() if line["known_at"] else None,
        "reasons": [_reason(reason, rules) for reason in line["reasons"]],
        "withheld": [_withheld(kind, count, rules) for kind, count in sorted(line["withheld"].items())],
        "agreement_version": line["agreement_version"],
        "policy_version": line["policy_version"],
        "decided_by": line["decided_by"],
        "history": [
            {"at": at.isoformat(), "from": before, "to": after, "reasons": reasons, "by": by}
            for at, before, after, reasons, by in history
        ],
    }


def _reason(reason: str, rules: Rules) -> dict[str, Any]:
    """Give a reason its words and source; a data-quality reason (`unreadable:alcohol`) speaks for itself."""
    gate = rules.gate(reason.split(":", maxsplit=1)[0])
    if gate is None:
        return {"code": reason, "words": None, "source": None}
    return {"code": reason, "words": {"nl": gate.words.nl, "en": gate.words.en}, "source": gate.source}


def _withheld(kind: str, count: int, rules: Rules) -> dict[str, Any]:
    element = next((element for element in rules.elements if element.id == kind), None)
    if element:
        words, source = {"nl": element.words.nl, "en": element.words.en}, element.source
        return {"kind": kind, "count": count, "words": words, "source": source}
    rule = rules_by_kind().get(kind)  # taken out of a text
    told = {"nl": rule.words_nl, "en": rule.words_en} if rule else None
    return {"kind": kind, "count": count, "words": told, "source": rule.law if rule else None}


def _disclosures(given: cursor, number: str, unit: str) -> list[dict[str, Any]]:
    names = ("at", "kind", "version", "region", "elements", "withheld", "ground", "agreement_version", "mandate")
    rows = query(
        given,
        "SELECT recorded_at, kind, version, region, elements, withheld, ground, agreement_version, mandate"
        " FROM intake.ledger WHERE registration_number = %s AND unit = %s ORDER BY recorded_at, chain, sequence",
        (number, unit),
    )
    return [{**dict(zip(names, row, strict=True)), "at": row[0].isoformat()} for row in rows]


def _recalls(given: cursor, number: str, unit: str, regions: list[str]) -> list[dict[str, Any]]:
    found = []
    for region in regions:
        rows = query(
            given,
            f"SELECT version, reason, replaced_by, recalled_at FROM vt_{region[2:]}.recall"  # noqa: S608 - a region
            " WHERE registration_number = %s AND unit = %s ORDER BY version",
            (number, unit),
        )
        found += [
            {"region": region, "version": version, "reason": reason, "replaced_by": by, "at": at.isoformat()}
            for version, reason, by, at in rows
        ]
    return found
