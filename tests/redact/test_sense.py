"""What words say together: everyday wording that no list holds, and facts that sound alike and stay."""

import pytest

from pipeline.redact.sense import Sense
from tests.redact.family import FAMILY
from tests.redact.train_sense import OUT, digest, examples

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


def test_the_words_that_spoke_are_told(policy):
    text = "we laten hem in de waan dat de zaak gesloten is"
    sense = Sense(policy.weights)
    (total,), (words,) = sense.sums(text, [(0, len(text))])
    assert words == len(text.split())
    assert sense.score(total, words) > 0
    assert sense.kind(text, 0, len(text)) == "tactical"
    spoken = {text[at:to] for at, to in sense.reasons(text, 0, len(text))}
    assert spoken
    assert spoken < set(text.split())


def test_a_word_that_nobody_wrote_is_known_by_its_pieces(policy):
    sense = Sense(policy.weights)
    assert "priesterwijdingen" not in policy.weights.any
    assert sense.weigh("priesterwijdingen")[0] > sense.weigh("brievenbussleutels")[0]
    assert sense.kind("priesterwijdingen", 0, 17) == "religion"


def test_no_words_weigh_nothing(policy):
    sense = Sense(policy.weights)
    assert sense.sums("... - !", [(0, 7)]) == ([0.0], [0])
    assert sense.score(0.0, 0) == policy.weights.bias


def test_the_weights_were_learned_from_the_texts_as_they_stand():
    heading = [line for line in OUT.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    learned_from = f"# Learned from examples with digest {digest(examples())}."
    assert learned_from in heading, "run: python -m tests.redact.train_sense"
