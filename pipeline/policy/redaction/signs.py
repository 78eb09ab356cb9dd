"""What a text is looked through for before any expression is tried on it, out of `signs.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pipeline.policy.redaction.parts import escaped

OPENING: Final = ("platform", "sender")
"""Kinds of sign that the names of the net are, too, where they say so."""
TURNS: Final = (
    *("account", "quoted", "letters", "colon", "colon_whole", "owned", "named", "numbered", "short", "dash"),
    "screen",
)
"""Turns of phrase in which the name of a site is looked for."""


@dataclass(frozen=True)
class SignPolicy:
    """Literals by what they say that a text may hold, and the names of the net."""

    literals: Mapping[str, tuple[str, ...]]
    """By kind, in lower case: `{"plate": ("kent", ...)}`."""
    net: Mapping[str, tuple[str, ...]]
    """Names of sites, apps and accounts by the turn of phrase in which they are looked for, as written."""

    def net_parts(self) -> dict[str, list[str]]:
        """Return the names as parts of expressions, in lower case but for `dash`, which is held against capitals."""
        return {
            turn: escaped(names if turn == "dash" else (name.lower() for name in names))
            for turn, names in self.net.items()
        }


def sign_policy(raw: Mapping[str, Any]) -> SignPolicy:
    """Return what `raw` (signs.toml) says; KeyError names an unknown turn of phrase."""
    net: dict[str, list[str]] = {turn: [] for turn in (*OPENING, *TURNS)}
    for entry in raw["net"]:
        for turn in entry["turns"]:
            net[turn].extend(entry["names"])
    opening = {kind: [name.lower() for name in net[kind]] for kind in OPENING}
    literals = {sign["kind"]: (*sign["words"], *opening.get(sign["kind"], ())) for sign in raw["sign"]}
    return SignPolicy(literals, {turn: tuple(net[turn]) for turn in TURNS})
