"""One registration with its children, as the unit's system holds it, and the truth about it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from pipeline.schema import DANGER_BOXES
from pipeline.synth.event import Event, event_at
from pipeline.synth.marks import Marks, draw_marks, expected_outcome, is_dangerous
from pipeline.synth.narrative import write_narrative
from pipeline.synth.people import persons_of
from pipeline.synth.places import NO_TOWN, Address, draw_address, nowhere
from pipeline.synth.plan import CORRECTION, REDELIVERY, REPORT_RNG, RETRACTION, SECOND, TEXT_RNG, plan_night, seconded
from pipeline.synth.words import read_words
from pipeline.synth.world import Slot, World
from pipeline.synth.writer import Entry, Narrative, Wish, Writer

BAD_ROWS: Final = ("unreadable_date", "missing_known_at", "missing_version", "bad_child_row")


@dataclass
class Report:
    """A registration version as it is exported, and what is true about it. Moments are naive local time."""

    registration: dict[str, Any]
    persons: list[dict[str, Any]]
    entries: list[dict[str, Any]]
    prior_incidents: list[dict[str, Any]]
    truth: dict[str, Any]
    identities: list[tuple[int, str, list[str]]]
    spans: list[tuple[str, int | None, int, int, str]] = field(default_factory=list)


def report_at(world: World, at: Slot) -> Report:
    """Return what stands at a position of a unit's night."""
    plan = plan_night(world, at.unit, at.night)
    kind, target = plan.kinds[at.slot], plan.targets.get(at.slot)
    bad = at.slot in plan.bad
    if target is None:
        report = _write(world, at, event_at(world, at), 1)
        if at.slot in plan.superseded:
            report.truth.update(expected_outcome=None)
            if not world.has_child_versions(at.unit):
                report.persons, report.entries, report.prior_incidents = [], [], []
                report.identities, report.spans = [], [span for span in report.spans if span[1] is None]
        if bad:
            _spoil(world, report, at)
    elif kind == SECOND:
        report = _write(world, at, event_at(world, target), 1, second=True)
    else:
        report = _write(world, target, event_at(world, target), 2 if kind == CORRECTION else 1)
    report.truth["marks"] = sorted({*report.truth["marks"], *({kind} if target is not None else ())})
    if kind == RETRACTION:
        report.registration.update(version=2, retracted=True)
        report.persons, report.entries, report.prior_incidents, report.identities = [], [], [], []
        report.spans = [span for span in report.spans if span[1] is None]
        report.truth.update(version=2, expected_outcome="withhold")
    elif kind == REDELIVERY:
        report.truth["expected_outcome"] = "duplicate"
    report.truth["night"] = date.fromordinal(at.night)
    return report


def _write(world: World, at: Slot, event: Event, version: int, *, second: bool = False) -> Report:
    """Write the report whose number belongs to `at`. A correction (`version` 2) has the gaps filled."""
    rng = world.rng(REPORT_RNG, at)
    dialect = world.dialects[at.unit]
    marks = draw_marks(rng, event, dialect == "stuf")
    if version > 1:
        marks = replace(marks, flaws=frozenset())
    secret_place = draw_address(rng, at.unit) if marks.hidden else event.place
    told = write_narrative(world.rng(TEXT_RNG, at), event, _wish(rng, marks, secret_place.text, at.unit))
    if version > 1:
        _add_correction(world.rng(TEXT_RNG, at), event, told)
    number = world.number(at)
    cast = persons_of(rng, event, marks, told, number, dialect == "bvh-csv", secret_place, world.units)
    registration = _registration(rng, event, marks, told, at)
    if second:
        delay = int(rng.random() * 90) if rng.random() < 0.8 else 0
        registration["known_at"] += timedelta(minutes=delay)
        if rng.random() < 0.25 and event.children:
            registration.update(kind="ZJ", suspicion="08", project_code="KM")
    keys = {"registration_number": number, "version": version}
    registration.update(keys)
    entries = [_entry(rng, entry, at, registration["known_at"]) for entry in told.entries]
    report = Report(
        registration,
        [keys | person for person in cast.rows],
        [keys | {"entry_number": index} | entry for index, entry in enumerate(entries, 1)],
        [keys | prior for prior in _prior_incidents(world, event, cast.numbers)],
        {},
        cast.identities,
        _spans(told),
    )
    report.truth = _truth(world, at, event, marks, told, cast.marks, version, second)
    return report


def _wish(rng: Random, marks: Marks, secret: str, unit: str) -> Wish:
    place = None
    if marks.hidden == "secret_address":
        place = secret
    elif marks.hidden == "shelter_address":
        shelters = read_words("places")["shelters"]
        place = shelters[int(rng.random() * len(shelters))]
    return Wish(marks.flaws, place, marks.text_only, unit)


def _add_correction(rng: Random, event: Event, told: Narrative) -> None:
    told.description.add(Writer(rng, event).choose("texts/common", "closing"), Writer(rng, event).values, 0)


def _yes(rng: Random, known: bool) -> bool | None:
    """Return a ticked box; one that is not ticked is no, or was left empty."""
    return True if known else (False if rng.random() < 0.8 else None)


def _registration(rng: Random, event: Event, marks: Marks, told: Narrative, at: Slot) -> dict[str, Any]:
    """Return the registration's own row. What is drawn, and in which order, makes a seed's night: it stays."""
    draw, flaws = rng.random, marks.flaws
    ticked = event.facts - {*DANGER_BOXES, "injury", "injured_child"} if marks.text_only else event.facts
    boxes = {box: _yes(rng, box in ticked) for box in (*DANGER_BOXES, "alcohol", "drugs", "arrest", "complaint")}
    known_at, begin = _moments(rng, event, marks)
    informed = True if draw() < 0.6 else (False if draw() < 0.7 else None)
    restraining = "restraining" in event.facts
    return {
        "retracted": False if draw() < 0.5 else None,
        **_marked(rng, event),
        "known_at": known_at,
        "committed_from": begin,
        "committed_until": begin + timedelta(minutes=int(draw() * 120)) if begin and draw() < 0.6 else None,
        **_place(rng, event.place, flaws),
        "legal_regime": _regime(marks.gate),
        **{gate: marks.gate == gate or None for gate in ("removed", "embargo", "shielded")},
        **_contact(rng, at.unit, flaws),
        **_suspected(rng, event, flaws),
        "description": str(told.description),
        "reason_for_report": str(told.reason) or None,
        **boxes,
        "injury": _yes(rng, bool(ticked & {"injury", "injured_child"})),
        "honour": _yes(rng, event.kind in ("honour", "forced_marriage")),
        "weapon_kind": event.weapon[0] if event.weapon and "weapon" in ticked else None,
        "restraining_order": _yes(rng, restraining),
        "restraining_order_until": (known_at + timedelta(days=10)).date() if restraining else None,
        "children_present": _children(rng, event, flaws),
        "informed": informed,
        "informed_explanation": _explanation(rng, informed, event),
        "author_service_number": f"{at.unit[2:]}{int(draw() * 90_000) + 10_000}",
        "investigation_number": f"{at.unit}R{int(draw() * 900_000) + 100_000}"
        if marks.gate == "running_investigation"
        else None,
    }


def _moments(rng: Random, event: Event, marks: Marks) -> tuple[datetime, datetime | None]:
    """Return when the police learnt of it, and when it began."""
    draw = rng.random
    known_at = event.happened + timedelta(minutes=int(draw() * 60)) if draw() < 0.8 else event.happened
    if marks.gate == "too_old":
        known_at -= timedelta(days=1830 + int(draw() * 900))
    before = timedelta(days=1 + int(draw() * 6)) if draw() < 0.08 else timedelta(minutes=20)
    return known_at, None if "no_time" in marks.flaws else known_at - before


def _marked(rng: Random, event: Event) -> dict[str, Any]:
    """Return how the officer filed it: an event out of scope has no mark of the unit."""
    kind, in_scope = event.settings.get("kind"), event.kind != "out_of_scope"
    mark = "KM" if kind not in (None, "HG") else "HG"
    return {
        "kind": kind or ("HG" if event.kind == "neighbour_quarrel" else "OV"),
        "incident_code": event.code,
        "project_code": mark if in_scope and rng.random() < 0.9 else None,
    }


def _place(rng: Random, place: Address, flaws: frozenset[str]) -> dict[str, Any]:
    wrong = "wrong_address" in flaws
    return {
        "street": None if wrong else place.street,
        "house_number": None if wrong else place.house_number,
        "house_number_suffix": place.suffix,
        "postcode": f"{nowhere()[0]}XX" if wrong else place.postcode,
        "place": NO_TOWN if wrong else place.town.name,
        "municipality_code": None if wrong or rng.random() < 0.06 else place.town.code,
    }


def _contact(rng: Random, unit: str, flaws: frozenset[str]) -> dict[str, Any]:
    if "no_contact" in flaws:
        return dict.fromkeys(("contact_department", "contact_phone", "contact_email"))
    return {
        "contact_department": f"Afdeling Zorg en Veiligheid, eenheid {unit}",
        "contact_phone": f"0900-00{unit[2:]}{int(rng.random() * 90) + 10}",
        "contact_email": f"zorg.veiligheid.{unit.lower()}@example.invalid" if rng.random() < 0.8 else None,
    }


def _suspected(rng: Random, event: Event, flaws: frozenset[str]) -> dict[str, Any]:
    if "no_suspicion" in flaws:
        return {"suspicion": None, "nature": []}
    natures = event.settings.get("nature", [])
    in_scope = event.kind != "out_of_scope"
    return {
        "suspicion": event.settings.get("suspicion", "09" if in_scope else None),
        "nature": sorted({*natures[:1], *(nature for nature in natures if rng.random() < 0.4)}),
    }


def _regime(gate: str | None) -> str | None:
    if gate is None or not gate.startswith("regime"):
        return "8"
    return None if gate == "regime_unknown" else gate.removeprefix("regime_")


def _children(rng: Random, event: Event, flaws: frozenset[str]) -> bool | None:
    if rng.random() < 0.1:
        return None
    return bool(event.children) or event.household.members[event.victim].minor or "child_not_listed" in flaws


def _explanation(rng: Random, informed: bool | None, event: Event) -> str | None:
    if informed is None or rng.random() < 0.4:
        return None
    words = read_words("texts/common")["informed" if informed else "not_informed"]
    text: str = words[int(rng.random() * len(words))]
    return text.replace("{datum}", event.happened.strftime("%d-%m-%Y")).replace("{so}", "het slachtoffer")


def _entry(rng: Random, entry: Entry, at: Slot, known_at: datetime) -> dict[str, Any]:
    return {
        "written_at": known_at + timedelta(minutes=int(rng.random() * 45)),
        "source": entry.source,
        "service_number": f"{at.unit[2:]}{int(rng.random() * 90_000) + 10_000}",
        "text": str(entry.text),
    }


def _prior_incidents(world: World, event: Event, numbers: dict[int, int]) -> list[dict[str, Any]]:
    """Return earlier registrations of the members who are listed: those of long ago, and the family's first report."""
    found = [
        {
            "person_number": numbers[past.member],
            "date": past.date,
            "incident_code": past.code,
            "role": past.role,
            "outcome": past.outcome,
            "source_registration": past.source,
        }
        for past in event.household.past
        if past.member in numbers
    ]
    if event.is_repeat:
        first = event_at(world, event.origin)
        cast = (("SO", first.victim), ("VE", first.suspect))
        found += [
            {
                "person_number": numbers[member],
                "date": first.happened.date(),
                "incident_code": first.code,
                "role": role,
                "outcome": None,
                "source_registration": world.number(event.origin),
            }
            for role, member in cast
            if member in numbers
        ]
    return found


def _spans(told: Narrative) -> list[tuple[str, int | None, int, int, str]]:
    spans = [("description", None, *span) for span in told.description.spans]
    return spans + [("text", n, *span) for n, entry in enumerate(told.entries, 1) for span in entry.text.spans]


def _truth(
    world: World, at: Slot, event: Event, marks: Marks, told: Narrative, cast: set[str], version: int, second: bool
) -> dict[str, Any]:
    unsettled = second or (version == 1 and at.slot in seconded(world, at.unit, at.night)) or bool(cast & {"doubtful"})
    danger = is_dangerous(event)
    names = {*marks.flaws, *told.seeded, *cast} - {"doubtful"}
    names |= {name for name in (marks.gate, marks.hidden) if name}
    names |= {"repeat_family"} if event.is_repeat else set()
    names |= {"third_party_in_text"} if "third_party" in told.seeded else set()
    names |= {event.kind} if not event.in_scope else set()
    names |= {"danger_only_in_text"} if marks.text_only and danger else set()
    return {
        "unit": at.unit,
        "night": date.fromordinal(at.night),
        "registration_number": world.number(at),
        "version": version,
        "expected_outcome": expected_outcome(event, marks, told.seeded, unsettled),
        "marks": sorted(names),
        "event_id": event.identity,
        "household_id": event.household.identity,
        "event_kind": event.kind,
        "gate": marks.gate,
        "danger": danger,
        "danger_only_in_text": marks.text_only and danger,
        "poor": bool(marks.flaws) or event.kind == "neighbour_quarrel",
        "gaps": sorted(marks.flaws),
    }


def _spoil(world: World, report: Report, at: Slot) -> None:
    """Break the row the way a dump breaks."""
    kinds = BAD_ROWS if world.dialects[at.unit] != "parquet" else BAD_ROWS[1:3]
    kind = kinds[at.slot % len(kinds)]
    match kind:
        case "unreadable_date":
            report.registration["known_at"] = "32-13-2026 99:99"
        case "missing_known_at":
            report.registration["known_at"] = None
        case "missing_version":
            report.registration["version"] = None
        case _:
            orphan = {"registration_number": f"{report.truth['registration_number'][:7]}1999000000"}
            report.persons.append({**report.persons[0], **orphan} if report.persons else {**orphan, "person_number": 1})
    report.truth["marks"] = [*report.truth["marks"], "bad_row", kind]
    report.truth["expected_outcome"] = None if kind == "bad_child_row" else "reject"
