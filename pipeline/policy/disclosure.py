"""What goes with every disclosure: its ground and the duty of secrecy (`disclosure.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from pipeline.decide.report import Terms
from pipeline.errors import PolicyError
from pipeline.policy.agreements import Agreement


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


@cache
def read_disclosure() -> Disclosure:
    """Read the words that ship. Raises PolicyError when a key is missing or unknown."""
    file = resources.files("pipeline.policy").joinpath("disclosure.toml")
    try:
        return Disclosure(**tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise PolicyError(file.name, str(error)) from error
