"""Values as StUF writes them: moments, partly known dates, addresses. What does not fit is said in words instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from stdnum.nl import bsn as elfproef

from pipeline.settings import LOCAL

Row = Mapping[str, Any]
"""A row of a staging table, by column name."""

ADDRESS: Final = ("street", "house_number", "house_number_suffix", "postcode", "place")
_POSTCODE: Final = re.compile(r"[1-9][0-9]{3}[A-Z]{2}")
_HOUSE: Final = re.compile(r"([1-9][0-9]{0,4})[ -]?([A-Za-z]?)")
_SUFFIX: Final = re.compile(r"[A-Za-z0-9]{1,4}")
_BIRTH: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_STAND_IN: Final = "1900-01-01"
_UNBORN_OR_UNKNOWN: Final = frozenset({"000000000", "999999999"})


@dataclass(frozen=True)
class StufDate:
    """A date of eight digits and how much of it is known: V all, D no day, M no month, or J nothing."""

    digits: str
    known: str


@dataclass(frozen=True)
class Address:
    """A Dutch address in the standard's parts; None where unknown. `left_over`: what no part could take."""

    street: str | None
    number: str | None
    letter: str | None
    suffix: str | None
    postcode: str | None
    place: str | None
    left_over: tuple[str, ...]


NO_ADDRESS: Final = Address(None, None, None, None, None, None, ())


def stamp(at: datetime) -> str:
    """Return `yyyymmddhhmmssmmm`, local."""
    return at.astimezone(LOCAL).strftime("%Y%m%d%H%M%S") + f"{at.microsecond // 1000:03d}"


def minute(at: datetime) -> str:
    """Return `yyyymmddhhmmss`, local."""
    return at.astimezone(LOCAL).strftime("%Y%m%d%H%M%S")


def said_at(moment: str | None) -> str | None:
    """Return an ISO moment as it is said, `22-11-2026 22:30`, local; None where it is none."""
    try:
        return f"{datetime.fromisoformat(moment).astimezone(LOCAL):%d-%m-%Y %H:%M}" if moment else None
    except (ValueError, OverflowError):
        return None


def read_stamp(digits: str) -> datetime | None:
    """Read `yyyymmdd[hhmm[ss[mmm]]]`, local; None where it is no moment."""
    # fromisoformat and strptime take surprising forms: only digits of a known length get there
    if not re.fullmatch(r"[0-9]{8}|[0-9]{12}|[0-9]{14,17}", digits):
        return None
    padded = digits.ljust(17, "0")
    try:
        naive = datetime.strptime(padded[:14], "%Y%m%d%H%M%S")
        return naive.replace(tzinfo=LOCAL).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def stuf_date(text: str | None, latest: date) -> StufDate | None:
    """Read a birth date `yyyy-mm-dd` with 00 for what is unknown.

    None where nothing is known, where it is the stand-in 01-01-1900, where no such day exists and where it lies after
    `latest`. What is unknown is filled with 01, so that the digits are a day, and marked (`indOnvolledigeDatum`).
    """
    found = _BIRTH.fullmatch(text or "")
    if found is None or text == _STAND_IN or found[1] == "0000":
        return None
    year, month, day = found.groups()
    known = "M" if month == "00" else "D" if day == "00" else "V"
    try:
        read = date(int(year), 1 if known == "M" else int(month), 1 if known != "V" else int(day))
    except ValueError:
        return None
    return StufDate(read.strftime("%Y%m%d"), known) if read <= latest else None


def sound_bsn(text: str | None) -> str | None:
    """Return a citizen service number of nine digits that passes the elfproef; None for any other."""
    strict = text is not None and re.fullmatch(r"[0-9]{9}", text) and text not in _UNBORN_OR_UNKNOWN
    return text if strict and elfproef.is_valid(text) else None


def fitting(text: str | None, longest: int) -> str | None:
    """Return `text` where the standard's field can hold it."""
    return text if text is not None and len(text) <= longest else None


def read_address(row: Row) -> Address | None:
    """Read the address columns of a report or person; None where all are empty."""
    if all(not row.get(name) for name in ADDRESS):
        return None
    house, suffix = row.get("house_number"), row.get("house_number_suffix")
    number = _HOUSE.fullmatch((house or "").strip())
    letter = (number[2] if number else "") or (suffix if suffix and re.fullmatch("[A-Za-z]", suffix) else None)
    addition = suffix if suffix and suffix != letter and _SUFFIX.fullmatch(suffix) else None
    postcode = (row.get("postcode") or "").replace(" ", "").upper()
    sound_postcode = postcode if _POSTCODE.fullmatch(postcode) else None
    street, place = fitting(row.get("street"), 80), fitting(row.get("place"), 80)
    taken = {
        "street": street,
        "house_number": number,
        "house_number_suffix": addition or (suffix if suffix == letter else None),
        "postcode": sound_postcode,
        "place": place,
    }
    left_over = tuple(str(row[name]) for name in ADDRESS if row.get(name) and not taken[name])
    return Address(street, number[1] if number else None, letter or None, addition, sound_postcode, place, left_over)


def address_line(row: Row) -> str:
    """Return the address of an event in one line; empty where there is none."""
    house = " ".join(str(row[name]) for name in ("street", "house_number", "house_number_suffix") if row.get(name))
    town = " ".join(str(row[name]) for name in ("postcode", "place") if row.get(name))
    return ", ".join(part for part in (house, town) if part)
