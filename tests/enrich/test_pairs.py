import polars as pl

from pipeline.evaluate.interval import Share
from tests.enrich.pairs import evaluate, told


def test_precision_recall_and_recall_by_error():
    true = pl.DataFrame(
        {"left": [1, 2, 3], "right": [1, 2, 3], "errors": [[], ["typo"], ["typo", "moved"]]},
        schema_overrides={"errors": pl.List(pl.String)},
    )
    found = pl.DataFrame({"left": [1, 2, 9], "right": [1, 2, 9]})
    found = evaluate(found, true)
    assert (found.precision, found.recall) == (Share(2, 3), Share(2, 3))
    assert found.by_error == {"none": Share(1, 1), "typo": Share(1, 2), "moved": Share(0, 1)}
    assert "typo" in found.page()


def test_a_share_reads_as_a_sentence():
    assert told(Share(1, 2)) == "50.00% (9.45%–90.55%) of 2"
    assert told(Share(0, 0)) == "100.00% (0.00%–100.00%) of 0"
