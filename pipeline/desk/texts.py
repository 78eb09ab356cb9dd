"""The texts of one held registration as the redactor reads them, with a span for all that it takes out."""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.desk.masks import TextKey
from pipeline.policy.redaction import read_redaction_policy
from pipeline.redact import Redacted, Redactor
from pipeline.redact import tables as inside
from pipeline.schema import ROW, Tables

COMPILED: Final[list[Redactor]] = []


def redactor() -> Redactor:
    """Return the compiled policy of texts, made at first use (about a second)."""
    if not COMPILED:
        COMPILED.append(Redactor(read_redaction_policy()))
    return COMPILED[0]


def read_texts(
    tables: Tables, compiled: Redactor, leaves_empty: frozenset[str]
) -> tuple[dict[TextKey, str], dict[TextKey, Redacted]]:
    """Return each text of one registration as it was received, and what the redactor leaves of it.

    Args:
        tables: of one registration.
        compiled: the redactor.
        leaves_empty: the agreement's.
    """
    (registration,) = tables.registration.iter_rows(named=True)
    row = registration[ROW]
    persons = inside._people(tables.person, "secret_address" in leaves_empty, {}).get(row, {})
    entries = inside._grouped(tables.entry, ("entry_number", "source", "text", "service_number")).get(row, ())
    earlier = inside._grouped(tables.prior_incident, ("outcome",)).get(row, ())
    found = list(inside._texts(registration, persons, entries, earlier))
    masks = inside._masks(registration, list(persons.values()), entries, found)
    texts = {(one.field, one.number): inside._redact(compiled, one, masks, persons) for one in found}
    return {(one.field, one.number): one.text for one in found}, texts


def with_texts(tables: Tables, texts: dict[TextKey, Redacted]) -> Tables:
    """Return the tables of one registration with `texts` in the place of what was received."""
    left = {key: done.text for key, done in texts.items()}
    own = [pl.lit(left.get((field, None)), dtype=pl.String).alias(field) for field in inside.FIELDS]
    entries = [left.get(("entry", number)) for number in tables.entry.get_column("entry_number")]
    offices = [left.get(("organisation", number)) for number in tables.person.get_column("person_number")]
    endings = [left.get(("prior_incident", place)) for place in range(1, tables.prior_incident.height + 1)]
    return Tables(
        tables.registration.with_columns(own),
        tables.person.with_columns(pl.Series("organisation", offices, pl.String)),
        tables.entry.with_columns(pl.Series("text", entries, pl.String)),
        tables.prior_incident.with_columns(pl.Series("outcome", endings, pl.String)),
    )
