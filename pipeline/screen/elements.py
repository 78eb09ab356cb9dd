"""Minimising: of every table only what an element rule names, for the persons it names. All else is emptied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import polars as pl

from pipeline.policy.rules import Element
from pipeline.schema import INVOLVED, ROW
from pipeline.schema import TABLES as DECLARED
from pipeline.screen.address_secrecy import SECRET
from pipeline.screen.shapes import CLASS_SHAPE, LINE_SHAPE, MARK_SHAPE, MOBILE_SHAPE, NO_NAME, SHAPES

TABLES = {table.name: table for table in DECLARED}
WITHHELD = pl.Schema({ROW: pl.Int64(), "kind": pl.String(), "rule": pl.String(), "count": pl.Int64()})
"""What was kept back: of which kind, by which rule (the element's id, or a rule's of the texts), how often."""


def keep_allowed(
    table: pl.DataFrame,
    name: str,
    governing: Mapping[str, Element],
    shares: frozenset[str],
    met: Mapping[str, pl.Expr],
    role: str = "role",
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Empty every value of `table` that no element rule lets through.

    Args:
        table: canonical columns of the contract's table, and columns of ours, which are left as they are.
        name: `registration`, `person`, `entry` or `prior_incident`.
        governing: the element in force for each `table.column` (`Rules.elements_on`).
        shares: elements that the unit's agreement adds (`bsn`, `phone`).
        met: for each condition of `needs` but `agreed`, an expression that is true where it is met; `need:column` where
            each column has its own. A condition that is not named here is not met (unknown is not a pass).
        role: the column with the role of the person that a row speaks of.

    Returns:
        The table, same rows and columns; and WITHHELD: how many values were emptied, by row and kind of element.
    """
    governed: dict[tuple[Element | None, str], list[str]] = {}
    for column in TABLES[name].schema:
        if column in table.columns:
            element = governing.get(f"{name}.{column}")
            governed.setdefault((element, _own(column, element, met)), []).append(column)
    judged = table.with_columns(
        _allowed(element, own, shares, met, role).alias(_may(element, own)) for element, own in governed
    )
    kept = judged.with_columns(pl.when(_may(*by)).then(pl.col(columns)) for by, columns in governed.items())
    held: dict[str, list[pl.Expr]] = {}
    for (element, own), columns in governed.items():
        for column in columns:
            if kept[column].null_count() > table[column].null_count():
                emptied = pl.col(column).is_not_null() & ~pl.col(_may(element, own))
                held.setdefault(_kind(element), []).append(emptied)
    return kept.select(table.columns), _count(judged, held)


def _kind(element: Element | None) -> str:
    return element.id if element else "not_named"


def _own(column: str, element: Element | None, met: Mapping[str, pl.Expr]) -> str:
    """Return `column` where the element has a condition that each column meets by itself, else nothing."""
    return column if element and any(f"{need}:{column}" in met for need in element.needs) else ""


def _may(element: Element | None, own: str) -> str:
    """Return the name of the column that tells where an element may be shared, or one column of it."""
    return f"may:{_kind(element)}:{own}"


def _allowed(
    element: Element | None, own: str, shares: frozenset[str], met: Mapping[str, pl.Expr], role: str
) -> pl.Expr:
    """Return an expression that is true where the element may be shared, and never unknown."""
    if element is None or element.action in {"drop", "mask"}:
        return pl.lit(value=False)
    allowed = pl.col(role).is_in(element.roles) if element.roles else pl.lit(value=True)
    for need in element.needs:
        known = met.get(f"{need}:{own}", met.get(need, pl.lit(value=False)))
        allowed &= pl.lit(element.id in shares) if need == "agreed" else known
    return allowed.fill_null(value=False)


def _count(table: pl.DataFrame, by_kind: Mapping[str, list[pl.Expr]]) -> pl.DataFrame:
    """Return WITHHELD of the values that are held, by kind."""
    held = table.select(ROW, *(pl.sum_horizontal(values).alias(kind) for kind, values in by_kind.items()))
    return (
        held.unpivot(list(by_kind), index=ROW, variable_name="kind", value_name="count")
        .filter(pl.col("count") > 0)
        .group_by(ROW, "kind")
        .agg(pl.col("count").sum())
        .select(ROW, "kind", pl.col("kind").alias("rule"), "count")
        .cast(WITHHELD)
        .sort(ROW, "kind")
    )


def bsn_is_verified(column: str = "bsn") -> pl.Expr:
    """Test the elfproef: nine digits, weights 9 to 2 and -1, a multiple of 11, not all zeros (DOMAIN.md "Codes")."""
    digits = pl.col(column).str.extract(r"^(\d{9})$", 1)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = pl.sum_horizontal(
        digits.str.slice(place, 1).cast(pl.Int64) * weight for place, weight in enumerate(weights)
    )
    stand_ins = pl.col(column).is_in(["000000000", "999999999"])
    return digits.is_not_null() & (total % 11 == 0) & ~stand_ins


NAMES = ("family_name", "name_prefix", "given_names")
RELATED = "related_role"
"""The role of the person whom a relation is to; empty where that is not known, null where there is no such person."""
INFORMANT = "IN"


def codes_are_codes(languages: frozenset[str]) -> dict[str, pl.Expr]:
    """Return conditions of `needs` on columns that a unit fills freely: what is no code, or no language, stays."""
    language = pl.col("interpreter_language").str.to_lowercase().str.strip_chars()
    return {
        "class_shape": pl.col("incident_code").str.contains(CLASS_SHAPE),
        "mark_shape": pl.col("project_code").str.contains(MARK_SHAPE),
        "known_language": language.is_in(sorted(languages)),
    }


def of_shape() -> dict[str, pl.Expr]:
    """Return the condition `shape` of each column that a unit fills by hand: what does not belong there stays."""
    return {
        f"shape:{column}": pl.col(column).str.contains(pattern) ^ pl.lit(not fits)
        for column, (pattern, fits) in SHAPES.items()
    }


def add_related(person: pl.DataFrame) -> pl.DataFrame:
    """Add RELATED to persons."""
    others = person.select(
        ROW, pl.col("person_number").alias("relation_to"), pl.col("role").fill_null("").alias(RELATED)
    )
    return person.join(others, on=[ROW, "relation_to"], how="left", maintain_order="left")


def of_persons() -> dict[str, pl.Expr]:
    """Return conditions of `needs` on persons and their past, over SECRET and RELATED."""
    line = pl.col("phone").str.replace_all(r"[\s().\-]", "")
    named = pl.any_horizontal(pl.col(name).str.contains(NO_NAME).fill_null(value=False) for name in NAMES)
    return {
        "name_only": ~named,
        "own_line": line.str.contains(LINE_SHAPE) & (~pl.col(SECRET) | line.str.contains(MOBILE_SHAPE)),
        "among_involved": pl.col(RELATED).is_null() | pl.col(RELATED).is_in(INVOLVED),
    }


def of_the_past(convictions: Iterable[str]) -> dict[str, pl.Expr]:
    """Return conditions of `needs` on prior incidents; a role that nobody knows is none of an informant.

    Args:
        convictions: how words (small letters) begin that tell of a conviction.
    """
    convicted = pl.col("outcome").str.to_lowercase().str.contains(rf"\b(?:{'|'.join(map(re.escape, convictions))})")
    return {
        "no_informant": (pl.col("role") != INFORMANT).fill_null(value=True),
        "was_involved": pl.col("role").is_in(INVOLVED).fill_null(value=False),
        "no_conviction": ~convicted.fill_null(value=False),
    }
