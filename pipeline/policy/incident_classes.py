"""BVH incident classes: which earlier incidents matter to Veilig Thuis, and which are danger by themselves.

Source: DOMAIN.md "Elements"; "Never filtered away". Of what it is about (stalking, a weapon) a class says that it is
there where the officer's box is empty: a danger signal is never lost to a missing field. A box that says no stands.
Incest and abuse of dependency are domestic: violence in a dependency relation by what the class says (Wmo 5.1.6(2)).
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

import polars as pl

from pipeline.policy.words import Words


@cache
def _classes() -> tuple[dict[str, str], ...]:
    text = resources.files("pipeline.policy").joinpath("incident_classes.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def categories() -> dict[str, str]:
    """Return the category (`violence`, `sexual`, `child`, `domestic`, `weapon`) of every class that matters."""
    return {line["code"]: line["category"] for line in _classes()}


@cache
def class_words() -> dict[str, Words]:
    """Return what every class that matters is called."""
    return {line["code"]: Words(line["words_nl"], line["words_en"]) for line in _classes()}


def classes_of(signal: str) -> list[str]:
    """Return the classes that are a danger signal where its box is empty."""
    return [line["code"] for line in _classes() if line["signal"] == signal]


def danger_box(box: str) -> pl.Expr:
    """Return what a danger box of a registration says, and its class where the box says nothing."""
    of_class = pl.col("incident_code").is_in(classes_of(box)).fill_null(value=False)
    return pl.col(box) | (pl.col(box).is_null() & of_class)


def relevant_classes() -> list[str]:
    """Return the classes whose earlier incidents may be shared; any other antecedent is dropped."""
    return sorted(categories())
