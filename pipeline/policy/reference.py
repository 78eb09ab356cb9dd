"""Where an address belongs: municipalities, postcodes and Veilig Thuis regions, each as it was on a day.

The tables are CSV files beside this module (`reference_data/`, sources in its README). A night is asked with its own
date, so that a backfill of 2022 routes as 2022 did; a region that has closed since gives way to its successor,
because only regions of today have a schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

import polars as pl

from pipeline.errors import PolicyError
from pipeline.schema import REGIONS

COLUMNS = {
    "regions": ("region", "name", "organisation", "units", "valid_from", "valid_until", "successor"),
    "municipalities": ("code", "name", "province", "unit", "region"),
    "municipality_regions_before": ("code", "region", "valid_until", "source"),
    "municipality_changes": ("old_code", "old_name", "ended_on", "kind", "successor", "is_main"),
    "postcodes": ("postcode4", "municipalities"),
    "place_names": ("name", "municipality", "why"),
    "places_abroad": ("name", "country"),
}
DAYS = ("valid_from", "valid_until", "ended_on")


@dataclass(frozen=True)
class Municipalities:
    """Names of municipalities."""

    by_code: Mapping[str, str]
    by_postcode: Mapping[str, tuple[str, ...]]
    """By the four digits of a postcode; several where it lies on a border."""

    def of(self, code: str | None, postcode: str | None) -> tuple[str, ...]:
        """Return the names that go with an address: what its code says, and what its postcode says."""
        named = (self.by_code[code],) if code and code in self.by_code else ()
        return tuple(dict.fromkeys((*named, *self.by_postcode.get((postcode or "")[:4], ()))))


@dataclass(frozen=True, eq=False)
class Reference:
    """The reference tables, checked: Polars frames with the columns of COLUMNS; days are dates, codes are text.

    What is asked of them is kept, a night at a time: every part of every export asks the same.
    """

    regions: pl.DataFrame
    municipalities: pl.DataFrame
    municipality_regions_before: pl.DataFrame
    municipality_changes: pl.DataFrame
    postcodes: pl.DataFrame
    place_names: pl.DataFrame
    places_abroad: pl.DataFrame

    def region_today(self) -> dict[str, str]:
        """Return for every region, closed ones too, the region of today that does its work."""
        successor = dict(self.regions.select("region", "successor").iter_rows())
        return {region: _last(region, successor) for region in successor}

    @cache  # noqa: B019 - few references in a process, of few nights
    def regions_by_code(self, night: date) -> pl.DataFrame:
        """Return `code`, `regions` (sorted list) for every municipality code, old ones too, on `night`.

        A municipality that was split over regions has more than one; only a postcode can tell which.
        """
        today = dict(self.municipalities.select("code", "region").iter_rows())
        before = self.municipality_regions_before.filter(pl.col("valid_until") >= night)
        then = today | dict(before.select("code", "region").iter_rows())
        found = {code: {region} for code, region in then.items()}
        for code in self.municipality_changes["old_code"].unique().sort():
            found.setdefault(code, {then[current] for current in self._current_codes(code)})
        return self._frame("code", found.items())

    @cache  # noqa: B019
    def regions_by_postcode(self, night: date) -> pl.DataFrame:
        """Return `postcode4`, `regions` (sorted list) on `night`; more than one where it lies on a border."""
        by_code = self.regions_by_code(night)
        lying = self.postcodes.select("postcode4", pl.col("municipalities").str.split("|").alias("code")).explode(
            "code"
        )
        return (
            lying.join(by_code, on="code")
            .explode("regions")
            .group_by("postcode4")
            .agg(pl.col("regions").unique().sort())
            .sort("postcode4")
        )

    @cache  # noqa: B019
    def regions_by_place(self, night: date) -> pl.DataFrame:
        """Return `place` (as `place_key` writes it), `regions` (one) for names that mean one municipality."""
        names = pl.concat(
            [
                self.municipalities.select("name", "code"),
                self.municipality_changes.select(pl.col("old_name").alias("name"), pl.col("old_code").alias("code")),
            ]
        ).unique()
        extra = self.place_names.select("name", pl.col("municipality").alias("code"))
        named = pl.concat([names.filter(~pl.col("name").is_in(extra["name"].implode())), extra.drop_nulls("code")])
        found = named.join(self.regions_by_code(night), on="code").filter(pl.col("regions").list.len() == 1)
        return (
            found.with_columns(place_key(pl.col("name")).alias("place"))
            .group_by("place")
            .agg(pl.col("regions").explode(empty_as_null=True).unique().sort())
            .filter(pl.col("regions").list.len() == 1)
            .sort("place")
        )

    @cache  # noqa: B019
    def abroad(self) -> pl.Series:
        """Return places abroad (as `place_key` writes them): their postcodes of four digits are other places here."""
        return self.places_abroad.select(place_key(pl.col("name"))).to_series()

    @cache  # noqa: B019
    def municipality_names(self) -> Municipalities:
        """Return the names of municipalities by code, of those that are gone, too, and by postcode."""
        gone = self.municipality_changes.select("old_code", "old_name").iter_rows()
        by_code = dict(gone) | dict(self.municipalities.select("code", "name").iter_rows())
        lying = self.postcodes.select("postcode4", pl.col("municipalities").str.split("|")).iter_rows()
        return Municipalities(by_code, {code: tuple(by_code[each] for each in codes) for code, codes in lying})

    @cached_property
    def _successors(self) -> dict[str, list[str]]:
        """By old code; every address of a night is located by it, so the table is gone through once."""
        changed = self.municipality_changes.group_by("old_code").agg("successor")
        return dict(changed.iter_rows())

    def _current_codes(self, code: str) -> set[str]:
        successors = self._successors.get(code)
        return set().union(*(self._current_codes(each) for each in successors)) if successors else {code}

    def _frame(self, key: str, found: Iterable[tuple[str, set[str]]]) -> pl.DataFrame:
        today = self.region_today()
        rows = [(value, sorted({today[region] for region in regions})) for value, regions in sorted(found)]
        return pl.DataFrame(rows, schema={key: pl.String, "regions": pl.List(pl.String)}, orient="row")


STREET_CUTS: Final[Mapping[str, str]] = {
    "str": "straat",
    "ln": "laan",
    "wg": "weg",
    "pln": "plein",
    "gr": "gracht",
    "kd": "kade",
    "sngl": "singel",
    "bd": "boulevard",
}
"""How the end of a street's name is cut short, as people write it."""


def place_key(name: pl.Expr) -> pl.Expr:
    """Write a place name so that case, accents, hyphens and spaces do not matter."""
    plain = name.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    return plain.str.replace_all(r"[^a-z0-9()]+", " ").str.strip_chars()


@cache
def read_reference(folder: Traversable | None = None) -> Reference:
    """Read and check the tables (those of the package, unless `folder` holds others).

    Raises:
        PolicyError: naming the file that is missing, malformed or does not fit the others.
    """
    source = folder or files("pipeline.policy") / "reference_data"
    reference = Reference(**{name: _read(source / f"{name}.csv", columns) for name, columns in COLUMNS.items()})
    _check(reference)
    return reference


def _read(path: Traversable, columns: tuple[str, ...]) -> pl.DataFrame:
    try:
        table = pl.read_csv(path.read_bytes(), infer_schema=False)
        if tuple(table.columns) != columns:
            raise PolicyError(path.name, f"columns are {table.columns}, not {list(columns)}")
        days = [name for name in columns if name in DAYS]
        return table.with_columns(pl.col(days).str.to_date("%Y-%m-%d"))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise PolicyError(path.name, f"cannot be read ({type(error).__name__})") from error


def _check(reference: Reference) -> None:
    regions = set(reference.regions["region"])
    codes = set(reference.municipalities["code"])
    old = set(reference.municipality_changes["old_code"])
    lying = set(reference.postcodes["municipalities"].str.split("|").explode())
    _refuse("municipalities.csv", "regions that regions.csv lacks", set(reference.municipalities["region"]) - regions)
    _refuse("municipalities.csv", "a code twice", _twice(reference.municipalities["code"]))
    _refuse(
        "municipality_regions_before.csv",
        "codes unknown",
        set(reference.municipality_regions_before["code"]) - codes - old,
    )
    _refuse(
        "municipality_changes.csv", "successors unknown", set(reference.municipality_changes["successor"]) - codes - old
    )
    _refuse("postcodes.csv", "municipalities unknown", lying - codes)
    _refuse("postcodes.csv", "a postcode twice", _twice(reference.postcodes["postcode4"]))
    _refuse(
        "place_names.csv", "municipalities unknown", set(reference.place_names["municipality"].drop_nulls()) - codes
    )
    _refuse("regions.csv", "regions without a schema", set(reference.region_today().values()) - set(REGIONS))


def _twice(values: pl.Series) -> set[str]:
    return set(values.filter(values.is_duplicated()))


def _refuse(file: str, what: str, wrong: set[str]) -> None:
    if wrong:
        raise PolicyError(file, f"{what}: {', '.join(sorted(wrong)[:5])}")


def _last(region: str, successor: dict[str, str | None]) -> str:
    following = successor.get(region)
    if following is None:
        return region
    if following not in successor or following == region:
        raise PolicyError("regions.csv", f"{region} has a successor that is no other region")
    return _last(following, {key: value for key, value in successor.items() if key != region})
