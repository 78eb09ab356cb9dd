"""What goes with every disclosure: its ground and the duty of secrecy (`disclosure.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

from pipeline.errors import PolicyError
from pipeline.policy.agreements import Agreement
from pipeline.policy.versions import version_on


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
        PolicyError: a key is missing or unknown, two versions begin on one day, or there is none.
    """
    found = version_on(_read(file), night)
    assert found is not None, "checked when it was read"
    return found


@cache
def _read(changed: Path | None) -> tuple[Disclosure, ...]:
    file = changed or resources.files("pipeline.policy").joinpath("disclosure.toml")
    try:
        versions = tuple(Disclosure(**entry) for entry in tomllib.loads(file.read_text(encoding="utf-8"))["version"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise PolicyError(file.name, str(error)) from error
    if not versions or len({version.effective_from for version in versions}) < len(versions):
        raise PolicyError(file.name, "no [[version]], or two of one day")
    return versions
