"""A variant: the policy as it is, with a part put in its place; and how each part that differs can be judged.

A folder of a variant may hold `agreements/` (or agreement files themselves), `expectations/` and `policy/`; what it
does not hold stays as it is, a unit without a file too. An agreement version that begins after the last night asked
for is a proposal: it is judged as if it were in force. Every other one counts on the nights that it covers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from pipeline.errors import UsageError
from pipeline.impact.adopt import adopt
from pipeline.impact.rejudge import Governing
from pipeline.policy.agreements import Agreement, Agreements, read_agreements
from pipeline.policy.rules import Rules, read_rules
from pipeline.policy.suites import SUITES, Suite, read_suite

TEXT_RULES: Final = ("redaction", "danger")
POLICY_FILES: Final = frozenset({"gates.toml", "elements.toml"})


@dataclass(frozen=True)
class Proposal:
    """What was asked for; small, so that it can be sent to another process."""

    name: str
    agreements: Path | None = None
    expectations: Path | None = None
    policy: Path | None = None
    adopted: tuple[str, str] | None = None
    """(example, onto): the choices of one unit's agreement put into another's."""
    as_if_after: date | None = None
    """Agreement versions that begin after it are judged as if they were in force."""
    truth: Path | None = None
    """What each registration is, where somebody knows (`meldstroom synth --truth`)."""


@dataclass(frozen=True)
class Variant:
    """A whole policy."""

    name: str
    agreements: Agreements
    rules: Rules
    suites: tuple[Suite, ...]
    """In the order of SUITES."""
    as_if_after: date | None = None
    texts: Path | None = None
    """Folder with other rules on texts."""
    truth: Path | None = None

    @property
    def criteria(self) -> Suite:
        """The suite that says what is well founded."""
        return self.suite("well_founded")

    def suite(self, name: str) -> Suite:
        """Return one suite."""
        return self.suites[SUITES.index(name)]

    def governing(self, unit: str, night: date) -> Governing:
        """Return what governs a unit's night; a proposed agreement as if it were in force."""
        proposed = self.proposed(unit)
        agreement = proposed or self.agreements.latest(unit, night)
        agreed = proposed is not None or self.agreements.in_force(unit, night) is not None
        return Governing(self.rules, self.criteria, agreement, agreed)

    def proposed(self, unit: str) -> Agreement | None:
        """Return the first version of a unit that begins after the last night, if there is one."""
        after = self.as_if_after
        versions = self.agreements.by_unit.get(unit, ())
        return next((version for version in versions if after is not None and version.valid_from > after), None)


@cache
def open_variant(proposal: Proposal, in_use: Path | None) -> Variant:
    """Read the files of a proposal; what it does not name is what is in use.

    Raises:
        PolicyError: a file cannot be used.
        UsageError: it names a unit that has no agreement.
    """
    present = read_agreements(in_use) if in_use else read_agreements()
    agreements = present
    if proposal.agreements is not None:
        agreements = Agreements({**present.by_unit, **read_agreements(proposal.agreements).by_unit})
    if proposal.adopted is not None:
        example, onto = proposal.adopted
        agreements = Agreements({**agreements.by_unit, onto: adopt(agreements, example, onto)})
    texts = proposal.policy if proposal.policy and any((proposal.policy / n).exists() for n in TEXT_RULES) else None
    return Variant(
        proposal.name,
        agreements,
        read_rules(proposal.policy),
        tuple(_suite(name, proposal.expectations) for name in SUITES),
        proposal.as_if_after,
        texts,
        proposal.truth,
    )


def _suite(name: str, folder: Path | None) -> Suite:
    if folder is not None and (folder / f"{name}.json").is_file():
        return read_suite(name, folder)
    return read_suite(name)


def proposal_of(name: str, folder: Path, until: date) -> Proposal:
    """Return what one folder of a variant proposes.

    Raises:
        UsageError: there is nothing in it that can be judged.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is geen map", f"{folder} is not a folder")
    inner = {part: folder / part for part in ("agreements", "expectations", "policy") if (folder / part).is_dir()}
    if not inner and any(folder.glob("*.toml")):
        names = {file.name for file in folder.glob("*.toml")}
        kind = "policy" if names <= POLICY_FILES else "agreements"
        inner = {kind: folder}
    if not inner and any((folder / f"{suite}.json").is_file() for suite in SUITES):
        inner = {"expectations": folder}
    if not inner:
        raise UsageError(
            f"in {folder} staan geen werkafspraken, criteria of regels (agreements/, expectations/, policy/)",
            f"{folder} holds no agreements, no expectations and no policy",
        )
    return Proposal(name, inner.get("agreements"), inner.get("expectations"), inner.get("policy"), as_if_after=until)
