"""How lines of a list begin: by a house, on a round along the doors, by who opened there, by the field of a form."""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from pipeline.redact.lexicon import STAND_IN
from pipeline.redact.patterns import any_of, holds_any

BEGINS: Final = r"(?:^|(?<=[.;:!?] )|(?<=\n))"
"""Lines, or sentences: who went from door to door writes them one behind another, too."""
HOUSE: Final = re.compile(
    rf"{BEGINS}(?P<n>(?P<nr>(?:huis)?(?:nr|nummer)s?\.? ?)?(?P<house>\d{{1,4}}(?:[ \-]?(?:[a-h]|bis|hs|rood|zwart))?))(?= ?:[ \n]| [\-–] ?)"
)
"""In lower case: `nr. 57: niet thuis`, `12 - fam. Bos`."""
OF_HOUSE: Final = re.compile(r"\d(?: ?:[ \n]| [\-–]|[ \-]?(?:[a-h]|bis|hs|rood|zwart)(?: ?:[ \n]| [\-–]))")
"""How every HOUSE ends, and what few texts hold; `re` skips to its figure."""
OF_ROUND: Final = re.compile(r"gehoor|thuis|buur|bewon|geluid|hoor|deur|woning")
"""What such lines tell of; where no `nr` stands."""
FEW: Final = 2
OPENER: Final = re.compile(
    rf"{BEGINS}\[{STAND_IN} *\](?: ?:| [-–]) ?(?P<n>(?:[^\W\d]['’.\-]?)+(?: (?:[^\W\d]['’.\-]?)+){{0,3}}),"
)
"""Behind a house that is masked: who opened, `nr 12: klaas veldhoen, hoorde niets`."""
BEFORE_OPENER: Final = tuple(f"{gone}]{mark}" for gone in (STAND_IN, " ") for mark in (":", " :", " -", " –"))
"""What a text holds where somebody opened."""
SET_OFF: Final = (":", "|", "=")
"""What stands between the name of a field and what is filled in."""


def houses_of_round(small: str) -> list[re.Match[str]]:
    """Return the houses, of a text in lower case, that a round along the doors begins its lines with.

    `n` is all that tells one, `house` its number. `1:`, `2:` are lines of any list.
    """
    doors = [*HOUSE.finditer(small)] if OF_HOUSE.search(small) else []
    if not doors or doors[0]["house"] == "1":
        return []
    marked = any(door["nr"] for door in doors)
    return doors if marked or (len(doors) > FEW and OF_ROUND.search(small)) else []


def openers(text: str) -> Iterator[re.Match[str]]:
    """Yield who opened a door, `n`, in a text whose houses are masked."""
    return OPENER.finditer(text) if holds_any(text, BEFORE_OPENER) else iter(())


def field_of_form(names: Iterable[str]) -> re.Pattern[str]:
    """Return what finds a field, or a cell of a row, of one of these names: its `name`, and in `n` what is filled in."""
    return re.compile(
        rf"(?:^|(?<=[\n|;]))[ \t]*(?P<name>{any_of(names)})\.? ?\d?[ \t]*[{''.join(SET_OFF)}][ \t]*(?P<n>[^\n|;:(\[]{{3,70}}?)(?=\s*(?:$|[\n|;(\[])|(?<=\w\w\w)\. )",
        re.IGNORECASE,
    )
