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
    columns = ["text", pl.col("place", "word").cast(pl.Int64), "field"]
    found = pl.concat(
        [words.join(meant, on="written").select(columns), words.join(named, on=[ROW, "written"]).select(columns)]
    ).sort("word", pl.col("field") != BREAK, "field")  # a word that parts and means: all it means is in one clause
    begins = (pl.col("place") != pl.col("place").shift()).fill_null(value=True)
    clause = ((pl.col("field") == BREAK) | begins).cum_sum()
    answers = (pl.col("field") == DENIAL_AFTER) & pl.col("word").is_in(_first_answers(sentences, words).implode())
    return found.with_columns(pl.when(answers).then(clause - 1).otherwise(clause).alias("clause"))


def _first_answers(sentences: pl.DataFrame, words: pl.DataFrame) -> pl.Series:
    """Return the first word (its number) of every sentence that follows a question."""
    asked = pl.col("sentence").str.contains(ASKED).shift().over("text").fill_null(value=False)
    answers = sentences.filter(asked).select("place")
    first = words.join(answers, on="place", how="semi").group_by("place").agg(pl.col("word").min())
    return first.get_column("word").cast(pl.Int64)


def near(hits: pl.DataFrame, wanted: Sequence[Near]) -> pl.DataFrame:
    """Return the sentences in which what is `wanted` stands and is not denied.

    Returns near (its number in `wanted`), place (of its last word). `hits` are those of `hits_in`. Words are joined by
    stretches of a text as long as they may lie apart, so that the work grows with the length of a sentence and not with
    its square.
    """
    found = [_standing(hits, dict(enumerate(wanted)), length) for length in sorted({len(one.fields) for one in wanted})]
    standing = _unparted(pl.concat([_FOUND.to_frame(), *found]), hits, wanted)
    exempt = [at for at, one in enumerate(wanted) if DENIAL in one.fields]
    denies_itself = pl.col("near").is_in(exempt)
    affirmed = [standing.filter(denies_itself), _undenied(standing.filter(~denies_itself), hits)]
    return pl.concat(one.select("near", "place") for one in affirmed).unique()


_FOUND: Final = pl.Schema(
    {
        "near": pl.Int64(), "text": pl.UInt32(), "place": pl.Int64(), "low": pl.Int64(), "high": pl.Int64(),
        "low_clause": pl.UInt32(), "high_clause": pl.UInt32(),
    }
)  # fmt: skip


def _standing(hits: pl.DataFrame, wanted: dict[int, Near], length: int) -> pl.DataFrame:
    """Return where all words of each `wanted` of so many fields stand near each other, as _FOUND."""
    whose = {at: one for at, one in wanted.items() if len(one.fields) == length}
    how = pl.DataFrame(
        [(at, one.within, one.across, one.in_order) for at, one in whose.items()],
        schema={"near": pl.Int64(), "within": pl.Int64(), "across": pl.Boolean(), "in_order": pl.Boolean()},
        orient="row",
    )
    of_field = [
        hits.join(_by_field({at: [one.fields[step]] for at, one in whose.items()}), on="field")
        for step in range(length)
    ]
    found = of_field[0].select(
        "near", "text", "place", low="word", high="word", low_clause="clause", high_clause="clause"
    )
    for other in of_field[1:]:
        found = _joined(found.join(how, on="near"), other.join(how.select("near", "within"), on="near"))
    return found.cast(_FOUND)


def _by_field(named: dict[int, Sequence[str]]) -> pl.DataFrame:
    """Return near, field: which `wanted` name which fields."""
    pairs = [(at, field) for at, fields in named.items() for field in fields]
    return pl.DataFrame(pairs, schema={"near": pl.Int64(), "field": pl.String()}, orient="row")


def _joined(found: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Return `found` (and near, within, across, in_order) with a word of `other` (and near, within) near it."""
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
        "near",
        "text",
        place=pl.when(later).then("there").otherwise("place"),
        low=pl.when(earlier).then("word").otherwise("low"),
        high=pl.when(later).then("word").otherwise("high"),
        low_clause=pl.when(earlier).then("clause").otherwise("low_clause"),
        high_clause=pl.when(later).then("clause").otherwise("high_clause"),
    )


def _unparted(found: pl.DataFrame, hits: pl.DataFrame, wanted: Sequence[Near]) -> pl.DataFrame:
    """Leave out what has a word between that it is to be `without`."""
    without = _by_field({at: one.without for at, one in enumerate(wanted)})
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
