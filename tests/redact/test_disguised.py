"""Numbers and accounts as people write them who do not want them found, or who copy them off a card or a screen."""

import pytest

from tests.redact.family import FAMILY

WHOLE = [
    ("Bel O67 I1O 4l 88, het is dringend.", "Bel [telefoon], het is dringend."),
    ("Te bereiken op o251 nul 6 dan 33 4 1. Belt morgen.", "Te bereiken op [telefoon]. Belt morgen."),
    ("Het nummer is o 6 7 3-vier1 8 8 02, zei hij.", "Het nummer is [telefoon], zei hij."),
    ("Zijn 06: 73 21 nog wat, meer weet ze niet.", "Zijn 06: [telefoon], meer weet ze niet."),
    ("Haar bsn is dus negen negen negen, negen acht, een een twee nul. Klopt.", "Haar bsn is dus [bsn]. Klopt."),
    ("Afschrift NL12 TRIO 04.. .... 71 lag er.", "Afschrift [rekening] lag er."),
    ("Gestort op rekening ****2207, zegt zij.", "Gestort op rekening [rekening], zegt zij."),
    ("Hij reed weg in zijn scooter, 5 vkd27, naar huis.", "Hij reed weg in zijn scooter, [kenteken], naar huis."),
    ("Zij zag de 44-TK.RD wegrijden.", "Zij zag de [kenteken] wegrijden."),
    ("Kenteken G 731 (G) P, zegt zij.", "Kenteken [kenteken], zegt zij."),
    ("Foto door Wessels (TB-31 402), letsel gezien.", "Foto door [derde 1] ([verbalisant]), letsel gezien."),
    (
        "Gezien door Wessels (41.0338) en Wouda (GH 33 120).",
        "Gezien door [derde 1] ([verbalisant]) en [derde 2] ([verbalisant]).",
    ),
    ("Zijn nr is O6-71 2Z 33 4S, zegt ze.", "Zijn nr is [telefoon], zegt ze."),
    ("De Golf, k 812 .tt, reed weg.", "De Golf, [kenteken], reed weg."),
    ("Opgemaakt, dienstnr 61-0-338, letsel gezien.", "Opgemaakt, [verbalisant], letsel gezien."),
    ("Mail naar elif(punt)oz_7(at)example(dot)org graag.", "Mail naar [e-mail] graag."),
]
FILED = [
    ("Haar klantnummer 12 - 8803 - KP is misbruikt.", "Haar klantnummer [nummer] is misbruikt."),
    ("Meternr K02 51 77 30 14 verzegeld.", "Meternr [nummer] verzegeld."),
    ("Klantnr zorgverzekering RD-11 62 93/c. Zij huilde.", "Klantnr zorgverzekering [nummer]. Zij huilde."),
    ("Zijn polis VK 20 17 - 441 S stond op naam van Elif.", "Zijn polis [nummer] stond op naam van Elif."),
    ("Documentnr van zijn rijbewijs 52 4T 88 1K0. Hij zweeg.", "Documentnr van zijn rijbewijs [nummer]. Hij zweeg."),
    ("Haar energieklant 88 12 44-C is misbruikt.", "Haar energieklant [nummer] is misbruikt."),
    ("Relatienr 31.00.8846 gevonden.", "Relatienr [nummer] gevonden."),
    ("Personeelsnr 7702-QD-5 genoemd.", "[verbalisant] genoemd."),
]
ACCOUNTS = [
    ("Op Discord is hij Vos_Zwart#0312 en blijft.", "Op Discord is hij [account] en blijft."),
    ("Discord: vos·zwart#5521 sinds mei.", "Discord: [account] sinds mei."),
    ("Zij chat met vos·zwart_7 sinds mei.", "Zij chat met [account] sinds mei."),
    ("Zijn snap (vosje.🦊) is weg.", "Zijn snap ([account]) is weg."),
    ("Bericht van vosje💙elif vandaag.", "Bericht van [account] vandaag."),
    ("Hij stuurt het via vosken.014 🦊 aan haar.", "Hij stuurt het via [account] 🦊 aan haar."),
    ("snap: vosken zwd, en hij belt.", "snap: [account], en hij belt."),
    (
        "In roblox heet hij xX de snelle vos Xx en die van mij vosken 2015.",
        "In roblox heet hij [account] en die van mij [account].",
    ),
    (
        "Chat op haar tel:\n[20:01] Vosken Zwd BE: kom\n[20:02] Elif 🌷: nee",
        "Chat op haar tel:\n[20:01] [account]: kom\n[20:02] Elif 🌷: nee",
    ),
]
STAY = [
    "De pas is 12 jaar oud, de polis van 1200 euro liep tot 14-05-2024.",
    "Klant 3 en 4 zagen het om 23.10 uur; kaart 2 keer geweigerd.",
    "Dossiernr PL0600-2017441209-3 blijft.",
    "Hij kwam op 4 mei met de auto 12 km 40 verder, om 14.10 HR boos.",
    "Getekend door Elif (12-04-2026), gehoord door Elif (22.50).",
    "20:01 melding: ruzie\n20:04 Elif: huilt\n20:09 VE: boos",
    "Het bsn is haar niet bekend, hij sloeg twee keer.",
    "Snap: hij dreigde met foto's, en zij huilde.",
]


@pytest.mark.parametrize(("text", "left"), [*WHOLE, *FILED, *ACCOUNTS], ids=range(len(WHOLE + FILED + ACCOUNTS)))
def test_the_whole_of_a_number_or_an_account_goes(redactor, text, left):
    assert redactor.redact_one(text, source="V", people=FAMILY).text == left


@pytest.mark.parametrize("text", STAY, ids=range(len(STAY)))
def test_days_times_amounts_and_the_lines_of_a_log_stay(redactor, text):
    assert redactor.redact_one(text, source="V", people=FAMILY).text == text


@pytest.mark.parametrize(
    "words", ["door a ", "klantnr 1 ", "12:00 a", "NL12 ABNA 1.", "xx ", "bsn een ", "o 6 ", "insta: a b "]
)
def test_what_leads_to_one_over_and_over_is_read_in_linear_time(redactor, seconds_of, words):
    long, short = (words * n for n in (4_000, 1_000))
    taken = [seconds_of(lambda text=text: redactor.redact_one(text, source="V", people=[])) for text in (short, long)]
    assert taken[1] < 8 * taken[0] + 0.3
