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
        ("Getuige: Wim Bloem, Zwanebloem 41, hoorde gebonk.", ("Zwanebloem", "41")),
        ("De hond is bij Wim Bloem, Kornoelje 7 drie hoog.", ("Kornoelje", "7", "hoog")),
        ("Kapper Wim Bloem zag het. Hij is te vinden tussen de bakker en de Zeeman.", ("bakker", "Zeeman")),
        ("Ik ben Wim Bloem. Zij kwam naar mijn huis, de flat boven de slager.", ("flat", "slager")),
        ("Naima zag dat Bloem en Smit zaten te kaarten in de kelderbox onder de trap.", ("kelderbox", "trap")),
        ("Getuige Bloem (een deur verder, zelfde portiek) hoorde gebonk.", ("deur", "portiek")),
        ("Meldster woont schuin tegenover met die witte schutting. Zij belde.", ("schuin", "schutting")),
        ("Getuige Wim Bloem, student, kamer 3 in hetzelfde pand, hield haar vast.", ("kamer", "pand")),
        ("Naima zag Wim Bloem. Die woont in de aanleunwoning naast de kerk van Jutrijp.", ("kerk", "Jutrijp")),
        ('Bloem: "ik woon in Elst, naast het tankstation".', ("Elst", "tankstation")),
        ("Nr. 201: klaas veldhoen, hoort ruzie. Nr. 205: geen gehoor.", ("201", "klaas", "veldhoen", "205")),
        ("nr 3 - van Es, niks gehoord", ("3", "Es")),
        ("Buurt: 10: mw. Smit, hoorde wat. 16: niemand thuis. 18: wil niet.", ("10", "Smit", "16", "18")),
        ("Wim Bloem, van nr 12, groene deur, zag het.", ("12", "groene")),
        ("Melder woont boven die winkel, ingang om de hoek.", ("winkel", "hoek")),
        ("Melder woont op nr 12 meisje zag hem.", ("12",)),
        ("Getuige Smit wnd onder de stomerij, 2-hoog voor, zag het.", ("stomerij", "hoog", "voor")),
        ("De buorfrou, de pleats mei it griene hek, hearde it.", ("pleats", "griene", "hek")),
        ("Benedenbuurman met de pet, 1 hoog links, belde.", ("hoog", "links")),
        ("Adres: flat Duinzicht, 4e etage, tweede deur v.a. de trap", ("Duinzicht", "tweede", "v.a.", "trap")),
        ("Een jongen met een pet woont op de camping, caravan met die slinger.", ("camping", "caravan", "slinger")),
        ("Buurvrouw, oudere dame, erg doof, appartement met gele gordijnen, hoorde het.", ("appartement", "gordijnen")),
        ("De buorman, it hûs mei de reade doar, hearde it.", ("hûs", "reade", "doar")),
        ("Mw. Smit, wnd. 3-hoog voor, boven de slijter, hoorde het.", ("hoog", "slijter")),
        ("Bloem heeft een volkstuin, nr 12, rood hok, daar zag hij het.", ("volkstuin", "12", "hok")),
        ("Melder (buur,14-d) hoorde gebonk.", ("14",)),
        (
            "Melder is Bloem. Haar huis: de oude woning waar altijd een kar naast de put staat.",
            ("woning", "kar", "put"),
        ),
        ("Ik ben Wim Bloem, ik ben van dat woonarkje met de geranium. Ik hoor gegil.", ("arkje", "geranium")),
        ("Wim Bloem zag het vanuit zijn volkstuin, nr 31 groen hek.", ("volkstuin", "31", "groen")),
        ("VE heeft bij Bloem gelogeerd, een huisje met blauwe luiken.", ("huisje", "blauwe", "luiken")),
        ("Gehoord van Wim Bloem (portiek 3).", ("portiek", "3")),
        ("Melder woont er schuin achter, met de zeilboot in de tuin.", ("schuin", "zeilboot", "tuin")),
        ("De broer, die in het witte rijtje aan de Molenstraat woont, sloeg hem.", ("rijtje", "Molenstraat")),
        ("Buurman Henk Vos woont W. de Zwijgerlaan 12 en zag het.", ("W.", "Zwijger", "12")),
        ("Buurvrouw Mirjam (P. Petersstr 7) zag het.", ("P.", "Peters", "7")),
        ("Hij reed naar neef Tjalling, Kerkeburen 5 Makkum.", ("Kerkeburen", "5", "Makkum")),
        ("Op 31 was niemand thuis. In 35 woont Wim Bloem.", ("31", "35")),
        ("Melder woont niet op nr 31 maar op 37.", ("31", "37")),
        ("Melder Bloem hoorde het vanaf nummer 53.", ("53",)),
        ("In de etage boven hen woont Wim Bloem.", ("etage", "boven")),
        ("De woning rechts naast de slager staat te huur, daar woonde Wim Bloem.", ("rechts", "slager")),
        ("De jongen van de verdieping eronder, de deur met de sticker, hoorde haar.", ("verdieping", "sticker")),
        ("Bloem woont in de flat naast de kerk, de laatste deur zonder bel.", ("flat", "kerk", "zonder", "bel")),
        ("Bloem woont op een ark aan de Vliet, vierde ligplaats vanaf de sluis.", ("ark", "vierde", "sluis")),
        ("De vrouw zit drie deuren verder, die met de kat in de vensterbank.", ("drie", "kat", "vensterbank")),
        ("Bloem is bewoner van het achterhuis bij de kuiperij, trap op.", ("achterhuis", "kuiperij", "trap")),
        ("Bloem woont op Hoeve Ter Lede, alleen bereikbaar via het zandpad.", ("Lede", "bereikbaar", "zandpad")),
        ("Bloem heeft haar naar de boerderij Zonnehoek gebracht.", ("boerderij", "Zonnehoek")),
        ("Bloem staat op het kamp, vak 6, derde van links.", ("kamp", "vak", "derde")),
        ("Bloem woont op nr 39, dat is de achterkant.", ("39", "achterkant")),
        ("Getuige Bloem (het voorste dijkhuisje aan de Vliet) belde.", ("voorste", "dijkhuisje")),
        ("Zij zit bij Bloem thuis, blok D van het hofje.", ("blok", "hofje")),
        ("Bloem woont op het Havenkwartier 19 rood.", ("19", "rood")),
        ("Bloem, Tollensstraat 18 (bovenste bel), zag hem.", ("18", "bovenste")),
        ("Adres van Bloem is bekend, Hoge Ladder 7.", ("Ladder", "7")),
        ("Zij keek op het lage huis recht ertegenover met de groene kap.", ("lage", "ertegenover", "kap")),
        ("Mijn naam is Wim Bloem. Ik woon in het achterhuis, ingang om de hoek.", ("achterhuis", "ingang")),
        ("Toen ik bij tante Wim sliep was het stil. Zij woont in die flat bij de molen.", ("flat", "molen")),
        ("Bloem zou haar onderdak geven in de flat bij het bos.", ("flat", "bos")),
        ("Op nr. 18 hoorden zij gegil. Die van 20 niet. Op 24 deed Bloem open.", ("18", "20", "24")),
        ("Zij liep naar de buurvrouw, drie huizen verder, het huis met de vlag.", ("drie", "huizen", "vlag")),
        ("De vrouw van beneden, deur met de slinger, kwam kijken.", ("beneden", "slinger")),
        ("De buurman van drie hoog voor zag het.", ("drie", "hoog", "voor")),
        ("De bewoner van het tuinhuis zag het.", ("tuinhuis",)),
        ("Daar zag Naima haar. Zij woont in Borne, het achterste huis bij het spoor.", ("Borne", "achterste", "spoor")),
        ("Bloem, Edestraat 31, schuur. Hij sliep.", ("Edestraat", "schuur")),
        ("Bloem, begane grond, aan de achterkant, hoorde haar.", ("begane", "grond", "achterkant")),
        ("Er lag een kaart met 9 4 0 1 - D K erop.", ("9 4 0 1", "D K")),
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
        "Melder belde op 12 augustus om 11 uur.",
        "De buren wonen daar al lang. Er woont ook een meisje van zes.",
        "De buurvrouw hoorde op 1e kerstdag geschreeuw.",
        "De bewoners van de flat zagen niets. De vrouw kwam van boven naar beneden.",
        "Naima woont nu in Borne. Later woont VE ook in Hengelo.",
        "Volgens de buurvrouw woont Naima nog steeds op 16.",
        "Ik ben van de galerij gevallen. Naima is de buurvrouw, 2 kinderen zagen het.",
        "Haar huis is vernield. Naima heeft vannacht niet geslapen, hij sloeg haar waar de kinderen zaten.",
        "De vrouw uit de woning had een bloedneus. In 2014 woonde Naima daar al.",
    ],
)
def test_the_home_of_the_family_stays(redactor: Redactor, text: str) -> None:
    assert redactor.redact_one(text, source="W", people=FAMILY).text == text


@pytest.mark.parametrize(
    "text", ["Gesproken met verpleegkundige I.", "agent A.", "Bloem, ", "Bloem (", "wonend", "getuige I.P"]
)
def test_a_text_that_ends_in_the_midst_of_a_name_is_redacted(redactor: Redactor, text: str) -> None:
    assert redactor.redact_one(text, source="W", people=FAMILY).spans is not None


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Paspoort NXH4K7D95 meegenomen.", "NXH4K7D95"),
        ("Mijn nieuwe nr is 0673 dan 44 dan 80 12.", "80"),
        ("Hij belt op een nummer dat eindigt op -4417.", "4417"),
        ("Mijn nummer: 06 - 7 zeven 1 4 vier 2 8 9.", "zeven"),
        ("Bel 06-7O122334 terug.", "7O122334"),
    ],
)
def test_a_number_in_another_dress_goes(redactor: Redactor, text: str, gone: str) -> None:
    assert gone not in (redactor.redact_one(text, source="W", people=FAMILY).text or "")
