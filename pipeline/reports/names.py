"""What units, regions, outcomes and criteria are called, Dutch and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.policy.agreements import Agreements
from pipeline.policy.reference import Reference
from pipeline.policy.rules import Words
from pipeline.reports.disclosure import ALL
from pipeline.schema import REGIONS
from pipeline.screen.suites import Rule, read_suite

OUTCOME: Final = {
    "forward": Words("doorgezonden", "forwarded"),
    "return": Words("terug naar eenheid", "returned"),
    "hold": Words("wacht bij loket", "held at the desk"),
    "elsewhere": Words("niet voor VT", "not for VT"),
    "withhold": Words("mag niet gedeeld", "withheld by law"),
    "duplicate": Words("dubbel", "duplicate"),
    "reject": Words("onleesbaar", "unreadable"),
}
RARE: Final = Words("dubbel of onleesbaar", "duplicate or unreadable")
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
    """Return the criteria of well-foundedness by name, heaviest first."""
    rules = read_suite("well_founded").rules
    return {rule.name: rule for rule in sorted(rules, key=lambda rule: (not rule.blocking, -rule.weight))}
