"""Where somebody threatens that somebody will end, or something: no place where anybody is."""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pipeline.policy.redaction.parts import escaped, filled
from pipeline.redact.spans import Span

END: Final = r"(?:(?:in|yn|van|uit|naar|onder|op|door|over|tegen|voor|bij) )?(?:(?:de|het|een|'t|t|d'n|den|it|'e|die|dat|je|jullie|haar) )?(?:\w+ )?\w*{where}"
HURL: Final = r"(?:leg(?:t|gen)?|{hurl}(?:t|en|e)?)"
THREAT: Final = (
    r"(?<!\w){verb}(?: (?:ik|'k|hij|ie|wij|we|zij|ze|haar|hem|je|jou|jullie|mij|me|ons|u|oe|ow|dy|allebei|allemaal|zelf|dan|wel|nog|zo|levend))* {end}(?!\w)"
    r"|(?<!\w)(?:je|jou|jullie|haar|hem|mij|me|ons|ze|oe|dy|u) {end} (?:zal |zou |wil |wilde |ga |gaat )?{verb}(?!\w)"
    r"|(?<!\w)onder water(?!\w)"
    r"|(?<!\w)(?:naar|onder) (?:het|de|'t) (?:kerkhof|begraafplaats|crematorium|grond|zoden)(?!\w)"
    r"|(?<!\w)(?:\w+ )?(?:in|yn) (?:de |'e )?(?:brand|brân|fik|hens)(?!\w)"
)
"""Where somebody is held under water, or threatens to throw, lay or hang somebody or something; where somebody was thrown, she was."""


class Threats:
    """Finds them, by the verbs and the ends of `parts.toml`."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        """Compile; `words` are those of [threats]."""
        lists = {name: escaped(some) for name, some in words.items()}
        self.threat = re.compile(filled(THREAT, {**lists, "verb": [HURL], "end": [END]}))

    def find(self, small: str) -> Iterator[Span]:
        """Yield where a text in lower case says so: `leg ik je in de vaart`, `gooi de ruit in`."""
        for threat in self.threat.finditer(small):
            yield Span(*threat.span(), "", "", "")
