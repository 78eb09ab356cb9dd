"""What a title says of the name behind it."""

from __future__ import annotations

from typing import Final

from pipeline.policy.redaction import Title

STRONG: Final = frozenset({"officer", "witness", "caller", "professional"})
"""Kinds of titles of somebody whose name goes, whoever is called like that."""


def is_officer(role: Title | None) -> bool:
    """Whether a title is of somebody of the police."""
    return role is not None and role.kind == "officer"


def is_strong(role: Title | None) -> bool:
    """Whether a title is of somebody whose name goes, whoever is called like that."""
    return role is not None and role.kind in STRONG
