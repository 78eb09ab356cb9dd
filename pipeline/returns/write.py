"""A unit's files of one night: `retour.csv` to work from, `retour.html` to read, `ontvangstbewijs.json` for its ICT."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from pipeline.alarms import NOTHING_FORWARDED, Alarm
from pipeline.desk.labels import label
from pipeline.pages import page_environment
from pipeline.policy.dates import say_weekday
from pipeline.policy.reason_words import InWords, tell_gap, tell_reason
from pipeline.policy.suites import read_suite
from pipeline.policy.words import Words
from pipeline.returns.gather import Returned, UnitNight

LIST, PAGE, RECEIPT = "retour.csv", "retour.html", "ontvangstbewijs.json"
HEADINGS: Final = (
    *("registratienummer", "versie", "wat_ontbreekt", "hoe_aan_te_vullen", "houdt_tegen", "aandeel_bij_eenheid"),
    *("vraag_van_loket", "beantwoord_door_versie", "uitkomst_daarvan"),
)
READABLE: Final = 0o640


def write_unit_night(told: UnitNight, alarms: Sequence[Alarm], folder: Path) -> None:
    """Write the three files, each beside and renamed; the same night gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    contents = {LIST: returns_list(told), PAGE: returns_page(told, alarms), RECEIPT: receipt(told, alarms)}
    for name, content in contents.items():
        beside = folder / f"{name}.new"
        beside.write_bytes(content.encode())
        beside.chmod(READABLE)
        os.replace(beside, folder / name)


def returns_list(told: UnitNight) -> str:
    """Return a line for each gap of each registration; Dutch, `;`-separated, as spreadsheets read it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for one in told.returned:
        answer = (one.answer.version, label("outcome", one.answer.outcome).nl) if one.answer else ("", "")
        question = _safe(" | ".join((*(why.nl for why in _why(one, told)), *one.comments)))
        lines = _lines(one, told)
        for gap in lines:
            blocks = "ja" if gap["blocking"] else "nee"
            share = "" if gap["share"] is None else f"{gap['share']:.0%}"
            writer.writerow(
                (
                    one.registration_number,
                    one.version,
                    gap["words"].nl,
                    gap["advice"].nl,
                    blocks,
                    share,
                    question,
                    *answer,
                )
            )
        if not lines:
            writer.writerow((one.registration_number, one.version, "", "", "", "", question, *answer))
    return "\ufeff" + out.getvalue()


def _safe(text: str) -> str:
    """Keep a spreadsheet from reading what a person wrote as a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


def _lines(one: Returned, told: UnitNight) -> list[dict[str, Any]]:
    """Return what one registration lacks as a person reads it, with how to mend it: what keeps it from going first."""
    blocking = {rule.name for rule in read_suite("well_founded").on(told.night) if rule.blocking}
    gaps = sorted(one.gaps, key=lambda name: name not in blocking)
    lacking = (
        *((reason, True, None) for reason in _reasons(one, told) if reason.advice),
        *((tell_gap(gap, told.night), gap in blocking, told.usual.get(gap)) for gap in gaps),
    )
    return [
        {"words": what.words, "advice": what.advice or Words("", ""), "blocking": blocks, "share": share}
        for what, blocks, share in lacking
    ]


def _why(one: Returned, told: UnitNight) -> list[Words]:
    """Return the reasons that say no more than why it came back: there is nothing in them to mend."""
    return [reason.words for reason in _reasons(one, told) if not reason.advice]


def _reasons(one: Returned, told: UnitNight) -> list[InWords]:
    return [tell_reason(reason, told.night) for reason in one.why]


def receipt(told: UnitNight, alarms: Sequence[Alarm]) -> str:
    """Return the receipt of every export of the night, as JSON."""
    return json.dumps(
        {
            "unit": told.unit,
            "night": told.night.isoformat(),
            "exports": [
                asdict(one) | {"dropped_columns": sum(map(len, one.dropped.values()))} for one in told.receipts
            ],
            "refused": [refusal.nl for refusal in told.refusals],
            "returned": [
                {"registration_number": one.registration_number, "version": one.version, "gaps": list(one.gaps)}
                for one in told.returned
                if not (one.question or one.rejected)
            ],
            "rejected": [
                {"registration_number": one.registration_number, "version": one.version, "reasons": list(one.why)}
                for one in told.returned
                if one.rejected
            ],
            "alarms": [asdict(alarm) for alarm in alarms],
        },
        ensure_ascii=False,
        indent=1,
        default=str,
    )


def returns_page(told: UnitNight, alarms: Sequence[Alarm]) -> str:
    """Return the page as self-contained HTML, Dutch with English on a switch."""
    environment = page_environment("pipeline.returns")
    environment.filters["outcome"] = lambda code: label("outcome", code)
    environment.filters["reason"] = lambda code: tell_reason(code, told.night).words
    environment.filters["aside"] = _aside
    environment.filters["percent"] = lambda share: f"{share:.0%}"
    usual = sorted(told.usual.items(), key=lambda entry: (-entry[1], entry[0]))
    return environment.get_template("returns.html").render(
        told=told,
        day={language: say_weekday(told.night, language) for language in ("nl", "en")},
        back=[(one, _why(one, told), _lines(one, told)) for one in told.returned],
        usual=[(tell_gap(gap, told.night), share) for gap, share in usual],
        alarms=[alarm_words(alarm) for alarm in alarms],
    )


def _aside(key: str) -> Words:
    """Say a set-aside row: `person:orphan`."""
    table, _, reason = key.partition(":")
    return tell_reason(f"{reason}:{table}").words


def alarm_words(alarm: Alarm) -> Words:
    """Say what is unlike a unit's past; counts and shares only."""
    if alarm.measure == NOTHING_FORWARDED:
        return Words(
            f"Van de {alarm.judged} registraties is er geen enkele doorgezonden.",
            f"Not one of the {alarm.judged} registrations was forwarded.",
        )
    name, share = label("outcome", alarm.measure), f"{alarm.share:.0%}"
    return Words(
        f"{name.nl}: {share}, gewoonlijk {alarm.low:.0%} tot {alarm.high:.0%} ({alarm.nights} nachten).",
        f"{name.en}: {share}, usually {alarm.low:.0%} to {alarm.high:.0%} ({alarm.nights} nights).",
    )
