"""What the measure looks at: our redactor, and our reading of danger, on labelled texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pipeline.evaluate.corpus import Labelled, Stretch
from pipeline.policy.reference import Municipalities, read_reference
from pipeline.redact import FIELD, Address, Subject, read_redactor
from pipeline.redact.spans import DOUBT

if TYPE_CHECKING:
    from pipeline.evaluate.danger import Detect
    from pipeline.evaluate.score import Redact
    from pipeline.policy.danger import DangerRules
    from pipeline.redact import Redactor

OPENER: Final = "pipeline.evaluate.ours:open_redactor"
"""What `speed.measure_speed` opens in a fresh process."""
INVOLVED_CHILD: Final = "KI"


def open_redactor(changed: Redactor | None = None) -> Redact:
    """Return the redactor that ships, or a changed one, as the measure asks it: a record's persons are registered."""
    redactor = changed or read_redactor()

    def redact(record: Labelled) -> tuple[str, list[Stretch]]:
        source = record.source if record.field == "text" else FIELD
        done = redactor.redact_one(record.text, source=source, people=subjects_of(record))
        removed = [Stretch(span.start, span.end, span.kind) for span in done.spans if span.action != DOUBT]
        return done.text or "", removed

    return redact


def subjects_of(record: Labelled) -> list[Subject]:
    """Return the persons registered, as the redactor knows them."""
    municipalities = read_reference().municipality_names()
    return [_subject(one, municipalities) for one in record.people]


def _subject(person: Mapping[str, Any], municipalities: Municipalities) -> Subject:
    address = Address(
        person["street"],
        person["house_number"],
        person["postcode"],
        person["place"],
        municipalities.of(None, person["postcode"]),
    )
    names = (person["family_name"], person["name_prefix"], person["given_names"])
    return Subject(person["role"], *names, person["birth_date"], address, person["secret_address"])


def read_danger(records: Sequence[Labelled], night: date, changed: DangerRules | None = None) -> Detect:
    """Read danger in all of `records` at once, by the rules that ship or changed ones; return who answers for each."""
    import polars as pl

    from pipeline.decide.danger_text import NAMED, detect_danger
    from pipeline.schema import ROW

    columns = {"row": pl.Int64, "field": pl.String, "entry_number": pl.Int64, "source": pl.String, "text": pl.String}
    texts = pl.DataFrame(
        [(at, record.field, 1, record.source, record.text) for at, record in enumerate(records)],
        schema=columns,
        orient="row",
    )
    children = [
        (at, name)
        for at, record in enumerate(records)
        for person in record.people
        if person["role"] == INVOLVED_CHILD
        for name in (person["given_names"] or "").split()
    ]
    told: defaultdict[str, list[Stretch]] = defaultdict(list)
    found = detect_danger(texts, night, pl.DataFrame(children, schema=NAMED, orient="row"), changed)
    for row, signal, start, end in found.select(ROW, "signal", "start", "end").iter_rows():
        told[records[row].id].append(Stretch(start, end, signal))

    def detect(record: Labelled) -> Iterable[Stretch]:
        return told[record.id]

    return detect
