"""Where somebody threatens that somebody will end, or something: no place where anybody is."""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.redact.spans import Span

END: Final = (
    r"(?:(?:in|yn|van|uit|naar|onder|op|door|over|tegen|voor|bij) )?(?:(?:de|het|een|'t|t|d'n|den|it|'e|die|dat|je|jullie|haar) )?(?:\w+ )?"
    r"\w*(?:vaart|kanaal|sloot|gracht|rivier|haven|plas|meer|zee|put|vijver|singel|water|beek|kerkhof|graf|kist|dijk|brug|balkon|raam|ramen|ruiten|ruit"
    r"|trap|dak|spoor|trein|container|bos|grond|muur|kade|steiger|ijssel|maas|rijn|waal|schelde|wad)"
)
HURL: Final = r"(?:leg(?:t|gen)?|(?:gooi|smijt|smiet|smiit|flikker|kieper|mieter|pleur|duw|douw|dump|trap|schop|knikker|sleur|sodemieter|donder|hang|knal|ram|tik|verzuip|verdrink|begraaf)(?:t|en|e)?)"
THREAT: Final = re.compile(
    rf"(?<!\w){HURL}(?: (?:ik|'k|hij|ie|wij|we|zij|ze|haar|hem|je|jou|jullie|mij|me|ons|u|oe|ow|dy|allebei|allemaal|zelf|dan|wel|nog|zo|levend))* {END}(?!\w)"
    rf"|(?<!\w)(?:je|jou|jullie|haar|hem|mij|me|ons|ze|oe|dy|u) {END} (?:zal |zou |wil |wilde |ga |gaat )?{HURL}(?!\w)"
    r"|(?<!\w)onder water(?!\w)"
    r"|(?<!\w)(?:naar|onder) (?:het|de|'t) (?:kerkhof|begraafplaats|crematorium|grond|zoden)(?!\w)"
    r"|(?<!\w)(?:\w+ )?(?:in|yn) (?:de |'e )?(?:brand|brân|fik|hens)(?!\w)"
)
"""Where somebody is held under water, or threatens to throw, lay or hang somebody or something; where somebody was thrown, she was."""


def find_threats(small: str) -> Iterator[Span]:
    """Yield where a text in lower case says so: `leg ik je in de vaart`, `gooi de ruit in`."""
    for threat in THREAT.finditer(small):
        yield Span(*threat.span(), "", "", "")
