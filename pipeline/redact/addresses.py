"""Addresses in a text: those of the family stay, those of anybody else go, secret ones go wherever they stand."""

# ruff: noqa: E501, PLR0911 - a pattern is read better whole; each return is one reason why it is no address
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from pipeline.redact.lexicon import GIVEN, NAME, PLACE, STREET, VOCABULARY, WORD, Lexicon
from pipeline.redact.months import FEAST_DAY, MONTH_STEM
from pipeline.redact.people import fold, squeeze
from pipeline.redact.report import ReportMasks
from pipeline.redact.spans import MASK, Span

RUN: Final = re.compile(r"\d\d*")  # `re` skips to a single class, not to a repeated one
LONGEST: Final = 5
LEAST_STRANGE: Final = 6
MOST_WORDS: Final = 6
GLUED: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:/-€_")
GOES_ON: Final = re.compile(rf"\d|:(?! \D)|[.,/]\d|e {FEAST_DAY}")
INNER: Final = frozenset(
    [
        "van",
        "de",
        "der",
        "den",
        "het",
        "'t",
        "'s",
        "ter",
        "ten",
        "la",
        "du",
        "op",
        "aan",
        "in",
        "boulevard",
        "laan",
        "plein",
        "weg",
        "kade",
        "plaats",
    ]
)
HOUSE_LEADS: Final = frozenset(
    [
        "nummer",
        "nummers",
        "nr",
        "nr.",
        "nrs",
        "nrs.",
        "no.",
        "huisnummer",
        "huisnr",
        "huisnr.",
        "perceel",
        "van",
        "op",
        "uit",
        "bij",
        "naast",
        "tegenover",
    ]
)
AFTER: Final = re.compile(
    r"(?:[ \-]?(?:bis|hs|huis|rood|zwart|[a-hA-H]|[IVX]{1,4}|\d{1,3}(?= |,|\.|$)|boven|beneden)(?!\w))?(?: nr\.? ?\d+)?(?:,? \d{1,2}(?:e|de)? ?hoog)?(?: (?:achter|voor|links|rechts)(?=[ ,.]))?(?:,? *\(?\d{4} ?[A-Za-z]{2}(?!\w)\)?)?"
)
TOWN: Final = re.compile(
    r",? +(?:te|in|,)? *((?:[A-ZÀ-Þ'][\w'’\-]+)(?: (?:aan|den|de|op|van|bij) (?:den |de )?[A-ZÀ-Þ]\w+| [A-ZÀ-Þ]\w+)?)"
)
SPACED_POSTCODE: Final = re.compile(
    r"(?<![\d.,:\-] )(?<![\d.,:\-/])[1-9](?:(?: \d){3}|\d \d\d|[.\-]\d[.\-]\d[.\-]\d)[ .\-/]{0,3}[A-Z][ .\-]?[A-Z](?![\w'’])"
)
"""A postcode whose figures stand apart: `7 2 0 1 - A B`, `94 01 DA`."""
POSTCODE: Final = re.compile(r"[1-9]\d{3}(?: ?[A-Z]{2}|[a-z]{2})(?!\w)")
HOUSE_BEHIND: Final = re.compile(
    r"[ ,\-/]{1,2}(?:nr\.? ?|nummer |huisnr\.? ?|huisnummer )?(?P<n>\d{1,4}(?:[ \-]?[a-h](?!\w))?)(?![\d:.]\d|\d| ?(?:uur|jaar|jr))",
    re.IGNORECASE,
)
"""A house number behind a postcode."""
MARKED: Final = re.compile(
    r"(?:(?<!\w)(?:van|vanaf|vanuit|achter|binnen|op|uit|bij|naast|tegenover|huis|adres|woning|boven|onder|buren|bewoner|bewoners|bewoonster|pand|de|buurvrouw|buurman|verder|tegenover|overkant|wonend|wonende|woont|woon) *|, *|: *|\()"
    r"(?P<mark>(?:huis)?nummers? *|(?:huis)?nrs?\.? *|perceel *|no\. *)$"
)
NEAR: Final = re.compile(
    r"(?<!\w)(?:verder|overkant|tegenover|ernaast|daarnaast|deur|deuren|huis|huizen|buren|buur\w*|boven\w*|beneden\w*|hoek)[ ,]+(?:\w+[ ,]+){0,2}(?:op|van|nr\.?|nummer) *$"
)
MORE: Final = re.compile(
    r"(?:\s*(?:en|of|/|,|&|t/m)\s*(?:nr\.? ?|nummer )?\d{1,4}(?:[ \-]?[a-hA-H])?(?!\w|[:.]\d))+(?!\s*(?:uur|jaar|keer|kinderen|personen|minuten|dagen|weken))"
)
LED: Final = re.compile(r"(?<!\w)(?:van|op|uit|bij|naast|tegenover) *$")
NEIGHBOUR: Final = re.compile(
    r"(?<!\w)(?:\w*buur\w*|buren|bewon\w+|melder|meldster|getuige) (?:van|op|uit) *$|(?<!\w)(?:die|dat|degene) van *$"
)
SUFFIX: Final = re.compile(r"[ \-]?(?:bis|hs|rood|zwart|[a-h]|[IVX]{1,3})(?!\w)", re.IGNORECASE)
UNIT: Final = re.compile(
    rf"\s*(?:[:/]|uur|u\b|jaar|jr|dagen|weken|maand|min|keer|x\b|van de|{MONTH_STEM})",
    re.IGNORECASE,
)
COUNTED: Final = re.compile(rf" (?:{MONTH_STEM}|euro\b)", re.IGNORECASE)
"""Behind a number that counts days or money: `aan Dwight 15 maart`."""
MOST_PARTS: Final = 3
"""Words of a secret street that are looked for misspelt."""
NAMED: Final = re.compile(r"[^\W\d_]+(?:['’.\-][^\W\d_]+)*")
BEYOND: Final = re.compile(r" ?-?(?:bis|hs|boven|beneden|rood|zwart|[a-h]|I{1,3})(?!\w)|-\d{1,3}(?!\d)", re.IGNORECASE)
"""What makes another house of a number."""
CUT_END: Final = re.compile(r"(?:str|ln|wg|pln|pl|gr|kd|sngl|bd|blvd|plnts)\.$", re.IGNORECASE)
IN_TOWN: Final = re.compile(r"[a-h]? (?:in|te) [A-ZÀ-Þ]\w{2,}")
TOWN_BEFORE: Final = re.compile(r"(?P<town>[A-ZÀ-Þ][\w'’\-]+), $")
"""A town behind a number, or before what may be a street: `Harste 4 in Scharnegoutum`, `Krimpen, Noord 18`."""
NEIGHBOURS: Final = re.compile(
    r"(?:(?<=[,.;:(] )|(?<= en )|(?<= op ))(?P<n>\d{1,4}(?:-\d{1,3}|[ ]?[a-h])?)(?= (?:niets|niet|niks|hoorde|hoort|hoorden|zag|zagen|geen|wel|ook|deed|opende|verklaarde|verklaart|meldde|meldt|belde|zegt|zei|sliep|weet|wist|wil|wilde|was thuis|heeft|had|gaf|bevestigt|bevestigde)\b)"
)
"""Houses that stand for who lives there: `86-1 niets gehoord, 90 hoorde gebonk`."""
DWELT: Final = re.compile(
    r"(?:^|(?<=[.,;:(\n])|(?<=[.,;:(] )|(?<= en )|(?<= maar ))(?:op|in|bij) (?P<n>\d{1,3}(?:-\d{1,2}|[ ]?[a-h])?)"
    r"(?= (?:woont|wonen|woonde|woonden|huist|staat (?:leeg|te koop|te huur)|is (?:onbewoond|leeg)|(?:deed|doet) (?:[^\s,.;:]+ ){1,4}open|opende|opent|hoorde|hoort|(?:(?:deed|doet|was|is|werd|wordt) )?(?:er |ook )?(?:niemand|geen gehoor|niet opengedaan|niet open gedaan))\b)"
)
"""A house by its number, in lower case, of which the clause says who lives there: `op 31 woont`, `in 7 was niemand thuis`."""
NOT_BUT: Final = re.compile(
    r",?(?: (?:woont|woonde|zit))?,? maar (?:op |in |van )?(?:nr\.? ?|nummer )?(?P<n>\d{1,4}(?:-\d{1,2}|[ ]?[a-h])?)(?![\w:]|[.,]\d)"
)
"""The house that was meant: `niet op nr 31 woont maar op 37`."""
BERTH_WORDS: Final = (
    *("ligplaats", "standplaats", "deur", "bel", "kavel", "stacaravan", "chalet", "bungalow", "appartement", "appt"),
    *("app", "kamer", "unit", "steiger", "plek", "vak", "staanplaats", "plaatsnummer"),
)
BERTHS: Final = (*BERTH_WORDS, "nr", "nr.", "nummer")
"""How the word before the number of a BERTH ends."""
BERTH: Final = re.compile(
    rf"\b(?:{'|'.join(BERTH_WORDS)}) ?(?:nr\.? ?|nummer )?\d{{1,4}}(?:[ \-]?[a-h])?\b(?! ?(?:uur|jaar|keer|x|euro|[:.,]\d))",
)
"""A door, a berth or a caravan by its number, in lower case."""
ORDINAL: Final = re.compile(r"\b(?:\d{1,2}(?:e|de|ste)|eerste|tweede|derde|vierde) $", re.IGNORECASE)
LEADS: Final = re.compile(
    r"(?:\b(?:adres|woonachtig|woont|wonende|woonde|wonen|wng|woning|verblijft|verblijf|ingeschreven|slaapt|aan|op|in|naar|bij|tegenover|hoek|nabij|thv|t\.h\.v\.|hoogte van|te|gelegen|perceel|van|flat|torenflat|gebouw|complex|wooncomplex|camping|hofje|residentie|huize)\s+(?:de |het |'t |een |it |de'n )?|\()$",
    re.IGNORECASE,
)
ADDRESSED: Final = re.compile(r"\b(?:adres|[Aa]dres|woon\w+|wng|ingeschreven)\b[^.;!?\n]*[,:] $")
"""Before two words with capitals and a number: they are a street."""
HEADS: Final = frozenset({"boulevard", "laan", "plein", "kade", "sint", "st", "pastoor", "burgemeester", "burg", "dokter", "dr", "professor", "prof", "koningin", "koning", "prins", "prinses", "jan", "oude", "nieuwe", "grote", "kleine", "korte", "lange", "hoge", "lage", "wethouder", "kardinaal", "mgr", "graaf", "het", "op", "aan", "achter", "zuid", "noord", "oost", "west"})  # fmt: skip
MARK_END: Final = re.compile(r"^(?:huisnummer|huisnr|nummer|nr|no|perceel)\.?$")
STREET_HEADS: Final = frozenset(
    [
        "jan",
        "sint",
        "st",
        "prins",
        "prinses",
        "koningin",
        "koning",
        "burgemeester",
        "burg",
        "pastoor",
        "dokter",
        "professor",
        "oude",
        "nieuwe",
        "grote",
        "kleine",
        "korte",
        "lange",
        "hoge",
        "lage",
        "wethouder",
        "kardinaal",
        "mgr",
        "graaf",
        "jacob",
        "willem",
    ]
)
"""Words before a street's last that a writer without capitals writes small."""
LOWER_HEADS: Final = frozenset({"laan", "boulevard", "plein", "kade"})
NO_STREET: Final = frozenset(["om", "rond", "omstreeks", "van", "tot", "na", "voor", "tussen", "en", "circa", "ca", "sinds", "kind", "kinderen", "wapen", "groep", "klas", "fase", "week", "dag", "maand", "jaar", "artikel", "art", "getuige", "verklaring", "melding", "registratie", "euro", "nr", "nummer", "kamer", "bus", "lijn", "tel", "bureau", "politie", "a", "n", "golf", "kamp", "bv", "incident", "mutatie", "nummers", "huisnummer", "perceel", "op", "de", "het", "te", "aan", "in", "bij", "dus", "dan", "of", "is", "was", "met", "al", "zo", "nog", "pas", "over", "onder", "uit", "ik", "jij", "hij", "zij", "we", "wij", "ze", "leeftijd", "klasse", "zaal", "afdeling", "unit", "cel", "lokaal", "code", "bedrag", "totaal", "minimaal", "maximaal", "ongeveer", "bijna", "ruim", "plusminus", "zeker", "eerst", "toen"])  # fmt: skip


def find_addresses(text: str, small: str, lexicon: Lexicon, report: ReportMasks) -> Iterator[Span]:
    """Yield a span for every address with a number, every postcode and every bare house number that has to go.

    `small` is `text` in lower case.
    """
    runs = [(run, _word_before(text, run.start())) for run in RUN.finditer(text)]
    yield from _doors(text, small, runs, report)
    for run, last in runs:
        size = run.end() - run.start()
        if size <= len("94") and text[run.end() + 1 : run.end() + 2].isdigit():
            apart = SPACED_POSTCODE.match(text, run.start())
            if apart and squeeze(apart[0]) not in report.family_postcodes:
                yield _third(*apart.span())
        if size > LONGEST or text[run.start() - 1 : run.start()] in GLUED:
            continue
        if size == len("1234"):
            code = POSTCODE.match(text, run.start())
            if code:
                house = HOUSE_BEHIND.match(text, code.end())
                own = _flat(code[0]) in report.family_postcodes
                if not own or (house and report.family_numbers and house["n"].lower() not in report.family_numbers):
                    yield _third(code.start(), house.end() if house else code.end())
                continue
        if GOES_ON.match(text, run.end()):
            continue
        span = _numbered(text, run, last, lexicon, report) if last else None
        if span is None and last in HOUSE_LEADS:
            span = _bare(text, run, report)
        if span:
            yield span
            yield from _meant(text, span, report)


def _doors(text: str, small: str, runs: Sequence[tuple[re.Match[str], str]], report: ReportMasks) -> Iterator[Span]:
    """Yield the houses and doors that stand by their number alone; `runs` are the numbers, each with the word before it."""
    if any(word in text for word in ("bewon", "Bewon", "buren", "Buren", "uurtonderzoek", "portiek", "galerij")):
        for home in NEIGHBOURS.finditer(text):
            if home["n"].lower() not in report.family_numbers:
                yield _third(home.start(), home.end())
    for run, last in runs:
        dwelt = DWELT.match(small, run.start() - len(last) - 1) if last in {"op", "in", "bij"} else None
        if dwelt and dwelt["n"] not in report.family_numbers:
            yield _third(dwelt.start("n"), dwelt.end())
    if any(last.endswith(BERTHS) for _, last in runs):
        for berth in BERTH.finditer(small):
            yield _third(berth.start(), berth.end())


def _word_before(text: str, at: int) -> str:
    return text[max(0, at - 40) : at].rstrip(" ,").rpartition(" ")[2].lower().lstrip("(")


def find_secrets(text: str, lexicon: Lexicon, report: ReportMasks) -> Iterator[Span]:
    """Yield a span for every trace of a secret address and every secret word of the registration."""
    if report.hidden:
        for hit in report.hidden.finditer(text):
            if hit.end() > hit.start():
                yield Span(hit.start(), hit.end(), "secret_address", "secret_address", MASK)
    if report.hidden_streets or report.hidden_places:
        yield from _misspelt(text, lexicon, report)
    for secret in report.secret_words:
        at = text.find(secret)
        while at >= 0:
            yield Span(at, at + len(secret), "officer", "officer", MASK)
            at = text.find(secret, at + len(secret))


def _misspelt(text: str, lexicon: Lexicon, report: ReportMasks) -> Iterator[Span]:
    """Yield what may be the street or place of a secret address, misspelt or in part: `Sint Jacobgang`, `bij de Hoven`."""
    words = [word.span() for word in NAMED.finditer(text)]
    letters = [*accumulate((len(squeeze(text[start:end])) for start, end in words), initial=0)]
    sizes = report.hidden_sizes
    most = max(sizes, default=0)
    for at, (start, stop) in enumerate(words):
        for to in range(min(at + MOST_PARTS, len(words)), at, -1):
            size, end = letters[to] - letters[at], words[to - 1][1]
            if size > most or not (size in sizes or report.may_hide(size, end - start)):
                continue
            if report.is_hidden_street(text[start:end]):
                yield Span(start, end, "secret_address", "secret_address", MASK)
                break
        else:
            word = text[start:stop]
            if not lexicon.of(word.lower()) & (WORD | NAME | VOCABULARY) and report.is_hidden_place(word):
                yield Span(start, stop, "secret_address", "secret_address", MASK)


def _bare(text: str, hit: re.Match[str], report: ReportMasks) -> Span | None:
    """`van nummer 90`, `VAN NR 207`, `van 84-bis`: a neighbour's house; `getuige nummer 2` is none."""
    before = text[max(0, hit.start() - 24) : hit.start()].lower()
    suffix = SUFFIX.match(text, hit.end())
    marked = MARKED.search(before)
    near = NEIGHBOUR.search(before) or NEAR.search(before)
    if not marked and not (suffix and LED.search(before)) and not near:
        return None
    own = hit[0] in report.family_numbers and not (suffix and near)
    if own or UNIT.match(text, hit.end()):
        return None
    start = hit.start() - (len(before) - marked.start("mark") if marked else 0)
    end = suffix.end() if suffix else hit.end()
    more = MORE.match(text, end) if marked or near else None
    return _third(start, more.end() if more else end)


def _meant(text: str, found: Span, report: ReportMasks) -> Iterator[Span]:
    """Yield the house that a writer puts in the place of another: `niet op nr 31 woont maar op 37`."""
    but = NOT_BUT.match(text, found.end)
    if but and not UNIT.match(text, but.end()) and but["n"].lower() not in report.family_numbers:
        yield _third(but.start("n"), but.end())


def _numbered(text: str, hit: re.Match[str], last: str, lexicon: Lexicon, report: ReportMasks) -> Span | None:
    if last in NO_STREET and not MARK_END.search(last):
        return None
    if not _looks_street(text, hit.start(), last.rstrip(".")):
        return None
    start, words = _words_before(text, hit.start())
    last = words[-1].lower().strip(".,") if words else ""
    if last in NO_STREET or not last:
        return None
    cut = CUT_END.search(words[-1]) is not None
    if (cut or STREET.search(last)) and len(last) > 3 and not last.isdigit():  # noqa: PLR2004 - `weg 3` alone is no street
        sure = True
    else:
        sure = False
        if COUNTED.match(text, hit.end()):
            return None
        lower = not words[-1][0].isupper() and LOWER_HEADS.isdisjoint(w.lower() for w in words)
        if lower and not _is_strange(last, text[hit.end() : hit.end() + 9], lexicon):
            return None
        if not lower and not _may_be_street(text, start, words, hit, lexicon):
            return None
    start, street = _trim(text, start, words, lexicon)
    ordinal = ORDINAL.search(text, max(0, start - 8), start)
    if ordinal:
        start = ordinal.start()
    end = AFTER.match(text, hit.end()).end()  # type: ignore[union-attr]  # every part of it may be empty
    more = MORE.match(text, end)
    end = more.end() if more else end
    if report.is_hidden_street(street):
        return Span(start, _with_town(text, end, lexicon), "secret_address", "secret_address", MASK)
    family = any(report.is_family_street(" ".join(words[at:])) for at in range(max(1, len(words))))
    family = family or fold(last) in report.street_words
    own = family and (hit[0] in report.family_numbers or not report.family_numbers)
    if own and (not BEYOND.match(text, hit.end()) or _has_suffix(report.family_numbers, hit[0])):
        return None
    if not sure and family is False and not street:
        return None
    return _third(start, _with_town(text, end, lexicon))


def _has_suffix(numbers: Iterable[str], house: str) -> bool:
    """Whether the family lives at a number with more to it than `house`: `14 bis` is then their own."""
    return any(number != house and number.startswith(house) for number in numbers)


def _words_before(text: str, at: int) -> tuple[int, list[str]]:
    """Return the words right before `at` that may be a street, and where the first begins; `nr` is passed over."""
    words: list[str] = []
    start = at
    while len(words) < MOST_WORDS:
        end = len(text[:start].rstrip(" ,")) if not words else len(text[:start].rstrip(" "))
        begin = text.rfind(" ", 0, end) + 1
        for gap in "\n(/:":
            begin = max(begin, text.rfind(gap, begin, end) + 1)
        word = text[begin:end]
        if not word or (
            not words and not word[-1].isalnum() and not MARK_END.match(word.lower()) and not CUT_END.search(word)
        ):
            break
        if not words and MARK_END.match(word.lower()):
            start = begin
            continue
        if (words and not (word[0].isupper() or word.lower() in INNER or word.lower() in STREET_HEADS)) or (
            words and word[-1] in ",;:!?)"
        ):
            break
        words.insert(0, word)
        start = begin
        if begin == 0 or text[begin - 1] != " ":
            break
    return start, words


def _looks_street(text: str, at: int, last: str) -> bool:
    """A cheap look before the dear one: a capital or a street's end close before the number."""
    if STREET.search(last) or MARK_END.search(last) or (len(last) >= LEAST_STRANGE and last.isalpha()):
        return True
    near = text[max(0, at - 40) : at]
    if near.rstrip(" ,").rpartition(" ")[2][:1].isupper():
        return True
    small = near.lower()
    return " van " in small and any(f"{word} van " in small for word in LOWER_HEADS)


def _is_strange(word: str, after: str, lexicon: Lexicon) -> bool:
    """`bogardeind 300`: a word that nobody knows before a number that counts nothing."""
    unknown = len(word) >= LEAST_STRANGE and not lexicon.of(word) and not lexicon.is_compound(word)
    return unknown and not re.match(r"\s*[a-z%€]", after.replace(" en ", "").replace(" in ", "").replace(" te ", ""))


def _may_be_street(text: str, start: int, words: list[str], hit: re.Match[str], lexicon: Lexicon) -> bool:
    """`Brink 5`, `Laan van Meerdervoort 1`: no street by its end, but by what stands around it."""
    after = text[hit.end() : hit.end() + 9].lower()
    if re.match(r"\s*(?:uur|u\b|jaar|jr|jarig|dagen|weken|maand|min|kinder|euro|x\b)", after):
        return False
    heads = {word.lower().strip(".") for word in words[:-1]}
    if heads & HEADS or STREET.search(words[0].lower()):
        return True
    if after.lstrip().startswith("("):
        return False
    flags = lexicon.of(words[-1].lower())
    if (
        len(words) > 1
        and all(word[0].isupper() for word in words)
        and ADDRESSED.search(text, max(0, start - 60), start)
    ):
        return not flags & NAME
    if flags & VOCABULARY:
        return False
    leads = LEADS.search(text, max(0, start - 24), start) or IN_TOWN.match(text, hit.end())
    if not leads and (town := TOWN_BEFORE.search(text, max(0, start - 24), start)):
        leads = (
            town if lexicon.of(town["town"].lower()) & PLACE or town["town"].lower() in lexicon.place_parts else None
        )
    return leads is not None and not (flags & GIVEN and flags & NAME and len(words) == 1)


def _trim(text: str, start: int, words: list[str], lexicon: Lexicon) -> tuple[int, str]:
    """Take words off the front that belong to the sentence: `Zij woont Kerkstraat 5`, `op de Kerkstraat 5`."""
    while len(words) > 1:
        first = words[0]
        small = first.lower().strip(".")
        sentence = (first[0].islower() and small not in LOWER_HEADS | STREET_HEADS) or (
            small in lexicon.words and small not in HEADS and not STREET.search(small)
        )
        sentence = sentence or (small not in HEADS and bool(lexicon.of(small) & VOCABULARY))
        inner = first[0].isupper() and not first.isupper() and LEADS.search(text, max(0, start - 24), start)
        if inner and small not in {"de", "het", "ik", "wij", "zij", "hij"}:
            break
        if not sentence or (len(words) == 2 and small in {"de", "het", "'t"}):  # noqa: PLR2004 - `de Brink`
            break
        start = text.index(words[1], start + len(first))
        words = words[1:]
    return start, " ".join(words)


def _with_town(text: str, end: int, lexicon: Lexicon) -> int:
    town = TOWN.match(text, end)
    if not town:
        return end
    name = town[1].lower()
    if name in lexicon.places:
        return town.end()
    first = name.split()[0]
    if first in lexicon.places:
        return town.start(1) + len(first)
    led = text[end : town.start(1)].strip(" ,") in {"te", "in"}
    strange = not any(lexicon.of(part) & (WORD | VOCABULARY) for part in name.split())
    return town.end() if led or strange else end


def _third(start: int, end: int) -> Span:
    return Span(start, end, "third_party_address", "third_party_address", MASK)


def _flat(text: str) -> str:
    return text.replace(" ", "").lower()
