"""Who sends and who receives: the table of parties that the user fills, since the standard does not publish them."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from pipeline.errors import PolicyError

PLACEHOLDER: Final = "INVULLEN"
NAMED: Final = 3
"""How many parties a refusal names; the table holds the rest."""
COLUMNS: Final = ("party", "name", "oin", "application", "instance_code", "takes")
KINDS: Final = frozenset({"domestic_violence", "youth_concern"})
"""Kinds of report that a region may take as messages: `meldingGeneriekDi01` and `vtMeldingDi01`."""
_OIN: Final = re.compile(r"[0-9]{20}")
_PARTY: Final = re.compile(r"RE(0[1-9]|10)|VT(0[1-9]|1[0-57-9]|2[0-57])")
_SHIPPED: Final = resources.files("pipeline.policy.stuf").joinpath("identities.csv")
_NAME_LENGTH: Final = 50
"""What `ZKN:naam` of an organisation takes."""
_APPLICATION_LENGTHS: Final = range(3, 51)


@dataclass(frozen=True)
class Party:
    """A police unit or a region of Veilig Thuis, as the carrier of messages knows it."""

    party: str
    """`RE06` or `VT09`."""
    name: str
    oin: str
    """Organisation identification number, 20 digits."""
    application: str
    instance_code: str
    """Of the table of instances; units only."""
    takes: frozenset[str] = frozenset()
    """Regions only: which of KINDS come to it as messages, by its agreement; the others are in its tables only."""


@dataclass(frozen=True)
class Identities:
    """The parties that exchange messages. A region that is not in it, or takes no kind, reads the staging tables."""

    parties: Mapping[str, Party]
    file: str

    def unfilled(self) -> tuple[str, ...]:
        """Return the parties that send or take messages and still hold a placeholder."""
        return tuple(
            party.party
            for party in self.parties.values()
            if (party.takes or party.party.startswith("RE"))
            and PLACEHOLDER in (party.oin, party.application, party.instance_code)
        )

    def require_filled(self) -> None:
        """Refuse a table that still holds placeholders.

        Raises:
            PolicyError: it does; the text names the parties and what to do.
        """
        if unfilled := self.unfilled():
            first, more = ", ".join(unfilled[:NAMED]), max(0, len(unfilled) - NAMED)
            raise PolicyError(
                self.file,
                f"{len(unfilled)} partijen hebben nog {PLACEHOLDER}: {first}{f' en nog {more}' if more else ''}."
                " Maak een kopie, vul OIN, applicatie en instantiecode in, laat weg wie geen berichten stuurt of"
                " krijgt, en noem de kopie in MELDSTROOM_IDENTITIES; of maak een demonstratie (--demo)",
                f"{len(unfilled)} parties still have {PLACEHOLDER}: {first}{f' and {more} more' if more else ''}."
                " Copy it, fill in OIN, application and instance code, leave out whoever sends or takes no messages,"
                " and name the copy in MELDSTROOM_IDENTITIES; or make a demonstration (--demo)",
            )

    def region_of(self, oin: str) -> str | None:
        """Return the region whose OIN this is, or None."""
        return next(
            (each.party for each in self.parties.values() if each.oin == oin and each.party.startswith("VT")), None
        )

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions that take messages."""
        return tuple(sorted(name for name, party in self.parties.items() if party.takes))


def read_identities(path: Path | None = None) -> Identities:
    """Read the table of parties: the user's, or the one that ships and holds placeholders only.

    Raises:
        PolicyError: a column, a party, a name, an OIN or an application is not what it must be, or stands twice.
    """
    file: Path | Traversable = path or _SHIPPED
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise PolicyError(str(file), "cannot be read as UTF-8 text") from None
    rows = csv.DictReader(lines)
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise PolicyError(file.name, f"the columns are not {', '.join(COLUMNS)}")
    parties: dict[str, Party] = {}
    for row in rows:
        party = _party(file.name, row)
        if party.party in parties:
            raise PolicyError(file.name, f"{party.party} stands in it twice")
        parties[party.party] = party
    return Identities(parties, str(file))


def _party(file: str, row: Mapping[str, str | None]) -> Party:
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    takes = frozenset(filter(None, values.pop("takes").split("|")))
    party = Party(**values, takes=takes)
    is_unit = party.party.startswith("RE")
    problem = next(
        (
            said
            for wrong, said in (
                (_PARTY.fullmatch(party.party) is None, "is no unit or region"),
                (not 0 < len(party.name) <= _NAME_LENGTH, f"needs a name of at most {_NAME_LENGTH} characters"),
                (party.oin != PLACEHOLDER and _OIN.fullmatch(party.oin) is None, "has an OIN that is no 20 digits"),
                (len(party.application) not in _APPLICATION_LENGTHS, "has no application of 3 to 50 characters"),
                (is_unit and not party.instance_code, "has no instance code"),
                (is_unit and bool(takes), "is a unit and takes nothing"),
                (not takes <= KINDS, f"takes something else than {', '.join(sorted(KINDS))}"),
            )
            if wrong
        ),
        None,
    )
    if problem:
        raise PolicyError(file, f"{party.party or 'a row'} {problem}")
    return party


def demonstration_identities(identities: Identities) -> Identities:
    """Return the same parties with numbers that nobody has: zeros, as the standard's own examples use."""
    parties = {
        name: replace(
            party,
            oin=f"{'1' if name.startswith('RE') else '2'}{int(name[2:]):02d}".zfill(20),
            application="DEMONSTRATIE",
            instance_code="XX0000" if name.startswith("RE") else "",
        )
        for name, party in identities.parties.items()
    }
    return Identities(parties, identities.file)
