"""What the history is asked about persons: of a part of a night, and of one registration that a person releases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from pipeline.enrich.across import EARLIER, VERSION, Tonight, join_facts, link_persons
from pipeline.enrich.blocking import asked_keys
from pipeline.enrich.household import homes
from pipeline.enrich.keep import persons_to_keep, registrations_to_keep
from pipeline.enrich.link import LINKS
from pipeline.enrich.supplement import Known
from pipeline.load import history
from pipeline.policy.dates import years_before
from pipeline.policy.enrichment import read_enrichment
from pipeline.policy.linking import read_linking
from pipeline.schema import ROW, Tables
from pipeline.settle.secret_elsewhere import SecretElsewhere, secret_elsewhere_of_one

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def read_candidates(given: cursor, asked: pl.DataFrame, night: date) -> pl.DataFrame:
    """Return who in the history may be one of those asked for (`history.read_candidates`), as far as policy looks."""
    since = years_before(night, read_enrichment(night).repeat.history_years)
    return history.read_candidates(given, asked, since, night)


def known_of(
    given: cursor, persons: pl.DataFrame, tables: Tables, links: pl.DataFrame, met: pl.DataFrame, night: date
) -> Known:
    """Return what is known of some registrations' persons: their links, and who was seen at their homes.

    `met` are the EARLIER_FACTS of the registrations that `links` names. What a later version took back is no past.
    """
    at_home = homes(tables.person, persons).get_column("address").unique().to_list()
    since = night - timedelta(days=read_enrichment(night).repeat.household_days)
    ours = links.join(tables.registration.select(ROW), on=ROW, how="semi", maintain_order="left").select(LINKS.names())
    seen = history.read_household(given, at_home, since, night)
    ours, seen = (
        told.join(history.read_overtaken(given, told), on=EARLIER, how="anti", maintain_order="left")
        for told in (ours, seen)
    )
    return Known(persons, ours, met, seen)


@dataclass(frozen=True)
class Asked:
    """What the history answers about one registration."""

    one: Tonight
    """What may be remembered of it."""
    known: Known
    """What is known of its persons."""
    secret_elsewhere: SecretElsewhere
    """What shows a secret address: it, or another one whose it keeps."""

    def is_secret_elsewhere(self) -> bool:
        """Tell whether the registration itself shows an address that another one keeps secret."""
        return not self.secret_elsewhere.shown.join(self.one.registration, on=VERSION, how="semi").is_empty()


def ask_of_one(given: cursor, tables: Tables, unit: str, night: date, secret: bytes) -> Asked:
    """Ask the history about one registration that a person looks at or releases: as settling would have."""
    held = pl.DataFrame({"outcome": ["hold"], "regions": [[]]}, schema_overrides={"regions": pl.List(pl.String)})
    one = Tonight(
        registrations_to_keep(tables, unit, night, secret).join(held, how="cross"),
        persons_to_keep(tables, unit, secret),
    )
    links = link_persons(one.person, read_candidates(given, asked_keys(one.person), night), read_linking(night))
    met = join_facts(history.read_earlier(given, links), one.registration)
    secret_elsewhere = secret_elsewhere_of_one(given, one, links, met)
    past = links.join(secret_elsewhere.same_event, on=[*VERSION, *EARLIER], how="anti", maintain_order="left")
    return Asked(one, known_of(given, one.person, tables, past, met, night), secret_elsewhere)
