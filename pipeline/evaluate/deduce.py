"""The same texts through `deduce`, the public Dutch de-identifier, in an environment of its own.

Its pins clash with ours, so it runs as a subprocess of another interpreter that reads JSON lines and writes what it
would remove. To make that environment (the first start builds look-up tables for one to two minutes, later ones 6 s):

    python3.11 -m venv deduce-env && deduce-env/bin/pip install deduce
    meldstroom evaluate --deduce-python deduce-env/bin/python

`deduce` removes dates and ages by design; they are facts to us, so what it marks as those is left alone here.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from pipeline.errors import UsageError
from pipeline.evaluate.corpus import Labelled, Stretch

SHARED: Final = frozenset(
    {
        "third_party",
        "caller",
        "witness",
        "officer",
        "professional",
        "phone",
        "email",
        "bsn",
        "third_party_address",
        "secret_address",
    }
)
"""Kinds that both know."""

PROGRAM: Final = """
import json, logging, sys, time
logging.disable(logging.CRITICAL)
from deduce import Deduce
started = time.perf_counter()
deduce = Deduce()
ready = time.perf_counter()
texts = [json.loads(line) for line in sys.stdin]
found = []
for text in texts:
    marked = deduce.deidentify(text).annotations
    kept = [a for a in marked if a.tag not in ("datum", "leeftijd")]
    found.append([[int(a.start_char), int(a.end_char), a.tag] for a in kept])
done = time.perf_counter()
figures = {"start_seconds": ready - started, "texts_per_second": len(texts) / (done - ready)}
json.dump({"found": found, **figures}, sys.stdout)
"""


def redact_with_deduce(
    records: Sequence[Labelled], interpreter: Path
) -> tuple[list[tuple[str, list[Stretch]]], dict[str, float]]:
    """Return per record the redacted text and what was removed, and `start_seconds` and `texts_per_second`.

    UsageError when `interpreter` cannot import deduce.
    """
    lines = "".join(json.dumps(record.text) + "\n" for record in records)
    try:
        done = subprocess.run(  # noqa: S603 - the interpreter is the operator's own choice
            [str(interpreter), "-c", PROGRAM], input=lines, capture_output=True, text=True, check=True, encoding="utf-8"
        )
    except (OSError, subprocess.CalledProcessError):
        raise UsageError(
            f"{interpreter} does not run deduce; install it there (see pipeline/evaluate/deduce.py)"
        ) from None
    answer = json.loads(done.stdout)
    redacted = [_redacted(record.text, rows) for record, rows in zip(records, answer.pop("found"), strict=True)]
    return redacted, answer


def _redacted(text: str, rows: Iterable[tuple[int, int, str]]) -> tuple[str, list[Stretch]]:
    removed = [Stretch(start, end, tag) for start, end, tag in sorted(rows)]
    out, at = [], 0
    for stretch in removed:
        out += [text[at : stretch.start], f"[{stretch.kind}]"]
        at = stretch.end
    return "".join([*out, text[at:]]), removed
