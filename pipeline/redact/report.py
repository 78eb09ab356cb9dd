"""What one registration tells the redaction: whose names and addresses stay, which are secret, who is which number."""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.policy.reference import STREET_CUTS
from pipeline.redact.months import MONTH_STEM
from pipeline.redact.people import OUTSIDER_RULE, Address, Subject, distance, fold, skeleton, squeeze

WORD = re.compile(r"[^\W\d_]+")
GLUED = re.compile(r"[A-ZÀ-Þ][^\W\d_A-ZÀ-Þ]+|^[^\W\d_A-ZÀ-Þ]+")
VOWEL = re.compile(r"[aeiou]")
DIMINUTIVES = frozenset({"je", "tje", "pje", "etje", "ke", "ie", "i", "y"})
PET_ENDS = ("je", "tje", "pje", "ie", "pie", "tie", "ke")
TOO_SMALL = frozenset(
    {"van", "de", "der", "den", "het", "te", "ter", "ten", "en", "el", "al", "la", "di", "da", "do", "op", "in"}
)
"""Parts of a name that name nobody."""
ALIKE = str.maketrans("yjcz", "iiks")
NOWHERE = Address()
NOTHING: frozenset[str] = frozenset()
SPLIT = re.compile(r"(?<=\w{3})(straat|laan|weg|plein|gracht|kade|singel|steeg|dreef|dijk|hof)$")
CUT = re.compile(rf"(?<=\w{{3}})(?:{'|'.join(STREET_CUTS)})$")
"""How the end of a street is cut short."""
TAIL = re.compile(
    r"(?:straat|laan|weg|plein|gracht|kade|singel|steeg|dreef|dijk|hof|gang|pad|haven|hoven|markt|wal|hoek|brink|kamp|baan|poort|veld|park)$"
)
ARTICLE = re.compile(r"^(?:de|het|'t|den) ", re.IGNORECASE)
NICK_ENDS = ("ie", "y", "je", "ke", "i", "o", "a", "ies", "s", "e")
LEAST_HIDDEN = 5
"""Letters of a street of a secret address that is looked for misspelt; shorter ones are words."""
FAR_STREET = 2
"""Errors in the name of a street that still tell it."""
SHORT = 5
LEAST_END = 4
LEAST_LONG = 5
"""Letters of a given name that is called by its first three or four."""
SLAVIC = (
    "eczek",
    "aczek",
    "ek",
    "us",
    "usz",
    "us",
    "ka",
    "cia",
    "sia",
    "unia",
    "usia",
    "enka",
    "ica",
    "ito",
    "ita",
    "inho",
    "inha",
)
LONGEST_NICK = 7
"""Letters of a pet name: without an end that tells it, and with one."""
UNITS = rf"(?!\s*(?:[:.,/-]?\d|{MONTH_STEM}|uur|u\b|jaar|jr|jarige?|dag|week|weken|maand|minuten|min\b|seconden|sec\b|x\b|keer|maal|euro|%|cm|km|meter|kinderen|personen|stuks|man\b|mannen|vrouwen|dochters|zonen|ton|graden|promille|ug))"
ONES = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
TEENS = ("tien", "elf", "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien")
TENS = ("twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")
LEAST_SPELT, LARGEST_SPELT = 13, 1000
"""From here a house number that is written as a word is masked wherever it stands; `zeven` is too common for that."""
LEAST_CUT = 4
"""Letters of a family name cut short, and of what is cut off."""
LEAST_SHORT, LEAST_PLACE = 3, 6
"""Letters of a place cut short (`Lwd`), and of one that may hold an error."""


@dataclass
class ReportMasks:
    """The persons, addresses and numbers of one registration, and the numbering of its tokens over all its texts.

    Build one a registration and hand it to every text of it, in order. `incident` is where it happened,
    `secrets` are words that never leave (service numbers); a sentence with one of `investigations` goes whole. `threat` says that a professional
    was threatened: then organisations of professionals are masked, too.
    """

    people: Sequence[Subject] = ()
    incident: Address = NOWHERE
    secrets: Sequence[str] = ()
    investigations: Sequence[str] = ()
    threat: bool = False
    involved: dict[str, set[int]] = field(default_factory=dict, init=False)
    open_words: set[str] = field(default_factory=set, init=False)
    street_words: set[str] = field(default_factory=set, init=False)
    hidden_tails: list[str] = field(default_factory=list, init=False)
    families: set[str] = field(default_factory=set, init=False)
    given: dict[str, set[int]] = field(default_factory=dict, init=False)
    outsiders: dict[str, tuple[str, int]] = field(default_factory=dict, init=False)
    outsider_short: set[str] = field(default_factory=set, init=False)
    learned: dict[str, str] = field(default_factory=dict, init=False)
    """Names that were masked in the texts so far, folded, and by which rule: of plain words, too, they are names now."""
    outsider_given: set[str] = field(default_factory=set, init=False)
    seen: dict[str, bool] = field(default_factory=dict, init=False)
    numbers: dict[str, int] = field(default_factory=dict, init=False)
    named: dict[str, str] = field(default_factory=dict, init=False)
    by_role: dict[str, frozenset[str]] = field(default_factory=dict, init=False)
    """What `names_of` answered: it is asked at every sentence."""
    birth_dates: set[str] = field(default_factory=set, init=False)
    hidden: re.Pattern[str] | None = field(default=None, init=False)
    hidden_streets: Set[str] = field(default=NOTHING, init=False)
    hidden_parts: Set[str] = field(default=NOTHING, init=False)
    hidden_places: Set[str] = field(default=NOTHING, init=False)
    hidden_sizes: Set[int] = field(default=frozenset(), init=False)

    def __post_init__(self) -> None:
        """Index the names."""
        for number, person in enumerate(self.people):
            given, family = name_parts(person.given_names), name_parts(person.family_name)
            if person.involved:
                self.families.update(family)
                if person.birth_date:
                    self.birth_dates.add(person.birth_date)
                for part in given:
                    self.given.setdefault(part, set()).add(number)
                for part in (*given, *family):
                    self.involved.setdefault(part, set()).add(number)
            else:
                told = (OUTSIDER_RULE.get(person.role or "", "third_party"), number)
                for part in (*given, *family):
                    if part not in TOO_SMALL:
                        self.outsiders.setdefault(part, told)
                for part in given:
                    for form in (part, *(f"{part}{end}" for end in PET_ENDS)):
                        self.outsider_given.add(form)
                        self.outsiders.setdefault(form, told)
                    if len(part) >= LEAST_LONG:
                        for form in (part[:3], part[:4]):
                            self.outsider_short.add(form)
                            self.outsiders.setdefault(form, told)
        self.secret_words = tuple(secret for secret in self.secrets if secret)
        self._index_addresses()

    def _index_addresses(self) -> None:
        hidden = _distinct(p.address for p in self.people if p.secret_address is not False)
        streets = {squeeze(a.street) for a in hidden if a.street}
        family = [p.address for p in self.people if p.involved and p.secret_address is False]
        if self.incident.street and squeeze(self.incident.street) not in streets:
            family.append(self.incident)
        family = _distinct(family)
        self.family_streets = {squeeze(a.street) for a in family if a.street} - streets
        self.family_numbers = {a.house_number.strip().lower() for a in family if a.house_number}
        self.family_postcodes = {squeeze(a.postcode) for a in family if a.postcode}
        self.written = {a.street.lower() for a in family if a.street and squeeze(a.street) in self.family_streets}
        for code in (a.postcode.lower().replace(" ", "") for a in family if a.postcode):
            self.written |= {code, f"{code[:4]} {code[4:]}"}
        self.hides = any(p.involved and p.secret_address for p in self.people)
        if not self.threat and not self.hides:
            self.written |= {p.organisation.lower() for p in self.people if p.organisation and p.role == "PR"}
        self.open_places = {fold(p) for a in family for p in (a.place, *a.municipalities) if p}
        self.open_words = {place.split()[0] for place in self.open_places} - TOO_SMALL
        own = {fold(part) for a in family for part in WORD.findall(a.street or "") if len(part) >= SHORT}
        self.street_words = own - {fold(part) for a in hidden for part in WORD.findall(a.street or "")}
        if hidden:
            tails = (TAIL.search(street) for street in streets)
            self.hidden_tails = sorted({tail[0] for tail in tails if tail})
            self.hidden_places = {fold(a.place) for a in hidden if a.place} - self.open_places
            self.hidden = _secret_pattern(hidden, self.open_places)
            self.hidden_streets = {s for s in streets if len(s) >= LEAST_HIDDEN}
            parts = {word for a in hidden for word in (a.street or "").split()[1:] if len(word) >= LEAST_HIDDEN}
            self.hidden_parts = {squeeze(part) for part in parts}
            sizes = {len(s) + more for s in self.hidden_streets for more in range(-FAR_STREET, FAR_STREET + 1)}
            self.hidden_sizes = sizes | {len(part) + more for part in self.hidden_parts for more in (-1, 0, 1)}

    def names_of(self, role: str) -> frozenset[str]:
        """Return the parts of the names of those who play a role, folded."""
        if role not in self.by_role:
            people = (person for person in self.people if person.role == role)
            self.by_role[role] = frozenset(
                part for person in people for part in (*name_parts(person.given_names), *name_parts(person.family_name))
            )
        return self.by_role[role]

    def initials_fit(self, initials: str, names: Iterable[str]) -> bool:
        """Whether `initials` may be those of a person involved who bears one of the folded `names`."""
        bearers: set[int] = set().union(*(self.involved.get(name, set()) for name in names))
        firsts = {fold(g)[:1] for n in bearers for g in (self.people[n].given_names or "").split()}
        return not firsts or not bearers or fold(initials)[:1] in firsts

    def is_involved(self, name: str, listed: bool, nicknames: dict[str, frozenset[str]]) -> bool:
        """Whether the folded `name` is of a person involved: as registered, short, or misspelt.

        `listed`: the name exists by itself (then it is less likely to be a misspelling of another).
        """
        answer = self.seen.get(name)
        if answer is None:
            answer = self.seen[name] = name in self.involved or (
                name not in self.outsiders and self._resembles(name, listed, nicknames)
            )
        return answer

    def is_glued(self, word: str) -> bool:
        """Whether `word` is names of the family that lost their spaces: `KarimenJoost`."""
        pieces = [fold(piece) for piece in GLUED.findall(word)]
        long = [name for name in self.given if len(name) >= LEAST_END]
        return len(pieces) > 1 and all(any(piece.startswith(name) for name in long) for piece in pieces)

    def _resembles(self, name: str, listed: bool, nicknames: dict[str, frozenset[str]]) -> bool:
        for given in self.given:
            if name in nicknames.get(given, ()):
                return True
            if len(name) >= LEAST_END and given.endswith(name):
                return True  # Gonda is short for Hillegonda
            if name[:1] != given[:1]:
                continue
            if given.startswith(name) and len(name) >= (4 if listed and len(given) < 6 else 3):  # noqa: PLR2004 - Dwi, Kim, Magda
                return True
            if name.startswith(given) and name[len(given) :] in DIMINUTIVES:
                return True
            if _is_nick(name, given, listed) or (not listed and _is_pet_form(name, given)):
                return True
        cut = not listed and len(name) >= LEAST_CUT and any(_is_cut(name, family) for family in self.families)
        return cut or any(_misspelt(name, other, listed) for other in self.involved)

    def token(self, rule: str, label: str, names: Sequence[str]) -> str:
        """Return the token for the person who bears the folded `names`: the same one in every text of the report."""
        keys = [f"{rule}:{name}" for name in names]
        known = next((self.named[key] for key in keys if key in self.named), None)
        if known is None:
            self.numbers[label] = self.numbers.get(label, 0) + 1
            known = f"[{label} {self.numbers[label]}]"
        for key in keys:
            self.named.setdefault(key, known)
        return known

    def rule_of(self, names: Sequence[str], rule: str) -> tuple[str, list[str]]:
        """Return the rule that masks a person outside, and all names by which the registration knows that person."""
        for name in names:
            if name in self.outsiders and name not in self.involved:
                known, number = self.outsiders[name]
                person = self.people[number]
                return known, [*name_parts(person.family_name), *name_parts(person.given_names), *names]
        return rule, list(names)

    def is_family_street(self, street: str) -> bool:
        """Whether the family lives there, or it happened there; one typing error is allowed."""
        flat = squeeze(ARTICLE.sub("", street))
        short = CUT.search(flat)
        flat = flat[: short.start()] + STREET_CUTS[short[0]] if short else flat
        return any(flat == s or (len(s) > 6 and distance(flat, s, 1) <= 1) for s in self.family_streets)  # noqa: PLR2004 - short streets differ by one letter

    def is_hidden_street(self, street: str) -> bool:
        """Whether this is the street of a secret address, also misspelt."""
        flat = squeeze(street)
        if any(flat == p or (len(p) > SHORT + 1 and distance(flat, p, 1) <= 1) for p in self.hidden_parts):
            return True
        return any(
            distance(flat, s, FAR_STREET) <= (FAR_STREET if len(s) > 7 else 1)  # noqa: PLR2004 - two errors in a long name
            for s in self.hidden_streets
        )

    def is_hidden_place(self, word: str) -> bool:
        """Whether a word that is no other may be the place of a secret address, misspelt or cut short: `z'zee`, `Lwd`."""
        flat = squeeze(word) if self.hidden_places else ""
        if len(flat) < LEAST_SHORT:
            return False
        return any(
            flat[0] == place[0]
            and (
                (len(place) >= LEAST_PLACE and distance(flat, place, 1) <= 1)
                or (_is_cut_short(flat, place) and ("'" in word or not VOWEL.search(flat[1:])))
            )
            for place in self.hidden_places
        )

    def may_hide(self, least: int, most: int) -> bool:
        """Whether letters and digits, `least` to `most` of them, can be what `is_hidden_street` knows."""
        return not self.hidden_sizes.isdisjoint(range(least, most + 1))


@lru_cache(maxsize=65536)
def name_parts(name: str | None) -> tuple[str, ...]:
    """Return the words of a registered name, folded."""
    return tuple(fold(part) for part in WORD.findall(name or ""))


def _is_cut(name: str, family: str) -> bool:
    """Whether `name` is a family name cut short: Kromo for Kromodimedjo."""
    return family.startswith(name) and len(family) >= len(name) + LEAST_CUT


def _is_cut_short(short: str, name: str) -> bool:
    """Whether the letters of `short` stand in `name`, in this order."""
    letters = iter(name)
    return all(letter in letters for letter in short)


def spelt(number: int) -> str:
    """Return a pattern for how a house number under a thousand is written in words, in any spelling."""
    if number >= 100:  # noqa: PLR2004 - hundreds
        hundreds, rest = divmod(number, 100)
        head = rf"(?:{ONES[hundreds - 1]}\s?)?honderd" if hundreds == 1 else rf"{ONES[hundreds - 1]}\s?honderd"
        return rf"{head}(?:\s?en)?\s?{spelt(rest)}" if rest else head
    if number < 10:  # noqa: PLR2004 - ones
        return ONES[number - 1].replace("een", "(?:een|één)")
    if number < 20:  # noqa: PLR2004 - teens
        return TEENS[number - 10]
    tens, ones = divmod(number, 10)
    return rf"{ONES[ones - 1]}[\s\-]?(?:en|ën)[\s\-]?{TENS[tens - 2]}" if ones else TENS[tens - 2]


def _is_nick(name: str, given: str, listed: bool) -> bool:
    """Whether `name` may be short for `given`: it begins like it and is as short as what people call each other."""
    if name[:2] != given[:2] or len(name) > min(len(given) + 2, LONGEST_NICK):
        return False
    if listed:
        return name[:3] == given[:3] and len(given) > len(name) and len(name) <= SHORT and name.endswith(NICK_ENDS)
    return name.endswith(NICK_ENDS) or len(name) <= SHORT


def _is_pet_form(name: str, given: str) -> bool:
    """`Tomeczek` of Tomasz: an unknown name that begins like another and ends as pet names do."""
    return name[:3] == given[:3] and len(name) <= len(given) + 3 and name.endswith(SLAVIC)


def _misspelt(name: str, other: str, listed: bool) -> bool:
    size = min(len(name), len(other))
    if size < (4 if listed else 3):
        return False
    if _sound(name) == _sound(other):  # Linn and Lynn, Jasmina and Yasmina
        return True
    if size < 4:  # noqa: PLR2004
        return False
    if name[:1] != other[:1]:  # `Wlilemijn` swaps letters, `lilemijn` lost one
        return not listed and size >= 5 and distance(name, other, 1) <= 1  # noqa: PLR2004
    if listed:
        return size >= 5 and distance(name, other, 2) <= 2 and skeleton(name) == skeleton(other)  # noqa: PLR2004 - Anna is not Anne
    return distance(name, other, 2) <= (2 if size >= 6 else 1)  # noqa: PLR2004 - two errors in a long name


@lru_cache(maxsize=65536)
def _sound(name: str) -> str:
    """Return a folded name as it sounds: one of each double letter, one letter for each sound."""
    heard = name.translate(ALIKE).replace("ph", "f").replace("th", "t").replace("ck", "k").replace("oe", "u")
    heard = heard.replace("ie", "i").replace("ei", "i").replace("ou", "u").replace("dt", "t").replace("sj", "s")
    return "".join(letter for at, letter in enumerate(heard) if at == 0 or letter != heard[at - 1])


def _distinct(addresses: Iterable[Address]) -> list[Address]:
    """Return each address once, without those of which nothing is known but a number."""
    return [a for a in dict.fromkeys(addresses) if a.street or a.postcode or a.place]


def _cut_short(street: str) -> Iterator[str]:
    """Yield a pattern for a street of which all words but the last are cut short: `N. Haven`, `N-Haven`, `Sint J. gang`."""
    *words, last = street.split()
    tail = TAIL.search(last.lower())
    if tail and tail.start() >= LEAST_SHORT:
        words, last = [*words, last[: tail.start()]], tail[0]
        yield from (
            rf"{re.escape(words[-1])}[\s\-]?{cut}\.?" for cut in STREET_CUTS if STREET_CUTS[cut] == last.lower()
        )
    if words:
        heads = (
            rf"(?:{re.escape(word)}[.\-\s]{{0,2}}|(?:{'|'.join(re.escape(word[:n]) for n in range(len(word) - 1, 0, -1))})(?:[.\-'’`] ?{'| ' if word.lower() in TOO_SMALL else ''}))"
            for word in words
        )
        yield "".join(heads) + re.escape(last)


def _secret_pattern(hidden: Sequence[Address], public: Set[str]) -> re.Pattern[str] | None:
    """One pattern, any case, for everything that tells a secret address by itself; a `public` place does not."""
    terms: list[str] = []
    for address in hidden:
        if address.street:
            terms += [r"\s*".join(SPLIT.sub(r"\\s?\1", re.escape(part)) for part in address.street.split())]
            terms += _cut_short(address.street)
        if address.postcode:
            flat = address.postcode.replace(" ", "")
            digits = r"[\s.\-]?".join(flat[:4])
            apart = r"[\s.\-/]{0,3}".join(flat)
            terms += [rf"{apart}(?:[\s\-/]*\d{{1,4}})?", rf"(?<!\d){digits}(?!\d)"]
        terms += [re.escape(p) for p in (address.place, *address.municipalities) if p and fold(p) not in public]
        if address.house_number:
            house = address.house_number.strip()
            terms.append(rf"(?<![\d:.,/\-€]){re.escape(house)}(?:\s?-?[a-z])?(?!\w){UNITS}")
            if house.isdecimal() and len(house) > 1 and "0" not in house:
                terms.append(r"\s?".join(ONES[int(digit) - 1] for digit in house))  # `viervier`
            if house.isdecimal() and LEAST_SPELT <= int(house) < LARGEST_SPELT:
                terms.append(spelt(int(house)) + UNITS)
    if not terms:
        return None
    return re.compile("|".join(rf"(?<!\w)(?:{t})(?!\w)" for t in dict.fromkeys(terms)), re.IGNORECASE)
