import polars as pl
import pytest

from pipeline.enrich.keyed import keyed, mixed
from pipeline.errors import SettingsError

KEY = b"0123456789abcdef"


def test_a_hash_needs_the_key_and_the_domain():
    values = pl.Series(["Testman", None, "Testman"])
    hashed = keyed(values, "name", KEY)
    assert hashed[0] == hashed[2]
    assert hashed[1] is None
    assert hashed[0] != keyed(values, "name", b"another key 1234")[0]
    assert hashed[0] != keyed(values, "street", KEY)[0]


def test_a_short_key_is_refused():
    with pytest.raises(SettingsError, match="needs 16"):
        keyed(pl.Series(["a"]), "name", b"short")


def test_mixing_keeps_order_domain_and_the_unknown():
    frame = pl.DataFrame({"a": [1, 2, None], "b": [2, 1, 1]})
    told, other = frame.select(one=mixed(["a", "b"], 1), two=mixed(["a", "b"], 2)).get_columns()
    assert told[0] != told[1]  # (1, 2) is not (2, 1)
    assert told[2] is None
    assert told[0] != other[0]
