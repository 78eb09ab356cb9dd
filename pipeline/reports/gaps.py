"""What reports lack: the gaps that cost most, per unit too, each beside what the unit does about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.policy.words import Words
from pipeline.reports.agreed import Action
from pipeline.reports.disclosure import ALL
from pipeline.reports.names import Names, criteria
from pipeline.reports.table import Cell, Column, Count, Share, Table, Tellable

_MISSED: Final = Column("missed", Words("mist", "missing"))
_SHARE: Final = Column("share", Words("deel", "share"), "share")


def gaps_table(told: Tellable) -> Table:
    """Return the criteria by what missing them costs: those that block first, by how often they alone block."""
    rules = criteria()

    def cost(name: str) -> tuple[bool, float]:
        value = told.number(("alone", name)) if rules[name].blocking else None
        return rules[name].blocking, value or rules[name].weight * (told.number(_missed(name)) or 0) / 1e6

    rows: list[list[Cell]] = [
        [
            rules[name].words,
            Count(_missed(name)),
            Share(_missed(name), (f"gap:{name}", ALL, ALL)),
            Count(("alone", name)) if rules[name].blocking else None,
            rules[name].weight,
            Words("ja", "yes") if rules[name].blocking else Words("nee", "no"),
            name,
        ]
        for name in sorted(rules, key=cost, reverse=True)
    ]
    columns = (
        Column("gap", Words("wat ontbreekt", "what is missing"), "name"),
        _MISSED,
        _SHARE,
        Column("only_this", Words("houdt als enige tegen", "alone keeps it back")),
        Column("weight", Words("gewicht", "weight"), "number"),
        Column("blocking", Words("blokkeert", "blocks"), "text"),
        Column("rule", Words("regel", "rule"), "code"),
    )
    note = Words(
        "Van doorgezonden, teruggegeven en wachtende registraties. Bovenaan: wat een registratie als enige tegenhoudt;"
        " vult de eenheid dat aan, dan kan zij door.",
        "Of forwarded, returned and held registrations. On top: what alone keeps a registration back; once the unit"
        " adds it, the registration can go.",
    )
    return Table("gaps", Words("Wat het meest kost", "What costs most"), note, columns, rows)


def _missed(name: str) -> tuple[str, ...]:
    return (f"gap:{name}", ALL, "missed")


def unit_gaps_table(units: Sequence[str], names: Names, actions: Sequence[Action]) -> Table:
    """Return what each unit misses, heaviest criteria first, beside its improvement action."""
    doing = {(action.unit, action.criterion): action for action in actions}
    rows: list[list[Cell]] = []
    for unit in units:
        for name, rule in criteria().items():
            action = doing.get((unit, name))
            if not rule.blocking and action is None:
                continue
            missed = (f"gap:{name}", unit, "missed")
            rows.append(
                [
                    names.unit(unit),
                    rule.words,
                    Count(missed),
                    Share(missed, (f"gap:{name}", unit, ALL)),
                    *([action.what, action.owner, action.due] if action else [None, None, None]),
                ]
            )
    columns = (
        Column("unit", Words("eenheid", "unit"), "name"),
        Column("gap", Words("wat ontbreekt", "what is missing"), "text"),
        _MISSED,
        _SHARE,
        Column("action", Words("verbeteractie", "improvement action"), "text"),
        Column("owner", Words("eigenaar", "owner"), "text"),
        Column("due", Words("klaar op", "due"), "date"),
    )
    note = Words(
        "De blokkerende criteria, en elk criterium waarvoor de eenheid een verbeteractie heeft.",
        "The blocking criteria, and every criterion for which the unit has an improvement action.",
    )
    return Table("unit_gaps", Words("Wat elke eenheid mist", "What each unit misses"), note, columns, rows, long=True)


def actions_table(names: Names, actions: Sequence[Action]) -> Table:
    """Return the improvement actions, each beside the gap that it should close."""
    rules = criteria()
    rows: list[list[Cell]] = [
        [
            names.unit(action.unit),
            rules[action.criterion].words,
            Share((f"gap:{action.criterion}", action.unit, "missed"), (f"gap:{action.criterion}", action.unit, ALL)),
            action.what,
            action.owner,
            action.due,
        ]
        for action in actions
    ]
    columns = (
        Column("unit", Words("eenheid", "unit"), "name"),
        Column("gap", Words("wat ontbreekt", "what is missing"), "text"),
        Column("share", Words("mist nu", "missing now"), "share"),
        Column("action", Words("verbeteractie", "improvement action"), "text"),
        Column("owner", Words("eigenaar", "owner"), "text"),
        Column("due", Words("klaar op", "due"), "date"),
    )
    note = Words(
        "Uit improvements.toml; de eigenaar is een functie, geen persoon.",
        "Out of improvements.toml; the owner is a function, no person.",
    )
    title = Words("Wat eenheden eraan doen", "What units do about it")
    return Table("improvements", title, note, columns, rows)
