"""Where somebody outside lives, told without a street; and where the family lives, which stays."""

import pytest

from pipeline.redact import Redactor, Subject
from pipeline.redact.people import Address

FAMILY = [
    Subject("SO", "Bouazza", "el", "Naima", address=Address("Tollensstraat", "14", "3521XK", "Utrecht")),
    Subject("GE", "Bloem", None, "Wim"),
]


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Getuige Bloem (een deur verder, zelfde portiek) hoorde gebonk.", ("deur", "portiek")),
        ("Meldster woont schuin tegenover met die witte schutting. Zij belde.", ("schuin", "schutting")),
        ("Getuige Wim Bloem, student, kamer 3 in hetzelfde pand, hield haar vast.", ("kamer", "pand")),
        ("Naima zag Wim Bloem. Die woont in de aanleunwoning naast de kerk van Jutrijp.", ("kerk", "Jutrijp")),
        ('Bloem: "ik woon in Elst, naast het tankstation".', ("Elst", "tankstation")),
        ("Wim Bloem, van nr 12, groene deur, zag het.", ("12", "groene")),
        ("De broer, die in het witte rijtje aan de Molenstraat woont, sloeg hem.", ("rijtje", "Molenstraat")),
    ],
)
def test_a_home_of_somebody_outside_goes(redactor: Redactor, text: str, gone: tuple[str, ...]) -> None:
    left = redactor.redact_one(text, source="W", people=FAMILY).text or ""
    assert "[adres]" in left
    assert not any(word in left for word in gone), left


@pytest.mark.parametrize(
    "text",
    [
        "Naima woont met de kinderen op de Tollensstraat 14.",
        "SO woont boven de zaak van haar man.",
        "Melder zag dat Naima in de deur van haar woning stond.",
    ],
)
def test_the_home_of_the_family_stays(redactor: Redactor, text: str) -> None:
    assert redactor.redact_one(text, source="W", people=FAMILY).text == text


@pytest.mark.parametrize(
    "text", ["Gesproken met verpleegkundige I.", "agent A.", "Bloem, ", "Bloem (", "wonend", "getuige I.P"]
)
def test_a_text_that_ends_in_the_midst_of_a_name_is_redacted(redactor: Redactor, text: str) -> None:
    assert redactor.redact_one(text, source="W", people=FAMILY).spans is not None
