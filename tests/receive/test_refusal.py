"""Every refusal has its words, the same in two languages, and every sentence is one that a person can act on."""

import re
from pathlib import Path
from string import Formatter

import pytest

from pipeline.receive.refusal import DEFAULT, read_refusals, refuse

SOURCE = Path(__file__).parents[2] / "pipeline"
USED = {
    key
    for file in SOURCE.rglob("*.py")
    for key in re.findall(r'raise refuse(?:d\(|\([^()"]*(?:"manifest.json", )?)"([a-z_0-9]+)"', file.read_text())
}


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_what_is_raised_has_words_and_what_has_words_is_raised():
    assert read_refusals().keys() - {DEFAULT} == USED


@pytest.mark.parametrize("key", sorted(read_refusals().keys() - {DEFAULT}))
def test_both_languages_name_the_same(key):
    entry = read_refusals()[key]
    dutch, english = entry["problem"]
    assert dutch != english
    assert names_in(dutch) == names_in(english)
    assert len(entry.get("advice", ["", ""])) == 2


def test_a_refusal_says_who_where_what_and_what_to_do():
    refusal = refuse("RE06", "registraties.csv", "rows", promised=4, found=3)
    assert refusal.dutch == (
        "RE06, registraties.csv: het manifest belooft 4 rijen en er zijn er 3."
        " Lever de export opnieuw aan, onder een ander export_id."
    )
    assert refusal.say("en").endswith("4 rows and 3 are there. Deliver the export anew under another export_id.")
    assert refusal.dutch in str(refusal)
    assert refusal.english in str(refusal)
