"""From files to advice: which unit's agreement reads them, and what the night would say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pipeline.check.advice import Advice, advise
from pipeline.check.draft import read_draft
from pipeline.errors import UsageError
from pipeline.policy.agreements import Agreements
from pipeline.policy.disclosure import read_disclosure
from pipeline.policy.reference import read_reference
from pipeline.policy.rules import read_rules
from pipeline.stages import Policy


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
    agreement = known.latest(unit, night)
    if agreement is None:
        units = ", ".join(known.units)
        raise UsageError(
            f"er is geen werkafspraak met {unit}: noem een van {units}",
            f"there is no agreement with {unit}: name one of {units}",
        )
    rules = read_rules()
    policy = Policy(
        rules=rules,
        reference=read_reference(),
        agreement=agreement,
        agreed=known.in_force(unit, night) is not None,
        terms=read_disclosure(night).terms(agreement, night, rules.version),
    )
    return advise(read_draft(files, agreement, unit), policy)
