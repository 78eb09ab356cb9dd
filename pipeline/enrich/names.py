"""Names made comparable: parts without their prefixes, and a spelling by sound.

Dutch systems write one Arabic, Turkish or Slavic name in many ways (Youssef, Yusuf; Shevchenko, Sjevtsjenko), and a
Dutch one too (Janssen, Jansen; Kees for Cornelis). The sound of a part is its consonants after such spellings are
folded together; known variants of given names (`given_name_variants.csv`) are folded to one first.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

import polars as pl

LETTERS: Final = {
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ij": "ij",
}
"""Letters that Unicode does not take apart into a plain one and a mark."""

# In this order: long spellings first. A capital keeps what it stands for from being folded again: C for "tsh", Z for
# "zh" and "dj", S for "sh", G for the gutturals.
SPELLINGS: Final = (
    ("shch|sjtsj|szcz|tsj|tch|tsh|tsch|cz", "C"),
    ("vch", "vC"),
    ("dzj|dzh|dsj|dj|zh|zj", "Z"),
    ("sch|sh|sj|sz", "S"),
    ("kh|gh|ch", "G"),
    ("ph", "f"),
    ("th|dt", "t"),
    ("dh", "d"),
    ("x", "ks"),
    ("c([eiy])", "s$1"),
    ("ck|q|c", "k"),
    ("j([aeiou])", "i$1"),
    ("w", "v"),
    ("z", "s"),
)
TWICE: Final = "bcdfgklmnprstvCZSG"
"""Consonants of which a row sounds as one."""
SILENT: Final = "[aeiouyhj]"


def parts(name: pl.Expr) -> pl.Expr:
    """Return the parts of a name in lower case without marks: `Van den Berg-Özgür` gives `[van, den, berg, ozgur]`."""
    folded = name.str.to_lowercase().str.replace_many(LETTERS).str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    return folded.str.replace_all(r"[’'`´]", "").str.extract_all(r"[\p{L}]+")


def family_parts(parts: pl.Expr) -> pl.Expr:
    """Return the parts of a family name without its prefixes, unless nothing else is left."""
    own = parts.list.filter(~pl.element().is_in(prefixes()))
    return pl.when(own.list.len() > 0).then(own).otherwise(parts)


def sound(part: pl.Expr) -> pl.Expr:
    """Return the sound of a part: `shevchenko` and `sjevtsjenko` both give `svcnk`; a vowel in front gives `a`."""
    folded = part.replace(variants())
    for pattern, letter in SPELLINGS:
        folded = folded.str.replace_all(f"(?:{pattern})", letter)
    once = folded.str.replace_all("|".join(f"({letter}){letter}+" for letter in TWICE), _GROUPS)
    # A vowel in front is heard: a capital is not silent.
    return once.str.replace("^h?[aeiouy]", "A").str.replace_all(SILENT, "").str.to_lowercase()


_GROUPS: Final = "".join(f"${{{number}}}" for number in range(1, len(TWICE) + 1))


@cache
def variants() -> dict[str, str]:
    """Return for every known variant of a given name the name that stands for all of them."""
    table = pl.read_csv((files("pipeline.policy") / "given_name_variants.csv").read_bytes(), infer_schema=False)
    return {
        variant: name
        for name, others in table.iter_rows()
        for variant in others.split(" ")
        if variant and variant != name
    }


@cache
def prefixes() -> list[str]:
    """Return the words before a family name that are no part of it for comparison (`name_prefixes.txt`)."""
    return (files("pipeline.policy") / "name_prefixes.txt").read_text(encoding="utf-8").split()
