"""The words that a night is made of: TOML files of names, streets, kinds of event and sentences."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def read_words(name: str) -> dict[str, Any]:
    """Return the word file `name` (without suffix, `texts/honour` for a kind of event)."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
