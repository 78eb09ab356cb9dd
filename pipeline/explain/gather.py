"""The whole story of one registration, for a person: outcome, reasons with their law, who decided, what was kept back.

And what was disclosed to whom on which ground, and what was recalled. Words in both languages; never a content.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from pipeline.clock import local_day
from pipeline.errors import UsageError
from pipeline.explain.words import said, words
from pipeline.load.database import query
from pipeline.load.intake import REPEATED
from pipeline.load.ledger import read_entries
from pipeline.policy.reason_words import InWords, tell_gap, tell_reason
from pipeline.policy.redaction import rules_by_kind
from pipeline.policy.rules import Rules
from pipeline.returns.gather import answered_return
from pipeline.schema import schema_of

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

RECALLED: Final = words("outcome").keys() | words("recall").keys()
"""Why a version was recalled: what became of the later one, or where it went itself."""
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
        raise UsageError(
            f"geen levering bevatte registratie {number}" + (f" van {unit}" if unit else "") + ": kijk het na",
            f"no export held a registration {number}" + (f" of {unit}" if unit else "") + ": check it",
        )
    units = sorted({line["unit"] for line in received})
    if len(units) > 1:
        raise UsageError(
            f"{', '.join(units)} hebben elk een registratie {number}: noem er een met --unit",
            f"{', '.join(units)} each have a registration {number}: name one with --unit",
        )
    # who holds it, not where it is to go now: a person may have sent it elsewhere or taken it back
    regions = _delivered_to(given, number, units[0])
    return {
        "registration_number": number,
        "unit": units[0],
        "versions": [_version(given, line, rules) | {"answers": _answers(line, received)} for line in received],
        "carries": _carries(given, number, units[0]),
        "recognised": _recognised(given, number, units[0]),
        "supplemented": _supplemented(given, number, units[0], regions),
        "disclosures": _disclosures(given, number, units[0], regions, rules),
        "recalls": _recalls(given, number, units[0], regions),
    }


def _delivered_to(given: cursor, number: str, unit: str) -> list[str]:
    rows = query(
        given,
        "SELECT DISTINCT region FROM intake.delivery WHERE registration_number = %s AND unit = %s ORDER BY 1",
        (number, unit),
    )
    return [region for (region,) in rows]


def _carries(given: cursor, number: str, unit: str) -> list[str]:
    """Return the registrations that this one carries, as unit, number and version."""
    rows = query(
        given,
        "SELECT DISTINCT unit || ' ' || registration_number || ' ' || version FROM intake.outcome"
        " WHERE split_part(carried_by, ' ', 1) || ' ' || split_part(carried_by, ' ', 2) = %s ORDER BY 1",
        (f"{unit} {number}",),
    )
    return [told for (told,) in rows]


def _recognised(given: cursor, number: str, unit: str) -> list[dict[str, Any]]:
    """Return which of its persons were met before, by their number in both registrations, with what tells it."""
    names = ("version", "person_number", "kind", "earlier_unit", "earlier_number", "earlier_person_number")
    rows = query(
        given,
        f"SELECT {', '.join(names)}, weight, evidence FROM intake.person_link"  # noqa: S608 - our own names
        " WHERE registration_number = %s AND unit = %s"
        f" ORDER BY {', '.join(names)}",
        (number, unit),
    )
    return [
        dict(zip(names, row, strict=False))
        | {"bits": round(row[-2], 1), "evidence": row[-1]}
        | {"words": said("link", row[2])}
        for row in rows
    ]


def _supplemented(given: cursor, number: str, unit: str, regions: list[str]) -> list[dict[str, Any]]:
    """Return what was filled in for Veilig Thuis, by region and version: codes and dates, each with its origin."""
    rows = _staged(given, regions, "report", "version, sequence, urgency_hint, triage", (number, unit))
    return [
        {
            "region": region,
            "version": version,
            "sequence": sequence,
            "sequence_words": said("sequence", sequence),
            "urgency_hint": urgency,
            "urgency_words": said("urgency_hint", urgency),
            "triage": triage,
        }
        for region, version, sequence, urgency, triage in rows
        if sequence is not None and urgency is not None
    ]


def _staged(
    given: cursor, regions: Iterable[str], table: str, columns: str, of: tuple[str, str]
) -> Iterator[tuple[Any, ...]]:
    """Yield of each region's `table` the region and `columns`, for one registration (number, unit), by version."""
    for region in regions:
        statement = (
            f"SELECT {columns} FROM {schema_of(region)}.{table}"  # noqa: S608 - names of our own
            " WHERE registration_number = %s AND unit = %s ORDER BY version"
        )
        yield from ((region, *row) for row in query(given, statement, of))


def _answers(line: dict[str, Any], received: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return which return a version answers, if it does; a version that came again answers nothing."""
    if _is_repeated(line):
        return None
    others = [
        (other["version"], other["night"], other["outcome"], _is_repeated(other))
        for other in received
        if other["version"] is not None
    ]
    return answered_return(line["version"] or 0, others)


def _is_repeated(line: dict[str, Any]) -> bool:
    return not set(REPEATED).isdisjoint(line["reasons"])


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
        "outcome_words": said("outcome", line["outcome"]),
        "night": line["night"].isoformat(),
        "export_id": line["export_id"],
        "known_at": line["known_at"].isoformat() if line["known_at"] else None,
        "reasons": [_told(tell_reason(reason, line["night"])) for reason in line["reasons"]],
        "missing": [_told(tell_gap(gap, line["night"])) for gap in line["gaps"]],
        "withheld": [_withheld(kind, count, rules, line["night"]) for kind, count in sorted(line["withheld"].items())],
        "agreement_version": line["agreement_version"],
        "policy_version": line["policy_version"],
        "decided_by": line["decided_by"],
        "decisions": _decisions(given, key),
        "history": [
            {"at": at.isoformat(), "from": before, "to": after, "reasons": reasons, "by": by}
            | {"words": _change(before, after, reasons, line["night"])}
            for at, before, after, reasons, by in history
        ],
    }


def _change(before: str, after: str, reasons: list[str], night: date) -> dict[str, str]:
    """Give words to a change; one that leaves the outcome as it was (to another region) is told by its reason."""
    if before == after and reasons:
        return tell_reason(reasons[0], night).words.by_language
    was, becomes = said("outcome", before), said("outcome", after)
    return {language: f"{was[language]} → {becomes[language]}" for language in was}


def _decisions(given: cursor, key: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return what persons decided at the desk; what they wrote with it is not told here."""
    rows = query(
        given,
        "SELECT decided_at, account, kind, effective, regions FROM intake.desk_decision"
        " WHERE (unit, night, export_id, row) = (%s, %s, %s, %s) ORDER BY decision",
        key,
    )
    return [
        {
            "at": at.isoformat(),
            "by": account,
            "kind": kind,
            "words": said("decision", kind),
            "effective": effective,
            "role": said("decider", "effective" if effective else "other"),
            "regions": regions,
        }
        for at, account, kind, effective, regions in rows
    ]


def _told(told: InWords) -> dict[str, Any]:
    return {"code": told.code, "words": told.words.by_language, "source": told.source}


def _withheld(kind: str, count: int, rules: Rules, night: date) -> dict[str, Any]:
    element = rules.element(kind, night)
    if element:
        return {"kind": kind, "count": count, "words": element.words.by_language, "source": element.source}
    rule = rules_by_kind().get(kind)  # taken out of a text
    told = {"nl": rule.words_nl, "en": rule.words_en} if rule else None
    return {"kind": kind, "count": count, "words": told, "source": rule.law if rule else None}


def _disclosures(given: cursor, number: str, unit: str, regions: list[str], rules: Rules) -> list[dict[str, Any]]:
    """Return what the ledger says, oldest first: with words, and the secrecy notice that went with a delivery."""
    rows = _staged(given, regions, "report", "version, secrecy_notice", (number, unit))
    notices = {(region, version): notice for region, version, notice in rows}
    return [
        entry_in_words(entry, rules) | {"secrecy_notice": notices.get((entry["region"], entry["version"]))}
        for entry in read_entries(given, number, unit)
    ]


def entry_in_words(entry: dict[str, Any], rules: Rules) -> dict[str, Any]:
    """Return an entry of the ledger with words for its kind and for what was shared and kept back."""
    day = local_day(datetime.fromisoformat(entry["at"]))
    return {
        **entry,
        "kind_words": said("entry", "shortened" if takes_out(entry) else entry["kind"]),
        "shared": [_withheld(kind, 1, rules, day) for kind in entry["elements"]],
        "kept_back": [_kept_back(told, entry["kind"], rules, day) for told in entry["withheld"]],
    }


def takes_out(entry: dict[str, Any]) -> bool:
    """Tell whether an amendment took out what a carried registration had brought: it shares nothing."""
    return entry["kind"] == "amendment" and not entry["elements"]


def _kept_back(told: str, entry: str, rules: Rules, day: date = date.max) -> dict[str, Any]:
    """Give words to what an entry says was kept back: `kind:count` of a delivery, else a reason.

    What is taken out of a report that carried it has a recall's reasons.
    """
    if entry == "recall" or (entry == "amendment" and told in RECALLED):
        return {"kind": told, "count": None, "words": recall_words(told), "source": None}
    kind, _, count = told.rpartition(":")
    if kind and count.isdigit():
        return _withheld(kind, int(count), rules, day)
    reason = tell_reason(told, day)
    return {"kind": told, "count": None, "words": reason.words.by_language, "source": reason.source}


def recall_words(reason: str) -> dict[str, str]:
    """Give words to a recall's reason: what became of a later version, else what a person took it back for."""
    if reason in RECALLED:
        return said("recall" if reason in words("recall") else "outcome", reason)
    return tell_reason(f"rectified_{reason}").words.by_language


def _recalls(given: cursor, number: str, unit: str, regions: list[str]) -> list[dict[str, Any]]:
    staged = _staged(given, regions, "recall", "version, reason, replaced_by, recalled_at", (number, unit))
    rows = sorted(staged, key=lambda row: (row[0], row[1], row[-1]))
    return [
        {
            **{"region": region, "version": version, "reason": reason, "replaced_by": by, "at": at.isoformat()},
            "words": recall_words(reason),
        }
        for region, version, reason, by, at in rows
    ]
