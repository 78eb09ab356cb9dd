"""Diagnosis, treatment and medicine by their words and by what stands in the house; what only sounds alike stays."""

import pytest

from tests.redact.family import FAMILY

GONE = [
    "op de magnetron stond eutirox",
    "zij had zopliclon op tafel staan",
    "naast de wasbak stond fluconazol",
    "zij heeft mifepriston besteld via internet",
    "Dennis zei dat hij zijn pammetjes kwijt was",
    "zij wilde haar levetirasetam pakken",
    "op het aanrecht lag zoloftan 50mg",
    "elif heeft pcos",
    "vader heeft als en kan niet meer praten",
    "de dochter heeft een vorm van ass",
    "vader heeft een stent",
    "zoon heeft een alcoholverslaving",
    "in de hal stond een rollator",
    "in de wc hing een verhoogd toilet",
    "er hangt een sleutelkluisje van de thuiszorg",
    "hij gaat naar de dagbesteding",
    "Jayden gaat naar een medisch kinderdagverblijf",
    "hij woont sinds mei begeleid bij Kwintes",
]
"""By class: a brand, a misspelling, a pet name, a dose, a short name of an illness, a thing in the house, care."""
STAY = [
    "Melder hoorde harde stemmen en een klap.",
    "Dennis trok het gehoorapparaat uit haar oor.",
    "Elif is ziek van de ruzies.",
    "Ik schop jou een rolstoel in.",
    "Het gesprek is opgenomen op de telefoon van Elif.",
    "Dennis blies 520 ug/l en had 1,9 mg/ml alcohol in zijn bloed.",
    "Dennis duwde haar moeder met de rollator om.",
    "Een oudere heer met rollator stond te kijken.",
    "Zij werkt voor de thuiszorg en had haar dienstauto bij zich.",
    "De thuiszorg telt zes blauwe plekken.",
    "De wijkverpleegkundige zag de bult op haar hoofd.",
    "Dennis betaalt de borg in depot bij de notaris.",
    "Hij is verslaafd aan voetbal.",
    "Hij zette haar een mes in de buik en keek van dichterbij toe.",
    "De strip van de deur lag los.",
    "Elif nam een paracetamol na de klap.",
]


@pytest.mark.parametrize("text", GONE, ids=range(len(GONE)))
def test_what_tells_an_illness_goes(redactor, text):
    done = redactor.redact_one(f"Elif huilde. {text}. Dennis ging weg.", source="W", people=FAMILY)
    assert "medical" in {span.kind for span in done.spans}
    assert text.split()[-1] not in done.text
    assert done.text.startswith("Elif huilde.")
    assert done.text.endswith("Dennis ging weg.")


@pytest.mark.parametrize("text", STAY, ids=range(len(STAY)))
def test_what_sounds_alike_stays(redactor, text):
    assert redactor.redact_one(text, source="W", people=FAMILY).text == text
