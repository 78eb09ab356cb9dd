"""One version for everything that decides: a digest over the files of the policy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

NOT_POLICY: Final = (".py", ".pyc", ".md")
"""Code, and pages that tell the policy. Whatever else lies there may decide."""
ELSEWHERE: Final = frozenset({"agreements", "__pycache__"})
"""Agreements have a version each."""


@cache
def policy_version() -> str:
    """Return a short digest over every policy file: gates, elements, word lists, learned weights, suites."""
    digest = hashlib.sha256()
    roots = [resources.files("pipeline.policy"), resources.files("expectations")]
    for name, file in sorted((found for root in roots for found in data_files(root)), key=lambda found: found[0]):
        digest.update(name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def data_files(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    """Yield the files in a folder and below it that may decide, each with its path in there."""
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir() and entry.name not in ELSEWHERE:
            yield from data_files(entry, f"{name}/")
        elif entry.is_file() and not entry.name.endswith(NOT_POLICY):
            yield name, entry
