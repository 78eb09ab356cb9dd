"""What somebody is called on a screen, in words that anybody's name may be."""

import pytest

from tests.redact.family import FAMILY

GONE = [
    ("Zij kreeg een Tikkie van Mister Zand, 40 euro.", "Mister Zand"),
    ("OP HAAR TELEFOON STOND EEN TIKKIE VAN DJ QORANJO VAN 40 EURO.", "DJ QORANJO"),
    ("Hij appt haar als De Beul 020 en lacht.", "Beul 020"),
    ("Zij appte hem als Lief☀Elif en weg.", "Lief Elif"),
    ("Het nummer staat in mijn telefoon als Dennis Nooit Opnemen.", "Nooit Opnemen"),
    ("Hij is bij haar opgeslagen als Monster Vries.", "Monster"),
    ("Afzender van die appjes is Klussen en Zo.", "Klussen Zo"),
    ("Op TikTok staat hij als Dennis, 29, matroos.", "29 matroos"),
    ("Hij gebruikt Koning Zand op Instagram.", "Koning Zand"),
    ("Hij zette het op Facebook Dennis Vries (Amersfoort): waar is ze.", "Vries (Amersfoort)"),
    ("Ze kreeg vannacht berichten van ♛Zandkoning♛ op haar telefoon.", "Zandkoning"),
    ("Ik app met hem als dennis.vr en bel niet.", "dennis.vr"),
    ("Zij stuurde het naar jayden.k16. Daarna niets.", "jayden.k16"),
    ("Zijn accounts: @zand_026, woestijnvosje.", "woestijnvosje"),
    ("Die man noemt zich ricky.ehv, zei Elif.", "ricky.ehv"),
    ("Van wie ook 026.savage is.", "026.savage"),
    ("Twee accounts: boze.beer en zoetevink.", "boze.beer zoetevink"),
    ("Zij werd getagd door fam.zandje.", "fam.zandje"),
    ("Zij heeft hem als Eikel 1 in haar contacten.", "Eikel"),
    ("Hij belde via Gmail, inlog zandman91.", "zandman91"),
    ("Zijn Signal-naam is Schaduw.", "Schaduw"),
    ("Zijn gamertag luidt Frost Zand.", "Frost Zand"),
    ("Zijn Xbox live tag: UTR Zand 88.", "UTR Zand 88"),
    ("In de appgroep Zand Familie dreigde hij.", "Zand Familie"),
    ("Zij blokkeerde j.zand88, daarna kwam j.zand89.", "j.zand88 j.zand89"),
]
STAY = [
    "Zij kreeg een appje van Dennis en appte terug als altijd.",
    "Op Facebook met Elif Öztürk gezien, hij speelt op de Xbox met Jayden.",
    "Hij stuurde haar: ik hou van jou❤️ en kom nou.",
    "Hij kwam naar school.ze liep weg en belde naar huis.",
    "Bericht via WhatsApp: Ik Vermoord Je.",
    "Betaalverzoek van Dennis van 500 euro onder dreiging.",
    "In haar telefoon staan 40 dreigementen van Dennis.",
    "De snap van SO is gehackt, daarna kreeg VE een app van SO.",
    "Hij streamt op Twitch en deelt een playlist, zij heeft hem geblokkeerd.",
    "In de appgroep Elif en Dennis bedreigd, op Insta staat hij als altijd.",
]


@pytest.mark.parametrize(("text", "gone"), GONE, ids=range(len(GONE)))
def test_a_name_on_a_screen_goes(redactor, text, gone):
    done = redactor.redact_one(text, source="V", people=FAMILY)
    assert [word for word in gone.split() if word in (done.text or "")] == []
    assert "handle" in {span.kind for span in done.spans}


@pytest.mark.parametrize("text", STAY, ids=range(len(STAY)))
def test_who_of_the_family_wrote_stays(redactor, text):
    assert redactor.redact_one(text, source="V", people=FAMILY).text == text


@pytest.mark.parametrize(
    "words", ["tikkie van A ", "appt als ", "in de telefoon ", "van Aa op ", "@aa, ", "als aaa.bb "]
)
def test_a_text_of_nothing_but_what_leads_to_one_is_read_in_linear_time(redactor, seconds_of, words):
    text = words * (40_000 // len(words))
    assert seconds_of(lambda: redactor.redact_one(text, source="W", people=[])) < 3
