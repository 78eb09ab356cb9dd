"""Numbers, accounts and addresses that lead to a person."""

import time

import pytest

from tests.redact.family import FAMILY, HIDDEN

GONE = [
    ("belde op 06,12,34,56,78 weer", "phone", "06,12,34,56,78"),
    ("GN-392-R WEG, NUMMER +31 6 71 22 33 44 DE", "phone", "+31 6 71 22 33"),
    ("op 4 juli 1979 +32 470 00 12 34 gebeld", "phone", "+32 470 00 12 34"),
    ("hij reed weg in een golf gn 392 r", "plate", "gn 392 r"),
    ("collega 84512 en 84513 zagen het", "officer", "84512 en 84513"),
    ("mail jan at example punt org", "email", "jan at example punt org"),
    ("zijn insta heet lottiexo", "handle", "lottiexo"),
    ("discord raggie#2231", "handle", "raggie#2231"),
    ("buren van huisnummer 22 en 26 horen het", "third_party_address", "22 en 26"),
    ("woont 3e Kruisstraat 40", "third_party_address", "3e Kruisstraat 40"),
    ("Bel 0612345678.", "phone", "0612345678"),
    ("tel 06-71 23 45 67", "phone", "06-71 23 45 67"),
    ("tel 06.71.20.30.40 graag", "phone", "06.71.20.30.40"),
    ("vanaf +32 470 00 12 34 gebeld", "phone", "+32 470 00 12 34"),
    ("nummer: +31 6 71 22 33 44", "phone", "+31 6 71 22 33 44"),
    ("op 0031671234567 gebeld", "phone", "0031671234567"),
    ("of (020) 555 12 34", "phone", "020) 555 12 34"),
    ("mail jan.jansen@hotmail.com", "email", "jan.jansen@hotmail.com"),
    ("mail wendy(at)example.org", "email", "wendy(at)example.org"),
    ("kenteken HJ-015-F", "plate", "HJ-015-F"),
    ("grijze golf gn-392-r weg", "plate", "gn-392-r"),
    ("scooter 15SXP9 gezien", "plate", "15SXP9"),
    ("witte polo P 120 ZJ stond er", "plate", "P 120 ZJ"),
    ("bus 42 HF PS reed weg", "plate", "42 HF PS"),
    ("BSN 999994566", "bsn", "999994566"),
    ("BSN 9999.58.392, hij was op visite", "bsn", "9999.58.392"),
    ("op NL91ABNA0417164300 storten", "iban", "NL91ABNA0417164300"),
    ("op NL88 TRIO 4111 6486 16 storten", "iban", "NL88 TRIO 4111 6486 16"),
    ("kaart 4111 1111 1111 1111", "iban", "4111 1111 1111 1111"),
    ("zijn insta is @jay_en_mama", "handle", "jay_en_mama"),
    ("zijn insta tommie_xx_91.", "handle", "tommie_xx_91"),
    ("via fb.com/rachid.realmo stuurt hij", "handle", "rachid.realmo"),
    ("vanaf 192.168.1.10 ingelogd", "number", "192.168.1.10"),
    ("collega (dnr 204918)", "officer", "204918"),
    ("Piet, geb 14-02-1990", "birth_date", "14-02-1990"),
    ("Harm, geboren op 4 juli 1979", "birth_date", "4 juli 1979"),
    ("Verbalisanten: 84521 en 84530.", "officer", "84530"),
    ("mail yasmina punt h apestaartje gmail punt com", "email", "gmail"),
    ("Duits kenteken KLE-AB 123", "plate", "KLE-AB 123"),
    ("tel 06 - 12 34 56 78", "phone", "12 34 56 78"),
    ("tel (06)12345678", "phone", "12345678"),
    ("tel +49 171 1234567", "phone", "171 1234567"),
    ("wonende Dorpsstraat 14", "third_party_address", "Dorpsstraat 14"),
    ("woont in Soest aan de Birkstraat 104.", "third_party_address", "Birkstraat 104"),
    ("woont Laan van Meerdervoort 1.", "third_party_address", "Meerdervoort 1"),
    ("buurman van laan van meerdervoort 53 hoorde", "third_party_address", "meerdervoort 53"),
    ("buurman van nummer 90 hoorde", "third_party_address", "90"),
    ("MELDER VAN NR 207 GEHOORD", "third_party_address", "207"),
    ("de buurvrouw van 84-bis", "third_party_address", "84"),
    ("stond op de Stationsstraat.", "third_party_address", "Stationsstraat"),
    ("postcode 1234 AB", "third_party_address", "1234 AB"),
]
STAY = [
    "Op 12 maart 2024 om 22:15 uur sloeg Dennis met een riem.",
    "Vanaf 10-02-2024 tot 14-02-2024 was hij weg, 2e keer dit jaar, schade 1.250,00 euro.",
    "Elif woont Dorpsstraat 12 te Amersfoort, 3811 AB.",
    "De woning aan de Dorpsstraat 12, 3811AB was een puinhoop.",
    "Elif geb. 01-05-1990 en Dennis geb. 3-2-1988.",
    "Zie PL0600-2024123456, er waren 5 kinderen van 3, 9 en 12 jaar.",
    "Melding om 02:11, tp 02:19, weg 02:40 uur.",
    "Zij belde 112. Tussen 2 en 3 's nachts huilde een kind.",
    "20240418 1432u was hij er weer.",
    "Op 02/09 0815 uur sloeg hij haar.",
    "6 NOV 10 UUR SLOEG HIJ HAAR.",
    "Ter plaatse om 03.10 uur was de deur open.",
    "22:06 HE 41.02 en HE 41.05 prio 1 gestuurd.",
    "Zie politie.nl, d.d. 1.2.2024.",
    "Op dd.12.05.2024 sloeg hij haar, ca.20.30 uur; t.p.2215 uur weg.",
    "Zij las op Facebook berichten van Elif Öztürk Elif.",
    "Zij keek op insta en nu.elif huilde.",
]
SECRET = [
    ("Elif verblijft aan de Wilgenstraat.", "Wilgenstraat"),
    ("ze zit in de wilgenstraat en durft niet naar buiten", "wilgenstraat"),
    ("Ze zit in de wilgestraat.", "wilgestraat"),
    ("Zij is nu in Zwolle.", "Zwolle"),
    ("JAYDEN GAAT IN ZWOLLE NAAR SCHOOL", "ZWOLLE"),
    ("Huisnummer 44, bel niet aan.", "44"),
    ("Postcode 8021 CD is geheim.", "8021"),
    ("Haar straat is de Wilgen straat.", "Wilgen"),
    ("Zij woont op nr 44.", "44"),
    ("ingeschreven 8021CD 44", "8021CD"),
    ("Zij zit bij de Blijf Groep.", "Blijf Groep"),
    ("SO zit in de opvang in Deventer.", "Deventer"),
    ("Zij werd ondergebracht te Almelo.", "Almelo"),
]


@pytest.mark.parametrize(("text", "kind", "value"), GONE, ids=range(len(GONE)))
def test_a_number_that_leads_to_a_person_goes(redactor, text, kind, value):
    done = redactor.redact_one(text, source="V", people=FAMILY)
    assert value not in (done.text or "")
    assert kind in {span.kind for span in done.spans}


@pytest.mark.parametrize("text", STAY, ids=range(len(STAY)))
def test_days_times_and_the_family_s_own_address_stay(redactor, text):
    assert redactor.redact_one(text, source="V", people=FAMILY).text == text


@pytest.mark.parametrize(
    ("words", "times"),
    [
        ("profiel naam ", 3_000),
        ("dnr 1 ", 20_000),
        ("woont in ", 2_000),
        ("van P.J. ", 4_000),
        ("02/09 ", 16_000),
        ("20240418 ", 10_000),
        ("profiel heet hij nu ", 2_000),
        ("chat en sinds nu ook ", 2_000),
        ("heet bijnaam ", 3_000),
        ('heet "De ', 4_000),
        ("site hij Kees de Kees ", 2_000),
        ('Kees Lampe ("de ', 3_000),
    ],
)
def test_a_text_that_says_one_thing_over_and_over_is_read_in_linear_time(redactor, words, times):
    began = time.process_time()
    redactor.redact_one(words * times, source="W", people=[])
    assert time.process_time() - began < 3  # they took over six seconds


@pytest.mark.parametrize("clock", ["00.15 uur", "23:15 uur", "7.05u"])
@pytest.mark.parametrize("between", [". ", " ", ", "])
def test_a_time_behind_a_number_is_no_part_of_it(redactor, clock, between):
    done = redactor.redact_one(f"Gebeld op 0671889201{between}{clock} weer rustig.", source="W", people=FAMILY)
    assert done.text == f"Gebeld op [telefoon]{between}{clock} weer rustig."


def test_the_next_line_of_a_log_is_no_part_of_a_number(redactor):
    done = redactor.redact_one("23:50 BSN 999963004. 23:52 Elif belt.", source="H", people=FAMILY)
    assert done.text == "23:50 BSN [bsn]. 23:52 Elif belt."


def test_a_date_behind_a_number_is_no_part_of_it(redactor):
    done = redactor.redact_one("Gebeld op 06-71 88 92 01, 9 juli weer rustig.", source="W", people=FAMILY)
    assert done.text == "Gebeld op [telefoon], 9 juli weer rustig."


@pytest.mark.parametrize(("text", "value"), SECRET, ids=range(len(SECRET)))
def test_a_secret_address_goes_wherever_it_stands(redactor, text, value):
    assert value not in (redactor.redact_one(text, source="W", people=HIDDEN).text or "")


def test_the_number_of_a_secret_house_is_no_age_and_no_time(redactor):
    text = "Zij is 44 jaar en belde om 4:44 uur, er waren 44 personen."
    assert redactor.redact_one(text, source="W", people=HIDDEN).text == text


def test_a_place_where_another_of_the_family_lives_openly_stays(redactor):
    text = "Dennis woont in Amersfoort."
    assert redactor.redact_one(text, source="W", people=HIDDEN).text == text


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("bel op nul zes twaalf vierendertig zesenvijftig achtenzeventig", "phone", "vierendertig zesenvijftig"),
        ("BOA Kok (nr H-4471) was tp", "officer", "H-4471"),
        ("rapporteur met pers.nr OO-88120", "officer", "88120"),
        ("Opgeroepen door Bakker met nummer DV30561.", "officer", "DV30561"),
        ("Op Snapchat heet hij daar nu marvv.vijftig.", "handle", "marvv.vijftig"),
        ("Heet op Snapchat k.vijftig en sinds vorige ook grottenuil.", "handle", "grottenuil"),
        ("Hij heet op die site dwi079.", "handle", "dwi079"),
        ("Het filmpje staat op haar account lottexhoek.", "handle", "lottexhoek"),
        ("Bericht op fb van profiel Elif Öztürk 90 gezien.", "handle", "Elif Öztürk 90"),
        ("In de teamapp, waar hij Dennis de Beul heet, is gelachen.", "handle", "Beul"),
        ("Het kwam van t.vosse.bouw.", "handle", "vosse"),
        ("insta v. ve: marvvv.lamp", "handle", "marvvv.lamp"),
        ("een zekere prinsesje-arnhem88 op vinted", "handle", "prinsesje-arnhem88"),
        ("hij heet op Facebook heel anders, onder Tirza Heet 040", "handle", "Tirza Heet 040"),
        ("Op Facebook heet hij Raggie Zuidkant.", "handle", "Zuidkant"),
        ("Het tweede komt van r.boer_oo.", "handle", "r.boer_oo"),
        ("eerst als nacht.wind op insta, nu storm.op.komst", "handle", "storm"),
        ("Berichten van eenzame.vader85 gezien.", "handle", "vader85"),
        ("A: Van r.o.6828, dat is zijn naam", "handle", "6828"),
        ("bsn 20190412", "bsn", "20190412"),
        ("op rekening 20190412 gestort", "number", "20190412"),
        ("betaald van NL41.AB.NA7128147642 en meer", "iban", "NL41"),
        ("kenteken V.833.XD gezien", "plate", "833"),
        ("weg met nul 4 streepje TGV streepje 2", "plate", "TGV"),
        ("nummer 06 zeven nul drie 41 882", "phone", "882"),
        ("alleen een 067…41 90 228 is bekend", "phone", "228"),
        ("mail ludo.vdb AT example.net", "email", "ludo"),
        ("Afzender dwi.d.king: kom terug", "handle", "king"),
        ("1.GX-123-B reed weg", "plate", "GX"),
        ("hij reed in GX-123-B:2 mannen zagen het", "plate", "GX"),
        ("bel nul zes twaalf 34 56 78 jan neemt op", "phone", "78"),
        ("bel nul zes twaalf 34 56 78 meisje neemt op", "phone", "78"),
        ("te bereiken op +49 151 20190412.", "phone", "20190412"),
        ("chassisnummer eindigt op K304417", "number", "K304417"),
        ("framenr GZ 0441 7N", "number", "0441"),
        ("serienr laptop C02XK417JG5H", "number", "XK417"),
        ("zijn snap is veranderd in niksvandehand", "handle", "niksvandehand"),
        ("zaaknummer C/16/544178", "number", "C/"),
        ("de router, MAC-adres 3C:22:FB:1A:0B:9E", "number", "FB"),
        ("kenteken G Z 1 2 3 D", "plate", "3 D"),
        ("Hij wil dat zij linktr.ee/zandkoning bekijkt.", "handle", "zandkoning"),
        ("Haar Threema-ID K3WALX9P is bekend.", "handle", "K3WALX9P"),
        ("sc: zandterug", "handle", "zandterug"),
        ("Op Vinted staat zij als zandjes.", "handle", "zandjes"),
        ("BeReal van Dennis is zandnight.", "handle", "zandnight"),
        ("Zijn account staat op naam van dennis.wal", "handle", "dennis.wal"),
    ],
)
def test_a_number_or_account_is_known_by_its_form(redactor, text, kind, value):
    done = redactor.redact_one(text, source="W", people=FAMILY)
    assert value not in (done.text or "")
    assert kind in {span.kind for span in done.spans}


def test_a_pasted_list_of_calls_goes_however_long(redactor):
    done = redactor.redact_one("0612345678 " * 1_500, source="W")
    assert [span.kind for span in done.spans] == ["phone"] * 1_500


def test_a_word_that_begins_like_a_platform_is_none(redactor):
    text = "Hij zei: instappen of ik sla de ruit eruit."
    assert redactor.redact_one(text, source="W", people=FAMILY).text == text
