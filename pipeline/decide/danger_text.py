"""Danger that only a text tells: a hand on a throat, a knife, days of following, a child with a mark.

Two passes over whole columns: texts with none of the stems are left at once (Aho-Corasick), the rest is cut
into sentences and each rule looks at those. Measured on one core: see `tests/decide/test_danger_text.py`.
"""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_
from typing import Final

import polars as pl

from pipeline.policy.danger import DangerRule, DangerRules, Excuse, plain, read_danger_rules
from pipeline.schema import ROW, Tables

TOLD: Final = pl.Schema(
    {
        ROW: pl.Int64(),
        "signal": pl.String(),
        "field": pl.String(),
        "entry_number": pl.Int64(),
        "start": pl.Int64(),
        "end": pl.Int64(),
        "rule": pl.String(),
    }
)
NAMED: Final = pl.Schema({ROW: pl.Int64(), "name": pl.String()})
UNHEARD: Final = ("T", "I")
"""Tactical notes and criminal intelligence may not leave (Wpg 12, Bpg 2:3), nor what follows from them."""
CUT: Final = "\x1e"
"""Put between sentences; no text keeps one."""
END_OF_SENTENCE: Final = r"((?:\p{L}{3,}|[\d\"')])[.!?]+[\"')]*\s+|\n+)"
"""A word of three letters or more before the stop: `t.p.`, `nr.` and `jr.` end nothing."""


def detect_danger(
    texts: pl.DataFrame, night: date, children: pl.DataFrame | None = None, rules: DangerRules | None = None
) -> pl.DataFrame:
    """Return every danger signal that a sentence tells of.

    Args:
        texts: row, field, entry_number, source, text (as `texts_of` gives them).
        night: of the export; its year is no history.
        children: row, name: given names of children, which officers write where they mean "the child".
        rules: those that ship, when not given.

    Returns:
        TOLD: one line a signal, sentence and rule; `start` and `end` (characters) enclose the sentence.
    """
    rules = rules or read_danger_rules()
    stems = sorted({stem for rule in rules.rules for stem in rule.stems})
    heard = texts.filter(
        pl.col("text").str.contains_any(stems, ascii_case_insensitive=True)
        & ~pl.col("source").is_in(UNHEARD).fill_null(value=False)
    )
    sentences = _add_child(_sentences(heard), children if children is not None else NAMED.to_frame())
    found = [_told(sentences, rule, rules, night) for rule in rules.rules]
    return pl.concat([TOLD.to_frame(), *found]).sort(ROW, "field", "entry_number", "start", "rule")


def texts_of(tables: Tables) -> pl.DataFrame:
    """Return the narratives of each registration: row, field, entry_number, source, text."""
    own = (
        tables.registration.select(
            ROW,
            pl.lit(field).alias("field"),
            pl.lit(None, pl.Int64).alias("entry_number"),
            pl.lit(None, pl.String).alias("source"),
            pl.col(field).alias("text"),
        )
        for field in ("description", "reason_for_report")
    )
    entries = tables.entry.select(ROW, pl.lit("text").alias("field"), "entry_number", "source", "text")
    return pl.concat([*own, entries]).drop_nulls("text")


def children_of(person: pl.DataFrame) -> pl.DataFrame:
    """Return the given names of the children of each registration: row, name; names of two letters say too little."""
    return (
        person.filter(pl.col("role") == "KI")
        .select(ROW, pl.col("given_names").str.extract(r"(\p{L}{3,})").alias("name"))
        .drop_nulls("name")
        .unique()
    )


def _sentences(texts: pl.DataFrame) -> pl.DataFrame:
    """Cut texts into sentences: the columns of `texts`, `start` and `end` in characters, and `sentence` made plain."""
    cut = texts.with_row_index("at").with_columns(
        pl.col("text").str.replace_all(CUT, " ", literal=True).str.replace_all(END_OF_SENTENCE, "${1}" + CUT)
    )
    parted = cut.with_columns(pl.col("text").str.split(CUT).alias("sentence")).drop("text").explode("sentence")
    length = pl.col("sentence").str.len_chars().cast(pl.Int64)
    return parted.with_columns(start=length.cum_sum().over("at") - length).with_columns(
        end=pl.col("start") + pl.col("sentence").str.strip_chars_end().str.len_chars(),
        sentence=plain(pl.col("sentence")),
    )


def _add_child(sentences: pl.DataFrame, children: pl.DataFrame) -> pl.DataFrame:
    """Add `names_child`, whether the sentence writes the given name of a child of its registration, and `before`."""
    before = pl.col("sentence").shift().over("at").fill_null("").alias("before")
    numbered = sentences.with_row_index("place").with_columns(before)
    named = (
        numbered.select("place", ROW, "sentence")
        .join(children, on=ROW)
        .filter(pl.col("sentence").str.contains(plain(pl.col("name")), literal=True))
        .select("place", pl.lit(value=True).alias("names_child"))
        .unique()
    )
    return numbered.join(named, on="place", how="left", maintain_order="left").with_columns(
        pl.col("names_child").fill_null(value=False)
    )


def _told(sentences: pl.DataFrame, rule: DangerRule, rules: DangerRules, night: date) -> pl.DataFrame:
    """Return the sentences in which `rule` reads its signal.

    Denials and excuses are looked for where the words of the rule are: that is one sentence in five.
    """
    with_stem = sentences.filter(pl.col("sentence").str.contains_any(list(rule.stems)))
    worded = _matching(with_stem, rule, "sentence").with_columns(
        affirmed=reduce(lambda text, blank: text.str.replace_all(blank, " "), rules.blank, pl.col("sentence")),
        # "in 2026" is no history on a night of 2026
        dated=pl.col("sentence").str.replace_all(rf"(?-u:\b)in {night.year}(?-u:\b)", ""),
    )
    excused = [_holds(rules.excuses[name], pl.col("dated")) for name in rule.unless]
    found = _matching(worded, rule, "affirmed").filter(~reduce(or_, excused, pl.lit(value=False)))
    return found.with_columns(signal=pl.lit(rule.signal), rule=pl.lit(rule.id)).select(TOLD.names()).cast(TOLD)


def _matching(sentences: pl.DataFrame, rule: DangerRule, column: str) -> pl.DataFrame:
    found = sentences.filter(pl.col(column).str.contains(rule.pattern))
    if rule.also is not None:
        found = found.filter(pl.col(column).str.contains(rule.also))
    if rule.with_child is None:
        return found
    # "De jongste kwam binnen. Ze had een kras": who it was stands in the sentence before
    spoken_of = pl.concat_str("before", column, separator=" ")
    return found.filter(spoken_of.str.contains(rule.with_child) | pl.col("names_child"))


def _holds(excuse: Excuse, sentence: pl.Expr) -> pl.Expr:
    found = sentence.str.contains(excuse.pattern)
    return found if excuse.not_with is None else found & ~sentence.str.contains(excuse.not_with)
