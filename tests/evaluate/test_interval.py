import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluate.interval import Share


def test_agrees_with_published_values():
    # Newcombe 1998, table I, method 3 (score): 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (hits, total), expected in published.items():
        assert Share(hits, total).interval == pytest.approx(expected, abs=5e-5)


def test_nothing_counted_is_no_share():
    assert Share(0, 0).value is None
    assert Share(0, 0).interval is None


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_interval_holds_the_share(counts):
    share = Share(*counts)
    low, high = share.interval
    assert 0 <= low <= share.value + 1e-12
    assert share.value - 1e-12 <= high <= 1


def test_shares_add_up():
    assert Share(1, 2) + Share(3, 4) == Share(4, 6)
