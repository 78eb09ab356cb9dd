"""Who exchanges which messages: the table of parties beside the units' agreements, for real or as a demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pipeline.policy.agreements import Agreements, Contact
from pipeline.policy.stuf.identities import Identities, Party, demonstration_identities


@dataclass(frozen=True)
class Channel:
    """The messages' way to the regions.

    A report goes out as a message where its unit's agreement makes messages (`outbox`) and its region's line in the
    table of parties takes its kind (`takes`); every other report stands in the region's tables only.
    """

    identities: Identities
    agreements: Agreements | None = None
    """None: every unit in the table makes messages."""
    demonstration: bool = False
    """Sent with identities that nobody has; such messages never count as really sent."""

    @cached_property
    def parties(self) -> Identities:
        """Who sends and who receives."""
        return demonstration_identities(self.identities) if self.demonstration else self.identities

    def require_usable(self) -> None:
        """Refuse placeholders, unless this is a demonstration. Raises PolicyError."""
        if not self.demonstration:
            self.identities.require_filled()

    def party(self, name: str) -> Party | None:
        """Return a unit or region of the table, as it is named in messages."""
        return self.parties.parties.get(name)

    def contact(self, unit: str, night: date) -> Contact | None:
        """Return the desk that a unit's agreement names."""
        agreement = self.agreements.latest(unit, night) if self.agreements else None
        return agreement.contact if agreement else None

    def takes(self, region: str, unit: str, kind: str | None, night: date) -> bool:
        """Tell whether a report goes out as a message."""
        parties = self.identities.parties
        return region in parties and kind in parties[region].takes and unit in parties and self._makes(unit, night)

    def _makes(self, unit: str, night: date) -> bool:
        if self.agreements is None:
            return True
        agreement = self.agreements.latest(unit, night)
        return agreement is not None and agreement.outbox
