"""Danger that only a text tells: a hand on a throat, a knife, days of following, a child with a mark.

Texts are cut into sentences, and turns of phrase are replaced by what they are read as. A rule finds its sentences in
one of three ways:

- by words near each other (`danger_words`), whole columns at a time;
- by a turn of phrase, sentence by sentence: all turns are looked for at once (`pipeline.policy.danger.turns`);
- by what all words of the sentence weigh together (`pipeline.weigh.sense`).

What a rule of many meanings finds in the first two ways is not heard where all words together say clearly that it is
none.

Measured: `tests/decide/test_danger_text.py`.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from typing import Final

import polars as pl

from pipeline.decide.danger_words import ASKED, hits_in, near
from pipeline.policy.danger import DangerRule, DangerRules, Excuse, plain, read_danger_rules, read_sentence_weights
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
IN_A_YEAR: Final = re.compile(r"\bin ([0-9]{4})\b", re.ASCII)
SPACES: Final = " {2,}"
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
    since = pl.min_horizontal("known_on", pl.lit(night)) - RECENT
    sentences = (
        read_sentences(texts, rules)
        .join(known, on=ROW, how="left", maintain_order="left")
        .with_columns(present=since.dt.year())
    )
    words = near(hits_in(sentences, children, rules), [wanted for rule in rules.rules for wanted in rule.near])
    told = _told(sentences, words, rules).join(sentences, on="place")
    return told.select(TOLD.names()).cast(TOLD).sort(ROW, "field", "entry_number", "start", "rule")


def read_sentences(texts: pl.DataFrame, rules: DangerRules) -> pl.DataFrame:
    """Return the sentences of `texts` (TEXTS) that are heard, as rules read them.

    Beside the place in its text: `sentence`, the one `before` it, and `affirmed`, which leaves out what it denies.
    """
    heard = texts.filter(~pl.col("source").is_in(UNHEARD).fill_null(value=False))
    cut = _sentences(heard)
    read = [rules.readings.read(one, _single_spaced) for one in cut.get_column("sentence")]
    beside = cut.with_columns(pl.Series("sentence", read, pl.String)).with_columns(
        before=pl.col("sentence").shift().over("text").fill_null(""),
        answer=pl.col("sentence").shift(-1).over("text").fill_null(""),
    )
    affirmed = [_affirmed(one, answer, rules) for one, answer in beside.select("sentence", "answer").iter_rows()]
    return beside.drop("answer").with_columns(pl.Series("affirmed", affirmed, pl.String))


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
            # a turn of phrase looks for one space
            sentence=plain(pl.col("sentence")).str.replace_all(SPACES, " "),
        )
        .with_row_index("place")
    )


def _single_spaced(sentence: str) -> str:
    return re.sub(SPACES, " ", sentence)


def _affirmed(sentence: str, answer: str, rules: DangerRules) -> str:
    """Return a sentence without the phrases that deny something; nothing of a question that is answered so."""
    if re.search(ASKED, sentence) and rules.denies.search(answer):
        return ""
    return rules.blank.read(sentence)


def _told(sentences: pl.DataFrame, words: pl.DataFrame, rules: DangerRules) -> pl.DataFrame:
    """Return place, rule, signal of every sentence in which a rule reads danger.

    `words`: near, place of what stands near each other, out of its number among what all rules want.
    """
    whose = [rule for rule in rules.rules for _ in rule.near]
    near_in: dict[int, list[DangerRule]] = {}
    for number, place in words.select("near", "place").iter_rows():
        near_in.setdefault(place, []).append(whose[number])
    told = []
    for place, text, before, sentence, present in sentences.select(_LOOKED_AT).iter_rows():
        if heard := _heard(text, near_in.get(place, []), rules):
            excuses = _excuses(before, sentence, present, rules)
            told += [(place, rule.id, rule.signal) for rule in heard if excuses.isdisjoint(rule.unless)]
    return pl.DataFrame(told, schema=_PLACES, orient="row")


_LOOKED_AT: Final = ("place", "affirmed", "before", "sentence", "present")
_PLACES: Final = pl.Schema({"place": pl.UInt32(), "rule": pl.String(), "signal": pl.String()})


def _heard(text: str, near: list[DangerRule], rules: DangerRules) -> list[DangerRule]:
    """Return the rules that read danger in a sentence, of which `near` have words near each other in it."""
    sense = _sense()
    said = dict(zip(sense.weights.kinds, sense.scores(text), strict=True))
    turned = [rule for rule in rules.telling.meant_in(text) if rule.also is None or rule.also.search(text)]
    ruled = [rule for rule in near + turned if rule.overruled is None or said[rule.signal] >= rule.overruled]
    weighed = [rule for rule, least in rules.weighing if said[rule.signal] > least]
    return list({rule.id: rule for rule in ruled + weighed}.values())


@cache
def _sense() -> Sense:
    return Sense(read_sentence_weights())


def _excuses(before: str, sentence: str, present: int, rules: DangerRules) -> set[str]:
    """Return the excuses that stand in a sentence, or the wide ones in it and the one before."""
    # "in 2026" is no history of what became known in 2026, nor is a later year
    dated = IN_A_YEAR.sub(lambda year: "" if 0 <= int(year[1]) - present <= MOST_YEARS else year[0], sentence)
    return {
        excuse.id
        for read, wide in ((dated, False), (f"{before} {dated}", True))
        for excuse in rules.excusing.meant_in(read)
        if excuse.wide == wide and _holds(excuse, read, len(sentence))
    }


def _holds(excuse: Excuse, read: str, length: int) -> bool:
    short = excuse.longest is None or length <= excuse.longest
    return short and (excuse.not_with is None or not excuse.not_with.search(read))
