"""How fast, on one core, and with how much memory: measured in a fresh process, so that the first start counts.

`python -m pipeline.evaluate.speed MODULE:FUNCTION` reads JSON lines (`Labelled` rows) on standard input and prints the
figures; FUNCTION answers a `Redact`. Imports and tables happen inside the clock.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, Final

from pipeline.evaluate.corpus import Labelled

WORDS: Final = 80
"""Words of a text, as the target names it."""
SECONDS: Final = 3.0
"""How long texts are put through, at least."""
ONE_CORE: Final = dict.fromkeys(
    ("POLARS_MAX_THREADS", "RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"
)


def measure_speed(records: Sequence[Labelled], opener: str) -> dict[str, float]:
    """Return `texts_per_second` (80 words each, of processor time), `first_start_seconds` and `peak_megabytes`.

    Measured in a fresh process. `opener` is `module:function`. Texts are corpus texts put together under the persons
    of one registration.
    """
    lines = "".join(json.dumps(asdict(record)) + "\n" for record in texts_of_length(records, WORDS))
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "pipeline.evaluate.speed", opener],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, **ONE_CORE},
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def texts_of_length(records: Sequence[Labelled], words: int) -> list[Labelled]:
    """Return texts of exactly `words` words, each begun by one record and filled up with the texts after it."""
    pool = [record.text.split() for record in records]
    texts = []
    for index, record in enumerate(records):
        taken: list[str] = []
        at = index
        while len(taken) < words:
            taken += pool[at % len(pool)]
            at += 1
        texts.append(replace(record, text=" ".join(taken[:words]), spans=(), facts=(), danger=()))
    return texts


def time_texts(opener: str, rows: Sequence[dict[str, Any]], started: float, seconds: float) -> dict[str, float]:
    """Open the redactor, put one text through, then all of them for `seconds`; `started` is when the clock began."""
    module, _, name = opener.partition(":")
    redact = getattr(importlib.import_module(module), name)()
    records = [Labelled(**row) for row in rows]
    redact(records[0])
    first = time.perf_counter() - started
    begun, done = time.process_time(), 0  # of one core, however busy the machine is
    while (passed := time.process_time() - begun) < seconds:
        for record in records:
            redact(record)
        done += len(records)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"texts_per_second": done / passed, "first_start_seconds": first, "peak_megabytes": peak}


if __name__ == "__main__":  # pragma: no cover - runs in the process that is measured
    clock = time.perf_counter()
    lines = [json.loads(line) for line in sys.stdin]
    json.dump(time_texts(sys.argv[1], lines, clock, SECONDS), sys.stdout)
