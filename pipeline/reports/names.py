"""What units, regions, outcomes and criteria are called, Dutch and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.policy.agreements import Agreements
from pipeline.policy.reference import Reference
from pipeline.policy.suites import Rule, read_suite
from pipeline.policy.words import Words, shared_words
from pipeline.reports.disclosure import ALL
from pipeline.schema import REGIONS

OUTCOME: Final = shared_words()["outcome_brief"]
RARE: Final = Words("dubbel of afgekeurd", "duplicate or rejected")
TOTAL: Final = Words("Nederland", "the Netherlands")


@dataclass(frozen=True)
class Names:
    """Names of units and regions."""

    units: dict[str, str]
    regions: dict[str, str]

    def unit(self, code: str) -> Words:
        """Return a unit's name with its code."""
        return TOTAL if code == ALL else Words(*[f"{self.units.get(code, code)} ({code})"] * 2)

    def short(self, code: str) -> Words:
        """Return a unit's name alone."""
        return TOTAL if code == ALL else Words(*[self.units.get(code, code)] * 2)

    def region(self, code: str) -> Words:
        """Return a region's name with its code."""
        if code == ALL:
            return TOTAL
        if not code:
            return Words("adres onbekend", "address unknown")
        return Words(*[f"{self.regions.get(code, code)} ({code})"] * 2)


def read_names(agreements: Agreements, reference: Reference) -> Names:
    """Take the names from the agreements and the reference tables."""
    units = {unit: versions[-1].unit_name for unit, versions in agreements.by_unit.items()}
    regions = dict(reference.regions.select("region", "name").iter_rows())
    return Names(units, {region: regions[region] for region in REGIONS})


def criteria() -> dict[str, Rule]:
    """Return the criteria of well-foundedness by name, each in its last version, heaviest first."""
    suite = read_suite("well_founded")
    rules = {rule.name: rule for rule in sorted(suite.rules, key=lambda rule: rule.effective_from)}.values()
    return {rule.name: rule for rule in sorted(rules, key=lambda rule: (not rule.blocking, -rule.weight))}
