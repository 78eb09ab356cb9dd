"""The story of a registration (`gather`) as lines to read, in Dutch or English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from rich.markup import escape

from pipeline.desk.labels import label
from pipeline.desk.value_words import evidence_words, triage_words
from pipeline.explain.gather import takes_out
from pipeline.explain.words import lines
from pipeline.policy.words import Words
from pipeline.settings import LOCAL

TOLD: Final = {"recall": "reason", "withholding": "reason"}
"""What an entry's `kept_back` says, where it is not what a delivery left out."""


def tell(story: dict[str, Any], language: str = "nl") -> Iterator[str]:
    """Yield the story's lines, oldest version first; `language` is `nl` or `en`."""
    say = lines(language)
    yield f"[bold]{story['registration_number']}[/bold] {say['of']} {story['unit']}"
    for version in story["versions"]:
        yield ""
        yield from _version(version, say, language)
    if story["carries"]:
        yield f"\n{say['carries']}: {', '.join(story['carries'])}"
    for one in story["supplemented"]:
        yield f"\n[bold]{say['supplemented']} {one['region']}[/bold] ({say['version'].lower()} {one['version']})"
        yield f"  {one['sequence_words'][language]}; {one['urgency_words'][language]}"
        for field in one["triage"]:
            yield "  " + escape(triage_words(field).say(language))
    for place, link in enumerate(story["recognised"]):
        yield from ((f"\n[bold]{say['recognised']}[/bold]",) if not place else ())
        yield (
            f"  {say['person']} {link['person_number']}: {link['words'][language]} {link['earlier_unit']}"
            f" {link['earlier_number']} {say['person']} {link['earlier_person_number']}"
            f" ({link['bits']} bits: {_said(map(evidence_words, link['evidence']), language)})"
        )
    above = {version["version"]: version["withheld"] for version in story["versions"]}
    for place, entry in enumerate(story["disclosures"]):
        yield "" if place else f"\n[bold]{say['ledger']}[/bold]"
        yield from tell_entry(entry, above.get(entry["version"], []), language)
    told = {(each["region"], each["version"]) for each in story["disclosures"] if each["kind"] == "recall"}
    for recall in story["recalls"]:
        if (recall["region"], recall["version"]) in told:
            continue
        yield ""
        yield f"{moment(recall['at'])}: " + say["recalled"].format(**recall | {"reason": recall["words"][language]})


def moment(text: str) -> str:
    """Return a moment (ISO) as somebody in the Netherlands reads it: 2026-11-24 15:23."""
    return f"{datetime.fromisoformat(text).astimezone(LOCAL):%Y-%m-%d %H:%M}"


def _version(version: dict[str, Any], say: dict[str, str], language: str) -> Iterator[str]:
    number = version["version"]
    named = say["no_version"] if number is None else f"{say['version']} {number}"
    yield (
        f"{named}, {say['night']} {version['night']}:"
        f" [bold]{version['outcome_words'][language]}[/bold]"
        + (f" {say['to']} {', '.join(version['regions'])}" if version["regions"] else "")
        + (f", {say['carried']} {version['carried_by']}" if version["carried_by"] else "")
    )
    if version["answers"]:
        yield "  " + say["answers"].format(**version["answers"])
    for reason in version["reasons"]:
        yield "  · " + _worded(reason, language)
    for gap in version["missing"]:
        yield f"  {say['missing']}: " + _worded(gap, language)
    if version["danger"]:
        signals = _said((label("signal", signal) for signal in version["danger"]), language)
        yield f"  {say['danger']}: {signals}"
    if version["score"] is not None:
        yield "  " + say["score"].format(**version)
    yield from _kept_back(version["withheld"], say, language)
    for decision in version["decisions"]:
        decided = say["decided"].format(by=escape(decision["by"]), role=decision["role"][language])
        what = " ".join([decision["words"][language], *decision["regions"]])
        yield f"  {moment(decision['at'])}: {decided}: {what}"
    for change in version["history"]:
        changed = say["changed"].format(change=change["words"][language], by=escape(change["by"]))
        yield f"  {moment(change['at'])}: {changed}"
    agreement = escape(version["agreement_version"] or "")
    yield "  " + say["policy"].format(agreement=agreement, policy=version["policy_version"])


def tell_entry(entry: dict[str, Any], above: Sequence[dict[str, Any]], language: str) -> Iterator[str]:
    """Yield an entry of the ledger; what was kept back and stands with the version, `above`, is not told again."""
    say = lines(language)
    told = "taken_out" if takes_out(entry) else TOLD.get(entry["kind"])
    to = f" {say['from' if told else 'to']} {entry['region']}" if entry["region"] else ""
    yield (
        f"{moment(entry['at'])}: {say['version'].lower()} {entry['version']} {entry['kind_words'][language]}"
        f"{to} ({say['chain'].format(**entry)})"
    )
    yield f"  {say['ground']}: {escape(entry['ground'])}"
    yield f"  {say['agreement']} {escape(entry['agreement_version'])}; {say['mandate']}: {escape(entry['mandate'])}"
    if entry["shared"]:
        yield f"  {say['shared']}: " + "; ".join(_named(each, language) for each in entry["shared"])
    if told:
        for each in entry["kept_back"]:
            yield f"  {say[told]}: {_named(each, language)}" + (f" ({each['source']})" if each["source"] else "")
    else:
        yield from _kept_back([each for each in entry["kept_back"] if each not in above], say, language)
        if any(each in above for each in entry["kept_back"]):
            yield f"  {say['withheld']}: {say['above']}"
    if not told and entry.get("secrecy_notice"):
        yield f"  {say['secrecy']}: {escape(entry['secrecy_notice'])}"


def _kept_back(told: Sequence[dict[str, Any]], say: dict[str, str], language: str) -> Iterator[str]:
    for each in told:
        count = "" if each["count"] is None else f"{each['count']}×; "
        yield f"  {say['withheld']}: {_named(each, language)} ({count}{each['source'] or say['unnamed']})"


def _said(told: Iterable[Words], language: str) -> str:
    return ", ".join(each.say(language) for each in told)


def _named(each: dict[str, Any], language: str) -> str:
    return str(each["words"][language] if each["words"] else each["kind"])


def _worded(reason: dict[str, Any], language: str) -> str:
    behind = "; ".join(filter(None, (reason["code"], reason["source"])))
    return f"{reason['words'][language]} ({behind})"
