from pipeline.evaluate.interval import Share
from pipeline.evaluate.score import by_kind, score
from tests.evaluate.builders import labelled, removing

RECORDS = [
    labelled(
        "Melder Bos zag dat VE met een mes dreigde.",
        [("caller", "Bos")],
        [("weapon", "een mes")],
        id="a",
    ),
    labelled("Melder Kip en neef Jan waren er.", [("caller", "Kip"), ("third_party", "Jan")], id="b", origin="variant"),
]


def test_leaks_facts_and_masking_are_counted_by_kind_and_origin():
    scores = score(RECORDS, removing("Bos", "mes", "Jan"))
    assert scores.caught == {
        ("caller", "hand"): Share(1, 1),
        ("caller", "variant"): Share(0, 1),
        ("third_party", "variant"): Share(1, 1),
    }
    assert scores.kept == {("weapon", "hand"): Share(0, 1)}
    assert scores.recall == Share(2, 3)
    assert scores.retention == Share(0, 1)
    assert scores.masked == Share(1, 13)
    assert scores.leaks == (("b", "caller"),)
    assert scores.bare == {"caller": 1}
    assert scores.losses == (("a", "weapon"),)


def test_a_leak_of_which_little_is_left_is_told_apart():
    record = labelled(
        "Melder zegt dat hij moslim is geworden.", [("religion", "Melder zegt dat hij moslim is geworden")]
    )
    told = score([record], removing("dat hij moslim is geworden"))
    assert (told.leaks, told.bare) == (((record.id, "religion"),), {})
    assert score([record], removing("geworden")).bare == {"religion": 1}


def test_special_data_are_counted_apart_and_together():
    record = labelled("hij is Turks en moslim", [("ethnicity", "Turks"), ("religion", "moslim")])
    table = by_kind(score([record], removing("Turks")).caught)
    assert table["ethnicity"]["all"] == Share(1, 1)
    assert table["special"] == {"all": Share(1, 2), "hand": Share(1, 2), "variant": Share(0, 0)}
    assert "special" not in by_kind(score(RECORDS, removing()).caught)
