"""Lines over time, drawn by matplotlib: no words in the picture, so that it serves both languages."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

INK, SOFT = "#16202c", "#51606f"
STYLES: Final = (("#1f4e79", "-", "o"), ("#1f6f54", "--", "s"), ("#b4531c", "-.", "^"), ("#8a6d00", ":", "D"))
"""Colour, line and mark: three ways to tell lines apart."""


@dataclass(frozen=True)
class Line:
    """Values by the first day of a piece; None where there is nothing to tell."""

    values: Sequence[float | None]


@dataclass(frozen=True)
class Chart:
    """What is drawn: lines over the pieces of a period, and what happened when."""

    days: Sequence[date]
    lines: Sequence[Line]
    percent: bool = False
    level: float | None = None
    """A dotted line across: the baseline."""
    events: Sequence[date] = field(default_factory=tuple)
    """Days with a mark on top: an agreement changed."""
    outages: Sequence[date] = field(default_factory=tuple)
    """Days with a cross below: a unit did not deliver."""
    late: Sequence[date] = field(default_factory=tuple)
    """Days with a ring below: a unit delivered later."""
    size: tuple[float, float] = (13.0, 3.6)


_NARROW: Final = (5.2, 2.8)


def draw_twice(chart: Chart, name: str) -> str:
    """Return the chart for a wide page and for a phone, of which the page shows one: letters keep their size."""
    wide, narrow = draw(chart, name), draw(replace(chart, size=_NARROW), f"{name}-narrow")
    return f'<div class="wide">{wide}</div><div class="narrow">{narrow}</div>'


def draw(chart: Chart, name: str) -> str:
    """Return the chart as SVG; `name` keeps its ids apart from those of other charts on a page."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    settings = {"svg.fonttype": "none", "svg.hashsalt": name, "font.family": "sans-serif", "font.size": 12}
    with rc_context(settings):
        figure = Figure(figsize=chart.size, layout="constrained")
        FigureCanvasSVG(figure)
        _plot(figure.add_subplot(), chart)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    return _inline(text.getvalue(), name)


def _plot(axes: Any, chart: Chart) -> None:  # noqa: ANN401 - matplotlib is not typed here
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    few = len(chart.days) <= _FEW
    for line, (colour, style, mark) in zip(chart.lines, STYLES, strict=False):
        values = [float("nan") if value is None else value for value in line.values]
        axes.plot(chart.days, values, color=colour, linestyle=style, marker=mark if few else None, markersize=4)
    for day in chart.events:
        axes.axvline(day, color=INK, linewidth=1, linestyle=(0, (2, 2)))
        axes.plot([day], [1.02], marker="v", color=INK, transform=axes.get_xaxis_transform(), clip_on=False)
    for days, mark in ((chart.outages, "x"), (chart.late, "o")):
        at = [0.04] * len(days)
        axes.plot(days, at, mark, color="#a32020", fillstyle="none", transform=axes.get_xaxis_transform())
    if chart.level is not None:
        axes.axhline(chart.level, color=SOFT, linewidth=1.2, linestyle=":")
    most = max((value for line in chart.lines for value in line.values if value is not None), default=1)
    axes.set_ylim(0, 1.0 if chart.percent else max(most * 1.1, 1))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=not chart.percent))
    if chart.percent:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.0f}%"))
    axes.set_xticks(*_ticks(chart))
    axes.grid(axis="y", color="#d6dde4", linewidth=0.7)
    axes.tick_params(colors=SOFT, length=3)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#b8c4ce")


_FEW, _MONTHLY, _LABELS = 40, 200, 0.9
"""Up to so many points have a mark; days beyond which labels are months; labels an inch."""


def _ticks(chart: Chart) -> tuple[list[date], list[str]]:
    """Return a few days, evenly apart and beginning with the first, and how they are written."""
    every = max(1, -(-len(chart.days) // max(2, int(chart.size[0] * _LABELS))))
    days = list(chart.days[::every])
    long = bool(chart.days) and chart.days[-1] - chart.days[0] > timedelta(days=_MONTHLY)
    return days, [day.strftime("%m-%Y" if long else "%d-%m") for day in days]


def _inline(svg: str, name: str) -> str:
    """Take out what is meant for a file of its own: the prologue, sizes in points, a style for the whole page."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"<style type=\"text/css\">.*?</style>", "", body, flags=re.DOTALL)
    body = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", body, count=1)
    body = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", body, count=1)
    body = re.sub(r' xmlns(:\w+)?="[^"]*"', "", body)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    found = set(re.findall(r'\bid="([^"]+)"', body))
    for one in sorted(found, key=len, reverse=True):
        body = re.sub(rf'(id="|#){re.escape(one)}(?=["\)])', rf"\g<1>{name}-{one}", body)
    return body.replace("<svg ", '<svg class="trend" ', 1).replace("xlink:href", "href")


def share_charts(
    days: list[date],
    shares: dict[str, list[float | None]],
    levels: dict[str, float | None],
    events: dict[str, list[date]],
) -> dict[str, str]:
    """Return a small chart a unit of the share that is well founded, with its baseline and its changed agreements."""
    return {
        unit: draw(
            Chart(
                days,
                [Line(values)],
                percent=True,
                level=levels.get(unit),
                events=tuple(events.get(unit, ())),
                size=(3.4, 1.7),
            ),
            f"share-{'all' if unit == '*' else unit.lower()}",
        )
        for unit, values in shares.items()
    }
