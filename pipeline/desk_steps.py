"""What the desk does to a registration: a person opens it, a decision is taken, and a release is loaded at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from pipeline import stages, workspace
from pipeline.clock import local_day
from pipeline.decide.danger import read_danger
from pipeline.decide.danger_text import TOLD
from pipeline.desk import decisions as desk_decisions
from pipeline.desk import story
from pipeline.desk.decisions import Decision, Proposal
from pipeline.desk.masks import Mask
from pipeline.desk.outgoing import Outgoing, is_hidden, prepare
from pipeline.desk.queue import Item, find_item, view
from pipeline.desk.release import release
from pipeline.errors import DecisionRefused
from pipeline.feedback.recall import lock_regions
from pipeline.feedback.withdraw import KeptBack, regions_told, regions_with_it, withdraw
from pipeline.installation import database, policy_of
from pipeline.load import ledger
from pipeline.load.database import now, transaction
from pipeline.load.held_again import put_at_desk
from pipeline.load.past import forget_past, regions_of_linked
from pipeline.load.secret_elsewhere import SECRET_ELSEWHERE, mark_rows
from pipeline.redact import read_redactor
from pipeline.schema import Tables
from pipeline.screen.gates import judge_tests
from pipeline.settings import Settings, read_key, read_settings
from pipeline.settle.ask_history import Asked, ask_of_one

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


@dataclass(frozen=True)
class Opened:
    """One item as a person sees it."""

    item: Item
    at: datetime
    contents: Tables | str
    """Its tables, or the raw row of a rejected one, or that they are kept no more."""
    outgoing: Outgoing | None
    """What would go to Veilig Thuis; None of a rejected row."""
    told: pl.DataFrame
    """`decide.danger_text.TOLD`: the sentences that tell of danger."""
    unread: bool
    """Whether the texts could not be read for danger just now: then `told` is empty, whatever they tell."""
    events: Sequence[story.Event]
    proposals: Sequence[Proposal]
    four_eyes: bool
    versions: Sequence[story.Version]
    later: int | None
    """A higher version that was received; then this one cannot be released."""
    stands: Sequence[str]
    """Regions where this version stands already, as it was received before."""
    hints: Sequence[story.Hint]


def open_item(
    number: str,
    unit: str | None,
    account: str,
    settings: Settings,
    regions: Sequence[str] = (),
    masks: Sequence[Mask] | None = None,
) -> Opened:
    """Open an item for a person, and note who looked.

    Args:
        number: the registration's number, or the item's name.
        unit: where two units have that number.
        account: who looks.
        settings: of this installation.
        regions: chosen by the person; none: as the first of two proposed, else where the addresses lead.
        masks: left out further; None: as the first of two proposed, else what is in doubt.

    Raises:
        UsageError: nothing of that number waits.
        DecisionRefused: a mask does not lie within a text.
    """
    with transaction(database(settings), "desk") as given:
        item = find_item(given, number, unit)
        contents = view(given, item, account, read_key(settings))
        proposals = desk_decisions.proposals(given, item)
        if proposals and masks is None:
            regions, masks = regions or proposals[0].regions, proposals[0].masks
        policy = _policy_now(given, item, settings)
        outgoing, told, unread = None, TOLD.to_frame(), False
        if isinstance(contents, Tables):
            asked = ask_of_one(given, contents, item.unit, item.night, read_key(settings))
            item = _with_reason(item, asked)
            outgoing = prepare(contents, item, policy, read_redactor(), asked.known, regions, masks)
            danger = read_danger(contents, item.night)
            told, unread = danger.told, not danger.unread.is_empty()
        return Opened(
            item=item,
            at=now(given),
            contents=contents,
            outgoing=outgoing,
            told=told,
            unread=unread,
            events=story.read_events(given, item),
            proposals=proposals,
            four_eyes=desk_decisions.needs_four_eyes(item, policy.rules),
            versions=story.read_versions(given, item),
            later=desk_decisions.later_version(given, item),
            stands=_stands(given, item),
            hints=story.read_hints(given, item),
        )


def decide_at_desk(number: str, unit: str | None, decision: Decision, settings: Settings | None = None) -> bool:
    """Take a person's decision over what waits; tell whether it took effect. A release is loaded at once.

    Args:
        number: the registration's number, or the item's name.
        unit: where two units have that number.
        decision: with `lock` -1 for the item as it is now; without regions for where the addresses lead.
        settings: of this installation.

    Raises:
        UsageError: nothing of that number waits.
        DecisionRefused: it is not allowed, or somebody was first.
    """
    settings = settings or read_settings()
    with transaction(database(settings), "desk") as given:
        item = find_item(given, number, unit)
        wanted = replace(decision, lock=item.lock if decision.lock < 0 else decision.lock)
        policy = _policy_now(given, item, settings)
        if item.outcome != "reject" and decision.kind == "release":
            return _decide_release(given, item, wanted, policy, settings)
        if item.outcome != "reject" and decision.kind in desk_decisions.KEEP_BACK:
            return _keep_back(given, item, wanted, policy, settings)
        return desk_decisions.decide(given, item, wanted, policy.rules)


def _decide_release(given: cursor, item: Item, decision: Decision, policy: stages.Policy, settings: Settings) -> bool:
    """Take the decision that an item goes, and load it."""
    contents = view(given, item, decision.account, read_key(settings))
    if isinstance(contents, str):
        raise DecisionRefused(
            "De inhoud wordt niet meer bewaard: vraag de eenheid om een nieuwe versie.",
            "Its contents are no longer kept: ask the unit for a new version.",
        )
    _refuse_closed(contents, policy)
    asked = ask_of_one(given, contents, item.unit, item.night, read_key(settings))
    item = _with_reason(item, asked)
    if SECRET_ELSEWHERE in item.reasons:
        mark_rows(given, item.key, [item.row])
    outgoing = prepare(contents, item, policy, read_redactor(), asked.known, decision.regions, decision.masks)
    decision = replace(decision, regions=outgoing.regions, masks=outgoing.masks)
    lock_regions(given, outgoing.regions)  # before it is asked for a later version: a load may bring one just now
    if not desk_decisions.decide(given, item, decision, policy.rules):
        return False
    release(given, settings, item, outgoing, asked, policy.night)
    return True


def _keep_back(given: cursor, item: Item, decision: Decision, policy: stages.Policy, settings: Settings) -> bool:
    """Take the decision that an item does not go; what stands of its version already is taken back."""
    number, version = item.number_and_version
    held = regions_with_it(given, item.unit, number, version)
    lock_regions(given, [*held, *regions_of_linked(given, [number])])  # as a release does: regions, then the item
    if not desk_decisions.decide(given, item, decision, policy.rules):
        return False
    hold_again = partial(put_at_desk, given, settings.home, read_key(settings))
    becomes = desk_decisions.BECOMES[decision.kind]
    kept = KeptBack(item.unit, number, version, becomes, decision.account, decision.comment)
    withdraw(given, kept, policy.night, hold_again)
    if decision.kind == "withhold":
        _record_withholding(given, item, policy)
        forget_past(given, item.unit, number, version, decision.kind)
    return True


def _policy_now(given: cursor, item: Item, settings: Settings) -> stages.Policy:
    """Return what a decision of today rests on: whatever changed while the item waited, a person decides under it.

    Where the unit has no agreement now it is the last one, and nothing but a person's decision.
    """
    return policy_of(workspace.delivery_of(settings, item.unit, local_day(now(given))), settings)


def _refuse_closed(contents: Tables, policy: stages.Policy) -> None:
    """Ask the gates that nobody may open again: a release provides today, whatever the item waited for."""
    for gate in policy.rules.gates_on(policy.night):
        if gate.outcome == "withhold" and not judge_tests(contents.registration, [gate], policy.night).is_empty():
            raise DecisionRefused(gate.words.nl, gate.words.en)


def _with_reason(item: Item, asked: Asked) -> Item:
    """Add the reason that another registration keeps its address secret, where that is so now."""
    if is_hidden(item) or not asked.is_secret_elsewhere():
        return item
    return replace(item, reasons=[*item.reasons, SECRET_ELSEWHERE])


def _stands(given: cursor, item: Item) -> Sequence[str]:
    return () if item.outcome == "reject" else regions_told(given, item.unit, *item.number_and_version)


def _record_withholding(given: cursor, item: Item, policy: stages.Policy) -> None:
    """Note in the ledger that a person withheld it (Wpg 32(1)(f)), as the night does of what a gate withholds."""
    number, version = item.number_and_version
    withheld = pl.DataFrame(
        {"registration_number": [number], "version": [version], "withheld": [["desk_withhold", *item.reasons]]}
    )
    ledger.append(given, item.unit, ledger.withholdings(withheld, policy.terms, item.night), now(given))
