"""What somebody is filed under, in the pieces in which it is read off a card: `klantnummer 07 - 4471 - LB`.

No pattern of a number holds it whole: what leads to it says that it is one.
"""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.redact.spans import MASK, Span

STAMPED: Final = re.compile(
    r"\b(?:chassis|frame|serie|motor|polis|klant|relatie|dossier|zaak|parket|kenmerk|referentie|incident|meldkamer|pas|order|bestel|lid|cli[eë]nt|pati[eë]nt|leerling|abonnee|contract|kaart|document|bon|verzekerings?|schade|chip|track\w*|zending|pakket|factuur|boeking|reservering|imei|sim\w*|v-|vin|crm)[ \-]?(?:nummer|nr\b\.?|code(?= \d{4}))"
    r"(?: (?:is|raad|om|vt|fiets|auto|laptop|tablet|telefoon|toestel|scooter|van (?:de|het|zijn|haar) \w+(?!\w)|bij \w+|eindig\w* op|begint met|begin\w*|:)){0,3}\s?[:=]?\s?(?P<code>(?!pl\d{4}-)(?=[a-z./\-]{0,6} ?\d)[a-z\d][a-z\d./\-]{2,}(?: \d[a-z\d]{1,4})*|[a-z]{1,3} \d{2,4} \d?[a-z\d]{1,3})(?![\w/])"
    r"|\b(?:vin|chassis|meldcode)(?:nr|nummer)?[ :]{1,2}(?P<car>(?=\w*\d)[a-z\d]{4,17})(?!\w)|(?<![\w:])(?P<net>(?:[0-9a-f]{2}[:\-]){5}[0-9a-f]{2}|(?=[0-9a-f:]*(?:[a-f]|::))(?=[0-9a-f:]*\d)(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,6})(?![\w:])"
)
"""What somebody or something is filed or made under: `chassisnummer eindigt op K304417`, `MAC-adres 3C:22:FB:1A:0B:9E`."""
CLOCKED: Final = re.compile(r"\d{1,2}:\d\d(?::\d\d)?|\d{1,2}[.\-/]\d{1,2}[.\-/]\d{2,4}")
STAMPED_BY: Final = ("nummer", "nr", "vin", "chassis", "meldcode", "mac", "ip", "code")
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

STAMPS: Final = ("nr", "nummer", "no.", "num.", "pas", "polis", "klant", "meter", "bewijs", "kaart")


def find_stamped(small: str) -> Iterator[Span]:
    """Yield what follows a word for a number that something is made or filed under; a day or a time is none."""
    for hit in STAMPED.finditer(small) if any(stamp in small for stamp in STAMPED_BY) else ():
        part = hit.lastgroup or "code"
        if not CLOCKED.fullmatch(hit[part]):
            yield Span(*hit.span(part), "number", "number", MASK)


def find_filed(text: str, small: str) -> Iterator[Span]:
    """Yield a span for each; `small` is `text` in lower case."""
    if any(stamp in small for stamp in STAMPS):
        for lead in CODED.finditer(small):
            code = CODE.match(text, lead.end())
            if code and _is_code(text, code):
                yield Span(*code.span(), "number", "number", MASK)


def _is_code(text: str, code: re.Match[str]) -> bool:
    """Whether a stretch of figures and letters is no day, time or amount."""
    if NO_CODE.fullmatch(code[0]) or UNIT_BEHIND.match(text, code.end()):
        return False
    figures = sum(map(str.isdigit, code[0]))
    return figures >= 2 and figures + sum(map(str.isupper, code[0])) >= LEAST  # noqa: PLR2004 - `KAART 2`
