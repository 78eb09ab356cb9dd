"""Agreements: what each unit delivers, in which words, under whose mandate (Wpg 23(2)); one TOML file a unit.

A file holds its versions in order, each with its first and last day. An agreement adds names, codes and notations to
the contract's own and never takes any away, so it cannot give one of the contract's names another meaning.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pipeline import schema
from pipeline.errors import PolicyError, UsageError
from pipeline.policy.codes import contract_codes
from pipeline.policy.incident_classes import relevant_classes
from pipeline.policy.rules import read_rules
from pipeline.policy.strict import reading

SHIPPED: Final = Path(__file__).parent / "data" / "agreements"
FLOWS: Final = ("automated", "curated")
ENCODINGS: Final = ("utf-8", "utf-16")
"""Encodings that can be told from the contract's Windows-1252 by looking, so that adding one takes nothing away."""
FLAGS: Final = frozenset({"retracted", "removed", "embargo", "shielded", "secret_address"})
"""Columns whose emptiness an agreement may explain as "not set" (CONTRACT.md §1)."""
CODED: Final = frozenset(
    {"soort", "incidentcode", "projectcode", "wpg_artikel", "aanleiding", "aard", "rol", "geslacht", "relatie", "bron"}
)
"""Columns (the contract's names) whose codes an agreement may translate."""
OPEN_LISTS: Final = frozenset({"incidentcode", "projectcode"})
"""Those of them that hold other codes than the contract's, too."""
OPEN: Final = date.max - timedelta(days=1)
"""Last day of an agreement that names none; there is a day after it."""
Names = Mapping[str, str]
Part = TypeVar("Part", bound="Agreement | Contact | Form | Stuf")


@dataclass(frozen=True)
class Form:
    """Notations a unit uses beside the contract's own."""

    encodings: tuple[str, ...] = ()
    delimiters: tuple[str, ...] = ()
    list_separators: tuple[str, ...] = ()
    date_formats: tuple[str, ...] = ()
    moment_formats: tuple[str, ...] = ()
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stuf:
    """What a vtMeldingDi01 does not say and the agreement does."""

    regime: str = "8"
    suspicion: str = "08"


@dataclass(frozen=True)
class Contact:
    """The desk of the unit that Veilig Thuis and the operator can reach."""

    department: str
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Agreement:
    """One version of one unit's agreement."""

    unit: str
    unit_name: str
    version: str
    valid_from: date
    valid_until: date
    """The last day on which it counts; where the file names none, the day before the next version begins."""
    owner: str
    mandate: str
    """Who mandated automated provision, and where that is written down (Wpg 23(2))."""
    signed: date
    flow: str
    contact: Contact
    leaves_empty: frozenset[str] = frozenset()
    """Our names of the columns that the unit's system leaves empty where they are not set."""
    shares: frozenset[str] = frozenset()
    """Elements that may go to Veilig Thuis beyond the default, such as `bsn` and `phone`."""
    secret_address_region: str | None = None
    """Region that registrations with a secret address go to, or None for the release desk."""
    deadline: time | None = None
    """Local time on the day after, where it differs from the setting."""
    columns: Mapping[str, Names] = field(default_factory=dict)
    """Per table (the contract's name): the unit's column name -> the contract's."""
    codes: Mapping[str, Names] = field(default_factory=dict)
    """Per column (the contract's name): the unit's code -> the contract's."""
    form: Form = Form()
    stuf: Stuf = Stuf()
    outbox: bool = False
    """Whether messages are made beside the staging tables."""

    def covers(self, night: date) -> bool:
        """Tell whether this version is in force on `night`; its last day counts."""
        return self.valid_from <= night <= self.valid_until


@dataclass(frozen=True)
class Agreements:
    """All agreements, by unit, each unit's versions in order of their first day."""

    by_unit: Mapping[str, tuple[Agreement, ...]]

    @property
    def units(self) -> tuple[str, ...]:
        """Units that have an agreement, in force or not."""
        return tuple(sorted(self.by_unit))

    def called(self, unit: str) -> str:
        """Return what people call a unit, with its code: `Den Haag (RE06)`; of a unit without an agreement its code."""
        versions = self.by_unit.get(unit)
        return f"{versions[-1].unit_name} ({unit})" if versions else unit

    def in_force(self, unit: str, night: date) -> Agreement | None:
        """Return the version that covers `night`, or None: then nothing of the unit may be forwarded."""
        return next((agreement for agreement in self.by_unit.get(unit, ()) if agreement.covers(night)), None)

    def latest(self, unit: str, night: date) -> Agreement | None:
        """Return the version to *read* an export of `night` with, even when it expired; None for an unknown unit.

        The last one that had begun, else the first one there is.
        """
        versions = self.by_unit.get(unit, ())
        begun = [agreement for agreement in versions if agreement.valid_from <= night]
        candidates = begun or versions[:1]
        return candidates[-1] if candidates else None

    def require(self, units: Iterable[str]) -> None:
        """Refuse units that have no agreement, in force or not. Raises UsageError."""
        if lacking := sorted(set(units) - self.by_unit.keys()):
            named, known = ", ".join(lacking), ", ".join(self.units)
            raise UsageError(
                f"er is geen werkafspraak met {named}: noem een van {known}",
                f"there is no agreement with {named}: name one of {known}",
            )


def read_agreements(folder: Path = SHIPPED) -> Agreements:
    """Read every `*.toml` of `folder`: a new unit is a new file.

    Raises:
        PolicyError: no file at all, no TOML, a missing or unknown key, a value out of range, versions that overlap, a
            unit in two files, or a name or code of the contract given another meaning.
    """
    by_unit: dict[str, tuple[Agreement, ...]] = {}
    for path in sorted(folder.glob("*.toml")):
        versions = _read_file(path)
        if versions[0].unit in by_unit:
            raise PolicyError(path.name, f"{versions[0].unit} already has an agreement in another file")
        by_unit[versions[0].unit] = versions
    if not by_unit:
        raise PolicyError(folder.name, "holds no agreement (*.toml)")
    return Agreements(MappingProxyType(by_unit))


def _read_file(path: Path) -> tuple[Agreement, ...]:
    with reading(path.name):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        unit, unit_name, entries = content.pop("unit"), content.pop("unit_name"), content.pop("version")
        _refuse(bool(content), f"unknown key(s) {', '.join(sorted(content))}")
        _refuse(not re.fullmatch(r"[A-Z]{2}\d{2}", unit), "unit must be two capitals and two digits")
        made = _in_order([_agreement(unit, unit_name, entry) for entry in entries])
    return made


def _in_order(versions: list[Agreement]) -> tuple[Agreement, ...]:
    """Return a unit's versions, oldest first; one that names no last day ends where the next begins.

    So that a new one is added and the one that was in force is not touched.
    """
    _refuse(not versions, "no [[version]]")
    versions = sorted(versions, key=lambda version: version.valid_from)
    _refuse(len({version.version for version in versions}) < len(versions), "two versions have one name")
    for place, (before, after) in enumerate(pairwise(versions)):
        _refuse(before.valid_from == after.valid_from, f"{before.version} and {after.version} overlap")
        if before.valid_until == OPEN:
            versions[place] = replace(before, valid_until=after.valid_from - timedelta(days=1))
        else:
            _refuse(before.valid_until >= after.valid_from, f"{before.version} and {after.version} overlap")
    return tuple(versions)


def _agreement(unit: str, unit_name: str, entry: dict[str, Any]) -> Agreement:
    told = {
        "unit": unit,
        "unit_name": unit_name,
        "version": entry.pop("name"),
        "valid_until": entry.pop("valid_until", OPEN),
        "contact": _made(Contact, entry.pop("contact")),
        "leaves_empty": frozenset(entry.pop("leaves_empty", ())),
        "shares": frozenset(entry.pop("shares", ())),
        "columns": _maps(entry.pop("columns", {})),
        "codes": _maps(entry.pop("codes", {})),
        "form": _made(Form, {name: _texts(value) for name, value in entry.pop("form", {}).items()}),
        "stuf": _made(Stuf, entry.pop("stuf", {})),
    }
    twice = sorted(set(told) & set(entry))
    _refuse(bool(twice), f"unknown key(s) {', '.join(twice)}")
    agreement = _made(Agreement, {**entry, **told})
    _check_types(agreement)
    _check_values(agreement)
    _check_columns(agreement)
    _check_codes(agreement)
    return agreement


def _made(kind: type[Part], entry: Mapping[str, Any]) -> Part:
    """Return a part of an agreement; ValueError names the keys that it has not, and those that it lacks."""
    known = {one.name: one.default is MISSING and one.default_factory is MISSING for one in fields(kind)}
    unknown = sorted(set(entry) - set(known))
    _refuse(bool(unknown), f"{kind.__name__.lower()}: unknown key(s) {', '.join(unknown)}")
    lacking = [name for name, needed in known.items() if needed and name not in entry]
    _refuse(bool(lacking), f"{kind.__name__.lower()}: missing key(s) {', '.join(lacking)}")
    return kind(**entry)


def _texts(value: object) -> tuple[str, ...]:
    _refuse(not isinstance(value, list) or not all(isinstance(one, str) for one in value), "form holds lists of texts")
    assert isinstance(value, list)
    return tuple(value)


def _maps(value: dict[str, dict[str, str]]) -> Mapping[str, Names]:
    for names in value.values():
        _refuse(not all(isinstance(text, str) for text in names.values()), "columns and codes map text to text")
    return MappingProxyType({key: MappingProxyType(dict(names)) for key, names in value.items()})


def _check_types(agreement: Agreement) -> None:
    expected = {"str": str, "date": date, "bool": bool, "str | None": str | None, "time | None": time | None}
    for attribute in fields(agreement):
        kind = expected.get(str(attribute.type))
        value = getattr(agreement, attribute.name)
        # a moment is a day to Python, and compares with none
        wrong = kind is not None and (not isinstance(value, kind) or isinstance(value, datetime))
        _refuse(wrong, f"{attribute.name} must be {attribute.type}")


def _check_values(agreement: Agreement) -> None:
    _refuse(agreement.flow not in FLOWS, f"flow must be one of {', '.join(FLOWS)}")
    _refuse(agreement.valid_until < agreement.valid_from, f"{agreement.version} ends before it begins")
    _refuse(not agreement.mandate or not agreement.owner, "mandate and owner must be named")
    agreeable = {element.id for element in read_rules().elements if "agreed" in element.needs}
    _refuse(not agreement.shares <= agreeable, f"shares may name {', '.join(sorted(agreeable))} only")
    _refuse(not agreement.leaves_empty <= FLAGS, f"leaves_empty may name {', '.join(sorted(FLAGS))} only")
    region = agreement.secret_address_region
    _refuse(region is not None and region not in schema.REGIONS, "secret_address_region is no region")
    _refuse(not set(agreement.form.encodings) <= set(ENCODINGS), f"encodings may add {', '.join(ENCODINGS)} only")
    delimiters = agreement.form.delimiters
    _refuse(any(len(one) != 1 or one in '"\r\n' for one in delimiters), "a delimiter is one character, no quote")
    for name, column in (("regime", "wpg_artikel"), ("suspicion", "aanleiding")):
        said = getattr(agreement.stuf, name)
        _refuse(said not in _contract_codes()[column].values(), f"stuf.{name} is no code of {column}")
    _refuse(not set(agreement.codes) <= CODED, f"codes may be given for {', '.join(sorted(CODED))} only")


def _check_columns(agreement: Agreement) -> None:
    _refuse(
        not set(agreement.columns) <= set(schema.BY_DUTCH),
        f"columns may be given for {', '.join(schema.BY_DUTCH)} only",
    )
    for name, names in agreement.columns.items():
        contract = {column.dutch for column in schema.BY_DUTCH[name].columns}
        unknown, taken = set(names.values()) - contract, set(names) & contract
        _refuse(bool(unknown), f"{name} has no column {', '.join(sorted(unknown))}")
        _refuse(bool(taken), f"{name}: {', '.join(sorted(taken))} is the contract's own name")


def _check_codes(agreement: Agreement) -> None:
    contract = _contract_codes()
    for column, names in agreement.codes.items():
        known = contract.get(column, {})
        unknown = set(names.values()) - set(known.values()) if column not in OPEN_LISTS else set()
        changed = {code for code, meant in names.items() if known.get(code.lower(), meant) != meant}
        _refuse(bool(unknown), f"{column} has no code {', '.join(sorted(unknown))}")
        _refuse(bool(changed), f"{column}: {', '.join(sorted(changed))} is the contract's own code")


@cache
def _contract_codes() -> Mapping[str, Names]:
    """Return the contract's codes by its column name, in small letters -> as they are."""
    columns = {column.dutch: contract_codes().get(column.name) for table in schema.TABLES for column in table.columns}
    columns["incidentcode"] = tuple(relevant_classes())
    return {dutch: {code.lower(): code for code in codes} for dutch, codes in columns.items() if codes}


def _refuse(wrong: bool, problem: str) -> None:
    if wrong:
        raise ValueError(problem)
