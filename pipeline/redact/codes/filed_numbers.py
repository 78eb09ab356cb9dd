"""What somebody or something is filed, made or sold under: `klantnummer 07 - 4471 - LB`, `chassisnummer eindigt op K304417`.

No pattern of a number holds it whole: what leads to it says that it is one.
"""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pipeline.policy.redaction.parts import escaped, filled
from pipeline.redact.patterns import holds_any
from pipeline.redact.spans import Span, mask

WRITTEN: Final = (
    r"\b{under}[ \-]?(?:nummer|nr\b\.?|code(?= \d{4}))"
    r"(?: (?:is|raad|om|vt|fiets|auto|laptop|tablet|telefoon|toestel|scooter|van (?:de|het|zijn|haar) \w+(?!\w)|bij \w+|eindig\w* op|begint met|begin\w*|:)){0,3}\s?[:=]?\s?"
    r"(?P<n>(?!pl\d{4}-)(?=[a-z./\-]{0,6} ?\d)[a-z\d][a-z\d./\-]{2,}(?: \d[a-z\d]{1,4})*|[a-z]{1,3} \d{2,4} \d?[a-z\d]{1,3})(?![\w/])"
    r"|\b(?:vin|chassis|meldcode)(?:nr|nummer)?[ :]{1,2}(?P<car>(?=\w*\d)[a-z\d]{4,17})(?!\w)"
    r"|(?<![\w:])(?P<net>(?:[0-9a-f]{2}[:\-]){5}[0-9a-f]{2}|(?=[0-9a-f:]*(?:[a-f]|::))(?=[0-9a-f:]*\d)(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,6})(?![\w:])"
)
"""A number as it is written down, of a car too, and a device by its address on the net: `MAC-adres 3C:22:FB:1A:0B:9E`."""
LEADS: Final = (
    r"\b(?:(?:energie|water|gas|stroom|zorg|bank|telefoon|winkel)?{under}[ \-]?(?:nummers?|nr\b\.?|no\b\.?|num\.)|id[ \-]?bewijs(?: nr\b\.?| nummer)?|{alone})"
    r"(?:,? (?:van|is|was|bij|op|de|het|haar|zijn|hun|mijn|een|zorg\w*|thuis\w*|verzeker\w*|bank|energie|paspoort|rijbewijs|pas|kaart|id-?\w*)\b){0,4}[ :=(]{1,3}"
)
"""What leads to a number that is read off a card; at most a few words that hold no figure stand between."""
NO_LETTERS: Final = r"(?!(?:IS|EN|OP|IN|DE|OM|TE|AL|ZE|NU|OF|AF|AN|VE|SO|VD|NA|ER|IK|WE|JE|HE|MW|HR)\b)"
PIECE: Final = rf"(?:(?=[A-Za-z]{{0,6}}\d)[A-Za-z\d]+|(?<![A-Za-z][ .\-/]){NO_LETTERS}[A-Z]{{1,2}}(?![\w'’]|\.[A-Z])|(?<=[/\-])[a-z]{{1,2}}(?!\w))"
READ_OFF: Final = re.compile(
    rf"(?!PL\d{{4}}-)(?:[A-Z]{{1,5}}[ .\-]{{1,3}}(?=[\dA-Z]*\d))?(?=[A-Za-z]{{0,6}}\d){PIECE}(?:(?: ?[\-/] ?|[. ]){PIECE}){{0,7}}(?!\w|[.,:]\d)"
)
"""A number in the pieces in which it is read off."""
UNIT_BEHIND: Final = re.compile(
    r" ?(?:euro|eur\b|€|uur|u\b|km\b|jaar|jr\b|keer|x\b|dagen|weken|maanden|zł|min\b|procent|%)"
)
NO_CODE: Final = re.compile(
    r"\d{1,2}[.\-/ ]\d{1,2}(?:[.\-/ ](?:19|20)?\d{2})?|(?:19|20)\d{2}(?:[.\-/]\d{1,2}[.\-/]\d{1,2})?|\d{1,2}[.:]\d{2}|\d{1,3}(?:\.\d{3})+"
)
"""A day, a year, a time, an amount."""
CLOCKED: Final = re.compile(r"\d{1,2}:\d\d(?::\d\d)?|\d{1,2}[.\-/]\d{1,2}[.\-/]\d{2,4}")
LEAST: Final = 4
"""Figures and capitals of a number that somebody is filed under."""
WRITTEN_SIGNS: Final = ("nummer", "nr", "code", "vin", "chassis", "mac", "ip")
LEAD_SIGNS: Final = ("nummer", "nr", "no.", "num.", "pas", "polis", "klant", "meter", "bewijs", "kaart")
"""What stands in every text with a number by WRITTEN, and by LEADS."""


class FiledNumbers:
    """Finds them, by the leads of `parts.toml`."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        """Compile; `words` are those of [filed_numbers]."""
        lists = {name: escaped(some) for name, some in words.items()}
        self.written, self.leads = re.compile(filled(WRITTEN, lists)), re.compile(filled(LEADS, lists))

    def find(self, small: str) -> Iterator[Span]:
        """Yield a span for each that is written down, in a text in lower case."""
        for hit in self.written.finditer(small) if holds_any(small, WRITTEN_SIGNS) else ():
            part = hit.lastgroup or "n"
            if not CLOCKED.fullmatch(hit[part]):
                yield mask(*hit.span(part), "number")

    def find_read_off(self, text: str, small: str) -> Iterator[Span]:
        """Yield a span for each that is read off in pieces; `small` is `text` in lower case."""
        for lead in self.leads.finditer(small) if holds_any(small, LEAD_SIGNS) else ():
            code = READ_OFF.match(text, lead.end())
            if code and _is_code(text, code):
                yield mask(*code.span(), "number")


def _is_code(text: str, code: re.Match[str]) -> bool:
    """Whether a stretch of figures and letters is no day, time or amount."""
    if NO_CODE.fullmatch(code[0]) or UNIT_BEHIND.match(text, code.end()):
        return False
    figures = sum(map(str.isdigit, code[0]))
    return figures >= 2 and figures + sum(map(str.isupper, code[0])) >= LEAST  # noqa: PLR2004 - `KAART 2`
