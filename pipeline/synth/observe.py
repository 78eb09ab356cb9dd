"""A person as the system has it: with the errors that make linking hard, each named for the truth file."""

from __future__ import annotations

from random import Random
from typing import Any, Final, NamedTuple

from pipeline.synth.household import Person
from pipeline.synth.identity import draw_email, draw_phone
from pipeline.synth.places import LETTERS, NO_TOWN, Address, nowhere, old_codes
from pipeline.synth.words import read_words

TRANSLIT: Final = str.maketrans("ıİşŞğĞłŁńŃśŚżŻźŹćĆęĘąĄţŢčČ", "iIsSgGlLnNsSzZzZcCeEaAtTcC")
"""Letters outside Windows-1252, one for one, so that positions in a text stay."""
SEEN_BEFORE: Final = 1.0
SEEN_FIRST: Final = 0.12
"""How much of the error rates below applies to a person who is met again, and to one who is met first."""
RATES: Final = (
    ("typo_family_name", 0.07),
    ("typo_given_name", 0.05),
    ("day_month_swapped", 0.03),
    ("birth_year_off", 0.015),
    ("birth_date_partial", 0.03),
    ("birth_date_missing", 0.015),
    ("prefix_lost", 0.06),
    ("short_given_name", 0.07),
    ("married_name", 0.05),
    ("transliteration", 0.3),
    ("names_swapped", 0.01),
    ("lower_case", 0.02),
    ("moved", 0.08),
)
BSN_MISSING: Final = 0.20
PARTIAL_ANYWAY: Final = 0.015
FIRST_OF_MONTHS: Final = 12


class Observed(NamedTuple):
    """A person's row so far, and the kinds of error in it."""

    values: dict[str, Any]
    errors: list[str]


class Entered(NamedTuple):
    """What an officer enters of a person, and can get wrong."""

    given: str
    prefix: str | None
    family: str
    born: str
    """`yyyy-mm-dd`, 00 for a day or month that is not known; empty where nothing is."""
    home: Address


def mistype(rng: Random, word: str) -> str:
    """Return `word` with two letters swapped, one doubled or one lost; short words stay."""
    if len(word) < 4:
        return word
    at = 1 + int(rng.random() * (len(word) - 2))
    style = int(rng.random() * 3)
    if style == 0 and word[at] != word[at - 1]:
        return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    return word[:at] + word[at] * 2 + word[at + 1 :] if style == 1 else word[:at] + word[at + 1 :]


def observe_person(
    rng: Random, person: Person, home: Address, moved_to: Address, partner: Person | None, met: bool, latin: bool
) -> Observed:
    """Return a member of a family as an officer entered him or her.

    `met`: the family was reported before. `latin`: the system holds Windows-1252 only.
    """
    draw = rng.random
    scale = SEEN_BEFORE if met else SEEN_FIRST
    kinds = [kind for kind, rate in RATES if draw() < rate * scale]
    entered, errors = Entered(person.given, person.prefix, person.family, person.born.isoformat(), home), []
    for kind in kinds:
        wrong = _entered_wrongly(rng, kind, entered, person, partner, moved_to)
        errors += [kind] if wrong != entered else []
        entered = wrong
    if latin and (plain := _in_our_letters(entered)) != entered:
        entered = plain
        errors.append("transliteration")
    if entered.born and not errors and draw() < PARTIAL_ANYWAY:
        entered = entered._replace(born=f"{entered.born[:4]}-00-00")
        errors.append("birth_date_partial")
    bsn: str | None = person.bsn
    if draw() < BSN_MISSING:
        bsn = None
        errors.append("bsn_missing")
    return Observed(_row(rng, person, entered, bsn), sorted(set(errors)))


def _entered_wrongly(
    rng: Random, kind: str, entered: Entered, person: Person, partner: Person | None, moved_to: Address
) -> Entered:
    """Return what stands there with one error more; the same where that kind of error cannot be made of it."""
    if kind == "moved":
        return entered._replace(home=moved_to)
    return _misnamed(rng, kind, entered, person, partner)._replace(born=_misdated(rng, kind, entered.born, person))


def _misnamed(rng: Random, kind: str, entered: Entered, person: Person, partner: Person | None) -> Entered:
    given, prefix, family = entered.given, entered.prefix, entered.family
    match kind:
        case "typo_family_name":
            family = mistype(rng, family)
        case "typo_given_name":
            given = mistype(rng, given)
        case "prefix_lost":
            prefix = None
        case "short_given_name":
            given = f"{given[0]}." if rng.random() < 0.5 else given.split(" ")[0]
        case "married_name" if partner is not None and person.female and partner.family != person.family:
            prefix, family = partner.prefix, "-".join(filter(None, (partner.family, person.prefix, person.family)))
        case "transliteration":
            heard = read_words("spellings")["heard"]
            given = " ".join(heard.get(word, word) for word in given.split(" ")).translate(TRANSLIT)
            family = heard.get(family, family).translate(TRANSLIT)
        case "names_swapped":
            given, family = family, given
        case "lower_case":
            given, family = given.lower(), family.lower()
    return entered._replace(given=given, prefix=prefix, family=family)


def _misdated(rng: Random, kind: str, born: str, person: Person) -> str:
    match kind:
        case "day_month_swapped" if person.born.day <= FIRST_OF_MONTHS:
            return f"{born[:5]}{born[8:]}-{born[5:7]}"
        case "birth_year_off":
            return f"{int(born[:4]) + (1 if rng.random() < 0.5 else -1)}{born[4:]}"
        case "birth_date_partial":
            return f"{born[:4]}-00-00" if rng.random() < 0.6 else f"{born[:8]}00"
        case "birth_date_missing":
            return ""
    return born


def _in_our_letters(entered: Entered) -> Entered:
    return entered._replace(given=entered.given.translate(TRANSLIT), family=entered.family.translate(TRANSLIT))


def _row(rng: Random, person: Person, entered: Entered, bsn: str | None) -> dict[str, Any]:
    draw = rng.random
    return {
        "family_name": entered.family,
        "name_prefix": entered.prefix,
        "given_names": entered.given,
        "birth_date": entered.born or None,
        "sex": "V" if person.female else "M",
        "bsn": bsn,
        "phone": draw_phone(Random(person.serial)) if draw() < 0.4 and not person.minor else None,
        "email": draw_email(Random(person.serial), entered.given, entered.family)
        if draw() < 0.1 and not person.minor
        else None,
        **address_values(rng, entered.home),
    }


def address_values(rng: Random, address: Address) -> dict[str, str | None]:
    """Return the six address columns; now and then the code of a former municipality, or one of them left out."""
    drawn = rng.random()
    code: str | None = address.town.code
    if drawn < 0.04 and address.town.code in old_codes():
        code = old_codes()[address.town.code][0]
    elif drawn < 0.14:
        code = None
    return {
        "street": address.street,
        "house_number": address.house_number,
        "house_number_suffix": address.suffix,
        "postcode": None if 0.14 < drawn < 0.18 else address.postcode,
        "place": address.town.name,
        "municipality_code": code,
    }


def wrong_address(rng: Random) -> dict[str, str | None]:
    """Return an address that leads nowhere: digits that no municipality has, and a place misspelt out of existence."""
    letters = LETTERS[int(rng.random() * len(LETTERS))]
    return {
        "street": "Onbekend",
        "house_number": "1",
        "house_number_suffix": None,
        "postcode": f"{nowhere()[int(rng.random() * len(nowhere()))]}{letters}{letters}",
        "place": NO_TOWN,
        "municipality_code": None,
    }
