"""Pictures that are simple shapes, as SVG text: the map of regions, the flow, bars. Each has its table beside it.

There is no geometry of regions among the reference tables, so the map is a grid of equal tiles that lie about where
the regions do. Numbers stand in the tiles: colour only repeats them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from pipeline.policy.words import Words

TILES: Final = {
    "VT04": (3, 0, "Friesland"),
    "VT08": (4, 0, "Groningen"),
    "VT17": (1, 1, "Noord-|Holland|Noord"),
    "VT11": (3, 1, "IJsselland"),
    "VT02": (4, 1, "Drenthe"),
    "VT12": (0, 2, "Kennemer-|land"),
    "VT22": (1, 2, "Zaanstreek-|Waterland"),
    "VT03": (2, 2, "Flevoland"),
    "VT14": (3, 2, "Noord- en|Oost-|Gelderland"),
    "VT19": (4, 2, "Twente"),
    "VT10": (0, 3, "Hollands|Midden"),
    "VT01": (1, 3, "Amsterdam-|Amstelland"),
    "VT07": (2, 3, "Gooi en|Vechtstreek"),
    "VT05": (3, 3, "Gelderland-|Midden"),
    "VT09": (0, 4, "Haaglanden"),
    "VT18": (1, 4, "Rotterdam-|Rijnmond"),
    "VT20": (2, 4, "Utrecht"),
    "VT06": (3, 4, "Gelderland-|Zuid"),
    "VT23": (0, 5, "Zeeland"),
    "VT24": (1, 5, "Zuid-|Holland|Zuid"),
    "VT15": (2, 5, "Midden-|Brabant"),
    "VT27": (3, 5, "Oost-|Brabant"),
    "VT13": (4, 5, "Noord- en|Midden-|Limburg"),
    "VT21": (1, 6, "West-|Brabant"),
    "VT25": (4, 6, "Zuid-|Limburg"),
}
"""Region -> column, row, and its name in at most three lines."""

SHADES: Final = ("#eef4f9", "#d3e3f0", "#abc9e2", "#6fa1cb", "#2f6ea8", "#174a7c")
_WHITE_FROM = 4
_WIDE, _HIGH, _GAP = 132, 106, 6

COLOURS: Final = {
    "forward": "#1f6f54",
    "return": "#b4531c",
    "hold": "#8a6d00",
    "elsewhere": "#5b6b7b",
    "withhold": "#7a3b8f",
    "duplicate": "#8795a1",
    "reject": "#a32020",
}
_HEIGHT, _LEAST, _SPACE = 300.0, 3.0, 36.0


def both(words: Words, x: float, y: float, attributes: str = "") -> str:
    """Return the words at a place, in both languages; the page shows one."""
    return "".join(
        f'<text x="{x:g}" y="{y:g}" lang="{tongue}" {attributes}>{escape(words.say(tongue))}</text>'
        for tongue in ("nl", "en")
    )


def tile_map(values: Mapping[str, int | None]) -> str:
    """Return the regions as tiles, darker for more; None (hidden) is a hatched tile with an x."""
    known = [value for value in values.values() if value is not None]
    most = max(known, default=0) or 1
    tiles = [_tile(region, values.get(region), most) for region in TILES]
    wide, high = 5 * (_WIDE + _GAP) - _GAP, 7 * (_HIGH + _GAP) - _GAP
    hatch = (
        '<pattern id="hatch" width="8" height="8" patternTransform="rotate(45)" patternUnits="userSpaceOnUse">'
        '<rect width="8" height="8" fill="#fff"/><rect width="2" height="8" fill="#c9d2da"/></pattern>'
    )
    return f'<svg viewBox="0 0 {wide} {high}" class="map"><defs>{hatch}</defs>{"".join(tiles)}</svg>'


def _tile(region: str, value: int | None, most: int) -> str:
    column, row, name = TILES[region]
    x, y = column * (_WIDE + _GAP), row * (_HIGH + _GAP)
    shade = min(len(SHADES) - 1, (value or 0) * len(SHADES) // (most + 1))
    fill = "url(#hatch)" if value is None else SHADES[shade]
    ink = "#fff" if value is not None and shade >= _WHITE_FROM else "#16202c"
    lines = name.split("|")
    text = "".join(
        f'<text x="{x + 8}" y="{y + 23 + 20 * place}" fill="{ink}" font-size="19">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    return (
        f'<rect x="{x}" y="{y}" width="{_WIDE}" height="{_HIGH}" rx="7" fill="{fill}" stroke="#b8c4ce"/>{text}'
        + number(
            value, x + _WIDE - 9, y + _HIGH - 10, f'text-anchor="end" fill="{ink}" font-size="27" font-weight="650"'
        )
    )


@dataclass(frozen=True)
class Stream:
    """One band of the flow: where it ends, and how wide it is (None: hidden, drawn thin)."""

    name: str
    words: Words
    goes: Words
    count: int | None


def flow(received: int | None, streams: Sequence[Stream]) -> str:
    """Return the flow from what came in to where it ended, a band an outcome, as wide as it counts."""
    shown = [stream for stream in streams if stream.count != 0]
    total = max(received or 0, sum(stream.count or 0 for stream in shown), 1)
    left, right, bands = _TOP, _TOP, []
    for stream in shown:
        high = max(_LEAST, _HEIGHT * (stream.count or 0) / total)
        space = max(high, _SPACE)
        middle = right + (space - high) / 2
        bands.append(_band(stream, left, middle, high))
        left, right = left + high, right + space + 12
    tall = max(left, right) + 10
    node = f'<rect x="0" y="{_TOP:g}" width="12" height="{left - _TOP:g}" fill="#1f4e79"/>'
    count = number(received, 0, 24, 'font-size="24" font-weight="650"')
    label = both(Words("ontvangen", "received"), 128, 24, 'font-size="17"')
    return f'<svg viewBox="0 0 440 {tall:g}" class="flow">{node}{"".join(bands)}{label}{count}</svg>'


_NODE, _END = 12, 120
_TOP: Final = 42.0


def number(value: int | None, x: float, y: float, attributes: str = "") -> str:
    """Return a count at a place as each language writes it; x where it is hidden."""
    if value is None:
        return f'<text x="{x:g}" y="{y:g}" {attributes}>x</text>'
    return both(Words(f"{value:,}".replace(",", "."), f"{value:,}"), x, y, attributes)


def _band(stream: Stream, left: float, right: float, high: float) -> str:
    colour, bend = COLOURS[stream.name], (_NODE + _END) / 2
    curve = (
        f"M{_NODE} {left:g} C{bend:g} {left:g} {bend:g} {right:g} {_END} {right:g} L{_END} {right + high:g}"
        f" C{bend:g} {right + high:g} {bend:g} {left + high:g} {_NODE} {left + high:g} Z"
    )
    middle = right + high / 2
    return (
        f'<path d="{curve}" fill="{colour}" fill-opacity="0.5"/>'
        f'<rect x="{_END}" y="{right:g}" width="12" height="{high:g}" fill="{colour}"/>'
        + number(stream.count, _END + 96, middle + 2, 'text-anchor="end" font-size="20" font-weight="650"')
        + both(stream.words, _END + 106, middle, 'font-size="17"')
        + both(
            Words(f"→ {stream.goes.nl}", f"→ {stream.goes.en}"),
            _END + 106,
            middle + 18,
            'font-size="15" fill="#51606f"',
        )
    )


def bars(lines: Sequence[tuple[Words, float | None]]) -> str:
    """Return one bar a line, 0 to 1, with its words above it and its percentage at its end, as parts of the page."""
    parts = []
    for words, share in lines:
        said, wide = ("x", 0.0) if share is None else (f"{100 * share:.0f}%", 100 * share)
        told = "".join(f'<span lang="{tongue}">{escape(words.say(tongue))}</span>' for tongue in ("nl", "en"))
        parts.append(f'<div>{told}<i><u style="width:{wide:.1f}%"></u></i><b>{said}</b></div>')
    return f'<div class="bars">{"".join(parts)}</div>'


Dot = tuple[Words, float | None, float | None, float | None]


def dots(lines: Sequence[Dot]) -> str:
    """Return a line a unit from 0 to 100 %: now (filled), baseline (open) and target (a bar)."""
    left, wide, step = 196, 220, 32
    low = 44 + step * len(lines)
    grid = "".join(
        f'<line x1="{x:g}" x2="{x:g}" y1="30" y2="{low - 8}" stroke="#d6dde4"/>'
        f'<text x="{x:g}" y="20" text-anchor="middle" font-size="14" fill="#51606f">{percent}%</text>'
        for percent in (0, 50, 100)
        for x in (left + wide * percent / 100,)
    )
    rows = "".join(_dots(line, 50 + step * place, left, wide) for place, line in enumerate(lines))
    return f'<svg viewBox="0 0 480 {low}" class="dots">{grid}{rows}</svg>'


def _dots(line: Dot, y: int, left: int, wide: int) -> str:
    words, now, base, aim = line
    parts = [both(words, 0, y + 5, 'font-size="16"')]
    if now is not None and base is not None:
        ends = f'x1="{left + wide * base:.1f}" x2="{left + wide * now:.1f}"'
        parts.append(f'<line {ends} y1="{y}" y2="{y}" stroke="#8795a1" stroke-width="3"/>')
    if base is not None:
        parts.append(
            f'<circle cx="{left + wide * base:.1f}" cy="{y}" r="7" fill="#fff" stroke="#51606f" stroke-width="2"/>'
        )
    if aim is not None:
        parts.append(f'<rect x="{left + wide * aim - 2:.1f}" y="{y - 10}" width="4" height="20" fill="#b4531c"/>')
    if now is not None:
        parts.append(f'<circle cx="{left + wide * now:.1f}" cy="{y}" r="7" fill="#1f4e79"/>')
    said = "x" if now is None else f"{100 * now:.0f}%"
    parts.append(f'<text x="{left + wide + 16}" y="{y + 6}" font-size="16" font-weight="650">{said}</text>')
    return "".join(parts)
