"""What one registration tells the redaction: whose names and addresses stay, which are secret, who is which number."""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.policy.reference import STREET_CUTS
from pipeline.redact.hidden_addresses import HiddenAddresses, hidden_addresses
from pipeline.redact.patterns import PIECES
from pipeline.redact.people import OUTSIDER_RULE, TOO_SMALL, Address, Subject, distance, fold, squeeze
from pipeline.redact.resemblance import LEAST_END, is_cut_from, is_form_of_given, is_misspelt

GLUED = re.compile(r"[A-ZÀ-Þ][^\W\d_A-ZÀ-Þ]+|^[^\W\d_A-ZÀ-Þ]+")
PET_ENDS = ("je", "tje", "pje", "ie", "pie", "tie", "ke")
NOWHERE = Address()
CUT = re.compile(rf"(?<=\w{{3}})(?:{'|'.join(STREET_CUTS)})$")
"""How the end of a street is cut short."""
ARTICLE = re.compile(r"^(?:de|het|'t|den) ", re.IGNORECASE)
LEAST_STREET = 5
"""Letters of a word of the family's street that is known by itself."""
LEAST_LONG, SHORT_SIZES = 5, (3, 4)
"""Letters of a given name that is called by its first three or four."""


@dataclass
class ReportMasks:
    """The persons, addresses and numbers of one registration, and the numbering of its tokens over all its texts.

    Build one a registration and hand it to every text of it, in order. `incident` is where it happened,
    `secrets` are words that never leave (service numbers); a sentence with one of `investigations` goes whole.
    `threat` says that a professional was threatened: then organisations of professionals are masked, too.
    """

    people: Sequence[Subject] = ()
    incident: Address = NOWHERE
    secrets: Sequence[str] = ()
    investigations: Sequence[str] = ()
    threat: bool = False
    involved: dict[str, set[int]] = field(default_factory=dict, init=False)
    open_words: set[str] = field(default_factory=set, init=False)
    street_words: set[str] = field(default_factory=set, init=False)
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
    hidden: HiddenAddresses = field(default=HiddenAddresses(), init=False)

    def __post_init__(self) -> None:
        """Index the names."""
        for number, person in enumerate(self.people):
            if person.involved:
                self._index_involved(number, person)
            else:
                self._index_outsider(number, person)
        self.secret_words = tuple(secret for secret in self.secrets if secret)
        self._index_addresses()

    def _index_involved(self, number: int, person: Subject) -> None:
        given, family = name_parts(person.given_names), name_parts(person.family_name)
        self.families.update(family)
        if person.birth_date:
            self.birth_dates.add(person.birth_date)
        for part in given:
            self.given.setdefault(part, set()).add(number)
        for part in (*given, *family):
            self.involved.setdefault(part, set()).add(number)

    def _index_outsider(self, number: int, person: Subject) -> None:
        """Index the names of somebody outside; given names as pet names and cut short, too, unless a name is another's."""
        given, family = name_parts(person.given_names), name_parts(person.family_name)
        told = (OUTSIDER_RULE.get(person.role or "", "third_party"), number)
        pets = [f"{part}{end}" for part in given for end in ("", *PET_ENDS)]
        short = [part[:size] for part in given if len(part) >= LEAST_LONG for size in SHORT_SIZES]
        self.outsider_given.update(pets)
        self.outsider_short.update(short)
        for name in (*(part for part in (*given, *family) if part not in TOO_SMALL), *pets, *short):
            self.outsiders.setdefault(name, told)

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
        own = {fold(part) for a in family for part in PIECES.findall(a.street or "") if len(part) >= LEAST_STREET}
        self.street_words = own - {fold(part) for a in hidden for part in PIECES.findall(a.street or "")}
        self.hidden = hidden_addresses(hidden, self.open_places)

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

    def is_involved(self, name: str, listed: bool, nicknames: Mapping[str, frozenset[str]]) -> bool:
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

    def _resembles(self, name: str, listed: bool, nicknames: Mapping[str, frozenset[str]]) -> bool:
        return (
            is_form_of_given(name, self.given, nicknames, listed=listed)
            or (not listed and is_cut_from(name, self.families))
            or any(is_misspelt(name, other, listed=listed) for other in self.involved)
        )

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


@lru_cache(maxsize=65536)
def name_parts(name: str | None) -> tuple[str, ...]:
    """Return the words of a registered name, folded."""
    return tuple(fold(part) for part in PIECES.findall(name or ""))


def _distinct(addresses: Iterable[Address]) -> list[Address]:
    """Return each address once, without those of which nothing is known but a number."""
    return [a for a in dict.fromkeys(addresses) if a.street or a.postcode or a.place]
