"""Numbers, plates and mail as somebody read them out, or as far as somebody remembers them."""

import pytest

from tests.redact.family import FAMILY

GONE = [
    ("Bereikbaar op nul zes, zeven een twee, dubbel vijf, nul drie acht. Belt morgen.", "nul zeven dubbel acht"),
    ("Haar moeder heeft nul6 zeven1 twee4 vijf5 08. Belt morgen.", "nul6 zeven1 vijf5 08"),
    ("Zij noteerde zes zeven een vier, achttien, tweeëntwintig, nul. Belt morgen.", "zes veertien achttien nul"),
    ("Gebeld vanaf zero six seven one double four 0 9 2. Belt morgen.", "zero six double 092"),
    ("Gebeld door 06 spatie 71 22 nul een 45. Belt morgen.", "06 spatie 71 45"),
    ("Hij gaf 06 71 22 30 en nog een cijfer of twee. Belt morgen.", "06 71 cijfer"),
    ("Hij gaf 0671 en iets met 884 op het eind. Belt morgen.", "0671 iets 884"),
    ("Hij belt met een nummer dat begint met 0671. Belt morgen.", "0671"),
    ("Zijn nr eindigt op tweeëntachtig nul vier. Belt morgen.", "tweeëntachtig nul vier"),
    ("Mail naar r o b drie aapje example punt net. Belt morgen.", "r o b drie aapje example net"),
    ("Mail: bos min haring, en dan apenstaart, dan example.org. Belt morgen.", "bos min haring example org"),
    ("Mail naar k haring at example punt net. Belt morgen.", "k haring at example"),
    ("Zij reed in een auto met WX 4471C erop. Belt morgen.", "WX 4471C"),
    ("Hij leende zijn neef PO 2LM81 uit. Belt morgen.", "PO 2LM81"),
    ("Een blauwe Twingo, twaalf, Simon Karel, vier vijf nul. Belt morgen.", "twaalf Simon Karel vier nul"),
    ("Een blauwe Twingo met ??-KSR-2 erop. Belt morgen.", "KSR 2"),
    ("Een blauwe Twingo, SR en dan iets met 58. Belt morgen.", "SR 58"),
    ("Zij belde met 06 7122 33 vierenveertig. Belt morgen.", "7122 33 vierenveertig"),
    ("Een nr dat begint met nul zes zeven vier. Belt morgen.", "nul zes zeven vier"),
    ("Nieuw adres ligt bij 47720. Belt morgen.", "47720"),
    ("Hij toonde zijn legitimatie (pol.nr 41877). Belt morgen.", "41877"),
    ("Het nummer eindigt op ..4417. Belt morgen.", "4417"),
    ("De laatste cijfers zijn 4 4 1 7. Belt morgen.", "4 1 7"),
    ("De praktijk, doorkiesnummer 4417. Belt morgen.", "4417"),
    ("Bel haar op 0515 oh 77 21 09. Belt morgen.", "0515 oh 77 09"),
    ("Zij gaf o6-seven one 44 one 909 op. Belt morgen.", "seven one 909"),
    ("Een blauwe Twingo, nul acht GHB vier. Belt morgen.", "nul GHB vier"),
    ("Zijn scooter d-hp-07-k staat nog daar. Belt morgen.", "hp 07"),
    ("Mail naar lukasz-transport(apestaart)example,org. Belt morgen.", "lukasz transport example org"),
    ("Gehoord door brigadier M. Haverkamp (stamnr 31-0977). Belt morgen.", "31 0977"),
    ("Een nummer dat op 88 eindigt en met 067 begint. Belt morgen.", "88 067"),
    ("Zij onthield 0671 en dan 22. Belt morgen.", "0671 22"),
]
STAY = [
    "De auto reed 3 km 20 meter verder. Hij dronk 2 dl 5 keer. Oh, 3 keer nee en 4 keer ja.",
    "Om 06 30 en een half uur later sloeg hij weer.",
    "Op 06-12 en iets later in dat jaar ging het mis.",
    "Hij sloeg zes, zeven keer, de kinderen zijn 3, 6, 7 en 9 jaar.",
    "Hij telde een, twee, drie en sloeg toen.",
    "OP 12 MEI 2024 WAS DE AUTO WEG. BUS OM 1530 UUR TP, SO 34 JAAR.",
    "Opa kocht zijn auto, een BMW 320, voor 3000 euro.",
    "Het begin was om 06.15 uur, aan het eind van de straat om 07.00 uur.",
    "06-11-2026 en nog een keer op 08-11-2026 sloeg hij haar.",
    "Het begon met 1 klap en eindigde met 12 hechtingen.",
    "Hij eindigde met twee schoppen tegen haar hoofd.",
    "De omgang eindigt op 12 maart.",
    "Hij eindigde ... 12 klappen later, bij toestel 3 van de sportschool.",
]


def left_of(redactor, text):
    return redactor.redact_one(text, source="W", people=FAMILY).text


@pytest.mark.parametrize(("text", "gone"), GONE, ids=range(len(GONE)))
def test_what_was_read_out_or_half_remembered_goes(redactor, text, gone):
    left = left_of(redactor, text)
    words = left.replace(".", " ").replace(",", " ").replace("-", " ").split()
    assert [word for word in gone.split() if word in words] == []
    assert left.endswith("Belt morgen.")


@pytest.mark.parametrize("text", STAY, ids=range(len(STAY)))
def test_times_counts_and_models_stay(redactor, text):
    assert left_of(redactor, text) == text


@pytest.mark.parametrize(
    "words", ["nul zes ", "06 7 en ", "r o b ", "zes zeven ", "auto 12 anton ", "kenteken iets met "]
)
def test_a_text_that_reads_out_without_end_is_read_in_linear_time(redactor, seconds_of, words):
    text = words * (40_000 // len(words))
    assert seconds_of(lambda: redactor.redact_one(text, source="W", people=[])) < 3
