"""Persons of tonight linked to earlier ones: a weight of evidence a pair, a link only where nothing speaks against it.

Precision comes before recall: a link discloses a past. So beside the threshold stand rules that no weight outvotes:
twins, brothers and sisters, a father and a son of one name stay apart; whoever can be two is a hint, not a link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from pipeline.enrich.compare import levels
from pipeline.enrich.identity import IDENTITY
from pipeline.policy.linking import LEVELS, Weights

EARLIER: Final = pl.Schema(
    {
        "earlier_unit": pl.String(),
        "earlier_number": pl.String(),
        "earlier_version": pl.Int64(),
        "earlier_person_number": pl.Int64(),
    }
)
CANDIDATES: Final = pl.Schema(
    {
        "row": pl.Int64(),
        "person_number": pl.Int64(),
        **EARLIER,
        "earlier_role": pl.String(),
        **{f"{name}_earlier": kind for name, kind in IDENTITY.items()},
    }
)
"""What the history answers (`pipeline.load.history.read_candidates`): a pair, and the earlier person as kept."""
PAIR: Final = ("row", "person_number", *EARLIER)
LINKS: Final = pl.Schema(
    {
        "row": pl.Int64(),
        "person_number": pl.Int64(),
        **EARLIER,
        "earlier_role": pl.String(),
        "kind": pl.String(),
        "weight": pl.Float64(),
        "evidence": pl.List(pl.String()),
    }
)


NAMES: Final = {"family_name": "family", "given_name": "given"}
"""Fields of which a common value tells less, and the column of their parts."""
Names = Mapping[str, pl.DataFrame]
"""Of each field of NAMES how many persons have each name: `name` (hash), `count`."""
NO_NAMES: Final[Names] = {field: pl.DataFrame(schema={"name": pl.Int64(), "count": pl.Int64()}) for field in NAMES}


def count_names(tonight: pl.DataFrame) -> Names:
    """Count the first parts of the names of `identify`'s persons."""
    return {
        field: tonight.select(pl.col(column).list.first().alias("name"))
        .drop_nulls()
        .group_by("name")
        .agg(pl.len().cast(pl.Int64).alias("count"))
        for field, column in NAMES.items()
    }


def add_names(counted: Sequence[Names]) -> Names:
    """Add up what was counted of several parts."""
    return {field: pl.concat(one[field] for one in counted).group_by("name").sum() for field in NAMES}


def link(tonight: pl.DataFrame, candidates: pl.DataFrame, weights: Weights, names: Names | None = None) -> pl.DataFrame:
    """Judge every candidate pair.

    Args:
        tonight: `identify` of tonight's persons.
        candidates: columns of CANDIDATES, no pair twice.
        weights: the policy of `linking.toml`.
        names: `count_names` of all that are linked in one go; default of `tonight`.

    Returns:
        Columns of LINKS: `kind` is `link` or `hint`; `weight` in bits; `evidence` lists `field:level`, and
        `corroborated` where another person of the two registrations is linked. Pairs below a hint are left out.
    """
    pairs = candidates.join(tonight, on=["row", "person_number"]).select(*PAIR, "earlier_role", *levels(), *_compared())
    common = _commonness(pairs, count_names(tonight) if names is None else names, weights)
    weighed = pairs.with_columns(_weight(weights) - common).pipe(_corroborate, weights)
    judged = weighed.with_columns(_stands_alone().alias("unambiguous")).with_columns(_kind(weights).alias("kind"))
    return judged.drop_nulls("kind").select(*LINKS.names()[:-1], _evidence().alias("evidence")).sort(PAIR)


def _compared() -> list[pl.Expr]:
    """What the rules need beside the levels: the name and the birth date that the two sides would share."""
    return [
        pl.col("family").list.first().alias("family_first"),
        pl.col("given").list.first().alias("given_first"),
        pl.col("given_sound_earlier").list.first().alias("earlier_given"),
        pl.col("initial_only_earlier").fill_null(value=False).alias("earlier_initial_only"),
        pl.col("birth_earlier").alias("earlier_birth"),
        pl.col("child").eq_missing(pl.col("child_earlier")).alias("generation"),
    ]


def _weight(weights: Weights) -> pl.Expr:
    bits = [
        pl.col(field).replace_strict({level: weights.bits(field, level) for level in known}, default=None)
        for field, known in LEVELS.items()
    ]
    return pl.sum_horizontal(bits).cast(pl.Float64).alias("weight")


def _commonness(pairs: pl.DataFrame, names: Names, weights: Weights) -> pl.Series:
    """Bits to take off where a shared name is commoner than the policy's u: half of all Jansens are not one Jansen."""
    off = pl.Series("weight", [0.0] * pairs.height)
    for field, column in NAMES.items():
        u = weights.chances[field]["exact"][1]
        # The person who is asked about does not make his or her own name common.
        others = pl.col("count") - 1 + weights.common_name_prior * u
        share = others / (pl.col("count").sum() + weights.common_name_prior)
        common = names[field].select("name", (share / u).log(2).clip(0).alias("bits"))
        taken = pairs.select(pl.col(f"{column}_first").alias("name"), field).join(
            common, on="name", how="left", maintain_order="left"
        )
        off += taken.select(pl.when(pl.col(field) != "different").then(pl.col("bits")).fill_null(0.0))["bits"]
    return off


def _corroborate(pairs: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    """Add weight to a pair when another person of the same two registrations is a link by itself."""
    registrations = ["row", "earlier_unit", "earlier_number", "earlier_version"]
    alone = pairs.with_columns(pl.lit(value=False).alias("corroborated"))
    sure = alone.filter((pl.col("weight") >= weights.link) & _nothing_against())
    sure = sure.select(
        *registrations, pl.col("person_number").alias("other"), pl.col("earlier_person_number").alias("theirs")
    )
    families = (
        pairs.select(PAIR)
        .join(sure, on=registrations)
        .filter((pl.col("other") != pl.col("person_number")) & (pl.col("theirs") != pl.col("earlier_person_number")))
        .select(PAIR)
        .unique()
        .with_columns(pl.lit(value=True).alias("corroborated"))
    )
    return (
        pairs.join(families, on=PAIR, how="left", maintain_order="left")
        .with_columns(pl.col("corroborated").fill_null(value=False))
        .with_columns(pl.col("weight") + pl.when("corroborated").then(weights.corroboration).otherwise(0.0))
    )


def _nothing_against() -> pl.Expr:
    """The rules that no weight outvotes; unknown is no agreement."""
    number = (pl.col("bsn") == "same").fill_null(value=False)
    born = pl.col("birth").is_in(["exact", "swapped", "year_off", "part"]).fill_null(value=False)
    given = (pl.col("given_name") != "different").fill_null(value=False)
    family = (pl.col("family_name") != "different").fill_null(value=False)
    contradicted = pl.any_horizontal(
        (pl.col(field) == "different").fill_null(value=False) for field in ("bsn", "birth", "sex")
    )
    # Twins share birth date, family name, address; an initial of theirs, or one of two given names, is too little.
    name_is_whole = pl.col("given_name").is_in(["exact", "sound", "near", "swapped"]).fill_null(value=False)
    born_that_day = (pl.col("birth") == "exact").fill_null(value=False)
    other_surname = born_that_day & name_is_whole & pl.col("corroborated")
    named = given & ((family & (name_is_whole | born_that_day)) | other_surname)
    return ~contradicted & given & (number | (named & (born | _back_with_the_family(name_is_whole))))


def _back_with_the_family(name_is_whole: pl.Expr) -> pl.Expr:
    """A birth date is missing: then only with the family, at the address, and never a child for a grown-up."""
    at_home = (pl.col("address") == "same").fill_null(value=False)
    return pl.col("birth").is_null() & name_is_whole & at_home & pl.col("corroborated") & pl.col("generation")


def _stands_alone() -> pl.Expr:
    """False where what is known fits two persons who are not one, by other given names or other birth dates."""
    number = (pl.col("bsn") == "same").fill_null(value=False)
    weak = pl.col("given_name").is_in(["initial", "shared"]).fill_null(value=False)
    fits = pl.col("birth").is_in(["exact", "part"]) & (pl.col("family_name") != "different")
    given = pl.col("earlier_given").filter(fits & ~pl.col("earlier_initial_only"))
    namesakes = pl.col("earlier_birth").filter(
        (pl.col("family_name") != "different") & (pl.col("given_name") != "different")
    )
    return number | (~(weak & _several(given)) & ~(pl.col("birth").is_null() & _several(namesakes)))


def _several(values: pl.Expr) -> pl.Expr:
    return values.drop_nulls().n_unique().over("row", "person_number") > 1


def _kind(weights: Weights) -> pl.Expr:
    sure = (pl.col("weight") >= weights.link) & _nothing_against() & pl.col("unambiguous")
    return pl.when(sure).then(pl.lit("link")).when(pl.col("weight") >= weights.hint).then(pl.lit("hint"))


def _evidence() -> pl.Expr:
    told = [pl.lit(f"{field}:") + pl.col(field) for field in LEVELS]
    corroborated = pl.when("corroborated").then(pl.lit("corroborated"))
    return pl.concat_list(*told, corroborated).list.drop_nulls()
