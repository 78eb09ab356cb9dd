from dataclasses import replace

from pipeline.evaluate.corpus import Stretch
from pipeline.evaluate.danger import score_danger
from pipeline.evaluate.interval import Share
from tests.evaluate.builders import labelled

TOLD = labelled(
    'Hij stak met een mes. Riep "ik maak je af". Rustig nu.',
    facts=[("threat_words", '"ik maak je af"')],
    danger=[("weapon", "Hij stak met een mes.")],
    id="told",
)
QUIET = labelled("Geen wapen gezien.", id="quiet")


def test_recall_and_precision_by_signal():
    found = {"told": [Stretch(4, 10, "weapon"), Stretch(44, 54, "weapon")], "quiet": [Stretch(0, 18, "weapon")]}
    scores = score_danger([TOLD, QUIET], lambda record: found[record.id])
    assert scores.recall == {"weapon": Share(1, 1)}
    assert scores.precision == {"weapon": Share(1, 3)}
    assert scores.quiet == Share(0, 1)
    assert scores.noticed == Share(1, 1)
    assert scores.false == (("told", "weapon"), ("quiet", "weapon"))


def test_a_signal_of_another_kind_does_not_find_it():
    scores = score_danger([TOLD], lambda record: [Stretch(0, 20, "strangulation")])
    assert scores.missed == (("told", "weapon"),)
    assert scores.precision == {"strangulation": Share(0, 1)}


def test_a_threat_read_as_acute_is_neither_right_nor_wrong():
    scores = score_danger([TOLD, QUIET], lambda record: [Stretch(22, 40, "acute")] if record.id == "told" else [])
    assert scores.precision == {}
    assert scores.quiet == Share(1, 1)


def test_what_is_never_heard_is_not_counted():
    unheard = replace(labelled("Hij had een mes.", danger=[("weapon", "een mes")]), source="T")
    assert score_danger([unheard], lambda record: []).recall == {}
