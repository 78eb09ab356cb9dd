"""Names in unusual dress: a form's field, initials behind a comma, a nickname, a particle cut short."""

import re
from time import process_time

import pytest

from pipeline.redact import Subject
from tests.redact.family import FAMILY

GONE = [
    ("Get. KRUIT, P. wnd boven de winkel, hoorde glas.", "KRUIT P"),
    ("Getuige MOLENAAR, van der, P.J. zag alles.", "MOLENAAR P J"),
    ("Getuige Slot, H. gaf aan dat hij niets zag.", "Slot H"),
    ("Naam: KEUR, de, M.P.\nTel: geen", "KEUR M P"),
    ("| GET | van Balgoij tot Duister, gezegd Prumper, A.B. | buur |", "Balgoij Duister gezegd Prumper A B"),
    ("SO: Elif\nGE: Kim b.(buur,4-C)", "Kim b"),
    ("getuige Abrehet Woldemar-\niam stond erbij", "Abrehet Woldemar iam"),
    ("Zijn maat joop Visser stond erbij. visser MOCHT GAAN.", "joop Visser visser"),
    ("Scooter op naam v. SAID ben Omar el-Bouchibti", "SAID Omar Bouchibti"),
    ("Eigenaar Sven-Ove v. Dalen.", "Sven Ove Dalen"),
    ("Bebloed, get: Overeem v.d. avondwinkel", "Overeem avondwinkel"),
    ("Zij riep, get. Man-A-Hing, Ho A Tjak", "Man Hing Ho A Tjak"),
    ("Foto's gemaakt door W.K.; in map.", "W K"),
    ("B. v. d. S. maatschappelijk werker", "B S"),
    ("Getekend: brig. 't Kuikentje.", "Kuikentje"),
    ("Hoi met Lotje, ik hoor geschreeuw.", "Lotje"),
    ("Zag iemand die ze 'Stuiter' noemen weglopen.", "Stuiter"),
    ('Erbij stonden Piet/Gerard/"Knoest"/Karim.', "Piet Gerard Knoest Karim"),
    ("Melder: HET ECHTPAAR DE KUIL - MOL, MELKVEEHOUDERIJ. Gehoord.", "KUIL MOL MELKVEEHOUDERIJ"),
    ("Daar waren ook si Brahim, pan Leszek en kleine Mo.", "si Brahim pan Leszek kleine Mo"),
    ("Melder = de koerier v/d slagerij aan de overkant", "koerier slagerij overkant"),
    ("Anonieme beller zei 'ik sta op de markt naast haar kraam' en hing op.", "markt kraam"),
    ("Zijn vriend Gijs met dat ene been stond erbij.", "Gijs been"),
    ("Ik zag Gijs uit de spoelkeuken van het hotel wegrennen.", "Gijs spoelkeuken hotel"),
    ("Mevrouw Fieke uit de tweede bocht zag het.", "Fieke tweede bocht"),
    ("Dhr Wong Kai-Lun (van afhaal Lotus) belde.", "Wong Kai Lun afhaal Lotus"),
    ("Bellers: dhr P. Bos, mevr. Mus en MUSJE zijn dezelfde.", "Bos Mus MUSJE"),
    ("Hij klust met ene Akker Jansma. Akkers hele familie deed niets.", "Akker Jansma Akkers"),
    ("Verpleegkundige R. Hoek-v.d. Hoek. Daarna gebeld.", "R Hoek v d"),
    ("Was mee met Ruud. Gr Bart vW", "Bart vW"),
    ("H.Y., hulpverlener, wil niet genoemd worden.", "H Y"),
    ("Verdachte is aangehouden. kvdw", "kvdw"),
    ("Verdachte is aangehouden. m. el k.", "m el k"),
    ('De wacht is afgelost door "Lange Teun".', "Lange Teun"),
    ("'Tjalf' van de sleutelbar zag hem slaan.", "Tjalf sleutelbar"),
    ("Van Ferry de kastelein hoorde ik dat VE dronk.", "Ferry kastelein"),
    ("Melder is de eigenaar van bloemenzaak Luxor in de Klarenstraat.", "eigenaar bloemenzaak Luxor Klarenstraat"),
    ("Briefje, ondertekend door een bezorgde vrijwilliger van de leesclub.", "vrijwilliger leesclub"),
    ("Zijn baas is Van der Laan. Afgelost door Bosman en Ter Haar.", "Laan Bosman Haar"),
    ("GE2: 't Hert, Ilse\nPV volgt.", "t Hert Ilse"),
    ("Zij belde haar kleinzoonSven, mevrouwSpijkerman stond erbij.", "Sven Spijkerman"),
    ("Kuipers B. en Storm T. hielden hem vast.", "Kuipers B Storm T"),
    ("Bewoner 205 (M. Sterk) hoorde haar gillen.", "M Sterk"),
    ("Gebeld door dr. E. van de spoedpost.", "E"),
    ("Gebeld door Ricardo Tjon A Fat, eigenaar.", "Ricardo Tjon A Fat"),
    ("Ter plaatse: Tess de Bont, Ali en anderen.", "Tess Bont Ali"),
    ("Haar huurbaas storm belde.", "storm"),
    ("De melding kwam van K. Post.", "K Post"),
    ("Ter plaatse met coll. de V. en agent van der B. van het team.", "V B"),
    ("Met buurman-Harmen gesproken.", "Harmen"),
    ("S. Koster / buurt-Annie zeggen dat zij om hulp riep.", "S Koster Annie"),
    ("Verslag L. Zwartjes (leerkracht): kind tekende een vuist.", "L Zwartjes"),
    ("Storm, wijkverpleegkundige, belde opnieuw.", "Storm"),
    ("Gebeld met mw vd. Stoep, zij hoorde gegil.", "Stoep"),
    ("Vd Stoep stond zelf op de galerij.", "Vd Stoep"),
    ("Zij zat bij van der velde in de auto.", "velde"),
    ("Wil van Tricht belde 112.", "Wil Tricht"),
    ("De jongen staat bekend als KJ.", "KJ"),
    ("KEES KOSTER, FACTUUR OP TAFEL. VE SLOEG HAAR IN DE KEUKEN.", "KEES KOSTER"),
]
STAY = [
    ("Man = VRIES, de, D., ex van slo.", "VRIES de D ex"),
    ("ÖZTÜRK, E. huilde. De Vries, Dennis sloeg.", "ÖZTÜRK E De Vries Dennis"),
    ("Vader, J. en moeder sloegen.", "Vader J moeder"),
    ("Naam: Dennis de Vries\nTel: geen", "Naam Dennis de Vries"),
    ("Melder: Onbekende Man\nGetuige: Geen Bekend", "Onbekende Man Geen Bekend"),
    ("| VE | de Vries, D. | man |", "de Vries D man"),
    ("Naam: Melding Huiselijk Geweld, afgesloten", "Melding Huiselijk Geweld"),
    ("Aangehouden door D.V. en meegenomen.", "door D V"),
    ("D. de V. sloeg haar", "D de V"),
    ("Goedenavond met Elif, mijn man slaat.", "Elif"),
    ("Met een pollepel, ik zag het.", "een pollepel"),
    ("Een man die ze 'Dennis' noemen sloeg.", "man Dennis"),
    ("Het echtpaar Öztürk - De Vries heeft ruzie.", "echtpaar Öztürk De Vries"),
    ("Sloeg met de pan Dennis op het hoofd.", "de pan Dennis"),
    ("Moeder zei 'ik sta op de markt naast haar kraam'", "ik sta markt kraam"),
    ("Hij woont met haar in dit gezin Dorpsstraat 12.", "gezin Dorpsstraat"),
    ("Zij woont in Ter Apel aan de Van der Laanstraat.", "Ter Apel"),
    ("Hij schopte de deur in.DennisenElifstonden binnen.", "DennisenElifstonden"),
    ("Zij zegt: papa heet tata Dennis. Tata duwde haar.", "tata Dennis Tata"),
    ("D.V., hulpverlener, wil niet", "D V hulpverlener"),
    ("Melding van een conciërge van de school en van de huurder van haar woning.", "conciërge school huurder woning"),
    ("Melding van een ruzie in de woning van de buren. Dennis is aangehouden. pvb", "ruzie woning buren"),
    ("Melding van een medewerker van Veilig Thuis dat hij haar slaat.", "medewerker Veilig Thuis"),
    ("Letsel: schaafwond, K. gehecht.", "schaafwond"),
    ("Dennis (van de ex) reed. Elif uit de tweede bocht viel.", "ex tweede bocht"),
    ("Hij belt via whatsApp, speelt op de playStation en sloegElif.", "whatsApp playStation sloegElif"),
    ("Hij woont in groep B. en hoorde niets.", "groep B"),
    ("Elif de Politie gebeld, Dennis de Deur ingetrapt.", "Elif de Politie Dennis Deur"),
    ("Zij stond in groep B. Daarna sloeg vader-Dennis haar.", "groep B Daarna vader Dennis"),
    ("Dennis, buurman, sloeg. Moeder, lerares, huilde. E. Öztürk (slachtoffer) ook.", "Dennis Moeder E Öztürk"),
    ("Wil hij aangifte doen? Hij staat bekend als Dennis.", "Wil Dennis"),
    ("Zij waren van den beginne bang; van der aard van het letsel niets bekend.", "van den beginne aard"),
    ("DENNIS BOOS, ELIF BANG, JAYDEN HUILDE.", "DENNIS BOOS ELIF BANG JAYDEN"),
]


def words_left(text):
    return set(re.findall(r"\w+", re.sub(r"\[[^\]]*\]", " ", text or "")))


@pytest.mark.parametrize(("text", "names"), GONE, ids=range(len(GONE)))
def test_a_name_in_unusual_dress_goes(redactor, text, names):
    assert not words_left(redactor.redact_one(text, source="W", people=FAMILY).text) & set(names.split())


@pytest.mark.parametrize(("text", "names"), STAY, ids=range(len(STAY)))
def test_the_family_in_the_same_dress_stays(redactor, text, names):
    left = words_left(redactor.redact_one(text, source="W", people=FAMILY).text)
    assert set(names.split()) <= left


ROWS = [
    "Vos, K. en ",
    "Naam: Aa - Bb",
    "A.b.V.d.",
    "A",
    "- - de ",
    "| GET | Vos Aa B. ",
    "beller zei 'ik zit aa ",
    '/"Aa"/',
]


@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_no_sentence_costs_its_square(redactor, row):
    took = []
    for size in (400, 1600):
        text = f"Naam: {row * 5}!\n" + row * size + "!"
        begun = process_time()
        redactor.redact_one(text, source="W", people=FAMILY)
        took.append(process_time() - begun)
    assert took[1] < 9 * took[0] + 0.2


def test_a_name_that_sounds_the_same_stays(redactor):
    people = (Subject("SO", "Kamp", None, "Zofie"), Subject("KI", "Kamp", None, "Suzan"))
    assert (
        redactor.redact_one("Sofie belde, Zusan huilde.", source="W", people=people).text
        == "Sofie belde, Zusan huilde."
    )
