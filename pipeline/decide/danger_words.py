"""Words of one field near words of another: how most danger is read, whatever the order and the form of the words.

Each different word is looked up once a night; what is left are the few words that belong to a field, numbered through.
All that the rules want near each other is looked for together: a search of its own for each costs more than it finds.
"""

from __future__ import annotations

from collections.abc import Sequence
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
ASKED: Final = r"\?[\"')]*\s*$"
"""What a question ends with."""
REACH: Final = 3
"""Words from a denial to what it denies."""
REACH_AFTER: Final = 2
"""Words from what is denied to a denial right behind it."""


def hits_in(sentences: pl.DataFrame, children: pl.DataFrame, rules: DangerRules) -> pl.DataFrame:
    """Return the words that belong to a field: text, place, clause, word (numbered through all sentences), field.

    The end of a sentence parts as a word of BREAK does, or a denial in it would deny what the next one tells: "Hij kwam
    niet. Het kind heeft een gebroken arm." Only the first word after a question may deny what was asked.

    Args:
        sentences: row, text (a number), place (a number, in the order of the texts), sentence (plain).
        children: row, name; such a name is a word of the field `child`.
        rules: whose lexicon and fields.
    """
    asked = pl.col("sentence").str.contains(ASKED).shift().over("text").fill_null(value=False)
    words = (
        sentences.select(ROW, "text", "place", asked=asked, written=pl.col("sentence").str.extract_all(WORD))
        .explode("written")
        .drop_nulls("written")
        .with_row_index("word")
        .with_columns(pl.col("place", "word").cast(pl.Int64), answers=pl.col("asked") & _begins("place"))
    )
    known = words.get_column("written").unique()
    meant = pl.DataFrame(
        [(word, name) for word in known.to_list() for name in rules.lexicon.fields(word)],
        schema={"written": pl.String(), "field": pl.String()},
        orient="row",
    )
    named = children.select(ROW, plain(pl.col("name")).alias("written"), pl.lit(CHILD).alias("field")).unique()
    columns = ["text", "place", "word", "field", "answers"]
    found = pl.concat(
        [words.join(meant, on="written").select(columns), words.join(named, on=[ROW, "written"]).select(columns)]
    ).sort("word", pl.col("field") != BREAK, "field")  # a word that parts and means: all it means is in one clause
    clause = ((pl.col("field") == BREAK) | _begins("place")).cum_sum()
    asked_before = pl.col("answers") & (pl.col("field") == DENIAL_AFTER)
    return found.select(*columns[:-1], clause=pl.when(asked_before).then(clause - 1).otherwise(clause))


def _begins(column: str) -> pl.Expr:
    return (pl.col(column) != pl.col(column).shift()).fill_null(value=True)


def near(hits: pl.DataFrame, wanted: Sequence[Near]) -> pl.DataFrame:
    """Return the sentences in which what is `wanted` stands and is not denied.

    Returns near (its number in `wanted`), place (of its last word). `hits` are those of `hits_in`. Words are joined by
    stretches of a text as long as they may lie apart, so that the work grows with the length of a sentence and not with
    its square.
    """
    standing = _unparted(_standing(hits, wanted), hits, wanted)
    exempt = [at for at, one in enumerate(wanted) if DENIAL in one.fields]
    denies_itself = pl.col("near").is_in(exempt)
    affirmed = [standing.filter(denies_itself), _undenied(standing.filter(~denies_itself), hits)]
    return pl.concat(one.select("near", "place") for one in affirmed).unique()


def _standing(hits: pl.DataFrame, wanted: Sequence[Near]) -> pl.DataFrame:
    """Return where all words of each of `wanted` stand near each other.

    Returns near, text, place, and of the outer words `low`, `high` (their numbers), `low_clause` and `high_clause`.
    """
    asked = pl.DataFrame(
        [
            (at, step, field, len(one.fields), one.within, one.across, one.in_order)
            for at, one in enumerate(wanted)
            for step, field in enumerate(one.fields)
        ],
        schema=_ASKED,
        orient="row",
    )
    found = hits.join(asked.filter(step=0), on="field").select(
        *_LOOKED_FOR, "place", low="word", high="word", low_clause="clause", high_clause="clause"
    )
    whole = [found.filter(fields=1)]
    for step in range(1, max((len(one.fields) for one in wanted), default=0)):
        found = _joined(found.filter(pl.col("fields") > step), hits.join(asked.filter(step=step), on="field"))
        whole.append(found.filter(fields=step + 1))
    return pl.concat(whole).select(_FOUND)


_ASKED: Final = pl.Schema(
    {
        "near": pl.Int64(), "step": pl.Int64(), "field": pl.String(), "fields": pl.Int64(), "within": pl.Int64(),
        "across": pl.Boolean(), "in_order": pl.Boolean(),
    }
)  # fmt: skip
_LOOKED_FOR: Final = ("near", "text", "fields", "within", "across", "in_order")
_FOUND: Final = ("near", "text", "place", "low", "high", "low_clause", "high_clause")


def _joined(found: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Return `found` with a word of `other` near it, as near and in such order as is asked."""
    stretch = 2 * pl.col("within") + 1  # from `within` before the last word to `within` behind the first: two at most
    first, last = (pl.col("high") - pl.col("within")) // stretch, (pl.col("low") + pl.col("within")) // stretch
    asked = pl.concat([found.with_columns(stretch=first), found.filter(first != last).with_columns(stretch=last)])
    told = other.select("near", "text", "word", "clause", there="place", stretch=pl.col("word") // stretch)
    both = asked.join(told, on=["near", "text", "stretch"])
    word, low, high = pl.col("word"), pl.col("low"), pl.col("high")
    close = (word - low <= pl.col("within")) & (high - word <= pl.col("within"))
    apart = (pl.col("there") - pl.col("place")).abs()
    reached = apart <= pl.col("across").cast(pl.Int64)
    later, earlier = word >= high, word < low
    return both.filter(close & reached & ((word > high) | ~pl.col("in_order"))).select(
        *_LOOKED_FOR,
        place=pl.when(later).then("there").otherwise("place"),
        low=pl.when(earlier).then("word").otherwise("low"),
        high=pl.when(later).then("word").otherwise("high"),
        low_clause=pl.when(earlier).then("clause").otherwise("low_clause"),
        high_clause=pl.when(later).then("clause").otherwise("high_clause"),
    )


def _unparted(found: pl.DataFrame, hits: pl.DataFrame, wanted: Sequence[Near]) -> pl.DataFrame:
    """Leave out what has a word between that it is to be `without`."""
    pairs = [(at, field) for at, one in enumerate(wanted) for field in one.without]
    without = pl.DataFrame(pairs, schema={"near": pl.Int64(), "field": pl.String()}, orient="row")
    between = hits.join(without, on="field").select("near", "text", between="word").sort("between")
    following = found.sort("low").join_asof(
        between,
        left_on="low",
        right_on="between",
        by=["near", "text"],
        strategy="forward",
        allow_exact_matches=False,
        check_sortedness=False,  # both are sorted here
    )
    return following.filter(~(pl.col("between") < pl.col("high")).fill_null(value=False)).drop("between")


def _undenied(found: pl.DataFrame, hits: pl.DataFrame) -> pl.DataFrame:
    """Leave what is denied: a denial up to three words before, or between, or right after, in the same clause.

    The nearest denial tells: where it stands in another clause, so do all beyond it.
    """
    before, after = (hits.filter(field=field) for field in (DENIAL, DENIAL_AFTER))
    same_low, same_high = pl.col("within") == pl.col("low_clause"), pl.col("within") == pl.col("high_clause")
    at, low, high = pl.col("at"), pl.col("low"), pl.col("high")
    found = _unless(found, before, "low", "backward", same_low & (low - at <= REACH))
    found = _unless(found, before, "high", "backward", same_high & (at > low))
    return _unless(found, after, "high", "forward", same_high & (at - high <= REACH_AFTER))


def _unless(
    found: pl.DataFrame,
    denials: pl.DataFrame,
    end: str,
    strategy: Literal["backward", "forward"],
    denied: pl.Expr,
) -> pl.DataFrame:
    """Leave out what is `denied` by the nearest denial before or behind its `low` or `high` end: `at`, `within`."""
    nearest = found.sort(end).join_asof(
        denials.select("text", at="word", within="clause").sort("at"),
        left_on=end,
        right_on="at",
        by="text",
        strategy=strategy,
        allow_exact_matches=False,
        check_sortedness=False,  # both are sorted here
    )
    return nearest.filter(~denied.fill_null(value=False)).drop("at", "within")
