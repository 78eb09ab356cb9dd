"""The tables of CONTRACT.md §1 in canonical form: English column names, real types, `null` for unknown.

One declaration serves the readers (which column of an export becomes which), the generator (the way back), the
element rules (which columns exist at all) and the stages. Text is `String`; a birth date stays text because it may be
partly known (`1987-00-00`); moments are in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pipeline.settings import ZONE

MOMENT: Final = pl.Datetime("us", "UTC")
LISTED: Final = pl.List(pl.String)
"""Several codes, numbers or names in one cell."""
WIDEST_WHOLE: Final = 2**31 - 1


@dataclass(frozen=True)
class Column:
    """One column of the contract."""

    dutch: str
    """The contract's own name."""
    name: str
    """Our name, in tables and code."""
    type: pl.DataType
    required: bool = False
    """Without it the export is refused (the column) or the row rejected (the value)."""
    least: int = -WIDEST_WHOLE
    """Of whole numbers; one below it cannot be read."""


@dataclass(frozen=True)
class Table:
    """One table of the contract."""

    dutch: str
    name: str
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pl.Schema:
        """Our names and types, in order."""
        return pl.Schema({column.name: column.type for column in self.columns})

    def column(self, name: str) -> Column:
        """Return the column with our name `name`; KeyError when there is none."""
        return next(column for column in self.columns if column.name == name)


TEXT, YES_NO, WHOLE, DAY = pl.String(), pl.Boolean(), pl.Int64(), pl.Date()
CODES = pl.List(pl.String())
NUMBER = Column("registratienummer", "registration_number", TEXT, required=True)
VERSION = Column("versie", "version", WHOLE)
PERSON_NUMBER = Column("volgnummer", "person_number", WHOLE, required=True, least=1)

ADDRESS = (
    Column("straat", "street", TEXT),
    Column("huisnummer", "house_number", TEXT),
    Column("toevoeging", "house_number_suffix", TEXT),
    Column("postcode", "postcode", TEXT),
    Column("plaats", "place", TEXT),
    Column("gemeentecode", "municipality_code", TEXT),
)

REGISTRATION: Final = Table(
    "registratie",
    "registration",
    (
        NUMBER,
        Column("versie", "version", WHOLE, required=True),
        Column("vervallen", "retracted", YES_NO),
        Column("soort", "kind", TEXT),
        Column("incidentcode", "incident_code", TEXT),
        Column("projectcode", "project_code", TEXT),
        Column("kennisname", "known_at", MOMENT, required=True),
        Column("pleeg_begin", "committed_from", MOMENT),
        Column("pleeg_eind", "committed_until", MOMENT),
        *ADDRESS,
        Column("wpg_artikel", "legal_regime", TEXT),
        Column("verwijderd", "removed", YES_NO),
        Column("embargo", "embargo", YES_NO),
        Column("afgeschermd", "shielded", YES_NO),
        Column("contact_afdeling", "contact_department", TEXT),
        Column("contact_telefoon", "contact_phone", TEXT),
        Column("contact_email", "contact_email", TEXT),
        Column("aanleiding", "suspicion", TEXT),
        Column("aard", "nature", CODES),
        Column("omschrijving", "description", TEXT),
        Column("reden_vt", "reason_for_report", TEXT),
        Column("acuut", "acute", YES_NO),
        Column("wapen", "weapon", YES_NO),
        Column("letsel", "injury", YES_NO),
        Column("verwurging", "strangulation", YES_NO),
        Column("alcohol", "alcohol", YES_NO),
        Column("drugs", "drugs", YES_NO),
        Column("eer", "honour", YES_NO),
        Column("stalking", "stalking", YES_NO),
        Column("escalatie", "escalation", YES_NO),
        Column("wapen_soort", "weapon_kind", TEXT),
        Column("aanhouding", "arrest", YES_NO),
        Column("aangifte", "complaint", YES_NO),
        Column("huisverbod", "restraining_order", YES_NO),
        Column("huisverbod_tot", "restraining_order_until", DAY),
        Column("kinderen_aanwezig", "children_present", YES_NO),
        Column("geinformeerd", "informed", YES_NO),
        Column("geinformeerd_toelichting", "informed_explanation", TEXT),
        Column("opsteller_dienstnummer", "author_service_number", TEXT),
        Column("onderzoek_nummer", "investigation_number", TEXT),
    ),
)

PERSON: Final = Table(
    "betrokkene",
    "person",
    (
        NUMBER,
        VERSION,
        PERSON_NUMBER,
        Column("rol", "role", TEXT),
        Column("geslachtsnaam", "family_name", TEXT),
        Column("voorvoegsel", "name_prefix", TEXT),
        Column("voornamen", "given_names", TEXT),
        Column("geboortedatum", "birth_date", TEXT),
        Column("geslacht", "sex", TEXT),
        Column("bsn", "bsn", TEXT),
        *ADDRESS,
        Column("geheim_adres", "secret_address", YES_NO),
        Column("telefoon", "phone", TEXT),
        Column("email", "email", TEXT),
        Column("relatie", "relation", TEXT),
        Column("relatie_tot", "relation_to", WHOLE, least=1),
        Column("inwonend", "lives_in", YES_NO),
        Column("gezag", "custody", YES_NO),
        Column("organisatie", "organisation", TEXT),
        Column("nationaliteit", "nationality", TEXT),
        Column("geloof", "religion", TEXT),
        Column("medisch", "medical", TEXT),
        Column("tolk_taal", "interpreter_language", TEXT),
    ),
)

ENTRY: Final = Table(
    "mutatie",
    "entry",
    (
        NUMBER,
        VERSION,
        Column("volgnummer", "entry_number", WHOLE, required=True, least=1),
        Column("tijdstip", "written_at", MOMENT),
        Column("bron", "source", TEXT),
        Column("dienstnummer", "service_number", TEXT),
        Column("tekst", "text", TEXT),
    ),
)

PRIOR_INCIDENT: Final = Table(
    "antecedent",
    "prior_incident",
    (
        NUMBER,
        VERSION,
        PERSON_NUMBER,
        Column("datum", "date", DAY),
        Column("incidentcode", "incident_code", TEXT),
        Column("rol", "role", TEXT),
        Column("afloop", "outcome", TEXT),
        Column("bron_registratie", "source_registration", TEXT),
    ),
)

TABLES: Final = (REGISTRATION, PERSON, ENTRY, PRIOR_INCIDENT)
CHILDREN: Final = (PERSON, ENTRY, PRIOR_INCIDENT)

VERSION_KEY: Final = pl.Schema({"unit": pl.String(), "registration_number": pl.String(), "version": pl.Int64()})
"""What tells one version of a registration, and the report of it."""

KEY: Final = ("unit", "registration_number", "version")
"""The columns of it."""

ROW: Final = "row"
"""Added on receipt: position of the registration in its export (from 0), shared by all of its child rows."""

PROBLEMS: Final = "problems"
"""Added on receipt: list of data-quality reason codes of the row, such as `unreadable:alcohol`; never a value."""

CONTENT_HASH: Final = "content_hash"
"""Added on receipt: hex digest of a registration with its children, independent of dialect and of row order."""

REGIONS: Final = tuple(f"VT{number:02d}" for number in range(1, 28) if number not in {16, 26})
BY_DUTCH: Final = {table.dutch: table for table in TABLES}
DANGER_BOXES: Final = ("acute", "weapon", "strangulation", "stalking", "escalation")
"""Boxes that are a danger signal by themselves; `injury` is one when a child is hurt."""
INVOLVED: Final = ("SO", "VE", "KI", "OU", "HU")
"""Roles of persons directly involved (DOMAIN.md). `OV` is none: others who were there."""


@dataclass(frozen=True)
class Tables:
    """The four tables of (a part of) an export, each with ROW; a registration and its children are never parted."""

    registration: pl.DataFrame
    person: pl.DataFrame
    entry: pl.DataFrame
    prior_incident: pl.DataFrame

    def only(self, rows: pl.DataFrame) -> Tables:
        """Return the registrations of `rows` (any frame with ROW) with their children, in the order they have here."""
        named = rows.select(ROW)
        return Tables(
            *(getattr(self, table.name).join(named, on=ROW, how="semi", maintain_order="left") for table in TABLES)
        )


def schema_of(region: str) -> str:
    """Return the database's schema of a region: `vt_09` for `VT09`."""
    assert region in REGIONS
    return f"vt_{region[2:]}"


def local_day(moment: str) -> pl.Expr:
    """Return the day on which a moment fell in the Netherlands."""
    return pl.col(moment).dt.convert_time_zone(ZONE).dt.date()
