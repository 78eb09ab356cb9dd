"""What was disclosed of one person: the ledger, asked by keyed hashes (Wpg 25(1))."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from stdnum.nl import bsn as elfproef

from pipeline import schema
from pipeline.enrich.ledger_keys import LEVELS, asked_ledger_keys
from pipeline.errors import UsageError
from pipeline.load.database import query
from pipeline.schema import ROW

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

ASKED: Final = (
    *("birth_date", "family_name", "name_prefix", "given_names", "bsn"),
    *("street", "house_number", "house_number_suffix", "postcode", "place"),
)
"""What may be said of the person who is asked for, by our names or the contract's."""
DUTCH: Final = {column.name: column.dutch for column in schema.PERSON.columns}


ANSWER: Final = (
    *("elements", "report_elements", "region", "at", "unit", "registration_number", "version", "ground"),
    *("agreement_version", "mandate", "recalled"),
)


def read_person(text: str) -> dict[str, str]:
    """Read who is asked for out of a JSON object, with our names of the columns or the contract's Dutch ones.

    Raises:
        UsageError: it is no such object, or names something else; its values are never repeated.
    """
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if isinstance(given, dict):
        given = {name: value for name, value in given.items() if value is not None}
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        example = '{"geboortedatum": "1990-03-04", ...}'
        raise UsageError(
            f"het bestand moet één JSON-object met teksten bevatten, zoals {example}",
            f"the file must hold one JSON object of texts, as {example}",
        )
    ours = {dutch: name for name, dutch in DUTCH.items()}
    said = {str(ours.get(name) or name): str(value) for name, value in given.items()}
    if wrong := sorted(set(said) - set(ASKED)):
        # a key that is no column's name may be somebody's
        unknown = [name if name in schema.PERSON.schema else "?" for name in wrong]
        raise UsageError(
            f"{', '.join(unknown)}: daarop wordt niet gezocht; gebruik {', '.join(DUTCH[name] for name in ASKED)}",
            f"{', '.join(unknown)}: not asked by; use {', '.join(ASKED)}",
        )
    return said


def ask(given: cursor, said: dict[str, str], secret: bytes, account: str) -> list[dict[str, Any]]:
    """Return the disclosures of a person, newest first; note that `account` asked, not about whom.

    Args:
        given: cursor of the caller's transaction.
        said: who it is, by ASKED.
        secret: the installation's key.
        account: who asks.

    Returns:
        For each disclosure `match` (`bsn`, `name`, or `alike`: look whether it is the same person) and ANSWER: `at` is
        ISO, `elements` are the kinds told of the person, `report_elements` those of the whole report, `recalled` is the
        reason, where the version was recalled since: the first.

    Raises:
        UsageError: too little is said to ask with.
    """
    levels = {key: level for level, key in reversed(asked_ledger_keys(_row(said), secret))}
    if not levels:
        raise UsageError(
            "nodig is een BSN, of een geslachtsnaam, voornamen en een geboortedatum",
            "a BSN, or a family name, given names and a birth date, are needed to ask with",
        )
    rows = query(
        given,
        """
        SELECT person.keys, person.elements, told.elements, told.region, told.recorded_at, told.unit,
               told.registration_number, told.version, told.ground, told.agreement_version, told.mandate,
               (SELECT withheld[1] FROM intake.ledger AS recall
                WHERE (recall.registration_number, recall.unit, recall.version, recall.region, recall.kind)
                    = (told.registration_number, told.unit, told.version, told.region, 'recall')
                ORDER BY sequence LIMIT 1)
        FROM intake.ledger_person AS person JOIN intake.ledger AS told USING (chain, sequence)
        WHERE person.keys && %s::bigint[]
        ORDER BY told.recorded_at DESC, told.unit, told.registration_number, told.version, told.region
        """,
        (list(levels),),
    )
    given.execute("INSERT INTO intake.ledger_question (account, found) VALUES (%s, %s)", (account, len(rows)))
    return [
        {"match": min((levels[key] for key in row[0] if key in levels), key=LEVELS.index)}
        | dict(zip(ANSWER, row[1:], strict=True))
        | {"at": row[4].isoformat()}
        for row in rows
    ]


def _row(said: dict[str, str]) -> pl.DataFrame:
    """Return the person as one canonical row; an address that somebody gives of himself is not secret to us."""
    types = {**schema.PERSON.schema, ROW: pl.Int64()}
    given = {name: value.strip() or None for name, value in said.items()}
    if born := given.get("birth_date"):
        given["birth_date"] = _read_birth_date(born)
    if number := given.get("bsn"):
        given["bsn"] = _read_bsn(number)
    return pl.DataFrame([{ROW: 0, "person_number": 1, "secret_address": False} | given], schema=types)


# What cannot be read is refused: asked without it, or with a day that does not exist, the answer to somebody's request
# would be that nothing was disclosed.


def _read_birth_date(text: str) -> str:
    """Return `yyyy-mm-dd`, with 00 for what is not known. Raises UsageError."""
    parts = re.split("[-/. ]", text)
    read = "-".join(part.zfill(2) for part in (parts if len(parts[0]) == len("yyyy") else reversed(parts)))
    try:
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", read) is None:
            raise ValueError
        date.fromisoformat(read.replace("-00", "-01"))
    except ValueError:
        raise UsageError(
            "die geboortedatum bestaat niet of is niet te lezen: schrijf jjjj-mm-dd, met 00 voor wat onbekend is",
            "that birth date does not exist or cannot be read: write yyyy-mm-dd, with 00 for what is unknown",
        ) from None
    return read


def _read_bsn(text: str) -> str:
    """Return a citizen service number of nine digits. Raises UsageError."""
    digits = re.sub("[ .-]", "", text)
    if re.fullmatch("[0-9]{9}", digits) is None or not elfproef.is_valid(digits):
        raise UsageError(
            "dat BSN klopt niet: het heeft negen cijfers en voldoet aan de elfproef",
            "that BSN is not right: it has nine digits and passes the elfproef",
        )
    return digits
