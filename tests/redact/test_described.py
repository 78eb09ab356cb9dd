"""People outside who are told by their looks, their work or where they are found, with a name and without."""

import pytest

from tests.redact.family import FAMILY

GONE = [
    ("De chef van de Hema belt: zij komt al een week niet.", "chef Hema"),
    ("Melding kwam van de man van de SRV-wagen.", "man SRV-wagen"),
    ("Ank van de loterij stond beneden.", "Ank loterij"),
    ("Mo, van Taxi Linge, bracht hem weg.", "Mo Taxi Linge"),
    ("Het was Sjaan met de groene hoed die riep.", "Sjaan groene hoed"),
    ("Buurman Cor met het hondje Wodan belde 112.", "Cor hondje Wodan"),
    ("Mirjam de benedenbuurvrouw met de twee teckels liep mee.", "Mirjam twee teckels"),
    ("Dat zei ook Ton Meulman, die van de patatkar.", "Meulman patatkar"),
    ("Wies en haar man, de mensen van de duiven, horen het.", "Wies man duiven"),
    ("TRUUS VAN DE KAASKRAAM HIELD HAAR VAST.", "TRUUS KAASKRAAM"),
    ("Stamgast 'Dikke Joop' sprong op.", "Dikke Joop"),
    ("Beelden van Gé Meulman aan de overkant van het plein.", "Gé Meulman overkant plein"),
    ("De dame met de paarse pruik, die boven woont, riep.", "dame paarse pruik boven"),
    ("Een maaltijdkoerier met een witte helm belde.", "maaltijdkoerier witte helm"),
    ("De man van de kaaswinkel zag het.", "man kaaswinkel"),
    ("Een vrouw met een witte poedel hoorde gegil.", "vrouw witte poedel"),
    ("De vrouw met het hondje verklaarde te hebben gezien dat hij haar sloeg.", "hondje"),
    ("De man met de hond zag dat hij haar sloeg.", "man hond"),
    ("De man met de hond kwam tussenbeide toen hij haar sloeg.", "man hond"),
    ("De man in het trainingspak trok hem van haar af en werd gestompt.", "trainingspak"),
    ("De beveiliger van de winkel trok hem van haar af.", "beveiliger winkel"),
]
STAY = [
    "Haar man van de Hema kwam thuis en sloeg haar.",
    "Ter plaatse troffen wij een vrouw in een badjas met een blauw oog.",
    "Wij zagen een vrouw met een verband om haar hoofd op de stoep zitten.",
    "Een man met een capuchon sloeg haar met een stok.",
    "Een man met een mes stond daar, een vrouw met een bloedneus op de stoep.",
    "Dennis is een man met een baard.",
    "Een man met een zwarte jas, dit bleek Dennis te zijn.",
    "De man van de buurvrouw en de vader van de kinderen waren er.",
    "Hij zag een vrouw met een gebroken bril in haar wenkbrauw.",
    "De man met de baard sloeg haar met een riem.",
    "De vrouw in het zwarte vest had een bloedneus.",
    "De man op de scooter reed op haar in.",
    "De mannen in de bus hielden haar vast.",
    "De vrouw met de kinderwagen werd door haar man tegen de grond geduwd.",
    "Wij zagen de vrouw met haar jas aan naar buiten lopen.",
    "De man van de garage is haar ex en heeft haar gewurgd.",
    "De eigenaar van de kroeg is haar partner en heeft haar gestompt.",
    "De jongen van de pizza is de zoon van Dennis en werd geslagen.",
    "De man met de tatoeage in zijn nek is Dennis.",
    "Het stel met de kinderwagen had ruzie, de man sloeg de vrouw.",
]


@pytest.mark.parametrize(("text", "gone"), GONE, ids=range(len(GONE)))
def test_what_tells_who_is_meant_goes(redactor, text, gone):
    left = redactor.redact_one(text, source="W", people=FAMILY).text or ""
    assert [word for word in gone.split() if word in left] == []


@pytest.mark.parametrize("text", STAY, ids=range(len(STAY)))
def test_who_is_involved_and_what_he_did_stays(redactor, text):
    assert redactor.redact_one(text, source="W", people=FAMILY).text == text


def test_what_a_neighbour_is_called_by_is_in_the_token(redactor):
    told = redactor.redact_one("Dat zag Wies de overbuurvrouw van de bloemen.", source="W", people=FAMILY).text
    assert "overbuurvrouw" in told or "[derde]" in told


@pytest.mark.parametrize("words", ["man met pet ", "man van de kar ", "Kees van de kar, ", "een man met een "])
def test_a_text_of_nothing_but_descriptions_is_read_in_linear_time(redactor, seconds_of, words):
    text = words * (40_000 // len(words))
    assert seconds_of(lambda: redactor.redact_one(text, source="W", people=[])) < 3
