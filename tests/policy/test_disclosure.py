"""Ground and duty of secrecy that go with a disclosure, in versions."""

from datetime import date

import pytest

from pipeline.errors import PolicyError
from pipeline.policy.disclosure import read_disclosure

VERSION = """
[[version]]
effective_from = {since}
ground = "{ground}"
secrecy_notice = "x"
"""


def versions(tmp_path, since="2026-07-01"):
    file = tmp_path / "disclosure.toml"
    old = VERSION.format(since="2015-01-01", ground="old law")
    file.write_text(old + VERSION.format(since=since, ground="new law"))
    return file


@pytest.mark.parametrize(
    ("night", "ground"),
    [(date(2014, 1, 1), "old law"), (date(2026, 6, 30), "old law"), (date(2026, 7, 1), "new law")],
)
def test_a_disclosure_goes_on_the_ground_of_its_night(tmp_path, night, ground):
    assert read_disclosure(night, versions(tmp_path)).ground == ground


def test_what_ships_names_ground_and_secrecy():
    shipped = read_disclosure(date(2026, 11, 22))
    assert "Wpg 18(1)" in shipped.ground
    assert "Wpg art. 7 lid 2" in shipped.secrecy_notice


@pytest.mark.parametrize("text", ["", "version = []", "[[version]]", "ground = 1"])
def test_a_disclosure_without_words_is_refused(tmp_path, text):
    file = tmp_path / "disclosure.toml"
    file.write_text(text)
    with pytest.raises(PolicyError, match=r"disclosure\.toml"):
        read_disclosure(date(2026, 11, 22), file)


def test_two_grounds_of_one_day_are_refused(tmp_path):
    with pytest.raises(PolicyError, match="two of one day"):
        read_disclosure(date(2026, 11, 22), versions(tmp_path, since="2015-01-01"))
