"""Where sentences and clauses of police prose begin and end."""

from __future__ import annotations

import re
from typing import Final

BREAK: Final = re.compile(r"[.!?\n\-–•*](?:(?<=[.!?])[.!?]*[\"'”’)\]]*\s+|(?<=\n)\s*|(?<=\s[-–•*])\s+(?=[A-Z]))")
"""A stop, a new line, or a bullet. It begins with one class of characters: `re` skips all others much faster."""
SHORT: Final = frozenset(
    [
        "mevr",
        "mw",
        "mvr",
        "dhr",
        "hr",
        "dr",
        "drs",
        "mr",
        "ir",
        "prof",
        "ds",
        "fam",
        "st",
        "ca",
        "nr",
        "nrs",
        "tel",
        "bijv",
        "bv",
        "vb",
        "ivm",
        "mbt",
        "tbv",
        "evt",
        "enz",
        "etc",
        "incl",
        "excl",
        "o.a",
        "i.v.m",
        "m.b.t",
        "t.b.v",
        "t.a.v",
        "d.d",
        "p.v",
        "t.p",
        "a.s",
        "i.p.v",
        "n.a.v",
        "a.u.b",
        "o.v.j",
        "geb",
        "resp",
        "art",
        "lid",
        "maatsch",
        "soc",
        "afd",
        "adj",
        "brig",
        "insp",
        "hagt",
        "verb",
        "betr",
        "aanl",
        "vert",
        "buurvr",
        "vrl",
        "aanw",
        "blz",
        "jl",
        "jr",
        "sr",
        "zgn",
        "w.o",
        "z.g",
        "m.n",
        "t.h.v",
        "b.v",
        "i.o",
        "v.w.b",
        "str",
        "gem",
        "plm",
        "min",
        "max",
        "pol",
        "rek",
        "kent",
        "st",
    ]
)
TOO_LONG: Final = 1 + max(map(len, SHORT))
"""So many letters before a full stop are no abbreviation."""
LONGEST_SHORT: Final = 12
"""Characters to look back for an abbreviation; a longer word is none."""
CLAUSE: Final = re.compile(
    r"[;,\s](?:(?=[\s;\-emtwodEMTWO])(?<=\s)(?<!\s\s)\s*(?:;\s*|-\s+"
    r"|(?:en|maar|terwijl|waarna|omdat|want|doordat|waardoor|EN|MAAR|TERWIJL|OMDAT|WANT)\s+)|(?<=,)\s+|(?<=;)\s*)"
)
"""A semicolon, a comma, a dash or a conjunction, with the white space around it; begins as BREAK does.

White space is looked at from its first character alone: from each of them, blank lines cost their square. What comes
behind it is looked at first: most words begin with no letter of a conjunction."""


def sentence_bounds(text: str) -> list[tuple[int, int]]:
    """Return the half-open bounds of the sentences of `text`, in order; together they cover it but for white space."""
    bounds: list[tuple[int, int]] = []
    start = 0
    for gap in BREAK.finditer(text):
        at, after = gap.span()
        if text[at] == "." and _is_short(text, start, at, after):
            continue
        bounds.append((start, after))
        start = after
    if start < len(text):
        bounds.append((start, len(text)))
    return bounds


def _is_short(text: str, start: int, dot: int, after: int) -> bool:
    """Whether the full stop at `dot` belongs to an abbreviation or to an initial."""
    words = text[max(start, dot - LONGEST_SHORT) : dot].rsplit(None, 1)
    word = words[-1].lstrip("(\"'") if words else ""
    if len(word) >= TOO_LONG:
        return False
    small = word.lower()
    if small in SHORT:
        return not (word.isupper() and len(word) > 1 and not text.isupper() and text[after : after + 1].isupper())
    return len(small) < 6 and small[-1:].isalpha() and small[-2:-1] in {"", "."}  # noqa: PLR2004 - J.P.M.


def clause_bounds(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the bounds of the clauses of the sentence `text[start:end]`; each takes its separator along."""
    bounds: list[tuple[int, int]] = []
    at = start
    for gap in CLAUSE.finditer(text, start, end):
        if gap.start() > at:
            bounds.append((at, gap.start()))
            at = gap.start()
    bounds.append((at, end))
    return bounds
