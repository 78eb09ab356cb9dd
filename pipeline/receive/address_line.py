"""An address in one line, as messages tell where it happened."""

from __future__ import annotations

import re
from typing import Final

POSTCODE: Final = re.compile(
    r"(?<![0-9A-Za-z])([1-9][0-9]{3} ?[A-Z]{2}|(?<=, )[1-9][0-9]{3} ?[a-z]{2})(?![0-9A-Za-z])"  # 1012hs is a house
)
HOUSE: Final = re.compile(r"(?P<straat>\S.*?) (?P<huisnummer>[0-9]{1,5}) ?(?P<toevoeging>[A-Za-z0-9-]{0,6})")
COUNTRY: Final = re.compile(r", ?(?:Nederland|NL)$", re.IGNORECASE)
"""Says nothing; behind a house and a comma all else is the place: Nuenen, Gerwen en Nederwetten is one."""
LONGEST_LINE: Final = 200
"""Characters of an address line; what is longer tells a story."""


def read_address_line(text: str | None) -> dict[str, str | None]:
    """Return the contract's address columns of `street number, postcode place`; another shape is kept as the place."""
    line = " ".join((text or "").split())
    if not line:
        return {}
    if len(line) > LONGEST_LINE:
        return {"plaats": line}
    found = POSTCODE.search(line)
    if found:
        before, after = (part.strip(" ,") for part in (line[: found.start()], line[found.end() :]))
        after = after.partition(",")[0]
    elif line.count(",") == 1 or HOUSE.fullmatch(line.partition(",")[0].strip()):
        before, _, after = (part.strip() for part in COUNTRY.sub("", line).partition(","))
    else:
        return {"plaats": line}
    house = HOUSE.fullmatch(before)
    own = house.groupdict() if house else {"straat": before}
    given = own | {"postcode": found[1] if found else None, "plaats": after}
    return {name: value or None for name, value in given.items()}
