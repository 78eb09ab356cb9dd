"""Policy files of one entry a line, with a heading of comments."""

from __future__ import annotations

from importlib.resources.abc import Traversable

from pipeline.errors import PolicyError


def read_lines(path: Traversable) -> list[str]:
    """Return the entries of a file without its heading (lines with #); PolicyError if it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(path.name, str(error)) from error
    lines = text.split("\n")
    first = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return [line for line in lines[first:] if line]
