"""The texts of a whole part of an export: frames in, frames out, registration by registration."""

# ruff: noqa: E501 - a pattern or a list of words is read better whole
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from pipeline.redact.people import Address, Subject
from pipeline.redact.redactor import Redactor
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import DOUBT, DROP, FIELD, Redacted, Span, rewrite
from pipeline.schema import ROW, Tables

FIELDS: Final = ("description", "reason_for_report", "informed_explanation", "weapon_kind")
TEXTS: Final = pl.Schema({ROW: pl.Int64(), "field": pl.String(), "entry_number": pl.Int64(), "text": pl.String()})
WITHHELD: Final = pl.Schema({ROW: pl.Int64(), "kind": pl.String(), "rule": pl.String(), "count": pl.Int64()})
DOUBTS: Final = pl.Schema(
    {ROW: pl.Int64(), "field": pl.String(), "entry_number": pl.Int64(), "start": pl.Int64(), "end": pl.Int64(), "kind": pl.String(), "rule": pl.String()}
)  # fmt: skip
LEAST_SECRET: Final = 4
"""Service numbers of fewer characters would mask ages and house numbers."""
THREAT: Final = re.compile(
    r"\b(?:be)?dreig\w*[^.!?]{0,80}\b(?:hulpverle\w+|\w*arts|juf|leerkracht|docent|mentor|school|medewerk\w+|\w*voogd\w*|professional|jeugdbescherm\w+|behandelaar|verpleegkundige|coach|begeleid\w+|maatschappelijk werk\w*)"
    r"|\b(?:hulpverle\w+|\w*arts|juf|leerkracht|docent|mentor|medewerk\w+|\w*voogd\w*|professional|jeugdbescherm\w+|behandelaar|verpleegkundige|coach|begeleid\w+)\b[^.!?]{0,60}\bbedreig\w*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class RedactedTables:
    """What may leave of the texts, and what was withheld.

    texts: TEXTS; one line for every text that was there, null where nothing of it may leave. `field` is a column of
        the registration, or `entry`, `organisation` (`entry_number` is the person's number) or `prior_incident`
        (`entry_number` is its place among those of the registration, from 1). Null `entry_number`: the registration.
    withheld: WITHHELD; how often a rule took something out of a registration. Never the content.
    doubts: DOUBTS; stretches of the original text (characters, half-open) at which a person has to look: hold.
    """

    texts: pl.DataFrame
    withheld: pl.DataFrame
    doubts: pl.DataFrame


@dataclass(frozen=True)
class _Text:
    field: str
    number: int | None
    source: str | None
    text: str


def redact_tables(
    tables: Tables,
    redactor: Redactor,
    *,
    leaves_empty: frozenset[str] = frozenset(),
    municipalities: Mapping[str, str] | None = None,
) -> RedactedTables:
    """Redact every free text of `tables`; `medical` is no text that ever leaves and is not looked at.

    Args:
        tables: canonical, each child with its ROW.
        redactor: the compiled policy.
        leaves_empty: the agreement's: with `secret_address` among them an unknown one is not secret.
        municipalities: names by code, so that the municipality of a secret address is masked.
    """
    people = _people(tables.person, "secret_address" in leaves_empty, municipalities or {})
    entries = _grouped(tables.entry, ("entry_number", "source", "text", "service_number"))
    earlier = _grouped(tables.prior_incident, ("outcome",))
    texts: list[tuple[int, str, int | None, str | None]] = []
    withheld: list[tuple[int, str, str, int]] = []
    doubts: list[tuple[int, str, int | None, int, int, str, str]] = []
    for registration in tables.registration.iter_rows(named=True):
        row = registration[ROW]
        persons = people.get(row, {})
        inside = list(_texts(registration, persons, entries.get(row, ()), earlier.get(row, ())))
        masks = _masks(registration, list(persons.values()), entries.get(row, ()), inside)
        count: Counter[tuple[str, str]] = Counter()
        for one in inside:
            done = _redact(redactor, one, masks, persons)
            texts.append((row, one.field, one.number, done.text))
            count.update((span.kind, span.rule) for span in done.spans if span.action != DOUBT)
            doubts += [(row, one.field, one.number, s.start, s.end, s.kind, s.rule) for s in done.doubts]
        withheld += [(row, kind, rule, times) for (kind, rule), times in sorted(count.items())]
    return RedactedTables(_frame(texts, TEXTS), _frame(withheld, WITHHELD), _frame(doubts, DOUBTS))


def _texts(
    registration: Mapping[str, Any],
    persons: Mapping[int, Subject],
    entries: list[tuple[Any, ...]] | tuple[()],
    earlier: list[tuple[Any, ...]] | tuple[()],
) -> Iterator[_Text]:
    for field in FIELDS:
        if registration[field]:
            yield _Text(field, None, FIELD, registration[field])
    for number, source, text, _ in entries:
        if text:
            yield _Text("entry", number, source, text)
    for number, person in persons.items():
        if person.organisation:
            yield _Text("organisation", number, FIELD if person.role == "PR" else None, person.organisation)
    for number, (outcome,) in enumerate(earlier, 1):
        if outcome:
            yield _Text("prior_incident", number, FIELD, outcome)


def _masks(
    registration: Mapping[str, Any],
    persons: list[Subject],
    entries: list[tuple[Any, ...]] | tuple[()],
    texts: list[_Text],
) -> ReportMasks:
    numbers = {registration["author_service_number"], *(entry[3] for entry in entries)}
    return ReportMasks(
        persons,
        incident=Address(
            registration["street"], registration["house_number"], registration["postcode"], registration["place"]
        ),
        secrets=sorted(n for n in numbers if n and len(n) >= LEAST_SECRET),
        investigations=[n for n in (registration["investigation_number"],) if n],
        threat=any(THREAT.search(one.text) for one in texts),
    )


def _redact(redactor: Redactor, one: _Text, masks: ReportMasks, persons: Mapping[int, Subject]) -> Redacted:
    if one.field != "organisation" or one.source is None:
        return redactor.redact_one(one.text, source=one.source, masks=masks)
    if masks.threat:
        return Redacted(None, (Span(0, len(one.text), "organisation", "organisation", DROP),))
    return _organisation(redactor, one.text, persons)


def _organisation(redactor: Redactor, text: str, persons: Mapping[int, Subject]) -> Redacted:
    """Redact the column `organisation`: its own name and the function stay, a person's name in it goes."""
    masks = ReportMasks([Subject(p.role, p.family_name, p.name_prefix, p.given_names) for p in persons.values()])
    done = redactor.redact_one(text, source=FIELD, masks=masks)
    spans = [span for span in done.spans if span.action != DOUBT and _is_person(redactor, text, span)]
    return Redacted(rewrite(text, spans), tuple(spans))


def _is_person(redactor: Redactor, text: str, span: Span) -> bool:
    """Whether a span of an organisation's name is no part of it: a known person's, or one with a title."""
    if span.rule not in {"third_party", "unknown_name", "medical", "religion", "ethnicity"}:
        return True
    before = re.findall(r"[\w\-]+", text[: span.start].lower())
    return bool(before) and before[-1] in redactor.policy.titles


def _people(
    frame: pl.DataFrame, empty_is_open: bool, municipalities: Mapping[str, str]
) -> dict[int, dict[int, Subject]]:
    people: dict[int, dict[int, Subject]] = {}
    columns = (
        ROW, "person_number", "role", "family_name", "name_prefix", "given_names", "birth_date", "street", "house_number",
        "postcode", "place", "municipality_code", "secret_address", "organisation",
    )  # fmt: skip
    for (
        row,
        number,
        role,
        family,
        prefix,
        given,
        born,
        street,
        house,
        code,
        place,
        town,
        secret,
        office,
    ) in frame.select(columns).iter_rows():
        address = Address(street, house, code, place, municipalities.get(town) if town else None)
        hidden = False if secret is None and empty_is_open else secret
        subject = Subject(role, family, prefix, given, born, address, hidden, office)
        people.setdefault(row, {})[number] = subject
    return people


def _grouped(frame: pl.DataFrame, columns: tuple[str, ...]) -> dict[int, list[tuple[Any, ...]]]:
    groups: dict[int, list[tuple[Any, ...]]] = {}
    for row, *values in frame.select(ROW, *columns).iter_rows():
        groups.setdefault(row, []).append(tuple(values))
    return groups


def _frame(rows: list[Any], schema: pl.Schema) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")
