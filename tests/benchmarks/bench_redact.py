"""How fast texts are redacted, and with how much memory. By hand: `.venv/bin/python -m tests.benchmarks.bench_redact`."""

from __future__ import annotations

import resource
import time

from pipeline.policy.redaction import read_redaction_policy
from pipeline.redact import Redactor, ReportMasks
from tests.redact.family import FAMILY
from tests.redact.test_drops import GONE, STAY
from tests.redact.test_names import GONE as NAMES
from tests.redact.test_names import STAY as INVOLVED

WORDS, SECONDS = 80, 5.0


def texts():
    """Texts of 80 words, cut from the sentences of the tests."""
    sentences = [t for t, _ in INVOLVED] + STAY + [t for t, _ in NAMES[:18]] + [t for _, t in GONE[:6]]
    words = " ".join(sentences).split() * 20
    return [" ".join(words[at : at + WORDS]) for at in range(0, len(words) - WORDS, 37)]


def main():
    began = time.process_time()
    redactor = Redactor(read_redaction_policy())
    print(f"start {time.process_time() - began:.2f} s")
    rows, done, began = texts(), 0, time.process_time()
    while (passed := time.process_time() - began) < SECONDS:
        for text in rows:
            redactor.redact_one(text, source="W", masks=ReportMasks(FAMILY))
        done += len(rows)
    print(f"{done / passed:,.0f} texts of {WORDS} words a second of processor time")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
