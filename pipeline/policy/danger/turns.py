"""Turns of phrase: regular expressions over plain text, all looked for at once.

RE2 makes each expression once, tries it only where the letters stand that a match cannot do without, and takes time
linear in the text whatever the expression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Generic, TypeVar

import re2

Pattern = Any
"""A pattern of RE2, which has no types: `search(text)`, `sub(by, text)`."""
Meant = TypeVar("Meant")
QUIET: Final = re2.Options()
QUIET.log_errors = False


class Turns(Generic[Meant]):
    """Patterns that are looked for at once, each with what it means."""

    def __init__(self, patterns: Iterable[tuple[str, Meant]]) -> None:
        """Make them ready; ValueError for one that cannot be read, or that stands in every text."""
        self._filter = re2.Filter()
        self._meant: list[Meant] = []
        self._parts: list[list[Pattern]] = []
        self._whose: list[int] = []
        for pattern, meant in patterns:
            self._parts.append([self._add(part) for part in alternatives(pattern)])
            self._meant.append(meant)
        if self._whose:
            self._filter.Compile()

    def _add(self, part: str) -> Pattern:
        try:
            made = self._filter.re(self._filter.Add(part, QUIET))
        except re2.error:
            raise ValueError(f"not a regular expression: {part[:40]}") from None
        if made.search(""):
            raise ValueError(f"stands in every text: {part[:40]}")
        self._whose.append(len(self._meant))
        return made

    def meant_in(self, text: str) -> list[Meant]:
        """Return what the patterns mean that stand in `text`, in their order."""
        return [self._meant[number] for number in self._standing(text)]

    def _standing(self, text: str) -> list[int]:
        found = self._filter.Match(text) if self._whose else None
        return sorted({self._whose[part] for part in found}) if found else []

    def read(self: Turns[str], text: str, tidied: Callable[[str], str] = str) -> str:
        """Return `text` with what each pattern finds replaced by what it means, as `re.sub` takes it.

        One after the other, in their order: one may find what the last one left, made tidy.
        """
        done = -1
        while coming := [number for number in self._standing(text) if number > done]:
            done = coming[0]
            for part in self._parts[done]:
                text = part.sub(self._meant[done], text)
            text = tidied(text)
        return text


def compiled(pattern: str) -> Pattern:
    """Return a pattern ready to use; ValueError for one that cannot be read."""
    try:
        return re2.compile(pattern, QUIET)
    except re2.error:
        raise ValueError(f"not a regular expression: {pattern[:40]}") from None


def alternatives(pattern: str) -> Iterator[str]:
    """Yield the parts of a pattern between the `|` that no bracket encloses."""
    depth, begin, escaped = 0, 0, False
    for at, char in enumerate(pattern):
        if escaped or char == "\\":
            escaped = not escaped
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == "|" and depth == 0:
            yield pattern[begin:at]
            begin = at + 1
    yield pattern[begin:]
