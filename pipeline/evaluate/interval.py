"""A share with its 95 % interval after Wilson (1927), which stays honest near 0 and 1 and on few cases."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

Z: Final = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""


@dataclass(frozen=True)
class Share:
    """`hits` of `total`."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; None when there was nothing to count."""
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Lower and upper end of the 95 % interval; None when there was nothing to count."""
        if not self.total:
            return None
        share, squared = self.hits / self.total, Z * Z
        middle = (share + squared / (2 * self.total)) / (1 + squared / self.total)
        reach = Z / (1 + squared / self.total)
        reach *= sqrt(share * (1 - share) / self.total + squared / (4 * self.total**2))
        return max(0.0, middle - reach), min(1.0, middle + reach)

    def __add__(self, other: Share) -> Share:
        """Count both together."""
        return Share(self.hits + other.hits, self.total + other.total)

    def as_dict(self) -> dict[str, object]:
        """Return it for JSON."""
        return {"hits": self.hits, "total": self.total, "share": self.value, "interval_95": self.interval}
