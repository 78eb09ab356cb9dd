"""Danger told only in a text: what counts, what is denied, long ago or on the chopping board; measured on the corpus."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.decide.danger_text import TOLD, children_of, detect_danger, texts_of
from pipeline.errors import PolicyError
from pipeline.evaluate.corpus import Stretch, read_corpus
from pipeline.evaluate.danger import score_danger
from pipeline.evaluate.interval import Share
from pipeline.policy.danger import SIGNALS, parse_danger_rules, plain, read_danger_rules, read_words
from pipeline.policy.danger.lexicon import make_lexicon
from pipeline.policy.danger.turns import Turns, alternatives
from pipeline.schema import ENTRY, PERSON, PRIOR_INCIDENT, REGISTRATION, Tables
from tests.corpus import CORPUS
from tests.decide.train_danger import OUT, SENTENCES, digest, read_labelled, texts_frame

NIGHT = date(2026, 11, 22)
FLOORS = {
    "acute": 0.84,
    "weapon": 0.9,
    "strangulation": 0.9,
    "stalking": 0.87,
    "escalation": 0.86,
    "injured_child": 0.84,
}
TEXTS = pl.Schema(
    {"row": pl.Int64(), "field": pl.String(), "entry_number": pl.Int64(), "source": pl.String(), "text": pl.String()}
)


def texts(*told: str, source: str | None = "W") -> pl.DataFrame:
    return pl.DataFrame([(row, "text", 1, source, text) for row, text in enumerate(told)], schema=TEXTS, orient="row")


def signals(text: str, **others: str | None) -> set[str]:
    return set(detect_danger(texts(text, **others), NIGHT).get_column("signal"))


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("Hij greep haar met twee handen bij de keel.", "strangulation"),
        ("Zij zag sterretjes en kreeg geen lucht meer.", "strangulation"),
        ("VE heeft SO gewurgd met een snoer.", "strangulation"),
        ("Hij drukte een kussen op haar gezicht.", "strangulation"),
        ("VE stond met een keukenmes in de gang.", "weapon"),
        ("Hij gooide een stoel naar haar hoofd.", "weapon"),
        ("Onder het bed lag een op een vuurwapen gelijkend voorwerp.", "weapon"),
        ("Hij riep: Ik maak je dood.", "acute"),
        ("SO wordt met de dood bedreigd.", "acute"),
        ("Zij is bang dat hij haar vanavond iets aandoet.", "acute"),
        ("Ik steek de boel in de fik, schreeuwde hij.", "acute"),
        ("Hij zei: morgen sta je in de krant, ik maak je dood.", "acute"),
        ("Haar ex staat elke dag voor de deur.", "stalking"),
        ("Hij belde haar vannacht 40 keer, zij is 40 keer gebeld.", "stalking"),
        ("Zij wordt al dagen door hem gevolgd.", "stalking"),
        ("Zij vond een tracker onder haar auto.", "stalking"),
        ("Het geweld neemt de laatste weken toe.", "escalation"),
        ("Het wordt steeds erger, zegt zij.", "escalation"),
        ("Dit is de vierde melding in drie weken.", "escalation"),
        ("Het kind had striemen op de rug.", "injured_child"),
        ("Zoontje (4 jr) heeft een blauwe plek op de wang.", "injured_child"),
    ],
)
def test_danger_is_read(text, signal):
    assert signal in signals(text)
    assert signal in signals(text.upper()), "case does not matter"


@pytest.mark.parametrize(
    "text",
    [
        "Geen wapen gezien. Geen letsel bij het kind.",
        "Hij is niet bij de keel gepakt.",
        "SO is nooit met een mes bedreigd.",
        "Het mes lag op het aanrecht, oma was aan het koken.",
        "In 2011 had hij een keer een mes bij zich.",
        "Als hij ooit een wapen zou pakken ga ik weg.",
        "Aangifte volgt morgen. Er was ruzie over geld.",
        "De dochter zag dat SO een blauw oog had.",
        "SO had een blauw oog.",
        "Het was de eerste keer.",
        "Volgens mevrouw was dit de eerste keer.",
        "Dit is de eerste melding op dit adres.",
        "Dit was een eenmalig incident.",
        "Er is nooit eerder geweld geweest.",
        "Zij hadden voor het eerst ruzie.",
        "Het geweld neemt niet toe.",
        "Dit gebeurde al eerder, voor het eerst vorig jaar.",
        "",
    ],
)
def test_no_danger_is_read(text):
    assert signals(text) == set()


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("Hij pakte een klauwhamer uit de schuur.", "weapon"),
        ("VE stond met een mestvork op het erf.", "weapon"),
        ("Ze had een moker in de hand.", "weapon"),
        ("Hij had een busje peperspray bij zich.", "weapon"),
        ("Wpn: hamer, in tas.", "weapon"),
        ("SCHROEVENDRAAIER IBN.", "weapon"),
        ("Hij hie in hamer yn 'e hân.", "weapon"),
        ("Hy smiet de strykbout nei my ta.", "weapon"),
        ("Er lag een glasscherf met bloed op het bed.", "weapon"),
        ("Zij heeft een brandwond op haar hand van het strijkijzer.", "weapon"),
        ("Zij kreeg een hersenschudding van de houten klomp.", "weapon"),
        ("Hij hield een vleesvork bij haar oog.", "weapon"),
        ("De jerrycan stond naast zijn bed.", "weapon"),
        ("Hij houdt een glas boven mijn hoofd.", "weapon"),
        ("Appel zag een mes.", "weapon"),
        ("Op tv-meubel lag het mes.", "weapon"),
        ("Getuige hoorde in Den Haag een schot en zag een pistool.", "weapon"),
        ("Op zaterdag kreeg ik een gat in mijn hoofd door een deegroller.", "weapon"),
        ("Hij reed met de auto op mij in.", "weapon"),
        ("Ex-man met fietsketting om vuist.", "weapon"),
        ("Hij sloeg na het avondeten met de koekenpan op mijn hand.", "weapon"),
        ("Meldster hoort op dit moment een vrouw gillen.", "acute"),
        ("Hij slaat nog steeds, zegt het kind.", "acute"),
        ("De man staat nu in de straat.", "acute"),
        ("Hij stond met een hakbijl aan mijn bed.", "acute"),
        ("Hij zei: ik doe jullie allemaal wat aan.", "acute"),
        ("Hij zegt dit wordt haar laatste weekend.", "acute"),
        ("Hij zou haar de nek omdraaien.", "acute"),
        ("Als je belt dan rijd ik ons allemaal het water in.", "acute"),
        ("Het kind zit onder het bed en fluistert.", "acute"),
        ("Hij heeft de deuren dichtgespijkerd.", "acute"),
        ("Hij laat haar niet naar het toilet gaan.", "acute"),
        ("Hij belt alle opvanghuizen af om haar te vinden.", "stalking"),
        ("Zij vond een zendertje onder haar auto.", "stalking"),
        ("Hij reed langzaam door de straat.", "stalking"),
        ("Hij schreef: ik weet welke bus je neemt.", "stalking"),
        ("Hij belde elf keer in een nacht, zij is elf keer gebeld.", "stalking"),
        ("Zij wordt sinds Pasen gevolgd door haar ex.", "stalking"),
        ("Elk uur appjes van een vreemd nummer.", "stalking"),
        ("Er is aan de voordeur gemorreld.", "stalking"),
        ("Hij staat er nu voor de derde keer.", "stalking"),
        ("Zij vond een boekje met tijden waarop zij thuiskomt.", "stalking"),
        ("Papa sloeg mij met een riem.", "injured_child"),
        ("Papa heeft mijn vinger tussen de deur gedaan.", "injured_child"),
        ("Hij werd aan zijn oor de trap op getrokken, zegt het kind.", "injured_child"),
        ("Bij zwemles zagen ze bij hem een blauwe plek op het bovenbeen.", "injured_child"),
        ("De juf zag een rond wondje op de onderarm.", "injured_child"),
        ("Hij sloeg met een riem op de rug van de jongen.", "injured_child"),
        ("Achter het oor van de jongen een kaalgetrokken plek.", "injured_child"),
        ("Hij toonde twee kringetjes als van een sigaret.", "injured_child"),
        ("Hij stond met een schop in de voortuin.", "weapon"),
        ("Ex heeft de hond op haar losgelaten.", "weapon"),
        ("Hij duwde een sigaret uit op haar arm.", "weapon"),
        ("Hij post bij haar werk.", "stalking"),
        ("Moeder heeft haar dochter met heet water overgoten.", "injured_child"),
        ("Dochter van 4: wang rood, vingers zichtbaar.", "injured_child"),
        ("Trainer merkte dat de jongen een donkere buil had.", "injured_child"),
        ("De docente zag op haar kuit strepen.", "injured_child"),
        ("De jongen kreeg een elleboog in zijn mond.", "injured_child"),
        ("In de sporttas lag een alarmpistool.", "weapon"),
        ("Hij sneed haar met een barbecuetang in de hand.", "weapon"),
        ("Op het aanrecht lag een gebroken fles met bloed.", "weapon"),
        ("Papa heeft een sjaal om haar hals gedraaid.", "strangulation"),
        ("De monteur hoorde hem roepen: ik sla je in elkaar.", "acute"),
        ("Op weg naar zijn werk appte hij: je bent er morgen niet meer.", "acute"),
        # threats: with a term, a condition or an end, by others, across the border, in two halves of a verb
        ("Ik kom morgen pa halen en dan is het afgelopen met hem.", "acute"),
        ("Hij heeft geappt dat hij vannacht komt.", "acute"),
        ("Volgens een nicht gaat het deze week gebeuren.", "acute"),
        ("Hij is op weg naar de grens.", "acute"),
        ("Nog twee nachtjes slapen, dan sta ik voor je neus.", "acute"),
        ("Zeg maar dag tegen je moeder, het is zaterdag gedaan met haar.", "acute"),
        ("Als zij praat dan gaan er koppen rollen.", "acute"),
        ("Hij zei dat hij de hele straat plat zou branden.", "acute"),
        ("Hij dreigt de kinderen mee te nemen naar Marokko.", "acute"),
        ("Vader brengt de kinderen niet meer terug.", "acute"),
        ("De familie heeft besloten dat zij moet verdwijnen.", "acute"),
        ("Hij kent iemand die dit wel oplost.", "acute"),
        ("Vader zei dat hij de kinderen meeneemt de dood in.", "acute"),
        ("Moeder hoorde stemmen die zeiden dat zij de baby moest verdrinken.", "acute"),
        ("Ik meitsje dy dea, rôp er.", "acute"),
        ("Anders steekt hij de schuur in brand.", "acute"),
        # a search for her, others who look, what gives her place away
        ("Ik vind jullie toch, desnoods wacht ik hier een maand.", "stalking"),
        ("Hij is met een bos bloemen aan de balie van de opvang geweest.", "stalking"),
        ("Hij keek in alle auto's op het terrein.", "stalking"),
        ("Hij heeft geprobeerd haar nieuwe adres op te vragen.", "stalking"),
        ("Hij heeft de buurt gevraagd waar zij nu woont.", "stalking"),
        ("Hij hoort de kinderen uit over waar mama werkt.", "stalking"),
        ("Hij stuurt zijn broer langs om te kijken of zij thuis is.", "stalking"),
        ("In de voering van de rugzak zat een klein kastje.", "stalking"),
        ("Hij fietst elke ochtend langs.", "stalking"),
        ("Hij is daar twee keer langs gereden.", "stalking"),
        ("SO zag VE bij de ingang van de winkel staan, dat was de vierde keer.", "stalking"),
        ("Hij mailt onder steeds andere namen.", "stalking"),
        (
            "Wiebe zat volgens haar in het hok achter het huis.",
            "stalking",
        ),  # two spaces stood where a phrase was taken out
        # marks without a word for the child, burns, what it cannot move
        ("Striemen op beide billen, door ons gezien.", "injured_child"),
        ("Het patroon past bij een snoer of kabel.", "injured_child"),
        ("Het meisje kon haar pols niet draaien.", "injured_child"),
        ("De baby had oude ribfracturen.", "injured_child"),
        ("De peuter had twee ronde plekken op de bovenarm.", "injured_child"),
        ("De dochter kreeg glas in haar gezicht.", "injured_child"),
        ("Moeder heeft de zuigeling te hard geschud.", "injured_child"),
        ("Jongen van 13, tand door lip.", "injured_child"),
        ("Het kind is door vader door elkaar gerammeld.", "injured_child"),
        # things that few lists name, and what no list names
        ("Hij stond met een bokkenpoot in de gang.", "weapon"),
        ("Hy hie in fleisbile yn de hân.", "weapon"),
        ("Zij stond met een dinges in haar hand.", "weapon"),
        ("Hij zette de hond op haar.", "weapon"),
        ("Hij reed haar van de fiets en daarna omver.", "weapon"),
        ("Zij kreeg een bloempot tegen haar hoofd.", "weapon"),
        # a cloth, a cord told in the sentence before, what follows from it
        ("De kussensloop om zijn hoofd gebonden.", "strangulation"),
        ("Hij pakte de gordijnkoord. Hij trok die om haar nek.", "strangulation"),
        ("Hij had haar bij de strot.", "strangulation"),
        ("Hij kneep haar neus dicht en hield haar mond dicht.", "strangulation"),
        ("Rode strepen in de hals en zij is hees.", "strangulation"),
        ("Hij greep haar – zo zegt zij – met kracht naar de keel.", "strangulation"),
        ("Eerst een duw, toen een klap, nu dit.", "escalation"),
        ("Het ging van schelden naar slaan.", "escalation"),
        ("In zes weken al de vijfde keer.", "escalation"),
        ("De tijd duurt langer en de ruzies lopen steeds hoger op.", "escalation"),
        ("Het geweld kwam heviger terug dan eerst.", "escalation"),
    ],
)
def test_danger_is_read_in_its_usual_wordings(text, signal):
    assert signal in signals(text)


@pytest.mark.parametrize(
    "text",
    [
        "De wandelstok van oma stond in de paraplubak.",
        "Vader hing met een hamer een schilderij op in de gang.",
        "Hij was op zolder aan het klussen, de schroevendraaier lag naast hem.",
        "De timmerman had zijn zaag en zijn hamer bij zich.",
        "Zij bakte een ei in de koekenpan en vertelde rustig.",
        "Moeder stond te strijken, het strijkijzer stond aan.",
        "De jongen speelt hockey, zijn hockeystick stond in de gang.",
        "Zoon gaat met zijn tennisracket naar de les.",
        "Op de boerderij hielp hij met de hooivork bij het hooien.",
        "Hij pakte haar telefoon van tafel en gaf hem terug.",
        "Er is geen hamer gezien of gebruikt.",
        "Zij dronken een glas water aan tafel.",
        "Hij droeg een riem en nette schoenen.",
        "De film ging over een man met een bijl.",
        "De steen in de tuin is een grafsteen van de hond.",
        "Kind knipte met een schaar papier op school.",
        "Hij harkte de tuin met de hark toen wij kwamen.",
        "Oma bakte een taart en gebruikte de deegroller.",
        "Bel Anton Bos van de kinderopvang, die heeft Kris als contact.",
        "Brigadier Roel Hamers heeft dinsdag met haar afgesproken.",
        "Mevrouw heeft een gebroken pols na een val van de trap.",
        "Het was koud en hij kwam met sjaal en handschoenen binnen.",
        "Riek had de buurvrouw gezien bij de supermarkt.",
        "De elektricien had een boormachine en verlengsnoer meegenomen.",
        "Zij krijgt elke week een brief van de belastingdienst.",
        "De wijkagent komt voor de derde keer langs om te praten.",
        "Zij appt elke dag met haar zus.",
        "Hij vroeg de buren of zij de sleutel hadden.",
        "De thuiszorg belt elke ochtend aan.",
        "Er zit een camera van de buren op het pad gericht.",
        "De dokter had de moeder drie keer gebeld over de afspraak.",
        "Het kind heeft een nieuwe fiets en een rode trui.",
        "Het meisje had een rood petje op.",
        "De baby heeft luieruitslag, de huisarts weet ervan.",
        "Jongen viel op de trampoline en had een bult.",
        "Zij kreeg van de juf een sticker voor haar rapport.",
        "Hij staat nu ingeschreven bij zijn broer.",
        "De kinderen slapen nu rustig.",
        "Zij wacht nu op een woning.",
        "De trein staat op tijd klaar.",
        "Zij gaat vanavond naar haar moeder.",
        "Hij zei dat hij zich niets aan doet trekken van de buren.",
        "Zij weet waar de spullen staan.",
        "Het water in het bad was warm, het kind speelde.",
        "Vader gilde van het lachen om de grap.",
        "Zij kookt graag en heeft een nieuwe set pannen.",
        "De jongen speelt drums met twee stokken.",
        "Vader repareerde de fiets met een moersleutel.",
        "Moeder breide een trui met haar breinaalden.",
        "Hij rookt pijp op het balkon.",
        "De hond sliep in zijn mand naast de kachel.",
        "Op het erf stond een trekker met een schudder.",
        "De kinderen gooiden de bal over de schutting.",
        "Hij had een stok mee om met de hond te wandelen.",
        "De agent had zijn wapenstok bij zich.",
        "Zij hing de was op en de jongen gooide de knijpers in de mand.",
        "De ouders bellen elkaar elke week over de omgang.",
        "De postbode komt elke dag langs het huis.",
        "Zij volgt een cursus Nederlands.",
        "De huisarts heeft haar drie keer gebeld over de uitslag.",
        "De buurvrouw zag de auto van de thuiszorg voor de deur staan.",
        "De deurwaarder stond voor de deur.",
        "Oma weet waar de sleutel ligt.",
        "Hij heeft de sleutel nog en is tot op heden niet aangetroffen.",
        "De politie heeft twee keer een bezoek gebracht.",
        "Zij heeft drie brieven van de gemeente gekregen.",
        "De kinderen zitten nu op school en het gaat goed.",
        "Hij is nu op zijn werk.",
        "Er wordt nu met elkaar gesproken.",
        "Hij wil nu hulp zoeken.",
        "De laatste week was het rustig.",
        "Hij zei dat het hem niets meer doet.",
        "Zij is op weg naar haar werk.",
        "Hij ging met de kinderen naar het zwembad.",
        "De kat krabde de buurman.",
        "Zoon heeft zijn vinger gestoten bij het voetballen.",
        "De juf zag dat het kind goed in zijn vel zat.",
        "Het kind had rode wangen van de kou.",
        "De dochter kreeg een tik op de vingers van de juf, figuurlijk, zegt moeder.",
        "Baby is door het consultatiebureau gewogen.",
        "Kind speelt met een rode auto en een blauwe trein.",
        "Papa en mama hebben samen een taart gebakken.",
        "Hij heeft hem geholpen met zijn huiswerk.",
        "In de krant stond een verhaal over een man met een mes.",
        "In de schuur hangen een hark, een schop en een zaag aan de muur.",
        "Hij ging met de bezem door de gang om te vegen.",
        "De loodgieter kwam met een tang en een buis naar binnen.",
        "Hij heeft geen stok en geen knuppel in huis.",
        "Zij zette een vaas met bloemen op tafel.",
        "Hij maakt het huis schoon.",
        "Ik maak de afspraak af en bel terug.",
        "Ik brand een kaarsje voor haar moeder.",
        "Hij rijdt nu in een andere auto.",
        "Hij knipt de heg en gooit het afval in de container.",
        "De begrafenis van opa is vrijdag, hij wordt begraven in Sneek.",
        "Moeder haalt haar kind van school.",
        "Wij komen u vanmiddag halen met de auto, zei de taxi.",
        "De hond is er niet meer.",
        "Hij heeft zijn been gebroken met skien.",
        "Ik trap de bal over het hek, zei de jongen.",
        "De man is dood, zijn weduwe woont er nog.",
        "Zij moet de rekening van het gas betalen.",
        "De vader van haar is vorig jaar overleden en begraven in Polen.",
        "Moeder zet haar kind op de fiets.",
        "Zij haalt haar zoon op.",
        "Hij duwt de kinderwagen.",
        "De kinderen kregen les in de klas van juf Anna.",
        "Hij stond met zijn fiets naast de glasbak.",
        "Zij zat op de stoeprand en had koffie.",
        "Hij slaapt in de logeerkamer met de deur op slot.",
        "De melder liep langs de heg naar mij toe.",
        "Op het plein hingen geparkeerde camera's.",
        "De jongen gooit zijn bed op de grond.",
        "Vader nam de telefoon af.",
        "Vader zei dat hij vanavond later thuis komt.",
        "Zij gaan deze zomer op vakantie naar Turkije met de kinderen.",
        "Hij houdt zich netjes aan het contactverbod.",
        "Er is geen toename van geweld.",
        "Zij zocht haar telefoon in de hele kamer.",
        "Hij kwam binnen met een doos in zijn handen.",
        "Hij repareerde de fiets met een steeksleutel.",
        "Haar laatste dag op het werk was gezellig.",
        "SO slikt sinds april oxazepam.",
        "Wij vroegen hem waar hij werkt.",
        "U vraagt naar het adres.",
        "Pake is dea, beppe is allinne.",
        "Na het gesprek ben ik eerst bij mijn nicht geweest en nu zit ik thuis.",
        "Vader zwaaide met een vlag.",
        "Zij wil niet dat hij te weten komt waar zij woont.",
        "De tweede poging om haar te bellen lukte.",
        "Ik ben vandaag bij mijn zus geweest.",
        "Mijn zoon kneep in mijn hand tot de ring bloedde.",
        "De buren op 87 hebben ook gebeld.",
        "De keuken was netjes opgeruimd.",
        "De zoon is meegenomen voor verhoor.",
        "Onderweg naar de bakker zag zij een nicht.",
        "Ik heb de deuren op slot gedaan.",
    ],
)
def test_plain_use_and_daily_life_are_no_danger(text):
    assert signals(text) == set()


def test_an_excuse_does_not_hold_for_a_sentence_that_runs_on():
    told = "Hij stond met een machete voor het huis"
    film = " en het kind keek een film"
    assert signals(told + film) == set()
    assert "weapon" in signals(told + film + " en de buren hoorden van alles" * 12)


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("Geen mes maar wel een bijl in de hand.", "weapon"),
        ("Hij pakte het mes van het aanrecht en dreigde haar te steken.", "weapon"),
        ("In 2026 dreigde hij met een pistool.", "weapon"),
        ("Sinds vorig jaar dreigt hij met een mes.", "weapon"),
        ("Lang geleden, vorig jaar, heeft hij haar gewurgd.", "strangulation"),
        ("Zij waren aan het koken. Hij had een vuurwapen bij zich.", "weapon"),
        ("Er was een film op televisie. Zij vreest voor haar leven.", "acute"),
        ("Het was een grapje volgens hem. Het kind heeft een gebroken arm.", "injured_child"),
        ("Hij heeft de sleutel nog en sloeg haar met een stoel.", "weapon"),
        ("Hij heeft nog een sleutel en is niet aangetroffen; hij dreigde haar ermee te steken.", "weapon"),
        ("Het was de eerste keer dat hij haar met een riem sloeg.", "escalation"),
        ("De eerste keer was het schelden, daarna werd het steeds erger.", "escalation"),
        ("Voor het eerst heeft hij nu ook de kinderen geslagen.", "escalation"),
        ("Dit is niet de eerste keer, het komt steeds vaker voor.", "escalation"),
        ("Zo erg is het nooit eerder geweest.", "escalation"),
        ("Dit was de eerste keer dat hij niet ophield toen ze op de grond lag.", "escalation"),
        ("Voor het eerst letsel bij mevrouw, eerder alleen verbaal.", "escalation"),
        ("Het was een grapje volgens hem. Het kind had blauwe plekken door de klappen van vader.", "injured_child"),
    ],
)
def test_an_excuse_does_not_hide_what_is_told_beside_it(text, signal):
    assert signal in signals(text)


@pytest.mark.parametrize(
    "first", ["Hij kwam niet.", "Er klopt iets niet!", "Waarom hielp je niet?", "Vader werkt niet\n"]
)
def test_a_denial_denies_nothing_of_the_next_sentence(first):
    assert signals(f"{first} Het kind heeft een gebroken arm.") == {"injured_child"}


@pytest.mark.parametrize(
    "text", ["Had hij een mes? Nee.", "Is er met een mes gedreigd? Nooit.", "Wapens: geen gezien.", "Mes: nee"]
)
def test_an_answer_denies_what_was_asked(text):
    assert signals(text) == set()


def test_intelligence_and_tactics_do_not_count():
    assert signals("VE heeft een vuurwapen.", source="I") == set()
    assert signals("VE heeft een vuurwapen.", source="T") == set()
    assert signals("TCI meldt dat VE een vuurwapen heeft.") == set()
    assert signals("VE heeft een vuurwapen.", source=None) == {"weapon"}, "an unknown source is heard"


def test_evidence_is_the_sentence():
    text = "Wij kwamen t.p. om 22.40 uur. Hij greep haar bij de keel!  Daarna ging hij weg."
    told, *others = detect_danger(texts(text), NIGHT).iter_rows(named=True)
    assert [(one["signal"], one["start"]) for one in others] == [("strangulation", told["start"])], (
        "by its words together"
    )
    assert text[told["start"] : told["end"]] == "Hij greep haar bij de keel!"
    assert (told["row"], told["field"], told["entry_number"]) == (0, "text", 1)


def test_a_child_may_be_meant_by_name():
    text = texts("Fenna heeft een bult op haar hoofd.")
    named = pl.DataFrame({"row": [0], "name": ["Fenna"]}, schema={"row": pl.Int64, "name": pl.String})
    assert detect_danger(text, NIGHT).is_empty()
    assert detect_danger(text, NIGHT, named).get_column("signal").to_list() == ["injured_child"]
    assert detect_danger(text, NIGHT, named.with_columns(row=pl.lit(7, pl.Int64))).is_empty()


def test_a_child_may_be_meant_by_the_sentence_before():
    assert signals("De jongste kwam binnen. Ze had een kras over haar wang.") == {"injured_child"}
    assert signals("De jongste kwam binnen. Rustig. Zij had een kras.") == set()


def test_texts_and_children_of_tables():
    def table(kind, *rows):
        schema = {"row": pl.Int64(), **kind.schema}
        return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)

    tables = Tables(
        table(REGISTRATION, {"row": 0, "description": "a"}, {"row": 1, "reason_for_report": "b"}),
        table(
            PERSON,
            {"row": 0, "role": "KI", "given_names": "Fenna Lot"},
            {"row": 0, "role": "KI", "given_names": "Bo"},
            {"row": 0, "role": "VE", "given_names": "Karel"},
        ),
        table(ENTRY, {"row": 1, "entry_number": 4, "source": "V", "text": "c"}, {"row": 1, "entry_number": 5}),
        table(PRIOR_INCIDENT),
    )
    assert texts_of(tables).rows() == [
        (0, "description", None, None, "a"),
        (1, "reason_for_report", None, None, "b"),
        (1, "text", 4, "V", "c"),
    ]
    assert children_of(tables.person).rows() == [(0, "Fenna")]
    assert detect_danger(texts_of(tables), NIGHT).schema == TOLD


pieces = st.sampled_from(
    [
        "Hij greep haar bij de keel",
        "geen mes",
        "een bijl",
        "t.p. ",
        ". ",
        "!\n",
        " ",
        "Geen ruzie",
        "é🙂",
        "\x1e",
        '"Ik maak je dood"',
    ]
)


told_texts = st.lists(st.lists(pieces, max_size=8).map("".join), min_size=10, max_size=40)
"""Many at once: reading costs by the rule, hardly by the text."""


@settings(max_examples=6, deadline=None)
@given(told_texts, st.randoms(use_true_random=False))
def test_evidence_lies_within_the_text_and_order_does_not_matter(told, random):
    frame = texts(*told)
    found = detect_danger(frame, NIGHT)
    for line in found.iter_rows(named=True):
        evidence = told[line["row"]][line["start"] : line["end"]]
        assert evidence
        assert evidence == evidence.rstrip()
        assert line["signal"] in SIGNALS
    rows = list(range(len(told)))
    random.shuffle(rows)
    assert detect_danger(frame[rows], NIGHT).equals(found)


@settings(max_examples=5, deadline=None)
@given(told_texts)
def test_more_text_never_hides_danger(more):
    found = detect_danger(texts(*(f"Hij greep haar bij de keel.\n{text}" for text in more)), NIGHT)
    assert set(found.filter(signal="strangulation").get_column("row")) == set(range(len(more)))


def scores_on(records):
    rows = [(row, r.field, 1, r.source, r.text) for row, r in enumerate(records)]
    people = [(row, p["role"], p["given_names"]) for row, r in enumerate(records) for p in r.people]
    children = children_of(
        pl.DataFrame(people, schema={"row": pl.Int64, "role": pl.String, "given_names": pl.String}, orient="row")
    )
    told = detect_danger(pl.DataFrame(rows, schema=TEXTS, orient="row"), NIGHT, children)
    found = {record.id: [] for record in records}
    for line in told.iter_rows(named=True):
        found[records[line["row"]].id].append(Stretch(line["start"], line["end"], line["signal"]))
    return score_danger(records, lambda record: found[record.id])


def total(shares):
    whole = sum(shares.values(), Share(0, 0))
    return whole.hits / whole.total


UNLABELLED = ("t3", "t4", *(f"w{batch}" for batch in "12346789abcdefghijklmnopqrstuvy"))
"""Texts that were added to tune the redaction (source/tune/texts_3.txt to texts_9): nobody labelled the danger in the first,
nobody tuned the reading of danger on the rest."""


def test_the_tuning_corpus_is_read_well():
    scores = scores_on([r for r in read_corpus(CORPUS, "tune") if not r.id.startswith(UNLABELLED)])
    assert all(share.hits / share.total >= 0.8 for share in scores.recall.values())
    assert total(scores.recall) >= 0.95
    assert total(scores.precision) >= 0.8
    assert scores.quiet.hits / scores.quiet.total >= 0.87


def test_what_nobody_tuned_on_is_read_no_worse_than_measured():
    """Floors, not aims: hard sentences, by another hand. The danger of u001 to u048 was read by who wrote the rules.

    Where nobody labelled danger a text may still tell of some: of the 42 findings without a label that the rules of
    30 November 2026 added on the part tune, some 30 did.
    """
    hand = [r for r in read_corpus(CORPUS, "unseen") if r.origin == "hand" and not r.id.startswith("u0")]
    scores = scores_on(hand)
    assert scores.noticed.hits / scores.noticed.total >= 0.88
    assert total(scores.recall) >= 0.8
    assert total(scores.precision) >= 0.5
    assert scores.quiet.hits / scores.quiet.total >= 0.67


@pytest.mark.parametrize(
    ("by", "heard_least", "false_most"), [("unseen", 0.92, 0.11), ("unseen_2", 0.95, 0.17), ("unseen_3", 0.9, 0.2)]
)
def test_single_sentences_of_hands_that_nothing_was_learned_from_are_heard(by, heard_least, false_most):
    """Floors: average officers; half of the sentences without danger use its words for something else."""
    sentences = read_labelled(SENTENCES / f"{by}.tsv")
    found = detect_danger(texts_frame(text for _, text in sentences), NIGHT)
    heard = {row: set(told) for row, told in found.group_by("row").agg("signal").iter_rows()}
    told = [(row, signals) for row, (signals, _) in enumerate(sentences) if signals]
    for signal, floor in FLOORS.items():
        of_signal = [row for row, signals in told if signal in signals]
        assert sum(signal in heard.get(row, ()) for row in of_signal) >= floor * len(of_signal), signal
    assert sum(row in heard for row, _ in told) >= heard_least * len(told)
    quiet = [row for row, (signals, _) in enumerate(sentences) if not signals]
    assert sum(row in heard for row in quiet) <= false_most * len(quiet)


def test_words_of_many_meanings_are_overruled_by_all_words_together_and_plain_ones_never():
    assert signals("Hij beukte op de voordeur en riep dat zij eraan ging.") == {"acute"}
    assert not signals("Collega's hebben de deur ingebeukt omdat er niemand opendeed.")
    told = (
        'In de wachtkamer van de huisarts zei zij zacht tegen haar dochter: "niet vertellen, anders word ik vermoord".'
    )
    assert signals(told) == {"acute"}


def test_the_weights_were_learned_from_the_sentences_as_they_stand():
    assert f"# Learned from sentences with digest {digest()}." in OUT.read_text(encoding="utf-8").splitlines(), (
        "run python -m tests.decide.train_danger"
    )


@pytest.mark.parametrize(
    ("signal", "text"),
    [
        ("acute", 'Zij hoorde hem zeggen: "Als je weggaat zie je je kinderen nooit meer terug."'),
        ("stalking", "Hij heeft onder haar auto iets geplakt waarmee hij ziet waar zij is."),
    ],
)
def test_danger_that_no_rule_has_words_for_is_heard(signal, text):
    assert set(detect_danger(texts(text), NIGHT).select("signal", "rule").rows()) == {(signal, f"weighed_{signal}")}


def test_looking_for_all_turns_at_once_finds_what_each_finds_by_itself():
    """Most are not even tried on a text: that must lose nothing. Another engine tries them all."""
    texts = pl.DataFrame({"text": [record.text for record in read_corpus(CORPUS, "tune")]}).select(
        plain(pl.col("text"))
    )
    patterns = [rule.pattern for rule in read_danger_rules().rules if rule.pattern]
    parts = [part.replace(r"\b", r"(?-u:\b)") for pattern in patterns for part in alternatives(pattern)]
    tried = [texts.select(pl.col("text").str.contains(part).arg_true()).to_series().to_list() for part in parts]
    together = Turns((part, number) for number, part in enumerate(part for p in patterns for part in alternatives(p)))
    found = [together.meant_in(text) for text in texts.get_column("text")]
    assert sum(map(len, found)) > 1000
    assert {(place, number) for number, places in enumerate(tried) for place in places} == {
        (place, number) for place, numbers in enumerate(found) for number in numbers
    }


@pytest.mark.parametrize(
    ("pattern", "text", "meant"),
    [
        ("keel (dicht|toe)|wurg", "hij kneep de keel toe", ["choked"]),
        ("keel (dicht|toe)|wurg", "verwurgd", ["choked"]),
        ("keel (dicht|toe)|wurg", "de keel", []),
    ],
)
def test_a_turn_stands_by_any_of_its_alternatives(pattern, text, meant):
    assert Turns([(pattern, "choked")]).meant_in(text) == meant


def test_turns_are_read_in_their_order_and_read_what_the_last_one_left():
    turns = Turns([("een (rode )?roos", "bloem"), ("bloem|plant", "cadeau"), ("roos", "doel")])
    assert turns.read("een rode roos en een plant") == "cadeau en een cadeau"
    assert Turns([("bloem", "cadeau"), ("een (rode )?roos", r"\g<1>bloem")]).read("een rode roos") == "rode bloem"


@pytest.mark.parametrize("pattern", ["m(es", "(mes)?", "(mes|.*)", "mes|"])
def test_a_turn_that_cannot_be_read_or_stands_everywhere_is_refused(pattern):
    with pytest.raises(ValueError, match=r"not a regular expression|stands in every text"):
        Turns([(pattern, "knife")])


def test_every_signal_has_a_rule():
    assert {rule.signal for rule in read_danger_rules().rules} == SIGNALS


GOOD = """
version = "1"
denies = 'nee'
[part]
knife = "mes"
[blank]
negated = "geen mes"
[excuse.cook]
words = { nl = "koken", en = "cooking" }
pattern = "koken"
[[rule]]
id = "knife"
signal = "weapon"
words = { nl = "mes", en = "knife" }
pattern = ["<knife>", "dolk"]
also = "een"
unless = ["cook"]
"""


def test_rules_can_be_read():
    rules = parse_danger_rules(GOOD)
    found = detect_danger(texts("een mes", "geen mes", "een koken met mes", "mes"), NIGHT, rules=rules)
    assert found.get_column("row").to_list() == [0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('signal = "weapon"', 'signal = "noise"'),
        ('pattern = ["<knife>", "dolk"]', ""),
        ('pattern = ["<knife>", "dolk"]', 'pattern = ".*"'),
        ('pattern = ["<knife>", "dolk"]', 'near = ["throat beside neck !"]'),
        ('pattern = ["<knife>", "dolk"]', 'near = ["thraot within 3"]'),
        ('unless = ["cook"]', 'unless = ["nothing"]'),
        ('pattern = ["<knife>", "dolk"]', 'pattern = "m(es"'),
        ('id = "knife"', 'id = "knife"\nweight = 3'),
        ('pattern = "koken"', 'pattern = "koken"\nmore = 1'),
        ('version = "1"', 'version = "1"\nmore = 1'),
        ('version = "1"', ""),
        ("[blank]", "[blank"),
    ],
)
def test_a_wrong_file_of_rules_is_refused(old, new):
    with pytest.raises(PolicyError, match=r"danger/told\.toml"):
        parse_danger_rules(GOOD.replace(old, new, 1))


LEXICON = make_lexicon(
    {
        "throat": "keel hals",
        "choke": "wurg* gewurgd !wurgslang",
        "knife": "~mes keukenmes",
        "axe": "*bijl",
        "many": "#10-99",
    }
)


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ("keel", "throat"),
        ("wurgde", "choke"),
        ("gewurchd", "choke"),  # as it sounds
        ("gewurrgd", "choke"),
        ("gewugrd", "choke"),  # two letters turned round
        ("gewrgd", "choke"),
        ("keukenmes", "knife"),
        ("slachtersmes", "knife"),
        ("hakbijl", "axe"),
        ("40", "many"),
        ("40x", "many"),
    ],
)
def test_a_word_is_known_in_its_forms(word, field):
    assert LEXICON.fields(word) == {field}


@pytest.mark.parametrize("word", ["keelpijn", "wurgslang", "reclames", "bijl", "9", "100", "huis"])
def test_a_word_that_says_nothing_has_no_field(word):
    assert LEXICON.fields(word) == set()


def test_a_field_may_hold_the_words_of_another():
    words = read_words()
    assert set(words["implement"].split()) < set(words["object"].split())
    assert not any("@" in listed for listed in words.values())


def test_a_field_without_words_is_refused():
    with pytest.raises(ValueError, match="no words"):
        make_lexicon({"throat": " "})


NEAR = """
version = "1"
denies = 'nee'
excuse = {}
[blank]
[[rule]]
id = "near"
signal = "acute"
words = { nl = "dichtbij", en = "near" }
near = ["NEAR"]
"""


@pytest.mark.parametrize(
    ("wanted", "text", "found"),
    [
        ("grip throat within 4", "Hij greep haar keel. Zij ging weg.", [0]),
        ("grip throat within 4", "Haar keel greep hij.", [0]),
        ("grip throat within 2", "Hij greep haar zachte keel.", []),
        ("grip > throat within 4", "Haar keel greep hij.", []),
        ("grip throat within 9", "Hij greep haar niet bij de keel.", []),
        ("grip throat within 9", "Hij greep haar, zij kon niet weg.", []),
        ("grip throat within 9", "Nee, niet alleen dat, hij greep haar keel.", [0]),
        ("grip throat within 9", "De keel greep hij niet.", []),
        ("grip throat within 9", "Hij greep haar. De keel deed pijn.", []),
        ("grip throat within 9 across", "Hij greep haar. De keel deed pijn.", [1]),
        ("child > grip within 9 without adult", "Het kind en moeder greep hij.", []),
        ("child > grip within 9 without adult", "Het kind greep hij.", [0]),
        ("denial > air within 3", "Zij kreeg geen lucht.", [0]),
        ("hot pour throat within 9", "Hete thee gegoten in de keel.", [0]),
    ],
)
def test_words_stand_near_each_other_and_are_not_denied(wanted, text, found):
    rules = parse_danger_rules(NEAR.replace("NEAR", wanted))
    starts = [0, *(at + 2 for at, char in enumerate(text) if char == "." and at + 1 < len(text))]
    told = detect_danger(texts(text), NIGHT, rules=rules)
    assert [starts.index(start) for start in told.get_column("start")] == found


@pytest.mark.parametrize(
    ("known", "night", "year", "told"),
    [
        (date(2026, 11, 22), date(2026, 11, 22), 2026, True),
        (date(2026, 11, 22), date(2026, 11, 22), 2025, False),
        (date(2025, 12, 31), date(2026, 1, 1), 2025, True),  # written up the day after
        (date(2026, 1, 3), date(2026, 1, 3), 2025, True),  # last week
        (date(2026, 1, 3), date(2026, 1, 3), 2024, False),
        (date(2026, 3, 1), date(2026, 3, 1), 2025, False),
        (date(2025, 11, 22), date(2026, 11, 30), 2025, True),  # judged again a year later
        (date(2025, 12, 31), date(2026, 1, 1), 2026, True),
        (date(2031, 1, 1), date(2026, 11, 22), 2026, True),  # a date that cannot be makes nothing history
    ],
)
def test_the_year_in_which_it_became_known_is_no_history(known, night, year, told):
    given = pl.DataFrame({"row": [0], "known_on": [known]})
    found = detect_danger(texts(f"In {year} had hij een keer een mes bij zich."), night, known=given)
    assert ("weapon" in found.get_column("signal").to_list()) is told
