"""The texts of a whole part of an export: frames in, frames out, registration by registration.

A fault in one registration's texts stops no other: what cannot be read does not leave, and a person has to look.
"""

# ruff: noqa: E501 - a pattern or a list of words is read better whole
from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from pipeline.errors import told
from pipeline.policy.reference import Municipalities
from pipeline.redact.people import Address, Subject, squeeze
from pipeline.redact.redactor import Redactor
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import DOUBT, DROP, FIELD, Redacted, Span, rewrite
from pipeline.schema import ROW, Tables
from pipeline.screen.address_secrecy import SECRET, with_secrecy
from pipeline.screen.elements import WITHHELD

LOG: Final = logging.getLogger("meldstroom.redact")
UNREAD: Final = "unread"
"""Kind and rule of a whole text that was dropped because the redactor stopped at it, or at another of its registration."""
FIELDS: Final = ("description", "reason_for_report", "informed_explanation", "weapon_kind")
CALLINGS: Final = frozenset({"medical", "religion", "ethnicity"})
"""What a practice or a church is called after tells nothing of a person involved: the organisation is not dropped for it,
and a name, a number or an address beside it is found."""
APART: Final = re.compile(r"(?:[,;:/(|]|\s[-–]|\b(?:via|contact|contactpersoon|namens|door|vraag naar))\s*$")
"""What parts an organisation's own name from somebody who works there: `Basisschool De Kameleon, Anja de Wit`."""
NUMBERED: Final = ("entry", "organisation", "prior_incident")
PERSON: Final = (
    *("person_number", "role", "family_name", "name_prefix", "given_names", "birth_date", "street", "house_number"),
    *("postcode", "place", "municipality_code", "secret_address", "organisation"),
)
TEXTS: Final = pl.Schema({ROW: pl.Int64(), "field": pl.String(), "entry_number": pl.Int64(), "text": pl.String()})
TextKey = tuple[str, int | None]
"""(field, entry_number): which text of a registration."""
SPANS: Final = pl.Schema(
    {
        **{ROW: pl.Int64(), "field": pl.String(), "entry_number": pl.Int64(), "start": pl.Int64(), "end": pl.Int64()},
        **{"kind": pl.String(), "rule": pl.String(), "action": pl.String(), "token": pl.String()},
    }
)
LEAST_SECRET: Final = 4
"""Service numbers of fewer characters would mask ages and house numbers."""
THREAT: Final = re.compile(
    r"\b(?:be)?dreig\w*[^.!?]{0,80}\b(?:hulpverle\w+|\w*arts|juf|leerkracht|docent|mentor|school|medewerk\w+|\w*voogd\w*|professional|jeugdbescherm\w+|behandelaar|verpleegkundige|coach|begeleid\w+|maatschappelijk werk\w*)"
    r"|\b(?:hulpverle\w+|\w*arts|juf|leerkracht|docent|mentor|medewerk\w+|\w*voogd\w*|professional|jeugdbescherm\w+|behandelaar|verpleegkundige|coach|begeleid\w+)\b[^.!?]{0,60}\bbedreig\w*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class RedactedTables:
    """What may leave of the texts, and why the rest may not.

    texts: TEXTS; one line for every text that was there, null where nothing of it may leave. `field` is a column of
        the registration, or `entry`, `organisation` (`entry_number` is the person's number) or `prior_incident`
        (`entry_number` is its place among those of the registration, from 1). Null `entry_number`: the registration.
    spans: SPANS; stretches of the original text (characters, half-open), in the order of each text. What is masked or
        dropped has its rule; a `doubt` is left as it stands, and a person has to look at it: hold.
    """

    texts: pl.DataFrame
    spans: pl.DataFrame

    @classmethod
    def of(cls, told: Iterable[tuple[int, Mapping[TextKey, Redacted]]]) -> RedactedTables:
        """Return as frames what is left of the texts of each row."""
        texts: list[tuple[int, str, int | None, str | None]] = []
        spans: list[tuple[Any, ...]] = []
        for row, redacted in told:
            for (field, number), done in redacted.items():
                texts.append((row, field, number, done.text))
                spans += [(row, field, number, *span) for span in done.spans]
        return cls(_frame(texts, TEXTS), _frame(spans, SPANS))

    @property
    def withheld(self) -> pl.DataFrame:
        """WITHHELD: how often a rule took something out of a registration. Never the content."""
        gone = self.spans.filter(pl.col("action") != DOUBT).group_by(ROW, "kind", "rule").agg(pl.len().alias("count"))
        return gone.sort(ROW, "kind", "rule").cast(WITHHELD)

    @property
    def holds(self) -> pl.DataFrame:
        """Return row, reason of what a person has to look at: `text_unread`, or `text_doubt` for every doubt."""
        unread, doubt = pl.col("rule") == UNREAD, pl.col("action") == DOUBT
        reason = pl.when(unread).then(pl.lit("text_unread")).otherwise(pl.lit("text_doubt"))
        return self.spans.filter(unread | doubt).select(ROW, reason=reason)

    def rows_with(self, column: str, value: str) -> pl.Series:
        """Return the rows with a span of that `kind` or `rule`, each once, in order."""
        return self.spans.filter(pl.col(column) == value).get_column(ROW).unique().sort()


@dataclass(frozen=True)
class RedactedTexts:
    """The texts of one registration."""

    row: int
    originals: dict[TextKey, str]
    redacted: dict[TextKey, Redacted]
    """What is left of each of `originals`, and why the rest is gone."""

    @property
    def unread(self) -> bool:
        """Whether the redactor stopped: nothing is left of any text."""
        return any(span.rule == UNREAD for done in self.redacted.values() for span in done.spans)


@dataclass(frozen=True)
class _Around:
    """Who is in a registration, and where it happened as far as that is open."""

    persons: list[Subject]
    incident: Address


@dataclass(frozen=True)
class _Text:
    field: str
    number: int | None
    source: str | None
    text: str


def read_texts(
    tables: Tables, redactor: Redactor, municipalities: Municipalities | None = None
) -> Iterator[RedactedTexts]:
    """Redact every free text of `tables`, registration by registration; `medical` never leaves and is not looked at.

    Args:
        tables: canonical, each child with its ROW. An address is open only where `secret_address` says so, and where
            it is not one that another person keeps secret (`with_secrecy`).
        redactor: the compiled policy.
        municipalities: so that the municipality of a secret address is masked.
    """
    known = municipalities or Municipalities({}, {})
    tables = with_secrecy(tables)
    hidden_events = set(tables.registration.filter(SECRET).get_column(ROW))
    people = _grouped(tables.person.with_columns(secret_address=pl.col(SECRET)), PERSON)
    entries = _grouped(tables.entry, ("entry_number", "source", "text", "service_number"))
    earlier = _grouped(tables.prior_incident, ("outcome",))
    for registration in tables.registration.iter_rows(named=True):
        row = registration[ROW]
        inside = list(_texts(registration, people.get(row, ()), entries.get(row, ()), earlier.get(row, ())))
        try:
            persons = _subjects(people.get(row, ()), known)
            place = _incident(registration, known)
            hides = row in hidden_events and not _is_home(place, persons.values())
            around = _beside(list(persons.values()), place, hides=hides)
            masks = _masks(registration, around, entries.get(row, ()), inside)
            redacted = {(one.field, one.number): _redact(redactor, one, masks, persons) for one in inside}
        except MemoryError:
            raise
        except Exception as error:
            LOG.warning("the texts of one registration could not be redacted, they stay: %s", told(error))
            redacted = {(one.field, one.number): _unread(one) for one in inside}
        yield RedactedTexts(row, {(one.field, one.number): one.text for one in inside}, redacted)


def _unread(one: _Text) -> Redacted:
    return Redacted(None, (Span(0, len(one.text), UNREAD, UNREAD, DROP),))


def redact_tables(
    tables: Tables, redactor: Redactor, *, municipalities: Municipalities | None = None
) -> RedactedTables:
    """Redact every free text of `tables`; arguments as of `read_texts`."""
    return RedactedTables.of((one.row, one.redacted) for one in read_texts(tables, redactor, municipalities))


def with_texts(tables: Tables, redacted: RedactedTables) -> Tables:
    """Return `tables` with every text as it may leave; an entry of which nothing is left loses moment and source, too.

    A text that `redacted` does not know is emptied.
    """
    left = {field: _left(redacted.texts, field) for field in (*FIELDS, *NUMBERED)}
    registration = tables.registration.drop(FIELDS)
    for field in FIELDS:
        registration = registration.join(
            left[field].drop("entry_number").rename({"text": field}), on=ROW, how="left", maintain_order="left"
        )
    entry = _replaced(tables.entry, left["entry"], "text", "entry_number")
    empty = pl.col("text").is_null()
    entry = entry.with_columns(pl.when(~empty).then(pl.col(name)).alias(name) for name in ("written_at", "source"))
    prior = tables.prior_incident.with_columns((pl.int_range(pl.len()).over(ROW) + 1).alias("place"))
    return Tables(
        registration.select(tables.registration.columns),
        _replaced(tables.person, left["organisation"], "organisation", "person_number"),
        entry,
        _replaced(prior, left["prior_incident"], "outcome", "place").drop("place"),
    )


def _left(texts: pl.DataFrame, field: str) -> pl.DataFrame:
    return texts.filter(pl.col("field") == field).select(ROW, "entry_number", "text")


def _replaced(table: pl.DataFrame, left: pl.DataFrame, column: str, number: str) -> pl.DataFrame:
    new = left.rename({"entry_number": number, "text": column})
    found = table.drop(column).join(new, on=[ROW, number], how="left", maintain_order="left", validate="m:1")
    return found.select(table.columns)


def _texts(
    registration: Mapping[str, Any],
    persons: list[tuple[Any, ...]] | tuple[()],
    entries: list[tuple[Any, ...]] | tuple[()],
    earlier: list[tuple[Any, ...]] | tuple[()],
) -> Iterator[_Text]:
    for field in FIELDS:
        if registration[field]:
            yield _Text(field, None, FIELD, registration[field])
    for number, source, text, _ in entries:
        if text:
            yield _Text("entry", number, source, text)
    for number, role, *_, organisation in persons:
        if organisation:
            yield _Text("organisation", number, FIELD if role == "PR" else None, organisation)
    for number, (outcome,) in enumerate(earlier, 1):
        if outcome:
            yield _Text("prior_incident", number, FIELD, outcome)


def _incident(registration: Mapping[str, Any], municipalities: Municipalities) -> Address:
    street, house, code, place = (registration[name] for name in ("street", "house_number", "postcode", "place"))
    return Address(street, house, code, place, municipalities.of(registration["municipality_code"], code))


def _is_home(place: Address, persons: Iterable[Subject]) -> bool:
    """Whether somebody involved lives there openly: then the report says the address anyway."""

    def at(home: Address) -> bool:
        by_street = bool(home.street) and squeeze(home.street) == squeeze(place.street)
        return by_street or (bool(home.postcode) and squeeze(home.postcode) == squeeze(place.postcode))

    return any(one.involved and one.secret_address is False and at(one.address) for one in persons)


def _beside(persons: list[Subject], place: Address, *, hides: bool) -> _Around:
    """Return the persons and the place of the event; one that may be a secret address is as that of somebody hidden."""
    if not hides:
        return _Around(persons, place)
    return _Around([*persons, Subject(None, address=place, secret_address=True)], Address())


def _masks(
    registration: Mapping[str, Any],
    around: _Around,
    entries: list[tuple[Any, ...]] | tuple[()],
    texts: list[_Text],
) -> ReportMasks:
    numbers = {registration["author_service_number"], *(entry[3] for entry in entries)}
    return ReportMasks(
        around.persons,
        incident=around.incident,
        secrets=sorted(n for n in numbers if n and len(n) >= LEAST_SECRET),
        investigations=[n for n in (registration["investigation_number"],) if n],
        threat=any("dreig" in one.text.lower() and THREAT.search(one.text) for one in texts),
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
    done = redactor.redact_one(text, source=FIELD, masks=masks, spare=CALLINGS)
    spans = [span for span in done.spans if span.action != DOUBT and _is_person(redactor, text, span)]
    return Redacted(rewrite(text, spans), tuple(spans))


def _is_person(redactor: Redactor, text: str, span: Span) -> bool:
    """Whether a span of an organisation's name is no part of it: a known person's, one with a title, or one apart."""
    if span.rule not in {"third_party", "unknown_name"}:
        return True
    before = text[: span.start].lower()
    words = re.findall(r"[\w\-]+", before)
    return bool(APART.search(before)) or (bool(words) and words[-1] in redactor.policy.titles)


def _subjects(persons: Iterable[tuple[Any, ...]], municipalities: Municipalities) -> dict[int, Subject]:
    """Return the persons of one registration by number; `persons` in the columns of PERSON."""
    subjects: dict[int, Subject] = {}
    for number, role, family, prefix, given, born, street, house, code, place, town, secret, office in persons:
        address = Address(street, house, code, place, municipalities.of(town, code))
        subjects[number] = Subject(role, family, prefix, given, born, address, secret, office)
    return subjects


def _grouped(frame: pl.DataFrame, columns: tuple[str, ...]) -> dict[int, list[tuple[Any, ...]]]:
    groups: dict[int, list[tuple[Any, ...]]] = {}
    for row, *values in frame.select(ROW, *columns).iter_rows():
        groups.setdefault(row, []).append(tuple(values))
    return groups


def _frame(rows: list[Any], schema: pl.Schema) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")
