import polars as pl
import pytest

from pipeline.enrich.evaluate import Rate, evaluate


def test_precision_recall_and_recall_by_error():
    true = pl.DataFrame(
        {"left": [1, 2, 3], "right": [1, 2, 3], "errors": [[], ["typo"], ["typo", "moved"]]},
        schema_overrides={"errors": pl.List(pl.String)},
    )
    found = pl.DataFrame({"left": [1, 2, 9], "right": [1, 2, 9]})
    told = evaluate(found, true)
    assert (told.precision, told.recall) == (Rate(2, 3), Rate(2, 3))
    assert told.by_error == {"none": Rate(1, 1), "typo": Rate(1, 2), "moved": Rate(0, 1)}
    assert "typo" in told.page()


@pytest.mark.parametrize(
    ("rate", "low", "high"), [(Rate(3268, 3268), 0.9988, 1.0), (Rate(50, 100), 0.4038, 0.5962), (Rate(0, 0), 0.0, 1.0)]
)
def test_wilsons_interval(rate, low, high):
    assert rate.interval == pytest.approx((low, high), abs=1e-4)


def test_a_rate_reads_as_a_sentence():
    assert str(Rate(1, 2)) == "50.00% (9.45%–90.55%) of 2"
