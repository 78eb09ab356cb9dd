"""`expectations/RULES.md`: every rule that decides, in words, made out of the files that decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from pipeline.policy.danger import DangerRules, read_danger_rules
from pipeline.policy.rules import Element, Gate, Rules, read_rules
from pipeline.policy.suites import SUITES, Rule, Suite, read_suite
from pipeline.policy.words import Words

PAGE: Final = Path(__file__).parents[2] / "expectations" / "RULES.md"
OPENING: Final = """\
# Regels · Rules

Alle regels waarmee over een registratie wordt beslist, in woorden. Deze bladzijde wordt gemaakt uit de bestanden die
beslissen; wijzig die, en niet deze. *Every rule that decides over a registration, in words. This page is made out of
the files that decide; change those, not this one:* `python -m pipeline.policy.rules_page`.

(H) gelezen in de wetstekst · *read in the law's text*, (M) uit een andere bron · *from another source*,
(I) onze gevolgtrekking · *our inference*.
"""
GATES: Final = """
## Poorten en volgorde · Gates and their order

De eerste die opgaat beslist, alle worden bewaard. *The first that applies decides, all are kept.*
Bestand · *file*: `pipeline/policy/gates.toml`.
"""
ELEMENTS: Final = """
## Wat mag worden gedeeld · What may be shared

Wat hier niet staat wordt niet gedeeld. *What is not named here is not shared.*
Bestand · *file*: `pipeline/policy/elements.toml`.
"""
DANGER: Final = """
## Gevaar dat alleen de tekst vertelt · Danger that only the text tells

Een zin die zo'n regel raakt is het bewijs. *A sentence that a rule hits is the evidence.*
Bestand · *file*: `pipeline/policy/danger/told.toml`.
"""


def rules_page(suites: Sequence[Suite], rules: Rules, danger: DangerRules) -> str:
    """Return the page as Markdown: gates, elements, suites and danger in text, in the order of their files."""
    parts = [OPENING, GATES, _gates(rules.gates), ELEMENTS, _elements(rules.elements)]
    for suite in suites:
        parts += [_suite_heading(suite), _suite(suite.rules)]
    return "".join([*parts, DANGER, _danger(danger)])


def _gates(gates: Iterable[Gate]) -> str:
    rows = [
        (str(place), f"`{gate.id}`", f"`{gate.outcome}`", *_both(gate.words), gate.source, _from_until(gate))
        for place, gate in enumerate(gates, start=1)
    ]
    return _table(
        ("#", "reden · reason", "uitkomst · outcome", "betekenis", "meaning", "bron", "geldt · in force"), rows
    )


def _elements(elements: Iterable[Element]) -> str:
    rows = [
        (
            f"`{element.id}`",
            f"`{element.action}`",
            *_both(element.words),
            ", ".join(element.roles) or "allen · all",
            ", ".join(element.needs),
            element.source,
            _from_until(element),
        )
        for element in elements
    ]
    headings = ("element", "actie · action", "wat", "what", "voor · for", "mits · needs", "bron", "geldt · in force")
    return _table(headings, rows)


def _suite_heading(suite: Suite) -> str:
    return f"\n## {suite.title.nl} · {suite.title.en}\n\nBestand · *file*: `expectations/{suite.name}.json`.\n"


def _suite(rules: Iterable[Rule]) -> str:
    rows = [
        (
            f"`{rule.name}`",
            "blokkeert · blocks" if rule.blocking else "",
            str(rule.weight or ""),
            *_both(rule.words),
            *(_both(rule.advice) if rule.advice else ("", "")),
            rule.source,
            _from_until(rule),
        )
        for rule in rules
    ]
    headings = (
        "regel · rule",
        "",
        "gewicht · weight",
        "mankeert",
        "lacks",
        "doe dit",
        "do this",
        "bron",
        "geldt · in force",
    )
    return _table(headings, rows)


def _danger(danger: DangerRules) -> str:
    rows = [
        (f"`{rule.id}`", f"`{rule.signal}`", *_both(rule.words), ", ".join(f"`{name}`" for name in rule.unless))
        for rule in danger.rules
    ]
    excuses = [(f"`{excuse.id}`", *_both(excuse.words)) for excuse in danger.excuses]
    return _table(("regel · rule", "signaal · signal", "leest", "reads", "tenzij · unless"), rows) + _table(
        ("tenzij · unless", "betekenis", "meaning"), excuses
    )


def _both(words: Words) -> tuple[str, str]:
    return words.nl, words.en


def _from_until(rule: Gate | Element | Rule) -> str:
    until = f" t/m {rule.effective_until}" if rule.effective_until else ""
    return f"{rule.effective_from}{until}"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n" + "".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |\n" for line in lines)


def shipped_page() -> str:
    """Return the page of the rules that ship."""
    return rules_page([read_suite(name) for name in SUITES], read_rules(), read_danger_rules())


if __name__ == "__main__":  # pragma: no cover
    PAGE.write_text(shipped_page(), encoding="utf-8")
