from datetime import date

import polars as pl
import pytest

from pipeline.errors import PolicyError
from pipeline.policy.reference import COLUMNS, read_reference
from pipeline.schema import REGIONS

TODAY = date(2026, 11, 22)
REFERENCE = read_reference()


def regions(code: str, night: date = TODAY) -> list[str]:
    table = REFERENCE.regions_by_code(night)
    return table.filter(pl.col("code") == code)["regions"].item().to_list()


@pytest.mark.parametrize(
    ("name", "code", "night", "expected"),
    [
        ("Uitgeest", "0450", TODAY, ["VT17"]),  # safety region Kennemerland
        ("Eemnes", "0317", TODAY, ["VT20"]),  # works with Gooi, belongs to Utrecht
        ("Mook en Middelaar", "0944", TODAY, ["VT06"]),  # province Limburg
        ("Heusden", "0797", TODAY, ["VT15"]),  # safety region Brabant-Noord
        ("Haaren", "0788", TODAY, ["VT15", "VT27"]),  # split over two regions
        ("Alphen-Chaam", "1723", TODAY, ["VT15"]),
        ("Alphen-Chaam", "1723", date(2022, 12, 31), ["VT21"]),
        ("Baarle-Nassau", "0744", date(2023, 1, 1), ["VT15"]),
        ("Baarle-Nassau", "0744", date(2022, 12, 31), ["VT21"]),
        ("Weesp", "0457", date(2022, 3, 23), ["VT07"]),
        ("Weesp", "0457", date(2022, 3, 24), ["VT01"]),
        ("Leerdam", "0545", date(2018, 12, 31), ["VT24"]),
        ("Leerdam", "0545", TODAY, ["VT20"]),
        ("Ubbergen, through Groesbeek to Berg en Dal", "0282", TODAY, ["VT06"]),
        ("Boxmeer, whose region closed", "0756", date(2022, 6, 1), ["VT27"]),
        ("Littenseradiel, split within a region", "0140", TODAY, ["VT04"]),
    ],
)
def test_region_of_a_municipality_on_a_night(name, code, night, expected):
    assert regions(code, night) == expected


def test_every_answer_is_a_region_with_a_schema():
    for night in (date(2015, 1, 1), date(2022, 12, 31), TODAY):
        for table in (
            REFERENCE.regions_by_code(night),
            REFERENCE.regions_by_postcode(night),
            REFERENCE.regions_by_place(night),
        ):
            assert set(table["regions"].explode(empty_as_null=True)) <= set(REGIONS)
            assert table["regions"].list.len().min() >= 1


def test_closed_regions_give_way_to_their_successor():
    today = REFERENCE.region_today()
    assert (today["VT16"], today["VT26"], today["VT09"]) == ("VT27", "VT27", "VT09")


def test_postcodes_on_a_border_have_several_regions():
    table = REFERENCE.regions_by_postcode(TODAY)
    assert table.filter(pl.col("regions").list.len() > 1).height == 20
    assert table.filter(postcode4="2511")["regions"].item().to_list() == ["VT09"]


def test_a_name_of_several_places_is_no_evidence():
    places = set(REFERENCE.regions_by_place(TODAY)["place"])
    assert {"den haag", "s gravenhage", "hengelo (o )", "uden"} <= places
    assert not {"hengelo", "bergen", "heusden", "haaren", "winsum"} & places


def copy(folder, **changed):
    for name in COLUMNS:
        table = getattr(REFERENCE, name)
        days = [column for column, kind in table.schema.items() if kind == pl.Date]
        table.with_columns(pl.col(days).cast(pl.String)).write_csv(folder / f"{name}.csv")
    for name, text in changed.items():
        (folder / f"{name}.csv").write_text(text)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"regions": "region,name\nVT01,A\n"}, "regions.csv: columns"),
        ({"postcodes": "postcode4,municipalities\n1011,9999\n"}, "postcodes.csv: municipalities unknown: 9999"),
        ({"postcodes": "postcode4,municipalities\n1011,0363\n1011,0363\n"}, "postcodes.csv: a postcode twice"),
        (
            {"municipality_changes": "old_code,old_name,ended_on,kind,successor,is_main\n0001,A,soon,merged,0363,1\n"},
            "municipality_changes.csv: cannot be read",
        ),
        (
            {
                "regions": "region,name,organisation,units,valid_from,valid_until,successor\nVT01,A,A,RE05,2015-01-01,,VT01\n"
            },
            "municipalities.csv: regions that regions.csv lacks",
        ),
    ],
)
def test_a_wrong_table_is_refused_by_name(tmp_path, changed, named):
    copy(tmp_path, **changed)
    with pytest.raises(PolicyError, match=named):
        read_reference(tmp_path)


def test_a_region_that_succeeds_itself_is_refused(tmp_path):
    copy(tmp_path)
    path = tmp_path / "regions.csv"
    path.write_text(path.read_text().replace("2022-12-31,VT27", "2022-12-31,VT16"))
    with pytest.raises(PolicyError, match=r"regions\.csv"):
        read_reference(tmp_path)


def test_a_missing_table_is_refused_by_name(tmp_path):
    copy(tmp_path)
    (tmp_path / "place_names.csv").unlink()
    with pytest.raises(PolicyError, match=r"place_names\.csv"):
        read_reference(tmp_path)


def test_the_copied_tables_are_the_same(tmp_path):
    copy(tmp_path)
    assert read_reference(tmp_path).municipalities.equals(REFERENCE.municipalities)
