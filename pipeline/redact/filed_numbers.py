"""What somebody is filed under, in the pieces in which it is read off a card: `klantnummer 07 - 4471 - LB`.

No pattern of a number holds it whole: what leads to it says that it is one. And accounts at a bank of which figures
are left out.
"""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.redact.spans import MASK, Span

FILED: Final = (
    r"(?:(?:energie|water|gas|stroom|zorg|bank|telefoon|winkel)?(?:klant(?:en)?|meter|relatie|polis|document|lid(?:maatschaps)?|cli[eë]nt|dossier|contract|abonnee|debiteur|factuur|order|personeels|medewerker|werknemers?|leerling|studenten"
    r"|pati[eë]nt|deelnemers?|pas|kaart|rijbewijs|paspoort|id|identiteits(?:bewijs|kaart)?|aansluit(?:ings)?|tolk|toegangs?|verzekerden?|verzekerings?|sleutel|kluis|inschrijf|registratie|vreemdelingen|v|boekings?|reserverings?)[ \-]?)"
)
CODED: Final = re.compile(
    rf"\b(?:(?:{FILED}(?:nummers?|nr\b\.?|no\b\.?|num\.)|id[ \-]?bewijs(?: nr\b\.?| nummer)?|paspoort|rijbewijs|id-?kaart|polis|(?:zorg|ov-?|bank)?pas|(?:energie|water|gas|stroom|zorg|bank|telefoon)?klant|meter|ov-?kaart)(?:,? (?:van|is|was|bij|op|de|het|haar|zijn|hun|mijn|een|zorg\w*|thuis\w*|verzeker\w*|bank|energie|paspoort|rijbewijs|pas|kaart|id-?\w*)\b){{0,4}})[ :=(]{{1,3}}"
)
"""What leads to such a number; at most a few words that hold no figure stand between."""
NO_LETTERS: Final = r"(?!(?:IS|EN|OP|IN|DE|OM|TE|AL|ZE|NU|OF|AF|AN|VE|SO|VD|NA|ER|IK|WE|JE|HE|MW|HR)\b)"
PIECE: Final = rf"(?:(?=[A-Za-z]{{0,6}}\d)[A-Za-z\d]+|(?<![A-Za-z][ .\-/]){NO_LETTERS}[A-Z]{{1,2}}(?![\w'’]|\.[A-Z])|(?<=[/\-])[a-z]{{1,2}}(?!\w))"
CODE: Final = re.compile(
    rf"(?!PL\d{{4}}-)(?:[A-Z]{{1,5}}[ .\-]{{1,3}}(?=[\dA-Z]*\d))?(?=[A-Za-z]{{0,6}}\d){PIECE}(?:(?: ?[\-/] ?|[. ]){PIECE}){{0,7}}(?!\w|[.,:]\d)"
)
UNIT_BEHIND: Final = re.compile(
    r" ?(?:euro|eur\b|€|uur|u\b|km\b|jaar|jr\b|keer|x\b|dagen|weken|maanden|zł|min\b|procent|%)"
)
NO_CODE: Final = re.compile(
    r"\d{1,2}[.\-/ ]\d{1,2}(?:[.\-/ ](?:19|20)?\d{2})?|(?:19|20)\d{2}(?:[.\-/]\d{1,2}[.\-/]\d{1,2})?|\d{1,2}[.:]\d{2}|\d{1,3}(?:\.\d{3})+"
)
"""A day, a year, a time, an amount."""
LEAST: Final = 4
"""Figures and capitals of a number that somebody is filed under."""

BLANK: Final = r"[\d.x*•…?#_]"
MASKED_IBAN: Final = re.compile(
    rf"\b[a-z]{{2}}[ .\-]?(?:\d|[x*?.•]){{2}}[ .\-]?[a-z]{{4}}[ .\-]?(?=[\d \-]*(?:[x*•…?#_]|\.\.))(?=[\d.x*•…?#_ \-]*\d){BLANK}(?:[ \-]?{BLANK}){{2,}}(?<=[\dx*?#_•])(?![a-z\d])"
)
"""`NL91 ABNA 04.. .... 12`."""
HIDDEN_END: Final = re.compile(
    r"\b(?:rek(?:ening)?(?:nummer|nr)?|iban|bankpas|pinpas|pas|kaart)\b[^.;:\n\d]{0,24}?(?P<n>[x*•.…_#]{2,}[ \-]?\d{2,6})(?!\d|[.,:]\d)"
)
"""`rekening ****4417`."""
LEFT_OUT: Final = re.compile(r"[x*•.…_#][x*•.…_#]")
STAMPS: Final = ("nr", "nummer", "no.", "num.", "pas", "polis", "klant", "meter", "bewijs", "kaart", "rek", "iban")


def find_filed(text: str, small: str, bank: bool) -> Iterator[Span]:
    """Yield a span for each; `small` is `text` in lower case, `bank` says whether it names a bank."""
    if any(stamp in small for stamp in STAMPS):
        for lead in CODED.finditer(small):
            code = CODE.match(text, lead.end())
            if code and _is_code(text, code):
                yield Span(*code.span(), "number", "number", MASK)
        for hit in HIDDEN_END.finditer(small) if LEFT_OUT.search(small) else ():
            yield Span(*hit.span("n"), "iban", "iban", MASK)
    if bank or "nl" in small:
        for hit in MASKED_IBAN.finditer(small):
            yield Span(*hit.span(), "iban", "iban", MASK)


def _is_code(text: str, code: re.Match[str]) -> bool:
    """Whether a stretch of figures and letters is no day, time or amount."""
    if NO_CODE.fullmatch(code[0]) or UNIT_BEHIND.match(text, code.end()):
        return False
    figures = sum(map(str.isdigit, code[0]))
    return figures >= 2 and figures + sum(map(str.isupper, code[0])) >= LEAST  # noqa: PLR2004 - `KAART 2`
