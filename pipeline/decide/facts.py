"""Facts that criteria are declared over: yes, no, or not to be told; computed once, whole columns at a time."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

import polars as pl

from pipeline import schema
from pipeline.decide.danger import Danger
from pipeline.decide.danger_text import UNHEARD
from pipeline.policy.incident_classes import danger_box
from pipeline.policy.patterns import any_of, read_patterns
from pipeline.receive.children import SET_ASIDE_FOR
from pipeline.schema import INVOLVED, LISTED, PROBLEMS, ROW, Tables, local_day
from pipeline.screen.gates import DEPENDENCY

STAND_IN: Final = "1900-01-01"
NOBODY: Final = r"(?i)^\W*(onbekend|nn|n\.n\.?|nomen nescio|xxx*)\W*$"
"""What is entered where a name is not known."""
LEAST_WORDS: Final = 4
"""A description of fewer words is a log line ("ruzie", "zie mutatie"), and states no fact."""
BARE_WORDS: Final = 15
"""So many words at most has a text that is only a copied log line, or a quarrel and nothing else."""
ADULT: Final = 18
NO_FACTS: Final = ("bare", "no_weapon")
"""Patterns of which no criterion is made."""


def registration_facts(tables: Tables, danger: Danger) -> pl.DataFrame:
    """Return the facts of each registration, one line each and in their order.

    Args:
        tables: canonical tables.
        danger: what the texts tell of it.

    Returns:
        - row
        - a nullable yes/no column for each criterion of `expectations/well_founded.json`, but `routes`
        - `danger`, `danger_told`: lists of signals, those that are ticked and those that texts tell
        - `danger_unread`: the texts could not be read for danger
        - `danger_possible`: they could not, or a box could not, or who is hurt is nobody that is listed
    """
    persons = _person_facts(tables)
    texts = _text_facts(tables)
    facts = tables.registration.join(persons, on=ROW, how="left", maintain_order="left").join(
        texts, on=ROW, how="left", maintain_order="left"
    )
    facts = facts.with_columns(
        pl.col(name).fill_null(value=False)
        for name in (*persons.columns, *texts.columns)
        if name not in {ROW, "custody_known"}
    )
    signals = danger.told.group_by(ROW).agg(pl.col("signal").unique().sort().alias("danger_told"))
    facts = facts.with_columns(danger_unread=pl.col(ROW).is_in(danger.unread.get_column(ROW).implode()))
    return facts.join(signals, on=ROW, how="left", maintain_order="left").select(
        ROW, *(fact.alias(name) for name, fact in _criteria().items()), *_danger()
    )


def _criteria() -> dict[str, pl.Expr]:
    """Return each criterion's fact, over the registration joined with what its persons and texts say."""
    youth = (pl.col("kind") == "ZJ").fill_null(value=False)
    # a youth concern message knows no times (CONTRACT.md §1, dialect stuf)
    day_is_enough = youth & pl.col(PROBLEMS).list.contains("precision:day:known_at")
    timed = pl.any_horizontal(
        pl.col(moment).is_not_null() & (day_is_enough | ~pl.col(PROBLEMS).list.contains(f"precision:day:{moment}"))
        for moment in ("committed_from", "committed_until")
    )
    placed = pl.any_horizontal(
        pl.col(name).is_not_null() for name in ("street", "place", "postcode", "municipality_code")
    )
    children = pl.col("children_present")
    return {
        "identified_person": pl.col("identified"),
        # of a youth concern the child's role says who is the victim, and there need be no suspect; elsewhere a child
        # that lives there is no answer to the question who the victim is
        "victim_and_suspect": (youth & (pl.col("has_victim") | pl.col("has_child")))
        | (pl.col("has_victim") & pl.col("has_suspect"))
        | pl.col("unknown_stated"),
        "dependency_relation": pl.when(pl.col("dependent")).then(pl.lit(value=True)),
        "concrete_fact": timed & placed & pl.col("told_fact"),
        "suspicion_coded": pl.col("suspicion").is_not_null(),
        "contact_reachable": _reachable(),
        "children_answered": children.is_not_null() | pl.col("has_child"),
        "children_detailed": pl.col("children_named") | (~children & ~pl.col("has_child")),
        "custody_known": pl.col("custody_known") | (~children & ~pl.col("has_child")),
        "help_known": pl.col("help_known"),
        "sources_told_apart": pl.col("sourced"),
        "act_described": pl.col("act_described"),
        "pattern_described": pl.col("pattern_described") | pl.col("escalation").fill_null(value=False),
        "intoxication_answered": pl.col("alcohol").is_not_null() & pl.col("drugs").is_not_null(),
        "wishes_told": pl.col("wishes_told"),
        "whereabouts": pl.col("whereabouts")
        | pl.any_horizontal(pl.col(name).fill_null(value=False) for name in ("arrest", "restraining_order")),
        "police_action_answered": pl.any_horizontal(
            pl.col(name).is_not_null() for name in ("arrest", "complaint", "restraining_order")
        ),
        "informed_answered": pl.col("informed").is_not_null() | pl.col("informed_explanation").is_not_null(),
        "both_sides": pl.col("several_statements"),
        "reason_given": pl.col("reason_for_report").is_not_null(),
    }


def _reachable() -> pl.Expr:
    digits = pl.col("contact_phone").str.replace_all(r"\D", "").str.len_chars()
    mail = pl.col("contact_email").str.contains(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    return (digits >= 8).fill_null(value=False) | mail.fill_null(value=False)  # noqa: PLR2004 - 0900-8844 has eight


def _person_facts(tables: Tables) -> pl.DataFrame:
    """Return what the persons of each registration tell."""
    born = pl.col("birth_date").is_not_null() & (pl.col("birth_date") != STAND_IN)
    lives = pl.col("postcode").is_not_null() | pl.all_horizontal(
        pl.col(name).is_not_null() for name in ("street", "house_number", "place")
    )
    named = pl.any_horizontal(
        (~pl.col(name).str.contains(NOBODY)).fill_null(value=False) for name in ("family_name", "given_names")
    )
    involved = pl.col("role").is_in(INVOLVED).fill_null(value=False)
    child = (pl.col("role") == "KI").fill_null(value=False)
    known = local_day("known_at")
    days = tables.registration.select(
        ROW, known.alias("known"), pl.min_horizontal(local_day("committed_from"), known).alias("began")
    )
    # hurt when it happened, whenever it became known; a day before the birth tells of no age
    minor = (_age("known") < ADULT) | _age("began").is_between(0, ADULT - 1)
    judged = tables.person.join(days, on=ROW, maintain_order="left").with_columns(
        named_and_known=involved & named & (born | lives | (pl.col("secret_address").fill_null(value=False))),
        victim=(pl.col("role") == "SO").fill_null(value=False),
        dependency=pl.col("relation").is_in(DEPENDENCY).fill_null(value=False),
        child=child,
        # who of them is hurt no box says: a brother or sister may stand in the list as a housemate
        hurt_child=child | (pl.col("role").is_in(["SO", "HU"]) & minor).fill_null(value=False),
        child_named=pl.col("given_names").is_not_null() & born,
    )
    return judged.group_by(ROW).agg(
        identified=pl.col("named_and_known").any(),
        has_victim=pl.col("victim").any(),
        has_suspect=(pl.col("role") == "VE").any(),
        dependent=pl.col("dependency").any(),
        has_child=pl.col("child").any(),
        child_or_minor=pl.col("hurt_child").any(),
        children_named=pl.col("child").any() & (pl.col("child_named") | ~pl.col("child")).all(),
        custody_known=pl.col("custody").is_not_null().any(),
    )


def _age(day: str) -> pl.Expr:
    """Return the age in whole years on a day; where day or month of birth is not known the youngest that it may be."""
    year = pl.col("birth_date").str.slice(0, 4).cast(pl.Int64, strict=False)
    later = pl.col("birth_date").str.slice(5, 5).str.replace_all("00", "99") > pl.col(day).dt.to_string("%m-%d")
    return pl.col(day).dt.year() - year - later.cast(pl.Int64)


@cache
def _patterns() -> dict[str, str]:
    text = resources.files("pipeline.policy").joinpath("text_facts.toml").read_text(encoding="utf-8")
    return {name: f"(?i){any_of(words)}" for name, words in read_patterns(text).items()}


def _text_facts(tables: Tables) -> pl.DataFrame:
    """Return what description, reason and entries of each registration say."""
    entry = tables.entry.filter(pl.col("text").is_not_null())
    by_row = entry.group_by(ROW).agg(
        pl.col("text").str.join(" ").alias("entries"),
        (pl.col("source").is_in(["W", "V", "H"]) & _states_something("text")).any().alias("entry_fact"),
        _sourced().alias("sourced"),
        (pl.col("source") == "V").sum().gt(1).alias("several_statements"),
    )
    said = tables.registration.select(ROW, "description", "reason_for_report").join(
        by_row, on=ROW, how="left", maintain_order="left"
    )
    whole = pl.concat_str(
        (pl.col(name).fill_null("") for name in ("description", "reason_for_report", "entries")), separator=" "
    )
    told = _states_something("description").fill_null(value=False) | pl.col("entry_fact").fill_null(value=False)
    patterns = {name: words for name, words in _patterns().items() if name not in NO_FACTS}
    return said.select(ROW, "sourced", "several_statements", whole=whole, told_fact=told).select(
        pl.exclude("whole"), *(pl.col("whole").str.contains(words).alias(name) for name, words in patterns.items())
    )


def _sourced() -> pl.Expr:
    """Tell whether each entry says how it is known; those of which Veilig Thuis hears nothing are passed over."""
    source = pl.col("source").filter(~pl.col("source").is_in(UNHEARD).fill_null(value=False))
    return (source.len() > 0) & source.is_in(["W", "V", "H", "O"]).fill_null(value=False).all()


def _states_something(column: str) -> pl.Expr:
    """Tell whether a text is more than a log line, or "ruzie" and nothing else."""
    words = pl.col(column).str.count_matches(r"\p{L}{2,}")
    return (words > BARE_WORDS) | ((words >= LEAST_WORDS) & ~pl.col(column).str.contains(_patterns()["bare"]))


def _danger() -> list[pl.Expr]:
    """Return the danger signals: boxes ticked, an injured child, and what nobody can read.

    What was set aside nobody has read: an entry may tell of any danger, a person may be the child that was hurt. So may
    a child that is said to be there, and is not listed, where nobody is listed as the victim.
    """
    none = pl.lit([], dtype=LISTED)
    # a kind of weapon says that there was one, where nobody said no
    named = pl.col("weapon").is_null() & ~pl.col("weapon_kind").str.contains(_patterns()["no_weapon"])
    said = {box: danger_box(box) | named if box == "weapon" else danger_box(box) for box in schema.DANGER_BOXES}
    ticked = [pl.when(signal).then(pl.lit(box)) for box, signal in said.items()]
    injured = pl.when(pl.col("injury") & pl.col("child_or_minor").fill_null(value=False)).then(pl.lit("injured_child"))
    boxes = (*schema.DANGER_BOXES, "injury")
    unreadable = pl.any_horizontal(pl.col(PROBLEMS).list.contains(f"unreadable:{box}") for box in boxes)
    lost = {
        table.name: pl.any_horizontal(
            pl.col(PROBLEMS).list.contains(f"{reason}:{table.name}") for reason in SET_ASIDE_FOR
        )
        for table in (schema.ENTRY, schema.PERSON)
    }
    unlisted = pl.col("children_present").fill_null(value=False) & ~pl.col("has_victim") & ~pl.col("has_child")
    hurt = pl.col("injury").fill_null(value=False)
    unheard = lost[schema.ENTRY.name] | (hurt & (lost[schema.PERSON.name] | unlisted))
    return [
        pl.concat_list(*ticked, injured).list.drop_nulls().fill_null(none).alias("danger"),
        pl.col("danger_told").fill_null(none),
        pl.col("danger_unread"),
        (unreadable | unheard | pl.col("danger_unread")).alias("danger_possible"),
    ]
