"""Policy files that hold expressions, written for readers: a list of alternatives, a long one over several lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import Any, Final

OVER_LINES: Final = re.compile(r"'''.*?'''", re.DOTALL)
LINE_BREAK: Final = re.compile(r"\n\s*")


def read_patterns(text: str) -> dict[str, Any]:
    """Return the tables of a TOML document; in a ''' text ''' a line break is nothing, nor is the indent behind it."""
    return tomllib.loads(OVER_LINES.sub(lambda one: LINE_BREAK.sub("", one[0]), text))


def any_of(pattern: str | Iterable[str]) -> str:
    """Return a pattern as one expression: a list is any of its entries."""
    return pattern if isinstance(pattern, str) else "|".join(pattern)
