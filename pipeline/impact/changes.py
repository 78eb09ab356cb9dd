"""What a variant changes, one line a change, and what it takes to judge that change over kept nights."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Any, Final

from pipeline.impact.rejudge import changed_gates, compare
from pipeline.impact.variant import Variant
from pipeline.policy.agreements import OPEN, Agreement
from pipeline.policy.rules import Element, Rules
from pipeline.policy.suites import SUITES, Rule, Suite
from pipeline.policy.versions import Ending
from pipeline.schema import REGISTRATION

FACTS, TABLES, DELIVERED = "facts", "tables", "delivered"
"""What judging a change takes: the facts kept, the tables kept, or the export as delivered."""

FIELDS: Final = {
    "secret_address_region": FACTS,
    "leaves_empty": FACTS,
    "shares": TABLES,
    "columns": DELIVERED,
    "codes": DELIVERED,
    "form": DELIVERED,
    "stuf": DELIVERED,
}
"""Fields of an agreement that may change what becomes of a registration, beside its dates; the others say who signed
it, whom to call, when to deliver."""

DUTCH: Final = {"weight": "gewicht", "blocking": "houdt tegen", "other test": "andere toets", "yes": "ja", "no": "nee"}

OPEN_CODES: Final = {"incidentcode": "incident_code", "projectcode": "project_code"}
"""Lists of codes of which an unknown one passes as it is: what was not translated can still be."""

QUALITY: Final = tuple(name for name in SUITES if name != "well_founded")


def in_dutch(told: str) -> str:
    """Return what a Change tells as a Dutch reader sees it; names and codes stay."""
    words = re.compile(rf"\b({'|'.join(DUTCH)})\b")
    return words.sub(lambda word: DUTCH[word[0]], told)


@dataclass(frozen=True)
class Change:
    """One thing that a variant changes."""

    what: str
    """`agreement`, `criterion`, `gate`, `element`, `quality` or `text`."""
    name: str
    unit: str | None
    before: str
    after: str
    """As codes and English words; DUTCH has what a Dutch screen says for them."""
    judged_by: str

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def changes(present: Variant, variant: Variant, nights: tuple[date, date]) -> list[Change]:
    """List what a variant changes between the first and the last night, each once: what counts last comes first."""
    days = sorted({nights[0], *(day for day in _turns(present, variant) if nights[0] < day <= nights[1])}, reverse=True)
    return list(dict.fromkeys(change for day in days for change in _changes_on(present, variant, day)))


def _changes_on(present: Variant, variant: Variant, night: date) -> Iterator[Change]:
    yield from _agreement_changes(present, variant, night)
    yield from _criterion_changes(present.criteria, variant.criteria, night)
    yield from _quality_changes(present, variant, night)
    yield from _gate_changes(present.rules, variant.rules, night)
    yield from _element_changes(present.rules, variant.rules, night)
    yield from _text_changes(variant)


def _turns(*sides: Variant) -> Iterator[date]:
    """Yield the days from which on something else counts."""
    for side in sides:
        for version in chain.from_iterable(side.agreements.by_unit.values()):
            yield version.valid_from
            yield version.valid_until + timedelta(days=1)
        suites = chain.from_iterable(suite.rules for suite in side.suites)
        rules: tuple[Ending, ...] = (*side.rules.gates, *side.rules.elements, *suites)
        for rule in rules:
            yield rule.effective_from
            if rule.effective_until is not None:
                yield rule.effective_until + timedelta(days=1)


def needed(present: Variant, variant: Variant, unit: str, night: date) -> frozenset[str]:
    """Return what it takes to judge one unit's night under `variant`."""
    before, after = present.governing(unit, night), variant.governing(unit, night)
    found = [
        *agreement_changes(before.agreement, after.agreement),
        *_quality_changes(present, variant, night),
        *_element_changes(before.rules, after.rules, night),
        *_text_changes(variant),
    ]
    return frozenset(change.judged_by for change in found) | {FACTS}


def only_open_codes(before: Agreement, after: Agreement) -> bool:
    """Tell whether two agreements read an export alike but for codes of lists that pass what they do not know."""
    other = [field for field, takes in FIELDS.items() if takes == DELIVERED and field != "codes"]
    codes = {name for name in {**before.codes, **after.codes} if before.codes.get(name) != after.codes.get(name)}
    alike = all(getattr(before, field) == getattr(after, field) for field in other)
    return alike and before.leaves_empty <= after.leaves_empty and codes <= set(OPEN_CODES)


def _quality_changes(present: Variant, variant: Variant, night: date) -> Iterator[Change]:
    for name in QUALITY:
        if compare(present.suite(name), variant.suite(name), night) is not None:
            yield Change("quality", name, None, "", "", TABLES)


def _text_changes(variant: Variant) -> Iterator[Change]:
    if variant.texts is not None:
        yield Change("text", "redaction, danger", None, "", "", TABLES)


def _agreement_changes(present: Variant, variant: Variant, night: date) -> Iterator[Change]:
    for unit, versions in variant.agreements.by_unit.items():
        if present.agreements.by_unit.get(unit) == versions:
            continue
        before, after = present.governing(unit, night), variant.governing(unit, night)
        if variant.proposed(unit) is None:
            had, has = (_days(side, unit) for side in (present, variant))
            if had != has:
                yield Change("agreement", "in_force", unit, had, has, FACTS)
        yield from agreement_changes(before.agreement, after.agreement)


def _days(variant: Variant, unit: str) -> str:
    """Return the days on which a unit's versions are in force."""
    versions = variant.agreements.by_unit.get(unit, ())
    return ", ".join(
        f"{version.valid_from} -" + (f" {version.valid_until}" if version.valid_until < OPEN else "")
        for version in versions
    )


def agreement_changes(before: Agreement | None, after: Agreement | None) -> Iterator[Change]:
    """Yield what differs between two versions, but for their dates."""
    if before is None or after is None:
        return
    for field, takes in FIELDS.items():
        had, has = getattr(before, field), getattr(after, field)
        if had == has:
            continue
        needed = _for_emptiness(had, has) if field == "leaves_empty" else takes
        yield Change("agreement", field, after.unit, _shown(had), _shown(has), needed)


def _for_emptiness(had: frozenset[str], has: frozenset[str]) -> str:
    """Return what it takes to judge other columns as left empty: once filled in, nobody can tell that they were."""
    if had - has:
        return DELIVERED
    return FACTS if has - had <= REGISTRATION.schema.keys() else TABLES


def _shown(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "-"}[value]
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "-"
    return value if isinstance(value, str) else "*"


def _criterion_changes(before: Suite, after: Suite, night: date) -> Iterator[Change]:
    if compare(before, after, night) is None:
        return
    had, has = {rule.name: rule for rule in before.on(night)}, {rule.name: rule for rule in after.on(night)}
    for name in {**had, **has}:
        old, new = _rule(had.get(name)), _rule(has.get(name))
        if name in had and name in has and (had[name].type, had[name].kwargs) != (has[name].type, has[name].kwargs):
            new += ", other test"
        if old != new:
            yield Change("criterion", name, None, old, new, FACTS)


def _rule(rule: Rule | None) -> str:
    if rule is None:
        return "-"
    return f"weight {rule.weight}{', blocking' if rule.blocking else ''}"


def _gate_changes(before: Rules, after: Rules, night: date) -> Iterator[Change]:
    """Yield the gates that test, decide or stand in another order than before."""
    tested = {gate.id for gate in changed_gates(before, after, night)}
    had, has = ({gate.id: gate.outcome for gate in side.gates_on(night)} for side in (before, after))
    ranks = (
        {name: place for place, name in enumerate(n for n in side if n in had and n in has)} for side in (had, has)
    )
    ranked, ranks_now = ranks
    for name in {**had, **has}:
        if name in tested or had.get(name) != has.get(name) or ranked.get(name) != ranks_now.get(name):
            yield Change("gate", name, None, had.get(name, "-"), has.get(name, "-"), FACTS)


def _element_changes(before: Rules, after: Rules, night: date) -> Iterator[Change]:
    had, has = ({element.id: element for element in side.elements_on(night).values()} for side in (before, after))
    for name in {**had, **has}:
        old, new = had.get(name), has.get(name)
        if _allows(old) != _allows(new):
            yield Change("element", name, None, old.action if old else "-", new.action if new else "-", TABLES)


def _allows(element: Element | None) -> tuple[object, ...] | None:
    return (element.action, element.columns, element.roles, element.needs) if element else None
