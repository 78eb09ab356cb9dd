"""What a carrier says for those that it carries."""

import polars as pl

from pipeline.settle.write import _also


def test_danger_numbers_and_the_warning_of_each_count_for_the_carrier():
    carried = pl.DataFrame(
        {
            "carrier_row": [1, 1, 2],
            "registration_number": ["PL0600-3", "PL0600-2", "PL0600-9"],
            "danger": [["acute", "injury"], ["weapon"], []],
            "contact_police_first": [False, True, False],
        },
        schema_overrides={"danger": pl.List(pl.String)},
    )
    told = _also(carried).sort("carrier_row")
    assert told["also_registered_as"].to_list() == [["PL0600-2", "PL0600-3"], ["PL0600-9"]]
    assert [sorted(signals) for signals in told["danger_of_others"]] == [["acute", "weapon"], []]
    assert told["warned"].to_list() == [True, False]
