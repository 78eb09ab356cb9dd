"""What a rule asks to stand together in a sentence: words of these fields, near each other."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Final

WITHIN: Final = 8
"""Words, when nothing else is said."""
SHAPE: Final = re.compile(
    r"(?P<fields>\w+(?: >? ?\w+)*?)(?: within (?P<within>\d+))?(?P<across> across)?"
    r"(?: without (?P<without>\w+(?: \w+)*))?$"
)


@dataclass(frozen=True)
class Near:
    """Words of all `fields`, the last at most `within` words from the first."""

    fields: tuple[str, ...]
    in_order: bool
    within: int
    across: bool
    """They may stand in two sentences, one after the other."""
    without: tuple[str, ...]
    """No word of these fields stands between them."""


def parse_near(text: str, known: Container[str]) -> Near:
    """Read `grip throat within 6`, `child > mark across without adult`; ValueError where it cannot be.

    `>` stands between fields that follow in this order (all, or none); `across` goes over the end of a sentence.
    """
    shape = SHAPE.match(text)
    if shape is None:
        raise ValueError(f"not fields that stand near each other: {text[:40]}")
    fields, without = shape["fields"].replace(">", " ").split(), (shape["without"] or "").split()
    if unknown := [name for name in (*fields, *without) if name not in known]:
        raise ValueError(f"unknown field {unknown[0]}")
    return Near(
        tuple(fields), ">" in shape["fields"], int(shape["within"] or WITHIN), bool(shape["across"]), tuple(without)
    )
