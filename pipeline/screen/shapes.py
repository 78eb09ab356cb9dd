"""What a value in a column that a unit fills by hand looks like, where it is what the column is for.

Such a column is no text that is redacted: `12 bij fam. Smit` in a house number would reach Veilig Thuis as it stands.
What does not fit is not shared; what is lost by it is that one value.
"""

# ruff: noqa: E501 - a pattern or a list of words is read better whole
from __future__ import annotations

from typing import Final

_LONG_NUMBER = r"\d(?:[\s.\-]?\d){7,}"
_BETWEEN = r"[\s\-/.,()+&]"
_HOUSE_WORD = r"bis|ter|quater|huis|hoog|laag|rood|zwart|wit|boven|achter|beneden|bel|onder|links|rechts|voor|midden|kelder|souterrain|zolder|tuin|tuinhuis|schuur|garage|flat|kamer|kmr|app|apt|appartement|unit|etage|verd|verdieping|toren|blok|gebouw|portiek|entree|hal|zij|zijde|noord|oost|zuid|west|boot|ark|woonboot|woonwagen|standplaats|naast|nabij|tegenover|thv|tot|tm|ong|ongenummerd|geen|onbekend|nvt|nr|nummer|iii|vii|viii|xii|xiii|xiv|xvi"
_HOUSE_RUN = rf"(?:\d+(?:[a-z]{{0,2}}\d{{0,3}}|{_HOUSE_WORD})|[a-z]{{1,2}}\d{{0,4}}|{_HOUSE_WORD})"
HOUSE = rf"^(?i){_BETWEEN}*{_HOUSE_RUN}(?:{_BETWEEN}+{_HOUSE_RUN})*{_BETWEEN}*$"
"""Digits, one or two letters, Roman numerals, and the words for a part of a house: `12-2 hoog`, `III`, `t/o 5`."""
POSTCODE = r"^(?i)(?:(?:[a-z]{1,2}[\s\-])?\d{4,5}\s?[a-z]{0,2}|[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2})$"
"""Four digits and letters, and as it is written abroad: `D-48153`, `SW1A 1AA`."""
_BESIDE_A_STREET = rf"@|;|:|,\s*\p{{Ll}}|{_LONG_NUMBER}|\S\s+(?i:fam\.|familie|dhr|mw|mevr|mevrouw|meneer|de heer)(?:[.\s]|$)|\s(?i:huis|woning|adres) van\s"
"""A remark behind a street or a place: `Kerkstraat, huis van …`. A comma before a capital is a town's, before a digit a
hectometre post's."""
_OFFICER = r"(?i:wijkagente?|(?:hoofd)?agente?|brigadier|(?:hoofd)?inspecteur|(?:hoofd)?rechercheur|verbalisante?|surveillante?|aspirant|collega|dhr|mw|mevr|mevrouw|meneer|heer|t\.?a\.?v|contactpersoon)"
_PARTICLES = r"(?:(?i:van|de|der|den|het|ter|ten|el|al|ben)\s+)*"
_SOMEBODY = rf"@|{_LONG_NUMBER}|\b{_OFFICER}[.:]?\s+{_PARTICLES}\p{{Lu}}|\b\p{{Lu}}\.\s?(?:\p{{Lu}}\.\s?)*{_PARTICLES}\p{{Lu}}\p{{Ll}}"
"""An officer by rank or title and name, or by initials; a private number."""
_PHONE_WORD = r"tel|telefoon|nr|nummer|loket|optie|keuze|toestel|tst|intern|of|en|team|piket|balie|kantoor|tijdens|kantooruren|uur|politie"
DESK_LINE = rf"^(?i)(?:[\d\s+().\-/,;:]|\b(?:{_PHONE_WORD})\b)+$"
DESK_MAIL = r"^(?i)[a-z0-9_\-]{2,}[\w.+\-]*@[^@\s]+$"
"""One address that does not begin with an initial: `j.jansen@` is an officer."""

CLASS_SHAPE = r"^[A-Za-z]\d{2,4}$"
MARK_SHAPE = r"^[A-Za-z]{1,4}\d{0,2}$"
LINE_SHAPE = r"^(?:\+|00)?\d{9,13}$"
MOBILE_SHAPE = r"^(?:0|(?:\+|00)31)6\d{8}$"
NO_NAME = (
    rf"(?i)@|\b[1-9]\d{{3}}\s?[a-z]{{2}}\b|{_LONG_NUMBER}"
    r"|\p{L}(?:straat|str\.?|laan|weg|plein|gracht|kade|singel|dreef|dijk|hof|steeg|pad)\s+\d"
)
"""What stands in a name where somebody entered an address, a telephone or an e-mail address there."""

SHAPES: Final[dict[str, tuple[str, bool]]] = {
    "street": (_BESIDE_A_STREET, False),
    "place": (_BESIDE_A_STREET, False),
    "house_number": (HOUSE, True),
    "house_number_suffix": (HOUSE, True),
    "postcode": (POSTCODE, True),
    "municipality_code": (r"^\d{4}$", True),
    "contact_department": (_SOMEBODY, False),
    "contact_phone": (DESK_LINE, True),
    "contact_email": (DESK_MAIL, True),
}
"""For each column a pattern, and whether what fits it is shared (else what does not)."""
