import polars as pl
import pytest

from pipeline.enrich.names import family_parts, parts, sound


def part_list(name, *, family=True):
    told = pl.DataFrame({"n": [name]}).select(parts(pl.col("n")))
    return (told.select(family_parts(pl.col("n"))) if family else told)["n"].item().to_list()


def sounds(*words):
    return pl.DataFrame({"n": list(words)}).select(sound(pl.col("n")).alias("n"))["n"].to_list()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Van den Berg", ["berg"]),
        ("de Vries-Özgür", ["vries", "ozgur"]),
        ("'t Hart", ["hart"]),
        ("van der", ["van", "der"]),  # nothing else is left
        ("Łukaszyński", ["lukaszynski"]),
        ("", []),
    ],
)
def test_parts_of_a_family_name(name, expected):
    assert part_list(name) == expected


def test_prefixes_are_names_among_given_names():
    assert part_list("Ben Ali", family=False) == ["ben", "ali"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("youssef", "yusuf"),
        ("mohammed", "mohamed"),
        ("hassan", "hasan"),
        ("shevchenko", "sjevtsjenko"),
        ("khoury", "khouri"),
        ("janssen", "jansen"),
        ("kees", "cornelis"),
        ("khadija", "chadija"),
        ("dijkstra", "dykstra"),
        ("visser", "vissser"),
    ],
)
def test_spellings_of_one_name_sound_alike(one, other):
    assert sounds(one)[0] == sounds(other)[0]


@pytest.mark.parametrize(("one", "other"), [("bakker", "visser"), ("jan", "piet"), ("fatima", "khadija")])
def test_different_names_do_not(one, other):
    assert sounds(one)[0] != sounds(other)[0]
