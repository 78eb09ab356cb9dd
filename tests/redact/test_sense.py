"""What words say together: everyday wording that no list holds, and facts that sound alike and stay."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.redact.spans import DROP
from pipeline.weigh.sense import SILENCE, Sense, pack
from tests.redact.family import FAMILY
from tests.redact.train_sense import KINDS, OUT, SENTENCES, STAYS, digest, examples, read_labelled

GONE = [
    ("tactical", "De jongens van het team kijken sinds gisteren mee in zijn telefoon."),
    ("tactical", "Laat hem in de waan dat de zaak gesloten is."),
    ("informant", "Een kennis van hem die ons wel vaker wat influistert noemde een tweede telefoon."),
    ("sexual_life", "Hij wil liever met mannen dan met haar."),
    ("medical", "Hij krijgt elke maand een prik tegen zijn stemmen."),
    ("politics_or_union", "Hij vindt dat de staat een bedrijf is en betaalt geen belasting."),
]
STAY = [
    "Wij hebben de man naar zijn broer gebracht.",
    "Hij zat op mijn borst en kneep mijn keel dicht.",
    "Er ligt een mes onder de bank.",
    "Zij is bang dat hij de kinderen meeneemt naar Marokko.",
    "Hij dwong haar tot seks terwijl zij nee zei.",
]


@pytest.mark.parametrize(("kind", "text"), GONE, ids=range(len(GONE)))
def test_everyday_words_together_tell(redactor, kind, text):
    done = redactor.redact_one(f"Elif huilde. {text} Dennis sloeg haar.", source="W", people=FAMILY)
    assert kind in {span.kind for span in done.spans}
    assert (done.text or "").startswith("Elif huilde.")
    assert (done.text or "").endswith("Dennis sloeg haar.")


@pytest.mark.parametrize("text", STAY, ids=range(len(STAY)))
def test_facts_that_sound_alike_stay(redactor, text):
    assert redactor.redact_one(text, source="W", people=FAMILY).text == text


REASONS = [
    "Vermoeden van partnergeweld.",
    "Vermoedens van geweld tegen het jongste kind.",
    "Vermoeden van geweld door haar vriend.",
    "Vermoeden van oudermishandeling door inwonende kleinzoon.",
    "Vermoeden van onveilig opgroeien.",
    "Er zijn vermoedens van mishandeling van de kinderen.",
    "Het vermoeden bestaat dat hij haar vaker slaat.",
    "Verdenking van geweld tegen zijn echtgenote.",
    "Mogelijk slaat hij ook de kinderen.",
    "Signalen van geweld in het gezin.",
    "Signaal dat de kinderen worden geslagen.",
    "Bezorgd over de veiligheid van moeder en kind.",
    "Verzoek aan Veilig Thuis om dit gezin te onderzoeken.",
    "Herhaald huiselijk geweld, twee jonge kinderen.",
    "Kans op nieuw geweld.",
    "Ernstig geweld tussen partners, letsel.",
    "Wij vermoeden dat dit gezin hulp nodig heeft.",
    "Vermoedelijk is er vaker geweld geweest.",
    "Seksueel geweld door haar echtgenoot.",
    "Elif is slachtoffer van seksueel misbruik door Dennis.",
    "Ruzies tussen partners, psychisch geweld.",
    "Psychische mishandeling van de kinderen door vader.",
    "Geestelijke mishandeling van het kind.",
    "Elif loopt gevaar door haar familie, eer speelt mee.",
    "Vrees dat de kinderen in het buitenland worden achtergelaten.",
]
"""Why a report goes to Veilig Thuis, in a few words."""

ABUSE = [
    "Hij laat Jayden pornofilms kijken en raakt hem dan aan.",
    "Dennis dreigde haar naaktfoto's naar haar baas te sturen.",
    "Zij moet van hem als prostituee werken.",
    "Zij wilde geen seks, hij wel, en toen sloeg hij haar.",
    "Jayden doet op school seksspelletjes na die hij van oom zag.",
    "Zij is door haar broer ontmaagd toen zij twaalf was.",
    "Dennis heeft met geweld seks met haar gehad.",
    "Hij penetreerde haar terwijl zij sliep.",
]
"""Sexual violence is what happened, and no sexual life."""


@pytest.mark.parametrize("text", ABUSE, ids=range(len(ABUSE)))
def test_sexual_violence_stays(redactor, text):
    assert redactor.redact_one(text, source="V", people=FAMILY).text == text


@pytest.mark.parametrize("text", REASONS, ids=range(len(REASONS)))
def test_why_a_report_is_made_stays(redactor, text):
    assert redactor.redact_one(text, source="O", people=FAMILY).text == text


@pytest.mark.parametrize(
    ("by", "gone_least", "lost_most"),
    [("unseen", 0.94, 0.18), ("unseen_2", 0.95, 0.1), ("unseen_3", 0.92, 0.12), ("unseen_plain", 0, 0.05)],
)
def test_single_sentences_of_hands_that_nothing_was_learned_from_go_or_stay(redactor, by, gone_least, lost_most):
    """Floors, not aims: most tell it by circumstance, and two thirds of what stays uses the same words innocently."""
    labelled = read_labelled(SENTENCES / f"{by}.tsv")
    cut = {
        sentence: any(span.action == DROP for span in redactor.redact_one(sentence, source="W").spans)
        for _, sentence in labelled
    }
    gone = [cut[sentence] for kind, sentence in labelled if kind != STAYS]
    stay = [cut[sentence] for kind, sentence in labelled if kind == STAYS]
    assert sum(gone) >= gone_least * len(gone)
    assert sum(stay) <= lost_most * len(stay)


def test_every_single_sentence_is_labelled_and_stands_once():
    labelled = [one for path in sorted(SENTENCES.glob("*.tsv")) for one in read_labelled(path)]
    assert {kind for kind, _ in labelled} == {STAYS, *KINDS}
    assert len({sentence.lower() for _, sentence in labelled}) == len(labelled)


def test_the_words_that_spoke_are_told(policy):
    text = "zij zat op de bank en wij laten hem in de waan dat de zaak gesloten is"
    sense = Sense(policy.weights)
    (total,), (words,), _ = sense.sums(text, [(0, len(text))])
    assert words == len(text.split())
    told = sense.told(total, words)
    assert told.score > 0
    assert told.kind == "tactical"
    spoken = {text[at:to] for at, to in sense.reasons(text, 0, len(text), told.kind)}
    assert spoken
    assert spoken < set(text.split())


@given(st.lists(st.sampled_from(["zij ging", "en naar de kerk", ", maar", "...", "sinds de doop"]), min_size=1))
def test_clauses_with_what_joins_them_say_what_the_sentence_says(redactor, clauses):
    text = " ".join(clauses)
    ends = list(accumulate(len(clause) + 1 for clause in clauses))
    totals, words, joins = redactor.drops.sense.sums(text, zip([0, *ends], ends, strict=False))
    (total,), (count,), _ = redactor.drops.sense.sums(text, [(0, len(text))])
    assert (sum(totals) + sum(joins), sum(words)) == (total, count)


def test_what_no_clause_tells_but_all_of_them_together_goes(redactor):
    text = "De juf wist van het tienminutengesprek dat moeder en de schoonmaker van de gymzaal meer dan collega's zijn."
    done = redactor.redact_one(text, source="W")
    assert {span.kind for span in done.spans} == {"sexual_life"}


def test_a_word_that_nobody_wrote_is_known_by_its_pieces(policy):
    sense, religion = Sense(policy.weights), policy.weights.kinds.index("religion")
    assert "priesterwijdingen" not in policy.weights.place
    known, other = (
        sense.unpack(sense.weigh(word)[0])[religion] for word in ("priesterwijdingen", "brievenbussleutels")
    )
    assert known > other


def test_words_of_two_kinds_do_not_add_up(policy):
    sense = Sense(policy.weights)
    faith, health = (policy.weights.kinds.index(kind) for kind in ("religion", "medical"))
    both = [9000 if at in (faith, health) else 0 for at in range(len(policy.weights.kinds))]
    one, twice = ([many * (at == faith) for at in range(len(both))] for many in (9000, 18000))
    score = lambda said: sense.told(pack(said), 4).score  # noqa: E731
    assert score(one) < score(both) < score(one) + 2 < score(twice)


@given(st.lists(st.lists(st.integers(-30_000, 30_000), min_size=8, max_size=8), min_size=1, max_size=40))
def test_what_is_packed_adds_up_kind_by_kind(redactor, rows):
    assert redactor.drops.sense.unpack(sum(map(pack, rows))) == [sum(column) for column in zip(*rows, strict=True)]


def test_no_words_say_nothing(policy):
    sense = Sense(policy.weights, policy.thresholds.least)
    (total,), (words,), _ = sense.sums("... - !", [(0, 7)])
    assert (total, words) == (0, 0)
    assert sense.told(total, words) == SILENCE


@given(st.lists(st.integers(-30_000, 30_000), min_size=8, max_size=8), st.integers(1, 60))
def test_what_is_not_worked_out_lies_below_what_is_decided_by(redactor, all_said, said, words):
    told, ours = all_said.told(pack(said), words), redactor.drops.sense.told(pack(said), words)
    assert ours == told or (ours == SILENCE and told.score < redactor.policy.thresholds.least)


@pytest.fixture(scope="module")
def all_said(policy):
    """The weights, with every score worked out."""
    return Sense(policy.weights)


def test_the_weights_were_learned_from_the_texts_as_they_stand():
    heading = [line for line in OUT.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    learned_from = f"# Learned from examples with digest {digest(examples())}."
    assert learned_from in heading, "run: python -m tests.redact.train_sense"


WEIGHED = [
    "Zij is bang voor represailles.",
    "SO durft geen aangifte te doen uit angst voor represailles.",
    "Het begon toen zij zwanger was van de oudste, toen sloeg hij haar.",
    "Sinds de bevalling gaat het elke week mis.",
    "Hij heeft haar identiteitskaart ingenomen.",
    "Het huwelijk is al afgesproken.",
    "Zij mocht niet naar buiten omdat zij met een jongen was gezien.",
    "Hij werd jaloers toen zij een appje kreeg.",
    "Er loopt begeleiding vanuit het wijkteam.",
    "Moeder kan de opvoeding van de kinderen niet meer aan.",
    "Haar zus zegt dat zij zich helemaal terugtrekt.",
    "De buren zeggen niets gehoord te hebben.",
    "Partijen hadden ruzie over geld.",
    "Vader liet de gezinscoach niet binnen.",
]
"""What Veilig Thuis weighs: since when, control, honour, care, help."""


TOLD_OPENLY = [
    "Zij is vijf maanden zwanger van hun tweede kind.",
    "Haar buik was zichtbaar, zij vertelde 30 weken zwanger te zijn.",
    "Ongeboren kind loopt gevaar.",
    "De geboorte wordt in oktober verwacht.",
    "Zorg om kind vanwege drankgebruik ouders.",
    "Zij was in de war en riep om haar overleden man.",
    "Vader is nog niet op de hoogte omdat hij spoorloos is.",
    "Zij moest seks met hem hebben om de deur uit te mogen.",
    "Ouders zijn ervan op de hoogte dat wij een melding doen bij Veilig Thuis.",
    "Hij riep dat zij het land uit moet.",
    "Bij een inval vanwege een hennepkwekerij bleek Elif in de woning te wonen.",
    "Dennis houdt Elif van school omdat het huwelijk geregeld wordt.",
    "De buren hebben meegeluisterd door de muur.",
    "Mevrouw is hoogzwanger, Dennis duwde haar van de stoep.",
    "Hij beweert dat hij haar het land uit krijgt.",
    "Elif hoorde dat er in de gemeenschap over haar gesproken wordt.",
    "Adres is voorzien van een aandachtsvestiging.",
    "Dennis werd boos omdat Elif een appje van een ander ontving.",
    "Er is een wachtlijst voor begeleiding.",
    "23.10 aanname / 23.14 uitgifte / code 4 / afgemeld zonder bijz.",
    "Een week na de keizersnede schreeuwde Dennis weer.",
    "Een man uit het buitenland is als echtgenoot uitgekozen voor Elif.",
    "Dennis heeft een nep profiel van Elif op een datingsite gezet.",
    "Dennis heeft naaktfoto's van haar naar Jayden zijn school gestuurd.",
]
"""What police and family know of, as officers write it."""


@pytest.mark.parametrize("text", [*WEIGHED, *TOLD_OPENLY], ids=range(len(WEIGHED) + len(TOLD_OPENLY)))
def test_what_is_weighed_and_what_is_told_openly_stay(redactor, text):
    assert redactor.redact_one(text, source="W", people=FAMILY).text == text


BESIDE_OPEN = [
    ("medical", "Elif is negen weken zwanger en wil het laten weghalen in de kliniek."),
    ("medical", "Elif is zwanger en heeft zwangerschapsvergiftiging."),
    ("medical", "Elif heeft hulp nodig bij haar insuline."),
    ("informant", "Haar tante vertelde ons onder vier ogen dat hij wapens heeft, zij wil nergens genoemd worden."),
    ("tactical", "Bij de inval morgen gaan wij via de achterdeur naar binnen."),
    ("tactical", "Aandachtsvestiging gevaarlijk, met minimaal twee koppels benaderen."),
]
"""What must not leave beside words that are told openly."""


@pytest.mark.parametrize(("kind", "text"), BESIDE_OPEN, ids=range(len(BESIDE_OPEN)))
def test_what_stands_beside_goes(redactor, kind, text):
    assert kind in {span.kind for span in redactor.redact_one(text, source="W", people=FAMILY).spans}


NAMED = [
    ("Samen met collega Walid Al-Ahmad tp gegaan.", "Samen met collega [", "] tp gegaan."),
    ("De melding kwam van Abdullah al Masri.", "De melding kwam van [", "]."),
    ("Zie ook mutatie van Mahmoud Al-Ahmad.", "Zie ook mutatie van [", "]."),
    ("Mevrouw Öztürk mag van de heer De Vries niet alleen de deur uit.", "Mevrouw Öztürk mag", "alleen de deur uit."),
    ("De her de Vries zegt dat er geen problemen thuis zijn.", "De her de Vries zegt", "problemen thuis zijn."),
    ("Overlegd met HovJ Willemijn Winter.", "Overlegd met HovJ [", "]."),
    (
        "Op 20/11 omstreeks 12:04 uur kregen wij van de meldkamer het verzoek te gaan naar de Parallelweg 7 te Urk, in verband met huiselijk geweld.",
        "Op 20/11 omstreeks 12:04 uur kregen wij van de meldkamer",
        "in verband met huiselijk geweld.",
    ),
    ("Op Instagram gebruikt Elif de naam @walid_876.", "Op Instagram gebruikt Elif de naam [", "]."),
]
"""Names, `de heer`, a street and an account: what somebody is called tells no faith, and no tactics."""


@pytest.mark.parametrize(("text", "begins", "ends"), NAMED, ids=range(len(NAMED)))
def test_a_name_tells_nothing_of_what_must_not_leave(redactor, text, begins, ends):
    left = redactor.redact_one(text, source="W", people=FAMILY).text or ""
    assert left.startswith(begins)
    assert left.endswith(ends)
