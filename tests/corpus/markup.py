"""Read the inline markup of the hand-written sources: `{kind|content}`, `{!danger|sentence}`, `<a~b>`, `$SO.va`.

README.md lists the kinds. A label inside a label that must not leave is no label of its own: a sentence that is
dropped whole takes its names and facts with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

MASKED = {
    "tp": "third_party", "ca": "caller", "wi": "witness", "of": "officer", "pr": "professional", "ph": "phone",
    "em": "email", "lp": "plate", "ib": "iban", "bs": "bsn", "ha": "handle", "ta": "third_party_address",
    "sa": "secret_address", "tac": "tactical", "int": "intelligence", "inf": "informant", "med": "medical",
    "rel": "religion", "eth": "ethnicity", "pol": "politics_or_union", "sex": "sexual_life",
}  # fmt: skip
FACTS = {
    "inj": "injury", "wea": "weapon", "thr": "threat_words", "chi": "child", "dat": "date", "tim": "time",
    "plc": "place_of_family", "nm": "involved_name", "act": "police_action", "rlt": "relation",
}  # fmt: skip
DANGERS = {"acute", "weapon", "strangulation", "stalking", "escalation", "injured_child"}
OUTSIDERS = {"ME": "caller", "GE": "witness", "PR": "professional", "OV": "third_party", "IN": "informant"}

CHOICE = re.compile(r"<([^<>]*~[^<>]*)>")
TOKEN = re.compile(
    r"\{(?P<open>!?[a-z_,]+)(?:\.(?P<shape>[a-z]+))?\|"
    r"|(?P<close>\})"
    r"|\$(?P<slot>[A-Z][A-Z0-9]+)"
    r"(?:\.(?P<form>born|cap|str|bare|dot|va|av|nr|pc|pl|sp|[vaifnt])(?!\w))?(?:\.(?P<letter>[lC])(?!\w))?"
)


@dataclass(frozen=True)
class Label:
    """A labelled stretch, offsets in characters of the rendered text."""

    kind: str
    start: int
    end: int


@dataclass
class Rendered:
    """One rendered text with what stands where."""

    text: str = ""
    spans: list[Label] = field(default_factory=list)
    facts: list[Label] = field(default_factory=list)
    danger: list[Label] = field(default_factory=list)


Fill = Callable[[str, str | None, str | None], tuple[str, str | None]]
"""(slot, form, letter case) -> (text, kind of the label that it carries by itself, or None)."""
Vary = Callable[[str, str | None, str], str]
"""(kind, shape, literal) -> the literal, or another of its kind in a variant."""


def choose(source: str, variant: int) -> str:
    """Return `source` with every `<a~b~c>` decided: the hand-written text takes the first."""
    while CHOICE.search(source):
        source = CHOICE.sub(lambda hit: (parts := hit[1].split("~"))[variant % len(parts)], source)
    return source


def render(source: str, fill: Fill, vary: Vary) -> Rendered:
    """Render one source text; ValueError names the offset of a mark that is not closed or not known."""
    out = Rendered()
    stack: list[tuple[str, str | None, int, bool]] = []
    at = 0
    for hit in TOKEN.finditer(source):
        _literal(out, source[at : hit.start()], stack, vary)
        at = hit.end()
        if hit["open"]:
            stack.append((hit["open"], hit["shape"], len(out.text), True))
        elif hit["close"]:
            if not stack:
                raise ValueError(f"a closing brace without its mark at {hit.start()}")
            kinds, _, start, _ = stack.pop()
            _label(out, kinds, start)
        else:
            text, kind = fill(hit["slot"], hit["form"], hit["letter"])
            out.text += text
            if kind is not None and not any(mark[0] in FACTS | MASKED for mark in stack):
                _label(out, kind, len(out.text) - len(text))
    if stack:
        raise ValueError(f"mark {stack[-1][0]} is not closed")
    out.text += source[at:]
    return _without_nested(out)


def _literal(out: Rendered, text: str, stack: list[tuple[str, str | None, int, bool]], vary: Vary) -> None:
    """Add plain text; a value that is the whole content of a mark may be varied."""
    if stack and stack[-1][0] in MASKED and stack[-1][2] == len(out.text):
        text = vary(stack[-1][0], stack[-1][1], text)
    out.text += text


def _label(out: Rendered, kinds: str, start: int) -> None:
    end = len(out.text)
    if kinds.startswith("!"):
        for kind in kinds[1:].split(","):
            if kind not in DANGERS:
                raise ValueError(f"no danger signal is called {kind}")
            out.danger.append(Label(kind, start, end))
    elif kinds in MASKED:
        out.spans.append(Label(MASKED[kinds], start, end))
    elif kinds in FACTS:
        out.facts.append(Label(FACTS[kinds], start, end))
    elif kinds in MASKED.values():
        out.spans.append(Label(kinds, start, end))
    elif kinds in FACTS.values():
        out.facts.append(Label(kinds, start, end))
    else:
        raise ValueError(f"no kind is called {kinds}")


def _without_nested(out: Rendered) -> Rendered:
    def inside(label: Label) -> bool:
        return any(o != label and o.start <= label.start and label.end <= o.end for o in out.spans)

    return Rendered(
        out.text,
        sorted((s for s in out.spans if not inside(s)), key=lambda s: s.start),
        sorted((f for f in out.facts if not inside(f)), key=lambda f: f.start),
        sorted(out.danger, key=lambda d: (d.start, d.kind)),
    )
