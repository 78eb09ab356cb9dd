"""Adopt a good example: the choices of one unit's agreement put into another's, to see what they would do.

What carries over are choices: which elements are shared beyond the default, the suspicion that care forms stand for,
and that secret addresses go to a person or to a region. What does not is what describes the unit and its source
system: columns, codes, notations, what the system leaves empty, the regime of its care forms, its desk, its mandate
and dates. A region carries over as a choice only: reports of one unit's shelters do not go to another unit's region.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pipeline.errors import UsageError
from pipeline.policy.agreements import Agreement, Agreements
from pipeline.policy.reference import Reference, read_reference

CARRIED: Final = ("shares", "secret_address_region", "stuf.suspicion")
"""Fields of the example that are put onto the other unit's agreement."""


def adopt(agreements: Agreements, example: str, onto: str) -> tuple[Agreement, ...]:
    """Return the versions of `onto`, each with the choices of the example's last version.

    Raises:
        UsageError: one of the two has no agreement, or they are the same.
    """
    agreements.require((example, onto))
    if example == onto:
        raise UsageError(
            "een eenheid kan haar eigen werkafspraak niet overnemen", "a unit cannot adopt its own agreement"
        )
    model = agreements.by_unit[example][-1]
    return tuple(_with_choices(version, model) for version in agreements.by_unit[onto])


def _with_choices(version: Agreement, model: Agreement) -> Agreement:
    return replace(
        version,
        version=f"{version.version}+{model.version}",
        shares=model.shares,
        stuf=replace(version.stuf, suspicion=model.stuf.suspicion),
        secret_address_region=_own_region(version, model, read_reference()),
    )


def _own_region(version: Agreement, model: Agreement, reference: Reference) -> str | None:
    """Return where secret addresses go if the unit chooses as the example did.

    To the desk where the example sends them to the desk; else to the region that the unit already names, else to its
    only region, and to the desk where it has several and nobody has chosen.
    """
    if model.secret_address_region is None or version.secret_address_region is not None:
        return version.secret_address_region if model.secret_address_region else None
    regions = reference.municipalities.filter(reference.municipalities["unit"] == version.unit)["region"].unique()
    return regions[0] if len(regions) == 1 else None
