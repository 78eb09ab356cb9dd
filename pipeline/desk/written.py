"""How the desk writes times, clocks and values, in Dutch or English."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from pipeline.desk.value_words import value_words
from pipeline.policy.words import Language
from pipeline.settings import LOCAL

DAYS: Final = {
    "nl": ("ma", "di", "wo", "do", "vr", "za", "zo"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def moment(at: datetime, lang: Language) -> str:
    """Return a moment in local time: `di 24-11 14:05`."""
    local = at.astimezone(LOCAL)
    return f"{DAYS[lang][local.weekday()]} {local:%d-%m %H:%M}"


def waiting(left: timedelta, lang: Language) -> str:
    """Return what is left of a clock, or how far it is over."""
    minutes = int(abs(left).total_seconds() // 60)
    days, hours = divmod(minutes // 60, 24)
    if days:
        span = f"{days} d {hours} {'u' if lang == 'nl' else 'h'}"
    elif hours:
        span = f"{hours} {'u' if lang == 'nl' else 'h'} {minutes % 60:02d}"
    else:
        span = f"{minutes} min"
    if lang == "nl":
        return f"nog {span}" if left >= timedelta(0) else f"{span} te laat"
    return f"{span} left" if left >= timedelta(0) else f"{span} late"


def shown(value: Any, lang: Language, column: str = "") -> str:  # noqa: ANN401 - any cell of a table
    """Return a cell as a person reads it; a code of `column` in its words."""
    words = value_words(column, value)
    if words is not None:
        return words.say(lang)
    if column == "written_at" and isinstance(value, str):  # of an entry on its way out, which is JSON
        value = datetime.fromisoformat(value)
    if isinstance(value, bool):
        return {"nl": ("nee", "ja"), "en": ("no", "yes")}[lang][value]
    if isinstance(value, datetime):
        return f"{value.astimezone(LOCAL):%d-%m-%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(one) for one in value)
    return str(value)
