"""Rows divided over files: all of them, each in its file, in the order in which they came, whole or not at all."""

import polars as pl
import pytest

from pipeline.settle.partitions import Partitions

ROWS = pl.DataFrame({"key": [3, 0, 4, 0], "told": [["a"], [], None, ["b", "c"]]})


def test_each_row_is_in_the_file_of_its_number_in_order_of_arrival(tmp_path):
    files = Partitions(tmp_path / "by-key", 3)
    with files.filled() as add:
        add(ROWS, pl.col("key") % 3)
        add(ROWS.clear(), pl.col("key") % 3)
        add(ROWS.reverse(), pl.col("key") % 3)
    assert [files.read(number)["key"].to_list() for number in range(3)] == [[3, 0, 0, 0, 0, 3], [4, 4], []]
    assert files.read(0)["told"].to_list() == [["a"], [], ["b", "c"], ["b", "c"], [], ["a"]]
    assert files.read(2).schema == ROWS.schema


def test_what_stops_halfway_leaves_what_was_there_before_it_out(tmp_path):
    files = Partitions(tmp_path / "by-key", 3)
    with files.filled() as add:
        add(ROWS, pl.col("key") % 3)

    def stop():
        with files.filled() as add:
            add(ROWS, pl.col("key") % 3)
            raise KeyError

    with pytest.raises(KeyError):
        stop()
    assert not files.folder.exists()
