"""The answer as a page that stands by itself: Dutch with English on a switch, for a screen, a phone and paper."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from pipeline.impact.changes import in_dutch
from pipeline.impact.document import OUTCOME_WORDS, SHOWN, Document
from pipeline.pages import page_environment
from pipeline.policy.rules import read_rules
from pipeline.policy.suites import read_suite
from pipeline.policy.words import Words
from pipeline.reports.period import Period

PLACES: Final = {
    "vt": Words("Veilig Thuis", "Veilig Thuis"),
    "desk": Words("loket", "desk"),
    "units": Words("eenheden", "units"),
}
LACKS: Final = {
    "facts": Words("niets meer bewaard", "nothing is kept any more"),
    "tables": Words("tabellen niet meer bewaard", "tables are no longer kept"),
    "delivered": Words("levering niet meer bewaard", "the export is no longer kept"),
}
WHATS: Final = {
    "agreement": Words("werkafspraak", "agreement"),
    "criterion": Words("criterium", "criterion"),
    "gate": Words("poort", "gate"),
    "element": Words("element", "element"),
    "quality": Words("kwaliteitsregel", "quality rule"),
    "text": Words("tekstregels", "rules on texts"),
}
MOST: Final = 40
"""Moves on the page; the table beside it holds all."""


def impact_page(document: Document) -> str:
    """Return the page as HTML."""
    environment = page_environment("pipeline.impact")
    environment.filters |= {"nl": _nl, "en": _en, "signed": _signed, "in_dutch": in_dutch}
    return environment.get_template("impact.html").render(
        document=document,
        nights=Period(*(date.fromisoformat(document[end]) for end in ("from", "to"))).words,
        shown=SHOWN,
        outcomes=OUTCOME_WORDS,
        places=PLACES,
        lacks=LACKS,
        whats=WHATS,
        rules=_rule_words(),
        elements={element.id: element.words for element in read_rules().elements},
        most=MOST,
    )


def _rule_words() -> dict[str, Words]:
    """Return what each gate and criterion says."""
    criteria = {rule.name: rule.words for rule in read_suite("well_founded").rules}
    return criteria | {gate.id: gate.words for gate in read_rules().gates}


def _en(number: float, digits: int = 0) -> str:
    return f"{number:,.{digits}f}"


def _nl(number: float, digits: int = 0) -> str:
    return _en(number, digits).translate(str.maketrans(",.", ".,"))


def _signed(difference: float, language: str, digits: int = 0) -> str:
    """Return a difference with its sign; nothing where there is none."""
    if not round(difference, digits):
        return ""
    sign = "+" if difference > 0 else "−"
    write: Any = _nl if language == "nl" else _en
    return f"{sign}{write(abs(difference), digits)}"
