"""Whom a youth concern is about, and whom of the police to ask."""

from datetime import date

import pytest

from pipeline.outbox.contact import NAME, Reach
from pipeline.outbox.delivery import _is_minor

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("born", "minor"),
    [
        ("2008-11-22", False),  # eighteen on the day
        ("2008-11-23", True),
        ("2008-11-00", True),
        ("2008-00-00", True),
        ("2007-12-31", False),
        ("2020-01-01", True),
        ("0000-01-01", False),
        ("", False),
        (None, False),
    ],
)
def test_who_is_a_minor(born, minor):
    assert _is_minor({"birth_date": born}, DAY) is minor


@pytest.mark.parametrize(("length", "left_over"), [(NAME, False), (NAME + 1, True)])
def test_a_department_that_a_name_cannot_hold_is_said_elsewhere_too(length, left_over):
    said = "x" * length
    reach = Reach(said, None, None)
    assert reach.name == said[:NAME]
    assert reach.left_over == (said if left_over else None)
    assert (Reach(None, None, None).name, Reach(None, None, None).left_over) == (None, None)
