"""Feedback's edge: files to events by report version. What cannot be taken is answered, nothing is lost."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg2

from pipeline.errors import LoadError, UsageError
from pipeline.feedback.event import Line
from pipeline.feedback.read_csv import MAX_BYTES, read_feedback_csv
from pipeline.feedback.read_xml import read_feedback_xml
from pipeline.feedback.record import take_lines
from pipeline.policy.stuf.identities import Identities
from pipeline.schema import REGIONS

if TYPE_CHECKING:
    from psycopg2.extensions import connection

_REGION: Final = re.compile(r"VT[0-9]{2}", re.IGNORECASE)
_UNFINISHED: Final = frozenset({".part", ".tmp", ".filepart"})
"""What programs that copy files call one that is not whole yet."""
NO_REGION: Final = "VT??"
"""Stands in an error where neither the path nor the sender nor the number names a region."""
TOLD_AS: Final = {"other_region": "unknown_number", "not_delivered": "unknown_number"}
"""What a region is told instead: that the police hold a registration that it did not get is not for it."""


@dataclass(frozen=True)
class FeedbackError:
    """A row or message that was set aside, or that was taken and is odd."""

    region: str
    file: str
    line: int
    problem: str
    registration_number: str | None


@dataclass
class FeedbackResult:
    """What became of one or more files of feedback."""

    files: int = 0
    taken: int = 0
    acknowledged: int = 0
    errors: list[FeedbackError] = field(default_factory=list)
    remarks: list[FeedbackError] = field(default_factory=list)
    """Rows that were taken, and that are odd: `future_at`."""
    dropped: dict[str, int] = field(default_factory=dict)
    """Column to how often its text was no code and was not kept; the event was."""

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` prints: counts, and the errors with file, line and reason."""
        return {**asdict(self), "set_aside": len(self.errors)}


def import_feedback(
    connection: connection,
    path: Path,
    received_at: datetime,
    identities: Identities | None = None,
    answers: Path | None = None,
) -> FeedbackResult:
    """Take a file of feedback, or all files of a folder, in order of name.

    The region is the last folder `VTnn` in the path, in any case; else that of the message's sender, else the only
    region that holds the number. One transaction a file. A row that was taken before is an error `repeated` and changes
    nothing.

    Args:
        connection: to the police side's database.
        path: `feedback.csv`, a message `*.xml`, or a folder with such, at any depth; of an inbox its `feedback`.
        received_at: when it came in.
        identities: to see whether a message's sender is the region that it says to be.
        answers: where `write_answers` goes to, a file's answer before it counts as read: a crash between the two would
            lose it.

    Raises:
        UsageError: there is no such file or folder.
        LoadError: PostgreSQL refused.
    """
    if not path.exists():
        raise UsageError(f"{path}: dat bestand of die map is er niet", f"{path}: there is no such file or folder")
    run = _Run(connection, received_at, identities, answers)
    for file in feedback_files(path):
        _take_file(run, file)
    return run.result


def import_new_feedback(
    connection: connection,
    inbox: Path,
    received_at: datetime,
    identities: Identities | None = None,
    answers: Path | None = None,
) -> FeedbackResult:
    """Take the files under `inbox/feedback` that were not read before, as `import_feedback` does."""
    run = _Run(connection, received_at, identities, answers)
    root = inbox / "feedback"
    with connection, connection.cursor() as given:
        given.execute("SELECT digest, file FROM intake.feedback_file")
        known = set(given.fetchall())
    for file in feedback_files(root) if root.is_dir() else []:
        content = _read(file)
        if isinstance(content, Line) or (_digest(content), name_of(file)) not in known:
            _take_file(run, file)
    return run.result


def feedback_files(path: Path) -> list[Path]:
    """Return the files to read at `path`: itself, or every file under it but hidden and half-written ones."""
    if path.is_file():
        return [path]
    if (path / "feedback").is_dir():  # the inbox itself: what lies beside it are the units' exports
        path = path / "feedback"
    return sorted(
        file
        for file in path.rglob("*")
        if os.path.isfile(file) and not file.name.startswith(".") and file.suffix.lower() not in _UNFINISHED
    )


def answer_csv(result: FeedbackResult, region: str) -> str:
    """Return the answer to a region: one error a line, in its own file's line numbers, and nothing of other regions."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("file", "line", "registratienummer", "problem"))
    for error in result.errors:
        if error.region == region:
            told = TOLD_AS.get(error.problem, error.problem)
            writer.writerow((error.file, error.line, error.registration_number or "", told))
    return text.getvalue()


def write_answers(result: FeedbackResult, out: Path) -> list[Path]:
    """Write the answers to `out/<region>/<date>/<file>.antwoord.csv`, one a file with errors; return what was written.

    A file that was read twice has the answer of the last time.
    """
    written = []
    for region in sorted({error.region for error in result.errors} & set(REGIONS)):
        ours = [error for error in result.errors if error.region == region]
        for name in sorted({error.file for error in ours}):
            some = _of_file(name, ours)
            *folders, file = name.split("/")
            # the region's own folder first, whatever folders the file came in
            into = out.joinpath(region, *(part for part in folders if part not in {region, "feedback", ".", ".."}))
            into.mkdir(parents=True, exist_ok=True)
            written.append(into / f"{file}.antwoord.csv")
            beside = written[-1].with_suffix(".new")
            beside.write_text(answer_csv(some, region), encoding="utf-8")
            beside.replace(written[-1])
    return written


def _of_file(name: str, errors: Sequence[FeedbackError]) -> FeedbackResult:
    return FeedbackResult(errors=[error for error in errors if error.file == name])


@dataclass(frozen=True)
class _Run:
    """What the files of one import are taken with, and what became of them so far."""

    connection: connection
    received_at: datetime
    identities: Identities | None
    answers: Path | None
    result: FeedbackResult = field(default_factory=FeedbackResult)


def _take_file(run: _Run, file: Path) -> None:
    received_at, result = run.received_at, run.result
    content = _read(file)
    named = next((part.upper() for part in reversed(file.absolute().parts[:-1]) if _REGION.fullmatch(part)), None)
    region, lines = _lines(file, content, named, run.identities)
    digest = str(content.problem) if isinstance(content, Line) else _digest(content)
    errors: list[FeedbackError] = []
    try:
        with run.connection, run.connection.cursor() as given:
            taken = take_lines(given, region, lines, received_at)
            for line, problem in taken.problems:
                shown = region or NO_REGION
                errors.append(FeedbackError(shown, name_of(file), line.line, problem, line.registration_number))
                given.execute(_SET_ASIDE, (digest, *astuple(errors[-1]), received_at))
            count = taken.events + taken.answers
            given.execute(_READ, (digest, region or NO_REGION, name_of(file), count, len(errors), received_at))
            if run.answers is not None:
                write_answers(_of_file(name_of(file), [*result.errors, *errors]), run.answers)
    except psycopg2.Error as error:
        raise LoadError("intake.feedback", error.pgcode) from None
    result.files += 1
    result.taken += taken.events
    result.acknowledged += taken.answers
    result.errors += errors
    result.remarks += [
        FeedbackError(region or NO_REGION, name_of(file), line.line, remark, line.registration_number)
        for line, remark in taken.remarks
    ]
    for column in taken.dropped:
        result.dropped[column] = result.dropped.get(column, 0) + 1


_SET_ASIDE: Final = (
    "INSERT INTO intake.feedback_error (digest, region, file, line, problem, registration_number, received_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
)
_READ: Final = (
    "INSERT INTO intake.feedback_file (digest, region, file, taken, set_aside, received_at)"
    " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
)


def _lines(
    file: Path, content: bytes | Line, region: str | None, identities: Identities | None
) -> tuple[str | None, Sequence[Line]]:
    """Return the region of a file, as far as path and sender tell it, and its lines."""
    if isinstance(content, Line):
        return region, [content]
    if region is not None and region not in REGIONS:
        return region, [Line(1, problem="unknown_region")]
    if file.suffix.lower() == ".csv":
        return region, read_feedback_csv(content)
    if file.suffix.lower() != ".xml":
        return region, [Line(1, problem="unknown_file")]
    message = read_feedback_xml(content)
    sender = identities.region_of(message.sender) if identities and message.sender else None
    if sender and region and sender != region:
        number = message.line.registration_number
        return region, [Line(1, problem="sender_of_other_region", registration_number=number)]
    return region or sender, [message.line]


def _read(file: Path) -> bytes | Line:
    """Return a file's content; where it cannot be taken, or is larger than any feedback is, the line that says so."""
    try:
        return file.read_bytes() if file.stat().st_size <= MAX_BYTES else Line(1, problem="too_large")
    except OSError:
        return Line(1, problem="closed")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def name_of(file: Path) -> str:
    """Return a file's name with the two folders above it: `VT09/2026-11-27/feedback.csv`."""
    named = "/".join(file.absolute().parts[-3:])
    return os.fsencode(named).decode("utf-8", "replace")  # a name in another encoding can be neither stored nor shown
