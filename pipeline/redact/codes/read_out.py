"""Telephone numbers, plates and e-mail addresses as somebody read them out, or as far as somebody remembers them.

All patterns are held against the text in lower case.
"""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.redact.months import MONTH
from pipeline.redact.scan import Scan
from pipeline.redact.spans import Span, mask

DIGIT: Final = (
    r"(?:nul|zero|oh|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|one|two|three|four|five|six|seven|eight|nine"
    r"|zeuven|zeuve|neugen|negn|veer|vief|viif|fjouwer|trije|twa|seis|sân|njoggen|drei|null|eins|zwei|fünf|sechs|sieben|neun|zwo)"
)
"""A digit in words, also in dialect and in the tongues that are heard beside Dutch."""
TENS: Final = (
    r"(?:tien|elf|twaalf|(?:der|veer|vijf|zes|zeven|acht|negen)tien"
    r"|\w*(?:twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig)|ten)"
)
UNIT: Final = (
    rf"(?!(?:[0-2]?\d|3[01]|[^\W\d_]+) {MONTH})(?:(?:dubbele?|dobbele?|double|triple|(?:twee|drie|vier|[234]) ?(?:keer|maal|x)(?: de| een)?) )?"
    rf"(?:{DIGIT}\d{{0,2}}|{TENS}|\d{{1,4}})(?!\w)"
)
"""What stands between two breaths: `zeven`, `dubbel drie`, `achtendertig`, `42`, `zeven5`; no day of a month."""
BREATH: Final = r"[ \-–,./…]{1,4}(?:(?:en dan|en toen|dan|daarna|en|weer|streepje|tussenstreep(?:je)?|spatie|punt|ergens|iets met)[ ,]{1,2}){0,2}"
READ_OUT: Final = rf"(?:{BREATH}{UNIT})"
ZERO: Final = r"[n0z](?:(?<=\bn)ul(?:zes)?\d?|(?<=\bz)ero|(?<=0)(?<![\w\-.,/:]0)\d{0,3})"
"""How a number begins: `nul`, `nul6`, `zero`, `067`."""
SPOKEN: Final = re.compile(rf"{ZERO}{READ_OUT}{{4,10}}")
"""A number as it is read out: `nul zes twaalf vierendertig`, `06 - 7 zeven 1 4 vier`."""
FROM_ZERO: Final = re.compile(rf"0(?<![\w\-.,/:]0)\d{{0,3}}{READ_OUT}{{4,10}}")
"""What SPOKEN finds where no zero stands in words: begins with one character, to which `re` skips."""
WORDED: Final = re.compile(rf"0(?<![\w\-.,/:]0)6\d{{0,2}}{READ_OUT}{{3}}(?!\w)")
"""A shorter one with a word in it: `06 7122 33 vierenveertig`."""
FROM_SIX: Final = re.compile(
    rf"[zs](?<![\w\-].)(?:es|ix){BREATH}(?:zeven|een|één|twee|drie|vier|vijf|acht|seven){READ_OUT}{{3,9}}"
)
"""A mobile number without its zero."""
REST: Final = (
    r"(?:,|\.{2,3}|…)? ?(?:en|met) (?:dan |daarna |toen |verder )?(?:nog )?(?:een|iets|wat|twee|drie|een paar|de rest|het laatste|de laatste|zoiets)\b[^.;,:\n\"]{0,40}"
    rf"| ?(?:\.{{2,4}}|…) ?(?:(?:ergens|iets|dan|en dan|met|iets met|op het eind|eind)[ ,:]{{1,2}}){{0,3}}{UNIT}"
    rf"| (?:en )?nog (?:wat|iets)(?: met)? {UNIT}"
    r"|(?:,| en)? (?:de rest|het laatste|de laatste \w+|de andere \w+)\b[^.;,:\n\"]{0,40}|\?{2,}|x{2,}\b"
)
HALF: Final = re.compile(
    rf"(?P<n>0(?<![\w\-.,/:]0)(?:6\d{{0,2}}{READ_OUT}{{0,8}}|\d{{1,3}}{READ_OUT}{{1,8}}))(?:{REST})"
)
"""As much of a number as somebody remembers: `06 74 en iets met 9113 op het eind`."""
HALF_SPOKEN: Final = re.compile(
    rf"(?P<n>[nz](?:(?<=\bn)ul[ ,\-]{{1,2}}(?:zes|six|\d)|(?<=\bz)ero[ ,\-]{{1,2}}(?:zes|six|\d)|(?<=\bz)es[ ,\-]{{1,2}}zeven){READ_OUT}{{0,8}})(?:{REST})"
)
"""The same, where it begins in words."""
HALF_BARE: Final = re.compile(
    r"\b(?:06|tel\w*|mobiel|gsm|nr|nummer)\.?[:= ]{1,3}(?P<n>\d{2}(?:[ .\-]\d{1,3}){1,4}(?:,| en)? (?:nog |dan )?(?:nog )?(?:wat|iets|zoiets|ergens))\b"
)
"""The same without its beginning: `zijn 06: 71 33 nog wat`."""
COUNTED: Final = rf"(?!,? (?:{MONTH}|(?!(?:en|of|op|maar|dus|want|volgens|aldus|zegt|zei|denkt|dacht|weet|wist|was|is|staat|stond|dan|toen|en dan)\b)[a-zé]{{3,}}))"
"""Not behind a number: what is counted, `eindigde met twaalf hechtingen`."""
THE_END: Final = r"\b(?:eindig\w*|laatste (?:twee |drie |vier )?(?:cijfers|nummers)(?: van (?:het|zijn|haar|dat|de) (?:nummer|nr|tel\w*))?)"
ENDS: Final = re.compile(
    rf"{THE_END}(?: (?:op|is|zijn)| ?:| (?=\d))(?:[^.;\n\d]{{0,12}}\W?| ?[.…*x]{{1,6}} ?)(?:\d{{2,4}}|\d\d-\d\d(?!-)|\d(?: \d){{1,3}})(?!\d| {MONTH})(?:[^.;\n\d]{{0,24}}\bop \W?\d{{2,4}}(?!\d))?"
    rf"|{THE_END} met[^.;\n\d]{{0,12}}\W?\d{{2,4}}(?!\d){COUNTED}"
    rf"|\bop \W?\d{{2,4}} eindig\w*"
    rf"|\beindig\w* (?:op|met) (?:{DIGIT}|{TENS})(?!\w)(?:{READ_OUT}){{0,3}}{COUNTED}"
)
"""The end of a number: `eindigt op -4417`."""
INSIDE: Final = re.compile(
    r"\b(?:doorkies(?:nr|nummer)?|tst|toestel(?:nr|nummer)?|intern(?:nr|nummer)) ?[.:]? ?\d{3,5}(?![\d:]|[.,]\d| ?(?:uur|euro|keer))"
)
"""Behind a number of a firm: `doorkiesnummer 4417`."""
AT_LAST: Final = re.compile(
    rf"\b(?:tel\w*|nr|nummer|mobiel|06|cijfers?)\W[^.;\n\d]{{0,20}}?\b(?P<n>\d{{2,4}}|(?:{DIGIT}|{TENS})(?!\w)(?:{READ_OUT}){{0,3}}) (?:(?:aan|op) (?:het|'t) (?:eind|laatst)\w*|achteraan)(?! van)(?!\w)"
)
"""`zijn tel: zesenzeventig aan het eind`."""
BEGINS: Final = re.compile(
    r"\bmet \W?0\d{1,4} begin\w*|(?<![\w\-.,/:])0\d{2,3} (?:en )?(?:dan|toen) \d{2,4}(?![\d:]|[.,]\d| ?(?:uur|u\b|euro|keer|jaar))|\b(?:begint|beginnend|beginnende|begon|start) (?:met|op) \W?0\d{1,4}(?!\d|[:.]\d|[\-/]\d| ?u)|\b(?:begint|begon) met (?:nul|zero)(?!\w)(?:[ ,\-]{1,2}(?:een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|six|seven|\d{1,2})(?!\w)){1,5}|\b(?:begin(?:cijfers)?|eerste (?:\w+ )?(?:cijfers|nummers)) ?(?:is|zijn|was|waren|:)? ?\W?0\d{2,4}(?!\d|[:.]\d|[\-/]\d| ?u)"
)
"""The beginning of one: `begint met 067`."""
O_ZERO: Final = re.compile(r"(?<!\w)o(?=\d{1,3}(?!\w)|[ \-]6[ \-]\d)")
"""A letter for the zero that a number begins with: `o6`, `o515`, `o 6 7 1`."""
READ_BSN: Final = re.compile(
    rf"\b(?:bsn|burgerservice\w*|sofi\w*)\W{{1,3}}(?:[^\W\d_]+\W{{1,3}}){{0,4}}?(?P<n>(?:(?:dubbele?|driemaal|(?:twee|drie|vier) ?(?:keer|maal|x)(?: de| een)?) )?(?:{DIGIT}|{TENS}|\d{{1,4}})(?!\w)(?:{BREATH}{UNIT}){{2,9}})"
)
"""`zijn bsn is negen negen acht, vier nul twee`."""
WORD: Final = re.compile(r"[^\W\d_]{2}")
LEAST_WHOLE: Final = 10
"""Digits of a whole number: behind it somebody says something else."""
MOMENT: Final = re.compile(r"0\d(?:[\-/.](?:0?[1-9]|1[0-2])(?:[\-/.](?:19|20)\d\d)?|[ .:][0-5]\d)")
"""A day or a time that reads as the beginning of a number: `om 06 30 en een half uur later`."""

SPELLED: Final = (
    r"(?:anton|anna|bernard|bernhard|cornelis|dirk|eduard|ferdinand|gerard|hendrik|izaak|isaac|johan|jan|karel|lodewijk|maria|nico|otto|pieter|quoti[eë]nt"
    r"|rudolf|richard|simon|teunis|theodor|utrecht|victor|willem|xantippe|ijmuiden|ypsilon|zaandam|zacharias"
    r"|alfa|alpha|bravo|charlie|delta|echo|foxtrot|golf|hotel|india|juliett?|kilo|lima|mike|november|oscar|papa|quebec|romeo|sierra|tango|uniform|whiske?y|x-?ray|yankee|zulu)"
)
COUNT: Final = rf"(?:{DIGIT}|{TENS}|\d{{1,3}})"
GAP: Final = r"[ ,.\-]{1,3}(?:(?:streepje|dan|en)[ ,]{1,2})?"
SPELLED_PLATE: Final = re.compile(
    rf"(?<!\w)(?:{COUNT}{GAP}){{0,3}}(?:{SPELLED}{GAP}){{2,4}}{COUNT}(?!\w)(?:{GAP}(?:{COUNT}|{SPELLED})(?!\w)){{0,4}}"
    rf"|(?<!\w)(?:{COUNT}{GAP}){{1,4}}(?:{SPELLED}{GAP}){{1,4}}{SPELLED}(?!\w)"
)
"""A plate by the alphabet of who spells: `zes, Hendrik Karel Lodewijk, negen een`."""
READ_LETTERS: Final = r"(?!(?:km|cm|mm|kg|mg|ml|cl|dl|jr|pk|cc|st|dr|mr|nr)\b)[b-df-hj-np-tv-z]{2,3}"
FIGURES_READ: Final = re.compile(
    rf"(?<!\w)(?!een {READ_LETTERS})(?:{DIGIT}{GAP}){{1,3}}{READ_LETTERS}(?:[ ,\-]{{1,2}}(?!een\b)(?:{DIGIT}|\d{{1,3}})(?!\w)){{1,3}}"
    rf"|(?<!\w)(?:\d{{1,3}}{GAP}){{1,2}}{READ_LETTERS}(?:[ ,\-]{{1,2}}(?!een\b){DIGIT}(?!\w)){{1,3}}"
)
"""A plate of which only the figures are read out: `nul acht GHB vier`."""
READ_PLATE: Final = re.compile(r"(?:\b\w{1,4} )?\b\w{1,4} streepje \w{1,4} streepje \w{1,4}\b")
"""`nul 4 streepje TGV streepje 2`."""
PART: Final = r"(?:(?=[a-z\d]*\d)[a-z\d]{2,4}|[b-z]{1,3}|\d)"
HALF_PLATE: Final = re.compile(
    rf"(?:(?<!\w)kent(?:eken|\.)?|nummerplaat|\bplaat)(?!\w)[^.;:\n]{{0,25}}?\b(?:iets met|iets als|begin(?:t|nend)?(?: met)?|eindig(?:t|end)(?: op| met)?|eind(?: op)?|deels|alleen|gedeeltelijk|eerste \w+|laatste \w+|onthouden)(?: is| zijn| was)?:? (?P<p>{PART}(?:[ \-](?:en )?{PART})*)(?!\w)"
)
"""`kenteken begint met GT 8`."""
DOTTED_OUT: Final = re.compile(
    r"(?<!\w)(?:\d{1,3} ?- ?[a-z]{1,3}|[a-z]{1,3} ?- ?\d{1,3}) ?- ?(?:en )?(?:dan )?nog [^.;\n]{0,30}"
    r"|(?<!\w)(?:\d{1,3}|[b-z]{1,2}|[a-z]{3}) en (?:dan |toen )?(?:nog )?iets met (?:een |de )?[a-z\d]{1,3}(?!\w)|(?<!\w)\d{1,3} en (?:dan )?(?:een|de) (?:letter )?[b-z](?= (?:onthouden|gezien|gelezen|opgeschreven|genoteerd)|[.,])"
    r"|(?<=begin is )[a-z]{1,3}[ \-]\d{1,3}(?!\w)|(?<!\w)[.?*_]{1,3}[\- ]?[a-z]{1,3}-\d{1,3}(?!\w)|(?<!\w)(?:[a-z]{1,3}-\d{1,3}|\d{1,3}-[a-z]{1,3})-[.?*_x]{1,3}(?!\w)|(?<!\w)[.?*_]{1,3}-\d{1,3}-[a-z]{1,3}(?!\w)"
)
"""A plate of which a part is not known: `..-TXP-4`."""
BEHIND_CAR: Final = 80

JOINED: Final = (
    r" (?:punt|dot|streepje|koppelteken|min|minteken|underscore|(?:laag|lage|liggend|onder)[ \-]?streep(?:je)?) "
)
LETTERS: Final = rf"(?:\w ){{0,20}}\w+(?: (?:{DIGIT}|{TENS})(?!\w))*"
SIGN: Final = r"\(?(?:at|ape?n?staart(?:je)?|aapje|slingeraa?p?(?:je)?)\)?(?: ?teken)?"
ENDING: Final = r"(?:nl|com|org|net|be|eu|de|info|frl|pl|me|online)"
READ_MAIL: Final = re.compile(
    rf"(?<![\w.+\-]){LETTERS}(?:{JOINED}{LETTERS})*,? (?:(?:en |dan |toen ){{0,2}}(?:het |een )?){SIGN},? (?:(?:en )?dan )?[a-z][\w\-]*(?:(?: (?:punt|dot) |\.)[a-z][\w\-]*)*(?:,? (?:en )?(?:dan )?(?:punt|dot),? [a-z]{{2,}}|\.{ENDING}|(?<=\boutlook)|(?<=\bgmail)|(?<=\bhotmail)|(?<=\bicloud)|(?<=\bziggo)|(?<=\blive)|(?<=\byahoo)|(?<=\bkpnmail)|(?<=\bproton))(?!\w)"
)
"""An e-mail address as it is read out: `m a r i a streepje negen apenstaart example punt com`."""


def find_read_out(small: str, scan: Scan) -> Iterator[Span]:
    """Yield a span for every telephone number and plate that is told in words, or in part; `small` is in lower case."""
    small = O_ZERO.sub("0", small) if O_ZERO.search(small) else small
    if "bsn" in small or "burgerservice" in small or "sofi" in small:
        yield from (_span(hit, "bsn", "n") for hit in READ_BSN.finditer(small))
    worded = "nul" in small or "zero" in small
    if worded:
        yield from _all(SPOKEN, small, "phone")
    elif "0" in small:
        yield from _all(FROM_ZERO, small, "phone")
    if "06" in small:
        yield from (_span(hit, "phone") for hit in WORDED.finditer(small) if WORD.search(hit[0]))
    if "zes" in small or "six" in small:
        yield from _all(FROM_SIX, small, "phone")
    for pattern in ((HALF,) if "0" in small else ()) + ((HALF_SPOKEN,) if worded or "zes" in small else ()):
        for half in pattern.finditer(small):
            if sum(map(str.isdigit, half["n"])) < LEAST_WHOLE and not MOMENT.fullmatch(half["n"]):
                yield _span(half, "phone")
    if " wat" in small or " iets" in small or "ergens" in small:
        yield from (_span(hit, "phone", "n") for hit in HALF_BARE.finditer(small))
    yield from _in_part(small)
    if "streepje" in small:
        yield from _all(READ_PLATE, small, "plate")
    for at in scan.around(("plate", "vehicle"), 0, BEHIND_CAR):
        yield from _all(SPELLED_PLATE, small, "plate", at)
        yield from _all(FIGURES_READ, small, "plate", at)
        yield from _all(DOTTED_OUT, small, "plate", at)
    if "plate" in scan.signs:
        yield from (_span(hit, "plate", "p") for hit in HALF_PLATE.finditer(small))


def _in_part(small: str) -> Iterator[Span]:
    """Yield how a telephone number ends or begins, and what is dialled behind it."""
    if "eind" in small or "laatst" in small or "achteraan" in small:
        yield from _all(ENDS, small, "phone")
        yield from (_span(hit, "phone", "n") for hit in AT_LAST.finditer(small))
    if (
        "begin" in small
        or "begon" in small
        or "eerste" in small
        or "start" in small
        or " dan " in small
        or " toen " in small
    ):
        yield from _all(BEGINS, small, "phone")
    if "doorkies" in small or "toestel" in small or "tst" in small or "intern" in small:
        yield from _all(INSIDE, small, "phone")


def _all(pattern: re.Pattern[str], small: str, kind: str, within: tuple[int, int] | None = None) -> Iterator[Span]:
    low, high = within or (0, len(small))
    return (_span(hit, kind) for hit in pattern.finditer(small, low, high))


def _span(hit: re.Match[str], kind: str, group: str | int = 0) -> Span:
    return mask(*hit.span(group), kind)
