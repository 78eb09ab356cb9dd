"""Make values that nobody has: phones in ranges never issued, BSN 9999xxxxx, accounts that no bank gives out."""

from __future__ import annotations

import random
import re
import string

CONSONANTS = "BDFGHJKLNPRSTVXZ"
ELEVEN = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def bsn(rng: random.Random) -> str:
    """Return a number from 9999xxxxx that passes the elfproef."""
    while True:
        number = f"9999{rng.randrange(100_000):05d}"
        if sum(int(d) * w for d, w in zip(number, ELEVEN, strict=True)) % 11 == 0:
            return number


def iban(rng: random.Random) -> str:
    """Return an IBAN with valid check digits whose account number fails the bank's own elfproef."""
    while True:
        bank, account = rng.choice(("RABO", "ABNA", "SNSB", "TRIO")), f"{rng.randrange(10**10):010d}"
        if sum(int(d) * w for d, w in zip(account, range(10, 0, -1), strict=True)) % 11 == 0:
            continue
        digits = "".join(str(string.ascii_uppercase.find(c) + 10) if c.isalpha() else c for c in f"{bank}{account}NL00")
        return f"NL{98 - int(digits) % 97:02d}{bank}{account}"


def plate(rng: random.Random) -> str:
    """Return a plate in one of the Dutch series."""
    pattern = rng.choice(("99-XX-XX", "99-XXX-9", "X-999-XX", "XX-999-X", "9-XXX-99", "XX-99-XX"))
    return re.sub("[X9]", lambda c: rng.choice(CONSONANTS) if c[0] == "X" else str(rng.randrange(10)), pattern)


def other_digits(literal: str, keep: int, rng: random.Random) -> str:
    """Return `literal` with every digit after the first `keep` digits replaced."""
    seen = 0
    out = []
    for char in literal:
        if char.isdigit():
            seen += 1
            char = char if seen <= keep else str(rng.randrange(10))  # noqa: PLW2901 - one pass, one name
        out.append(char)
    return "".join(out)
