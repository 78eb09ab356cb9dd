"""Small tables for the tests of enrichment: name the columns that matter, the rest is unknown."""

import polars as pl

from pipeline.schema import ENTRY, PERSON, PRIOR_INCIDENT, REGISTRATION, Tables


def frame(table, rows):
    schema = {"row": pl.Int64, **table.schema}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, orient="row")


def tables(registrations, persons=(), priors=(), entries=()):
    """Rows without `row` belong to registration 0; persons are numbered in order unless they say."""
    numbered = [
        {"row": row, "version": 1, "registration_number": f"PL0600-2026{row:06d}"} | given
        for row, given in enumerate(registrations)
    ]
    people = [{"row": 0, "person_number": number} | given for number, given in enumerate(persons, 1)]
    return Tables(
        registration=frame(REGISTRATION, numbered),
        person=frame(PERSON, people),
        entry=frame(ENTRY, [{"row": 0} | given for given in entries]),
        prior_incident=frame(PRIOR_INCIDENT, [{"row": 0} | given for given in priors]),
    )
