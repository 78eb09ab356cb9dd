"""Whom Veilig Thuis can ask about a report."""

import pytest

from pipeline.policy.agreements import Contact
from pipeline.screen.contact import REACHED_BY, with_desk
from tests.builders import registrations

DESK = Contact("Loket", "0900-8844", "loket@politie.example")
NOTHING = {"contact_department": "Team Noord", "contact_phone": None, "contact_email": None}


def reached(left, said):
    return with_desk(registrations(left), registrations(said), DESK).select("contact_department", *REACHED_BY).row(0)


def test_where_only_an_officer_could_be_reached_the_units_desk_can():
    assert reached(NOTHING, NOTHING | {"contact_email": "j.officer@politie.example"}) == (
        *("Loket", "0900-8844", "loket@politie.example"),
    )


@pytest.mark.parametrize("named", ["contact_department", "contact_email"])
def test_the_number_beside_an_officer_and_no_desk_is_that_officers(named):
    left = dict.fromkeys(NOTHING) | {"contact_phone": "0612345678"}
    assert reached(left, left | {named: "brigadier De Officer"}) == ("Loket", "0900-8844", "loket@politie.example")


def test_a_number_that_no_officer_is_named_beside_stays():
    left = dict.fromkeys(NOTHING) | {"contact_phone": "0900-1234"}
    assert reached(left, left) == (None, "0900-1234", None)


def test_a_desk_that_can_be_reached_stays_as_the_registration_says_it():
    own = NOTHING | {"contact_phone": "0900-1234"}
    assert reached(own, own | {"contact_email": "j.officer@politie.example"}) == ("Team Noord", "0900-1234", None)


def test_where_nobody_was_named_nobody_is():
    assert reached(NOTHING, NOTHING) == ("Team Noord", None, None)
