"""The measure as a document (JSON) and as tables for a terminal. English with the kinds of the corpus."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table

from pipeline.evaluate.danger import DangerScores
from pipeline.evaluate.interval import Share
from pipeline.evaluate.score import Scores, by_kind, of_all_kinds

Document = dict[str, Any]
ORIGINS: Final = {"hand": "hand", "variant": "var."}
"""Of a text, and how its column is headed."""


def scores_as_dict(scores: Scores) -> Document:
    """Return scores for JSON: leak recall and fact retention by kind and origin, over-masking, where it went wrong."""
    return {
        "texts": scores.texts,
        "leak_recall": _measure(scores.caught),
        "fact_retention": _measure(scores.kept),
        "over_masking": scores.masked.as_dict(),
        "leaks": [list(leak) for leak in scores.leaks],
        "bare": dict(sorted(scores.bare.items())),
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
        _bare(document),
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
    if document["hand_written"] < document["texts"]:
        parts.append("Variants of a hand-written text pass or fail together: the hand column is the cautious one.")
    return Group(*parts)


def _bare(document: Document) -> str:
    kinds = ", ".join(f"{kind} {many}" for kind, many in document["bare"].items())
    left = f"{sum(document['bare'].values())} of {len(document['leaks'])} leaks with most of it left"
    return f"{left}{f': {kinds}' if kinds else ''}; of the others some words are"


def _table(title: str, measure: Document, other: Document | None) -> Table:
    rows = {"all kinds": measure["all_kinds"], **measure["by_kind"]}
    # by hand and its variants are told apart where there are both; else the columns say nothing more
    origins = [name for name in ORIGINS if any(row[name]["total"] for row in rows.values())]
    shown = origins[: 1 if other else None] if len(origins) > 1 else []
    table = _narrow_table(
        title,
        "kind",
        ["n", "%", "95 %", *(h for o in shown for h in (f"{ORIGINS[o]} n", "%")), *(["deduce"] * bool(other))],
    )
    for kind, row in rows.items():
        cells = [*_figures(row["all"]), *(cell for name in shown for cell in _figures(row[name])[:2])]
        if other:
            theirs = other["leak_recall"]["by_kind"].get(kind)
            cells.append(_figures(theirs["all"])[1] if theirs and kind in other["shared_kinds"] else "")
        table.add_row(kind, *cells)
    return table


def _danger_table(danger: Document) -> Table:
    table = _narrow_table("Danger told in text", "signal", ["told", "recall %", "95 %", "found", "precise %", "95 %"])
    empty = Share(0, 0).as_dict()
    for signal in sorted(danger["recall"].keys() | danger["precision"].keys()):
        recall, precision = danger["recall"].get(signal, empty), danger["precision"].get(signal, empty)
        table.add_row(signal, *_figures(recall), *_figures(precision))
    all_told, all_found = (_sum(danger[name].values()) for name in ("recall", "precision"))
    table.add_row("all signals", *_figures(all_told.as_dict()), *_figures(all_found.as_dict()))
    table.caption = (
        f"{_percent(danger['noticed'])} ({_range(danger['noticed'])}) of the texts that tell of danger are noticed; "
        f"{_percent(danger['quiet'])} of those without stay quiet"
    )
    return table


def _narrow_table(title: str, first: str, columns: list[str]) -> Table:
    """Return a table that shows every cell whole in a terminal of 80 columns."""
    table = Table(title=title, box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column(first, no_wrap=True)
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _figures(share: Document) -> list[str]:
    """Return the number, the share without its unit, and the interval."""
    return [str(share["total"]), _percent(share).removesuffix(" %"), _range(share)]


def _sum(shares: Iterable[Document]) -> Share:
    return sum((Share(share["hits"], share["total"]) for share in shares), Share(0, 0))


def _percent(share: Document) -> str:
    return "–" if share["share"] is None else f"{100 * share['share']:.1f} %"


def _range(share: Document) -> str:
    if share["interval_95"] is None:
        return "–"
    low, high = share["interval_95"]
    return f"{100 * low:.1f}–{100 * high:.1f}"
