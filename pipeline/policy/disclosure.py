"""What goes with every disclosure: its ground and the duty of secrecy (`disclosure.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

from pipeline.policy.agreements import Agreement
from pipeline.policy.versions import known_on, read_versions


@dataclass(frozen=True)
class Terms:
    """Under what a night's reports of one unit are disclosed."""

    unit: str
    night: date
    agreement_version: str
    policy_version: str
    mandate: str
    legal_ground: str
    secrecy_notice: str


@dataclass(frozen=True)
class Disclosure:
    """The words of one version."""

    effective_from: date
    ground: str
    secrecy_notice: str

    def terms(self, agreement: Agreement, night: date, policy_version: str) -> Terms:
        """Return the terms of one unit's night."""
        return Terms(
            unit=agreement.unit,
            night=night,
            agreement_version=agreement.version,
            policy_version=policy_version,
            mandate=agreement.mandate,
            legal_ground=self.ground,
            secrecy_notice=self.secrecy_notice,
        )


def read_disclosure(night: date, file: Path | None = None) -> Disclosure:
    """Return the words of a night, out of those that ship or of another file: nothing leaves without them.

    Raises:
        PolicyError: as `read_versions`.
    """
    return known_on(_read(file), night)


@cache
def _read(changed: Path | None) -> tuple[Disclosure, ...]:
    return read_versions(changed or files("pipeline.policy") / "disclosure.toml", lambda entry: Disclosure(**entry))
