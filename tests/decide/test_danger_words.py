"""Words near each other: all that is wanted is found in one go, as one by one, and a long sentence stays cheap."""

import time
from datetime import date
from itertools import product

import polars as pl
import pytest

from pipeline.decide.danger_text import detect_danger
from pipeline.decide.danger_words import near
from pipeline.policy.danger.near import Near, parse_near

HITS = pl.Schema(
    {"text": pl.UInt32(), "place": pl.Int64(), "word": pl.Int64(), "field": pl.String(), "clause": pl.UInt32()}
)
FIELDS = ("child", "mark", "adult", "denial", "denial_after", "filler")
WANTED = (
    "child mark within 3",
    "child > mark within 4",
    "mark child within 5 across",
    "child mark adult within 5",
    "child mark within 6 without adult",
    "denial mark within 3",
    "mark within 1",
)


def stands(wanted: Near, words: list[tuple[int, str]]) -> set[int]:
    """Say the same of one text word by word: clauses left aside, words as (place, field)."""
    found = set()
    for at in product(range(len(words)), repeat=len(wanted.fields)):
        named = all(words[word][1] == field for word, field in zip(at, wanted.fields, strict=True))
        low, high = min(at), max(at)
        apart = words[high][0] - words[low][0]
        together = high - low <= wanted.within and apart <= int(wanted.across)
        ordered = not wanted.in_order or list(at) == sorted(at)
        between = any(words[word][1] in wanted.without for word in range(low + 1, high))
        if named and together and ordered and not between and not denied(wanted, words, low, high):
            found.add(words[high][0])
    return found


def denied(wanted: Near, words: list[tuple[int, str]], low: int, high: int) -> bool:
    if "denial" in wanted.fields:
        return False
    before = any(words[word][1] == "denial" for word in range(max(0, low - 3), high) if word != low)
    return before or any(field == "denial_after" for _, field in words[high + 1 : high + 3])


def test_all_at_once_is_each_by_itself():
    walk = [FIELDS[(step**2 % 19 + step // 6) % len(FIELDS)] for step in range(60)]
    words = [(at // 7, field) for at, field in enumerate(walk)]
    hits = pl.DataFrame([(0, place, at, field, 0) for at, (place, field) in enumerate(words)], HITS, orient="row")
    wanted = [parse_near(text, FIELDS) for text in WANTED]
    found = near(hits, wanted)
    expected = {(at, place) for at, one in enumerate(wanted) for place in stands(one, words)}
    assert set(found.iter_rows()) == expected
    assert {at for at, _ in expected} == set(range(len(wanted)))  # none goes untried


@pytest.mark.parametrize("words", ["kind arm bloed keel ", "kind had striemen en bloed ", "mes moeder gekocht dreigt "])
def test_a_sentence_of_forty_kilobytes_costs_no_square(words):
    text = pl.DataFrame(
        {"row": [0], "field": ["text"], "entry_number": [1], "source": ["W"], "text": [words * (40_000 // len(words))]}
    )
    began = time.process_time()
    assert detect_danger(text, date(2026, 11, 22)).height
    assert time.process_time() - began < 10  # joined word by word it took minutes, and gigabytes


@pytest.mark.parametrize("word", ["a", "ab", "1", "1x"])
def test_a_word_of_a_hundred_kilobytes_costs_no_square_and_stops_nothing(word):
    told = f"{(word * 99_900)[:99_900]} . Hij dreigde haar met een mes."
    text = pl.DataFrame({"row": [0], "field": ["text"], "entry_number": [1], "source": ["W"], "text": [told]})
    began = time.process_time()
    assert "weapon" in detect_danger(text, date(2026, 11, 22)).get_column("signal").to_list()
    assert time.process_time() - began < 5
