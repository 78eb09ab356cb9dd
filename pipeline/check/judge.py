"""From files to advice: which unit's agreement reads them, and what the night would say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pipeline.check.advice import Advice, advise
from pipeline.check.draft import read_draft
from pipeline.policy.agreements import Agreements
from pipeline.stages import policy_on


def check_draft(files: Mapping[str, bytes], known: Agreements, night: date, unit: str) -> list[Advice]:
    """Return what would become of a draft if it were delivered for `night`; nothing of it is kept.

    Args:
        files: contents by name.
        known: the agreements of this installation.
        night: whose rules count.
        unit: whose draft it is.

    Raises:
        UsageError: it is no draft, or there is no agreement with the unit.
        ExportRefused: a file cannot be read in its dialect.
    """
    policy = policy_on(known, unit, night)
    return advise(read_draft(files, policy.agreement, unit), policy)
