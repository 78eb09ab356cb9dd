"""What is so near to another registration that both can be of one event."""

import polars as pl
import pytest

from pipeline.enrich.across import EARLIER, VERSION
from pipeline.enrich.near import Near, unnamed_places

A, B, C = (("RE06", f"PL0600-{at}") for at in range(3))


def test_a_place_where_somebody_names_nobody_is_looked_at_on_both_sides():
    types = {"place": pl.Int64, "bare": pl.Boolean}
    tonight = pl.DataFrame([(7, True), (8, False), (None, True)], schema=types, orient="row")
    earlier = pl.DataFrame([(8, True), (9, True), (None, True)], schema=types, orient="row")
    assert sorted(unnamed_places(tonight, earlier)) == [7, 8]


@pytest.mark.parametrize(("shown", "left"), [((*A, 9), ([], [B])), ((*B, 9), ([A], [])), ((*C, 1), ([A], [B]))])
def test_what_shows_an_address_is_near_to_nothing_in_any_version(shown, left):
    tonight, earlier = (
        pl.DataFrame([(*of, 1)], schema=names, orient="row") for of, names in ((A, VERSION), (B, EARLIER))
    )
    near = Near(tonight, tonight, earlier).but(pl.DataFrame([shown], schema=VERSION, orient="row"))
    assert ([row[:2] for row in near.tonight.rows()], [row[:2] for row in near.earlier.rows()]) == left
