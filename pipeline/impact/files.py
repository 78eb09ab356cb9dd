"""The answer as files: the document, one table, and a page that stands by itself."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

from pipeline.impact.document import Document

COLUMNS = ("variant", "unit", "region", "from", "to", "rule", "count", "examples")


def write_impact(document: Document, out: Path) -> dict[str, Path]:
    """Write `impact.json`, `impact.csv` and `index.html` to `out`, each beside and renamed; return where they are."""
    from pipeline.impact.page import impact_page

    out.mkdir(parents=True, exist_ok=True)
    contents = {
        "json": ("impact.json", json.dumps(document, ensure_ascii=False, indent=1)),
        "csv": ("impact.csv", moves_csv(document)),
        "page": ("index.html", impact_page(document)),
    }
    return {kind: _write(out / name, content) for kind, (name, content) in contents.items()}


def moves_csv(document: Document) -> str:
    """Return every move of every variant, a line each."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for variant in document["variants"]:
        for move in variant["moves"]:
            values = [move[name] for name in COLUMNS[1:-1]]
            table.writerow([variant["name"], *values, " ".join(move["examples"])])
    return text.getvalue()


def _write(file: Path, content: str) -> Path:
    beside = file.with_suffix(".new")
    beside.write_text(content, encoding="utf-8")
    os.replace(beside, file)
    return file
