"""Dates as a person reads them, in Dutch and English, and years as the law counts them."""

from __future__ import annotations

from datetime import date

from pipeline.policy.words import Words, shared_words


def month_of(day: date) -> Words:
    """Return the name of the month."""
    return shared_words()["month"][f"{day:%m}"]


def weekday_of(day: date) -> Words:
    """Return the name of the day of the week."""
    return shared_words()["weekday"][f"{day:%u}"]


def say_day(day: date, language: str) -> str:
    """Write a date out, as `22 november 2026`."""
    return f"{day.day} {month_of(day).say(language)} {day.year}"


def say_weekday(day: date, language: str) -> str:
    """Write a date out with the day of the week, as `zondag 22 november 2026`."""
    return f"{weekday_of(day).say(language)} {say_day(day, language)}"


def years_before(night: date, years: int) -> date:
    """Return the same day so many years earlier; 29 February gives 1 March, so that nothing lives a day too long."""
    try:
        return night.replace(year=night.year - years)
    except ValueError:
        return date(night.year - years, 3, 1)
