"""What only all units together show: who is who, tonight and before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pipeline.enrich.link import Names, link
from pipeline.policy.linking import Weights
from pipeline.schema import KEY

NUMBER: Final = ["unit", "registration_number"]
VERSION: Final = [*KEY]
EARLIER: Final = ["earlier_unit", "earlier_number", "earlier_version"]
AS_EARLIER: Final = dict(zip(VERSION, EARLIER, strict=True))
"""What the key of a registration is called where it is the earlier one of a pair."""
LOOKED_AT: Final = ("forward", "hold")
"""Outcomes of which somebody sees the past: Veilig Thuis, or the desk."""


@dataclass(frozen=True)
class Tonight:
    """Registrations of a night that may be kept (`enrich.keep`), under rows that are unique in the night."""

    registration: pl.DataFrame
    """keep.registrations_to_keep, and `outcome` and `regions`."""
    person: pl.DataFrame
    """keep.persons_to_keep."""

    def looked_at(self) -> pl.DataFrame:
        """Return the persons whose past somebody will see."""
        return self.person.filter(self._is_seen())

    def asking(self) -> pl.DataFrame:
        """Return the persons who are looked for elsewhere: those of `looked_at`, and whoever has a secret address.

        A report that shows it may stand with Veilig Thuis, also where the registration that keeps it came back.
        """
        return self.person.filter(pl.col("secret") | self._is_seen())

    def _is_seen(self) -> pl.Expr:
        seen = self.registration.filter(pl.col("outcome").is_in(LOOKED_AT))
        return pl.col("row").is_in(seen["row"].implode())


def join_facts(earlier: pl.DataFrame, tonight: pl.DataFrame) -> pl.DataFrame:
    """Return what is known of registrations, each version once: what came tonight speaks before the history.

    Args:
        earlier: load.history.EARLIER_FACTS.
        tonight: Tonight.registration.

    Returns:
        The columns of `earlier`.
    """
    new = tonight.rename(AS_EARLIER).select(earlier.columns)
    return pl.concat([earlier, new]).unique(EARLIER, keep="last", maintain_order=True)


def link_persons(
    asking: pl.DataFrame, candidates: pl.DataFrame, weights: Weights, names: Names | None = None
) -> pl.DataFrame:
    """Link the persons who are looked for to earlier ones, and to those of tonight's other registrations.

    Args:
        asking: `Tonight.asking`.
        candidates: what the history answered, and then `within.candidates_within`: link.CANDIDATES.
        weights: the policy of `linking.toml`.
        names: as `link.link` takes them.

    Returns:
        link.LINKS, with unit, registration_number, version and role of tonight's person.
    """
    pairs = candidates.unique(["row", "person_number", *EARLIER, "earlier_person_number"], maintain_order=True)
    named = asking.select("row", "person_number", *VERSION, "role")
    return link(asking, pairs, weights, names).join(named, on=["row", "person_number"], maintain_order="left")
