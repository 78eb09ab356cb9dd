"""How fast texts are redacted, how soon the first, with how much memory. By hand: `python -m tests.benchmarks.bench_redact`.

The same texts go, in turns, through the redactor and through six plain patterns of `re` (phone, e-mail, account, plate,
BSN, postcode), which know no names, sentences or persons: the ratio does not depend on how busy the machine is.
"""

from __future__ import annotations

import re
import resource
import statistics
import time

from pipeline.evaluate.corpus import read_corpus
from pipeline.evaluate.ours import open_redactor
from pipeline.evaluate.speed import texts_of_length
from tests.corpus import CORPUS

WORDS, ROUNDS = 80, 9
PLAIN = re.compile(
    r"(?:\+31|0)[\d \-]{9,13}|[\w.]+@[\w.]+|[A-Z]{2}\d{2}[A-Z]{4}\d{10}|[A-Z0-9]{2}-[A-Z0-9]{2,3}-[A-Z0-9]{1,2}|\b\d{9}\b"
    r"|\b\d{4} ?[A-Z]{2}\b"
)


def main() -> None:
    """Print seconds to the first text, texts a second of both, their ratio and the memory."""
    began = time.process_time()
    redact = open_redactor()
    records = texts_of_length(read_corpus(CORPUS, "tune"), WORDS)
    redact(records[0])
    print(f"first text after {time.process_time() - began:.2f} s of processor time")
    ours, plain = [], []
    for _ in range(ROUNDS):
        began = time.process_time()
        for record in records:
            redact(record)
        between = time.process_time()
        for record in records:
            PLAIN.sub("[x]", record.text)
        ours.append(len(records) / (between - began))
        plain.append(len(records) / (time.process_time() - between))
    ratio = statistics.median(p / o for o, p in zip(ours, plain, strict=True))
    print(f"{statistics.median(ours):,.0f} texts of {WORDS} words a second of processor time (best {max(ours):,.0f})")
    print(f"six plain patterns: {statistics.median(plain):,.0f}, {ratio:.1f} times as many")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
