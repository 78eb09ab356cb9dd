"""Which reasons persons overrule most: a rule that is nearly always overruled should be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from pipeline.desk.decisions import KINDS
from pipeline.load.database import query
from pipeline.policy.rules import Rules

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

DECIDED: Final = (
    " FROM intake.hold h LEFT JOIN LATERAL (SELECT kind FROM intake.desk_decision d WHERE d.effective"
    " AND (d.unit, d.night, d.export_id, d.row) = (h.unit, h.night, h.export_id, h.row)"
    " AND d.decided_at >= h.since) d ON true"
)
"""What came to the desk, with what a person decided of it since: it may have been there before."""


@dataclass(frozen=True)
class Overruled:
    """What became of the items that one reason held."""

    reason: str
    held: int
    decided: dict[str, int]
    """By kind of decision."""

    @property
    def open(self) -> int:
        """How many still wait."""
        return self.held - sum(self.decided.values())

    @property
    def share(self) -> float:
        """Released of what was decided, 0 to 1."""
        done = sum(self.decided.values())
        return self.decided["release"] / done if done else 0.0


def read_overruled(given: cursor, rules: Rules, since: datetime) -> list[Overruled]:
    """Return a line for each reason that held anything since a moment, the most overruled first.

    An item with several reasons counts for each of them; one that left without a person counts for none.
    """
    given.execute(
        "SELECT split_part(reason, ':', 1), d.kind, count(DISTINCT (h.unit, h.night, h.export_id, h.row))"
        f"{DECIDED} JOIN intake.outcome o USING (unit, night, export_id, row)"
        " CROSS JOIN LATERAL unnest(o.reasons) AS reason"
        " WHERE h.since >= %s AND (h.decided_at IS NULL OR d.kind IS NOT NULL) GROUP BY 1, 2",
        (since,),
    )
    counts: dict[str, dict[str | None, int]] = {}
    for reason, kind, count in given.fetchall():
        gate = rules.gate(reason)
        if gate is not None and gate.outcome in {"hold", "reject"}:
            counts.setdefault(reason, {})[kind] = int(count)
    lines = [
        Overruled(reason, sum(found.values()), {kind: found.get(kind, 0) for kind in KINDS})
        for reason, found in counts.items()
    ]
    return sorted(lines, key=lambda line: (-line.share, -line.held, line.reason))


def median_wait(given: cursor, since: datetime) -> list[tuple[bool, int, float | None]]:
    """Return, with and without danger: how many persons decided since a moment, and the median wait in minutes."""
    return [
        (danger, int(count), None if minutes is None else float(minutes))
        for danger, count, minutes in query(
            given,
            "SELECT danger, count(*), percentile_cont(0.5) WITHIN GROUP"  # noqa: S608 - our own text
            f" (ORDER BY extract(epoch FROM h.decided_at - since)::float8 / 60){DECIDED}"
            " WHERE d.kind IS NOT NULL AND since >= %s GROUP BY danger ORDER BY danger DESC",
            (since,),
        )
    ]
