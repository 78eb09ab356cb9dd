"""Words of one field near words of another: how most danger is read, whatever the order and the form of the words.

Each different word is looked up once a night; what is left are the few words that belong to a field, numbered through.
"""

from __future__ import annotations

from typing import Final, Literal

import polars as pl

from pipeline.policy.danger import DangerRules, plain
from pipeline.policy.danger.near import Near
from pipeline.schema import ROW

WORD: Final = r"\d[\d -]{8,}\d|\d+(?:[.:]\d+)+|[a-z0-9]+(?:'[a-z]+)?|[,;:()]"
"""A telephone number is one word and so no number of calls."""
DENIAL: Final = "denial"
"""The field of `geen`, `niet` and their like."""
DENIAL_AFTER: Final = "denial_after"
"""Those that may stand right after what they deny."""
BREAK: Final = "break"
"""The field of what parts a sentence: a denial before it denies nothing after it."""
CHILD: Final = "child"
REACH: Final = 3
"""Words from a denial to what it denies."""
REACH_AFTER: Final = 2
"""Words from what is denied to a denial right behind it."""


def hits_in(sentences: pl.DataFrame, children: pl.DataFrame, rules: DangerRules) -> pl.DataFrame:
    """Return the words that belong to a field: text, place, clause, word (numbered through all sentences), field.

    Args:
        sentences: row, text (a number), place (a number, in the order of the texts), sentence (plain).
        children: row, name; such a name is a word of the field `child`.
        rules: whose lexicon and fields.
    """
    words = (
        sentences.select(ROW, "text", "place", pl.col("sentence").str.extract_all(WORD).alias("written"))
        .explode("written")
        .drop_nulls("written")
        .with_row_index("word")
    )
    known = words.get_column("written").unique()
    meant = pl.DataFrame(
        [(word, name) for word in known.to_list() for name in rules.lexicon.fields(word)],
        schema={"written": pl.String(), "field": pl.String()},
        orient="row",
    )
    named = children.select(ROW, plain(pl.col("name")).alias("written"), pl.lit(CHILD).alias("field")).unique()
    columns = ["text", "place", "word", "field"]
    found = pl.concat(
        [words.join(meant, on="written").select(columns), words.join(named, on=[ROW, "written"]).select(columns)]
    ).sort("word", pl.col("field") != BREAK, "field")  # a word that parts and means: all it means is in one clause
    return found.with_columns((pl.col("field") == BREAK).cum_sum().alias("clause"))


def near(hits: dict[str, pl.DataFrame], wanted: Near) -> pl.DataFrame:
    """Return the sentences in which what is `wanted` stands and is not denied: place, of its last word.

    `hits` are those of `hits_in` by field.
    """
    if not all(field in hits for field in wanted.fields):
        return _NONE.select("place")  # most of what is wanted stands in no text of a unit's night
    key = "text" if wanted.across else "place"
    first, *others = (hits[field] for field in wanted.fields)
    found = first.select("text", "place", low="word", high="word", low_clause="clause", high_clause="clause")
    for other in others:
        found = _joined(found, other, key, wanted)
    if found.is_empty():
        return found.select("place")
    if wanted.without:
        found = _unparted(found, pl.concat([_of(hits, field) for field in wanted.without]), key)
    if DENIAL not in wanted.fields:
        found = _undenied(found, hits)
    return found.select("place").unique()


def _of(hits: dict[str, pl.DataFrame], field: str) -> pl.DataFrame:
    return hits.get(field, _NONE)


_NONE: Final = pl.DataFrame(
    schema={
        "text": pl.UInt32(), "place": pl.UInt32(), "word": pl.UInt32(), "field": pl.String(), "clause": pl.UInt32()
    }
)  # fmt: skip


def _joined(found: pl.DataFrame, other: pl.DataFrame, key: str, wanted: Near) -> pl.DataFrame:
    both = found.join(other.select(key, "word", "clause", there="place"), on=key)
    word, low, high = (pl.col(name).cast(pl.Int64) for name in ("word", "low", "high"))
    close = (word - low <= wanted.within) & (high - word <= wanted.within)
    if wanted.across:
        close &= (pl.col("there").cast(pl.Int64) - pl.col("place").cast(pl.Int64)).abs() <= 1
    follows = word > high if wanted.in_order else pl.lit(value=True)
    later, earlier = word >= high, word < low
    return both.filter(close & follows).select(
        "text",
        place=pl.when(later).then("there").otherwise("place") if "place" in both.columns else pl.col("there"),
        low=pl.when(earlier).then("word").otherwise("low"),
        high=pl.when(later).then("word").otherwise("high"),
        low_clause=pl.when(earlier).then("clause").otherwise("low_clause"),
        high_clause=pl.when(later).then("clause").otherwise("high_clause"),
    )


def _unparted(found: pl.DataFrame, between: pl.DataFrame, key: str) -> pl.DataFrame:
    parted = found.join(between.select(key, "word"), on=key).filter(pl.col("word").is_between("low", "high", "none"))
    return found.join(parted, on=["place", "low", "high"], how="anti")


def _undenied(found: pl.DataFrame, hits: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Leave what is denied: a denial up to three words before, or between, or right after, in the same clause.

    The nearest denial tells: where it stands in another clause, so do all beyond it.
    """
    apart = (pl.col("at").cast(pl.Int64) - pl.col("low").cast(pl.Int64)).abs()
    behind = pl.col("at").cast(pl.Int64) - pl.col("high").cast(pl.Int64)
    same_low, same_high = pl.col("within") == pl.col("low_clause"), pl.col("within") == pl.col("high_clause")
    denied = [
        _with_nearest(found, _of(hits, DENIAL), "low", "backward").filter(same_low & (apart <= REACH)),
        _with_nearest(found, _of(hits, DENIAL), "high", "backward").filter(same_high & (pl.col("at") > pl.col("low"))),
        _with_nearest(found, _of(hits, DENIAL_AFTER), "high", "forward").filter(same_high & (behind <= REACH_AFTER)),
    ]
    keys = pl.concat(one.select("place", "low", "high") for one in denied).unique()
    return found.join(keys, on=["place", "low", "high"], how="anti")


def _with_nearest(
    found: pl.DataFrame, denials: pl.DataFrame, end: str, strategy: Literal["backward", "forward"]
) -> pl.DataFrame:
    """Add the nearest denial of the text before or behind the `low` or `high` end: `at`, `within` (its clause)."""
    return found.sort(end).join_asof(
        denials.select("text", at="word", within="clause").sort("at"),
        left_on=end,
        right_on="at",
        by="text",
        strategy=strategy,
        allow_exact_matches=False,
        check_sortedness=False,  # both are sorted here
    )
