"""What stands in a column, and what was filled in beforehand, as a person reads it: words first, their codes behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from pipeline.desk.labels import gap_words, label, read_labels
from pipeline.policy.incident_classes import class_words
from pipeline.policy.reference import read_reference
from pipeline.policy.triage import field_words
from pipeline.policy.words import Words

CODED: Final = frozenset(
    {
        "kind",
        "sex",
        "role",
        "suspicion",
        "nature",
        "sequence",
        "urgency_hint",
        "known_as",
        "known_from",
        "origin",
        "signal",
    }
)
"""Columns whose codes have words, each in the group of labels of its own name."""
NUMBERED: Final = frozenset({"suspicion", "nature"})
"""Those whose codes are the standard's own: they stay, behind the words."""
YES: Final = Words("ja", "yes")
OFTEN: Final = "_after_"
ISO_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
"""A day as text: a birth date, which may be partly unknown (`1987-00-00`), or one in the triage."""


def value_words(column: str, value: Any) -> Words | None:  # noqa: ANN401 - any cell of a table
    """Return the words of what stands in a coded column; None where it is no code of ours."""
    if column in NAMES:
        name = NAMES[column]().get(str(value))
        return name and Words(f"{name.nl} ({value})", f"{name.en} ({value})")
    if isinstance(value, str) and (day := ISO_DAY.fullmatch(value)):
        return Words(*["-".join(reversed(day.groups()))] * 2)
    if isinstance(value, list | tuple) and (column in CODED or column == "gaps"):
        return _listed(column, value)
    if column == "gaps":
        return gap_words(str(value)).words
    if column not in CODED or str(value) not in read_labels()[column]:
        return None
    words = label(column, value)
    return Words(f"{words.nl} ({value})", f"{words.en} ({value})") if column in NUMBERED else words


def triage_words(entry: Mapping[str, Any]) -> Words:
    """Return one field of the pre-filled triage as a line: step, field, value, and where it comes from."""
    step, origin = label("triage_step", entry["step"]), label("origin", entry["origin"])
    field, value = field_words().get(entry["field"]) or label("triage_field", entry["field"]), _filled_in(entry)
    evidence = [evidence_words(one) for one in entry["evidence"]]
    return Words(
        f"{step.nl} · {field.nl}: {value.nl} ({origin.nl}: {', '.join(one.nl for one in evidence)})",
        f"{step.en} · {field.en}: {value.en} ({origin.en}: {', '.join(one.en for one in evidence)})",
    )


def evidence_words(code: str) -> Words:
    """Return one piece of evidence: `birth:exact`, `graver:4_after_2`, a column, or a number of a registration."""
    what, _, level = code.partition(":")
    named = label("evidence", what) if what in read_labels()["evidence"] else label("column", what)
    if not level:
        return value_words("", code) or named
    if OFTEN in level:
        now, before = level.split(OFTEN)
        return Words(f"{named.nl}: nu {now}, eerder {before}", f"{named.en}: now {now}, before {before}")
    told = label("level", level)
    return Words(f"{named.nl} {told.nl}", f"{named.en} {told.en}")


def _filled_in(entry: Mapping[str, Any]) -> Words:
    """Return a field's value; several are joined by `|`."""
    value = str(entry["value"])
    if value == YES.en:
        return YES
    return _listed(entry["field"], value.split("|"))


def _listed(column: str, values: Sequence[Any]) -> Words:
    told = [value_words(column, one) or Words(str(one), str(one)) for one in values]
    return Words(", ".join(one.nl for one in told), ", ".join(one.en for one in told))


@cache
def _municipalities() -> dict[str, Words]:
    return {code: Words(name, name) for code, name in read_reference().municipality_names().by_code.items()}


NAMES: Final[Mapping[str, Callable[[], Mapping[str, Words]]]] = {
    "incident_code": class_words,
    "municipality_code": _municipalities,
    "municipality": _municipalities,
    "reporter_function": lambda: read_labels()["reporter_function"],
}
"""Columns and fields of the triage whose codes are listed elsewhere, or are the standard's own."""
