"""Danger that only a text tells: a hand on a throat, a knife, days of following, a child with a mark.

Whole columns at a time: texts are cut into sentences, and turns of phrase are replaced by what they are read as. A
rule finds its sentences in one of three ways:

- by words near each other (`danger_words`);
- by a turn of phrase, tried only where one of its literals stands: one Aho-Corasick pass looks for all of them;
- by what all words of the sentence weigh together (`pipeline.weigh.sense`).

What a rule of many meanings finds in the first two ways is not heard where all words together say clearly that it is
none.

Measured: `tests/decide/test_danger_text.py`.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache, reduce
from operator import or_
from typing import Final

import polars as pl

from pipeline.decide.danger_words import ASKED, hits_in, near
from pipeline.policy.danger import DangerRule, DangerRules, Excuse, plain, read_danger_rules, read_sentence_weights
from pipeline.policy.danger.turns import Turn
from pipeline.schema import ROW, Tables
from pipeline.weigh.sense import Sense

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
TEXTS: Final = pl.Schema(
    {
        ROW: pl.Int64(),
        "field": pl.String(),
        "entry_number": pl.Int64(),
        "source": pl.String(),
        "text": pl.String(),
    }
)
"""A text of a registration; `source`: code of how an entry is known, null of any other text."""
NARRATIVES: Final = ("description", "reason_for_report", "informed_explanation")
"""Columns of a registration that are read for danger: why nobody was told of the report is often a danger itself."""
NAMED: Final = pl.Schema({ROW: pl.Int64(), "name": pl.String()})
KNOWN: Final = pl.Schema({ROW: pl.Int64(), "known_on": pl.Date()})
RECENT: Final = timedelta(days=31)
"""What is told of so long before is no history: in January "in 2025" may be of last week."""
MOST_YEARS: Final = 5
"""So long at most the police have known what is still read (Wpg 8(6)): a person, or a rule of today, reads it again."""
UNHEARD: Final = ("T", "I")
"""Tactical notes and criminal intelligence may not leave (Wpg 12, Bpg 2:3), nor what follows from them."""
CUT: Final = "\x1e"
"""Put between sentences; no text keeps one."""
END_OF_SENTENCE: Final = (
    r"((?:\p{L}{3,}|[\d\"')]|\b(?:op|in|af|om|er|is|me|we|ze|je|ie|zo|nu|al|ja))[.!?]+[\"')]*\s+|\n+)"
)
"""A word of three letters or more before the stop, or one of those of two: `t.p.`, `nr.` and `jr.` end nothing."""


def detect_danger(
    texts: pl.DataFrame,
    night: date,
    children: pl.DataFrame | None = None,
    rules: DangerRules | None = None,
    known: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return every danger signal that a sentence tells of.

    Args:
        texts: TEXTS (as `texts_of` gives them).
        night: of the export; its year is no history.
        known: row, known_on: the day from which a registration's present counts, where that is before the night.
        children: row, name: given names of children, which officers write where they mean "the child".
        rules: those that ship, when not given.

    Returns:
        TOLD: one line a signal, sentence and rule; `start` and `end` (characters) enclose the sentence.
    """
    rules = rules or read_danger_rules()
    children = children if children is not None else NAMED.to_frame()
    known = known if known is not None else KNOWN.to_frame()
    sentences = read_sentences(texts, rules).join(known, on=ROW, how="left", maintain_order="left")
    since = pl.min_horizontal("known_on", pl.lit(night)) - RECENT
    sentences = sentences.with_columns(present=since.dt.year())
    words = near(hits_in(sentences, children, rules), [wanted for rule in rules.rules for wanted in rule.near])
    sums = _weigh(sentences)
    ruled = pl.concat([_by_words(words, rules), _by_turns(sentences, rules)]).unique()
    told = pl.concat([_unless_overruled(ruled, sums, rules), _by_sense(sums, rules)])
    by_rule = told.partition_by("rule", as_dict=True)
    found = [_told(sentences, by_rule[rule.id,], rule, rules) for rule in rules.rules if (rule.id,) in by_rule]
    return pl.concat([TOLD.to_frame(), *found]).sort(ROW, "field", "entry_number", "start", "rule")


def read_sentences(texts: pl.DataFrame, rules: DangerRules) -> pl.DataFrame:
    """Return the sentences of `texts` (TEXTS) that are heard, as rules read them.

    Beside the place in its text: `sentence`, the one `before` it, and `affirmed`, which leaves out what it denies.
    """
    heard = texts.filter(~pl.col("source").is_in(UNHEARD).fill_null(value=False))
    sentences = _add_before(_read(_sentences(heard), rules))
    return sentences.with_columns(_affirmed(sentences, rules).alias("affirmed"))


def texts_of(tables: Tables) -> pl.DataFrame:
    """Return the narratives of each registration (TEXTS)."""
    own = (
        tables.registration.select(
            ROW,
            pl.lit(field).alias("field"),
            pl.lit(None, pl.Int64).alias("entry_number"),
            pl.lit(None, pl.String).alias("source"),
            pl.col(field).alias("text"),
        )
        for field in NARRATIVES
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
    return (
        parted.rename({"at": "text"})
        .with_columns(start=length.cum_sum().over("text") - length)
        .with_columns(
            end=pl.col("start") + pl.col("sentence").str.strip_chars_end().str.len_chars(),
            sentence=plain(pl.col("sentence")),
        )
        .with_row_index("place")
    )


def _read(sentences: pl.DataFrame, rules: DangerRules) -> pl.DataFrame:
    """Replace turns of phrase by what they are read as, in the order of the rules."""
    anchored = _anchored(sentences, [turn for reading in rules.readings for turn in reading.turns])
    read = sentences.get_column("sentence")
    for reading in rules.readings:
        standing = [anchored[turn] for turn in reading.turns if turn in anchored]
        if standing:
            places = pl.concat(standing).unique()
            turned = read.gather(places)
            for turn in reading.turns:
                turned = turned.str.replace_all(turn.pattern, reading.read_as)
            # what is read stands between spaces; a turn of phrase looks for one
            read = read.scatter(places, turned.str.replace_all(" {2,}", " "))
    return sentences.with_columns(sentence=read)


def _anchored(sentences: pl.DataFrame, turns: list[Turn]) -> dict[Turn, pl.Series]:
    """Return where each turn of phrase may stand: the places (row numbers of `sentences`) with one of its literals."""
    numbered = [(at, literal) for at, turn in enumerate(turns) for literal in turn.literals]
    if not numbered:
        return {}
    wanted = pl.DataFrame(numbered, schema={"turn": pl.Int64(), "literal": pl.String()}, orient="row")
    literals = wanted.get_column("literal").unique(maintain_order=True).to_list()
    standing = (
        sentences.select("place", pl.col("sentence").str.extract_many(literals, overlapping=True).alias("literal"))
        .explode("literal")
        .unique()
    )
    found = standing.join(wanted, on="literal").select("turn", "place").unique()
    return {
        turns[int(at)]: part.get_column("place") for (at,), part in found.partition_by("turn", as_dict=True).items()
    }


def _add_before(sentences: pl.DataFrame) -> pl.DataFrame:
    """Add the sentence before it in its text, empty for the first."""
    return sentences.with_columns(before=pl.col("sentence").shift().over("text").fill_null(""))


def _by_words(near: pl.DataFrame, rules: DangerRules) -> pl.DataFrame:
    """Return rule, place of what stands near each other, out of its number among what all rules want."""
    whose = [rule.id for rule in rules.rules for _ in rule.near]
    numbered = pl.DataFrame({"rule": whose}, schema={"rule": pl.String()}).with_row_index("near")
    return near.cast({"near": pl.UInt32()}).join(numbered, on="near").select("rule", pl.col("place").cast(pl.UInt32()))


def _by_turns(sentences: pl.DataFrame, rules: DangerRules) -> pl.DataFrame:
    """Return rule, place of the sentences with a turn of phrase that is not denied."""
    anchored = _anchored(sentences, [turn for rule in rules.rules for turn in rule.turns])
    text = sentences.get_column("affirmed")
    told: dict[str, list[pl.Series]] = {}
    pairs = [(rule, turn) for rule in rules.rules for turn in rule.turns if turn in anchored]
    for rule, turn in pairs:
        places = anchored[turn]
        # a pattern is made anew for each call: that costs more than what it reads, so each is asked once
        places = places.filter(text.gather(places).str.contains(turn.pattern))
        if rule.also is not None and not places.is_empty():
            places = places.filter(text.gather(places).str.contains(rule.also))
        if not places.is_empty():
            told.setdefault(rule.id, []).append(places)
    found = [
        pl.concat(places).to_frame("place").select(rule=pl.lit(rule), place="place") for rule, places in told.items()
    ]
    return pl.concat([_PLACES.to_frame(), *found])


_PLACES: Final = pl.Schema({"rule": pl.String(), "place": pl.UInt32()})


def _weigh(sentences: pl.DataFrame) -> pl.DataFrame:
    """Return what all words of each sentence together say of each signal: place, signal, sum."""
    sense = _sense()
    said = [sense.scores(sentence) for sentence in sentences.get_column("affirmed")]
    sums = pl.DataFrame(said, schema=dict.fromkeys(sense.weights.kinds, pl.Float64()), orient="row")
    return sums.with_columns(sentences.get_column("place")).unpivot(
        index="place", variable_name="signal", value_name="sum"
    )


def _by_sense(sums: pl.DataFrame, rules: DangerRules) -> pl.DataFrame:
    """Return rule, place of the sentences whose words together tell a signal."""
    weighed = [(rule.id, rule.least, rule.signal) for rule in rules.rules if rule.least is not None]
    least = pl.DataFrame(
        weighed, schema={"rule": pl.String(), "least": pl.Float64(), "signal": pl.String()}, orient="row"
    )
    return sums.join(least, on="signal").filter(pl.col("sum") > pl.col("least")).select(_PLACES.names())


def _unless_overruled(told: pl.DataFrame, sums: pl.DataFrame, rules: DangerRules) -> pl.DataFrame:
    """Return `told` (rule, place) but for where all words together say that a rule finds nothing."""
    overruled = pl.DataFrame(
        [(rule.id, rule.signal, rule.overruled) for rule in rules.rules if rule.overruled is not None],
        schema={"rule": pl.String(), "signal": pl.String(), "overruled": pl.Float64()},
        orient="row",
    )
    unheard = sums.join(overruled, on="signal").filter(pl.col("sum") < pl.col("overruled"))
    return told.join(unheard, on=["rule", "place"], how="anti")


@cache
def _sense() -> Sense:
    return Sense(read_sentence_weights())


def _affirmed(sentences: pl.DataFrame, rules: DangerRules) -> pl.Series:
    """Return the sentences without the phrases that deny something; nothing of a question that is answered so."""
    text = sentences.get_column("sentence")
    anchored = _anchored(sentences, list(rules.blank))
    for turn in rules.blank:  # in their order: what one takes out another may have read
        if (places := anchored.get(turn)) is None:
            continue
        text = text.scatter(places, text.gather(places).str.replace_all(turn.pattern, " "))
    answer = pl.col("sentence").shift(-1).over("text").fill_null("")
    denied = pl.col("sentence").str.contains(ASKED) & answer.str.contains(rules.denies)
    return sentences.select(pl.when(denied).then(pl.lit("")).otherwise(text).alias("affirmed")).to_series()


def _told(sentences: pl.DataFrame, places: pl.DataFrame, rule: DangerRule, rules: DangerRules) -> pl.DataFrame:
    """Return the signal that `rule` reads in the sentences at `places`, but for those with an excuse."""
    told = sentences.join(places, on="place", how="semi")
    dated = pl.col("sentence")
    for year in told.get_column("present").unique():
        # "in 2026" is no history of what became known in 2026, nor is a later year
        later = "|".join(str(year + more) for more in range(MOST_YEARS + 1))
        present = pl.col("sentence").str.replace_all(rf"(?-u:\b)in (?:{later})(?-u:\b)", "")
        dated = pl.when(pl.col("present") == year).then(present).otherwise(dated)
    excused = [_holds(rules.excuses[name], dated) for name in rule.unless]
    found = told.filter(~reduce(or_, excused, pl.lit(value=False)))
    return found.with_columns(signal=pl.lit(rule.signal), rule=pl.lit(rule.id)).select(TOLD.names()).cast(TOLD)


def _holds(excuse: Excuse, sentence: pl.Expr) -> pl.Expr:
    read = pl.concat_str("before", sentence, separator=" ") if excuse.wide else sentence
    found = read.str.contains(excuse.pattern)
    if excuse.longest is not None:
        found &= pl.col("sentence").str.len_chars() <= excuse.longest
    return found if excuse.not_with is None else found & ~read.str.contains(excuse.not_with)
