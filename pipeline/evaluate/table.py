"""The measure as a document (JSON) and as tables for a terminal. English with the kinds of the corpus."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from pipeline.evaluate.danger import DangerScores
from pipeline.evaluate.interval import Share
from pipeline.evaluate.score import Scores, by_kind, of_all_kinds

Document = dict[str, Any]


def scores_as_dict(scores: Scores) -> Document:
    """Return scores for JSON: leak recall and fact retention by kind and origin, over-masking, where it went wrong."""
    return {
        "texts": scores.texts,
        "leak_recall": _measure(scores.caught),
        "fact_retention": _measure(scores.kept),
        "over_masking": scores.masked.as_dict(),
        "leaks": [list(leak) for leak in scores.leaks],
        "losses": [list(loss) for loss in scores.losses],
    }


def danger_as_dict(scores: DangerScores) -> Document:
    """Return danger scores for JSON."""
    return {
        "recall": {signal: share.as_dict() for signal, share in sorted(scores.recall.items())},
        "precision": {signal: share.as_dict() for signal, share in sorted(scores.precision.items())},
        "noticed": scores.noticed.as_dict(),
        "quiet": scores.quiet.as_dict(),
        "missed": [list(label) for label in scores.missed],
        "false": [list(finding) for finding in scores.false],
    }


def _measure(shares: dict[tuple[str, str], Share]) -> Document:
    return {"all_kinds": _row(of_all_kinds(shares)), "by_kind": {k: _row(row) for k, row in by_kind(shares).items()}}


def _row(shares: dict[str, Share]) -> Document:
    return {name: share.as_dict() for name, share in shares.items()}


def render_scores(document: Document) -> RenderableType:
    """Return the terminal tables of what `command.evaluate` answers."""
    parts: list[RenderableType] = [
        _table(f"Leak recall, part {document['part']}", document["leak_recall"], document.get("deduce")),
        _table("Fact retention", document["fact_retention"], None),
        f"Over-masking: {_percent(document['over_masking'])} of the words that no label covers",
    ]
    if speed := document.get("speed"):
        parts.append(
            f"{speed['texts_per_second']:,.0f} texts of 80 words a second on one core; first start "
            f"{speed['first_start_seconds']:.2f} s; peak memory {speed['peak_megabytes']:.0f} MB"
        )
    if danger := document.get("danger"):
        parts.append(_danger_table(danger))
    parts.append("Variants of a hand-written text tend to pass or fail together: the hand column is the cautious one.")
    return Group(*parts)


def _table(title: str, measure: Document, other: Document | None) -> Table:
    table = Table(title=title)
    table.add_column("kind", no_wrap=True)
    for name in ("n", "share", "95 %", "hand n", "hand", "variant n", "variant", *(["deduce"] if other else [])):
        table.add_column(name, justify="right")
    rows = {"all kinds": measure["all_kinds"], **measure["by_kind"]}
    for kind, row in rows.items():
        cells = [str(row["all"]["total"]), _percent(row["all"]), _range(row["all"])]
        for part in (row["hand"], row["variant"]):
            cells += [str(part["total"]), _percent(part)]
        if other:
            theirs = other["leak_recall"]["by_kind"].get(kind)
            cells.append(_percent(theirs["all"]) if theirs and kind in other["shared_kinds"] else "")
        table.add_row(kind, *cells)
    return table


def _danger_table(danger: Document) -> Table:
    table = Table(title="Danger told in text")
    for name in ("signal", "told", "recall", "95 %", "found", "precision", "95 %"):
        table.add_column(name, justify="left" if name == "signal" else "right")
    empty = Share(0, 0).as_dict()
    for signal in sorted(danger["recall"].keys() | danger["precision"].keys()):
        recall, precision = danger["recall"].get(signal, empty), danger["precision"].get(signal, empty)
        cells = [[str(part["total"]), _percent(part), _range(part)] for part in (recall, precision)]
        table.add_row(signal, *cells[0], *cells[1])
    table.caption = (
        f"{_percent(danger['noticed'])} ({_range(danger['noticed'])}) of the texts that tell of danger are noticed; "
        f"{_percent(danger['quiet'])} of those without stay quiet"
    )
    return table


def _percent(share: Document) -> str:
    return "–" if share["share"] is None else f"{100 * share['share']:.1f} %"


def _range(share: Document) -> str:
    if share["interval_95"] is None:
        return "–"
    low, high = share["interval_95"]
    return f"{100 * low:.1f}–{100 * high:.1f}"
