"""`meldstroom impact`: the kept nights judged under what was proposed, as one document; no table is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from pipeline import installation
from pipeline.clock import require_in_order
from pipeline.errors import UsageError
from pipeline.impact.changes import changes
from pipeline.impact.document import Document, document_of, variant_of
from pipeline.impact.files import write_impact
from pipeline.impact.labelled import Line, on_corpus, on_truth, read_truth
from pipeline.impact.nights import PRESENT, Judged, judge_all, kept_exports
from pipeline.impact.parameters import read_parameters
from pipeline.impact.variant import Proposal, Variant, open_variant, proposal_of
from pipeline.settings import Settings, read_settings


def proposals_of(
    until: date,
    *,
    agreements: Path | None = None,
    expectations: Path | None = None,
    policy: Path | None = None,
    named: Sequence[tuple[str, Path]] = (),
    adopted: tuple[str, str] | None = None,
) -> list[Proposal]:
    """Return what is proposed: what the folders hold together is one variant, each of `named` another.

    A folder of agreements that holds no agreement but folders holds a variant in each.

    Raises:
        UsageError: nothing is proposed, or two variants have the same name.
    """
    found = []
    folders = [folder for folder in (agreements, expectations, policy) if folder is not None]
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"{folder} is geen map", f"{folder} is not a folder")
    if agreements is not None and not any(agreements.glob("*.toml")):
        found += [proposal_of(inner.name, inner, until) for inner in sorted(agreements.iterdir()) if inner.is_dir()]
        folders.remove(agreements)
        agreements = None
    if folders:
        found.append(Proposal(folders[0].name or "variant", agreements, expectations, policy, as_if_after=until))
    found += [proposal_of(name, folder, until) for name, folder in named]
    if adopted is not None:
        found.append(Proposal(f"{adopted[1]} als {adopted[0]}", adopted=adopted))
    if not found:
        raise UsageError(
            "noem wat verandert: --agreements, --expectations, --policy of --variant, of --adopt met --onto",
            "name what changes: --agreements, --expectations, --policy or --variant, or --adopt with --onto",
        )
    if len({one.name for one in found}) < len(found):
        raise UsageError("twee varianten hebben dezelfde naam", "two variants have the same name")
    return found


def judge_impact(
    settings: Settings,
    proposals: Sequence[Proposal],
    first: date,
    last: date,
    progress: Callable[[str], None] = lambda _: None,
    *,
    truth: Path | None = None,
    corpus: Path | None = None,
) -> Document:
    """Return what each proposal would have done over the nights `first` to `last`.

    `truth` says what the registrations are, `corpus` holds labelled texts: leak and loss are measured on them.

    Raises:
        UsageError: the dates are the wrong way round, or nothing is kept of those nights.
        PolicyError: a file of a proposal cannot be used.
    """
    require_in_order(first, last)
    if truth is not None:
        read_truth(truth)
        proposals = [replace(proposal, truth=truth) for proposal in proposals]
    present = open_variant(PRESENT, settings.agreements)
    variants = [open_variant(proposal, settings.agreements) for proposal in proposals]
    exports = kept_exports(installation.database(settings), first, last)
    if not exports:
        raise UsageError(
            f"van {first} tot en met {last} is geen nacht aangenomen", f"no night between {first} and {last} was taken"
        )
    given, nights = read_parameters(), (first, last)
    judged = judge_all(settings, exports, proposals, progress)
    told = [
        variant_of(
            variant.name,
            changes(present, variant, nights),
            found,
            nights,
            given,
            _labelled(found, variant, corpus, last),
        )
        for variant, found in zip(variants, judged, strict=True)
    ]
    return document_of(nights, exports, told, given)


def _labelled(judged: Judged, variant: Variant, corpus: Path | None, night: date) -> list[Line]:
    texts = on_corpus(corpus, variant.texts, night) if corpus and variant.texts else []
    return [*on_truth(judged.truth), *texts]


def impact_page_of(asked: Mapping[str, str | None], run: str, settings: Settings | None = None) -> dict[str, Any]:
    """Judge what a run of the DAG asks for and write its page under the home; return the path and counts.

    Args:
        asked: `first` and `last` (ISO dates); `agreements`, `expectations`, `policy`, `adopt`, `onto`, each or None.
        run: tells two runs over the same nights apart.
        settings: of this installation.

    Raises:
        UsageError: a date cannot be read, or nothing is proposed.
    """
    settings = settings or read_settings()
    try:
        first, last = (date.fromisoformat(str(asked[name])) for name in ("first", "last"))
    except ValueError:
        raise UsageError(
            "first en last zijn nachten, zoals 2026-06-01", "first and last are nights, as 2026-06-01"
        ) from None
    example, onto = asked.get("adopt"), asked.get("onto")
    if bool(example) != bool(onto):
        raise UsageError("adopt en onto horen bij elkaar", "adopt and onto go together")
    agreements, expectations, policy = (
        Path(str(asked[name])) if asked.get(name) else None for name in ("agreements", "expectations", "policy")
    )
    proposals = proposals_of(
        last,
        agreements=agreements,
        expectations=expectations,
        policy=policy,
        adopted=(example, onto) if example and onto else None,
    )
    document = judge_impact(settings, proposals, first, last)
    named = re.sub(r"[^A-Za-z0-9]+", "-", run).strip("-")
    written = write_impact(document, settings.home / "reports" / "impact" / f"{first}_{last}-{named}")
    return {"page": str(written["page"]), "moved": {one["name"]: one["moved"] for one in document["variants"]}}
