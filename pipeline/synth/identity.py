"""Identifying values that belong to nobody: BSN, telephone, mail, number plate, account."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Final

WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)
PLATE_LETTERS: Final = "AEIOU"
"""Number plates have had no vowels since 1978: one with three of them is on no car."""


@cache
def bsns() -> tuple[str, ...]:
    """Return every BSN 9999xxxxx that passes the elfproef, about nine thousand, in a mixed order."""
    passing = [
        number
        for number in map(str, range(999900000, 1000000000))
        if number != "999999999" and sum(int(d) * w for d, w in zip(number, WEIGHTS, strict=True)) % 11 == 0
    ]
    Random(9999).shuffle(passing)
    return tuple(passing)


def draw_phone(rng: Random) -> str:
    """Draw a mobile number that is not given out (06-00…), written in one of several ways."""
    digits = f"{int(rng.random() * 1_000_000):06d}"
    style = int(rng.random() * 5)
    return (
        f"06-00{digits}",
        f"0600{digits}",
        f"06 00 {digits[:2]} {digits[2:4]} {digits[4:]}",
        f"+31600{digits}",
        f"06-00 {digits[:3]} {digits[3:]}",
    )[style]


def draw_email(rng: Random, given: str, family: str) -> str:
    """Draw a mail address in a domain that cannot exist."""
    name = "".join(c for c in f"{given}.{family}".lower() if c.isascii() and (c.isalnum() or c == "."))
    return f"{name}{int(rng.random() * 90) + 10}@example.invalid"


def draw_plate(rng: Random) -> str:
    """Draw a number plate with letters that are not given out."""
    a, b, c = (PLATE_LETTERS[int(rng.random() * 5)] for _ in range(3))
    two, one = int(rng.random() * 90) + 10, int(rng.random() * 10)
    return (f"{two}-{a}{b}{c}-{one}", f"{a}{b}-{two}-{c}{a}", f"{a}-{two}{one}-{b}{c}", f"{two}{a}{b}{c}{one}")[
        int(rng.random() * 4)
    ]


def draw_iban(rng: Random) -> str:
    """Draw an account at a bank that does not exist (`MELD`), with right check digits."""
    account = f"{int(rng.random() * 10_000_000_000):010d}"
    spelled = "".join(str(int(c, 36)) for c in f"MELD{account}NL00")
    plain = f"NL{98 - int(spelled) % 97:02d}MELD{account}"
    return plain if rng.random() < 0.5 else " ".join(plain[i : i + 4] for i in range(0, len(plain), 4))
