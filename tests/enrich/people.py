"""Persons who are nobody, and what the history would answer about them."""

from datetime import date

import polars as pl

from pipeline.enrich.blocking import asked_keys, kept_keys
from pipeline.enrich.identity import IDENTITY, identify
from pipeline.enrich.link import CANDIDATES, link
from pipeline.policy.enrichment import read_enrichment
from pipeline.policy.linking import read_linking
from tests.enrich.rows import tables

KEY = b"a key of the tests only"
NIGHT = date(2026, 11, 21)
WEIGHTS, ENRICHMENT = read_linking(NIGHT), read_enrichment(NIGHT)
ADA = {
    "role": "SO",
    "family_name": "Testman",
    "name_prefix": "van",
    "given_names": "Ada",
    "birth_date": "1990-03-14",
    "sex": "V",
    "bsn": None,
    "secret_address": False,
    "postcode": "2511AB",
    "house_number": "10",
    "street": "Proefstraat",
    "place": "Den Haag",
}


def candidates(tonight, earlier):
    """Pairs of tonight's persons with earlier ones (each a registration of its own) that share a blocking key."""
    people = tables(
        [{}] * len(earlier), [{"row": row, "person_number": 1} | person for row, person in enumerate(earlier)]
    ).person
    return candidates_of(tonight, people)


def candidates_of(tonight, people):
    now, then = identify(tables([{}], tonight).person, KEY), identify(people, KEY)
    asked, kept = asked_keys(now), kept_keys(then)
    pairs = asked.join(kept, on="block").select(
        "row",
        "person_number",
        pl.col("row_right").alias("theirs"),
        pl.col("person_number_right").alias("earlier_person_number"),
    )
    facts = then.select(
        pl.col("row").alias("theirs"),
        pl.col("person_number").alias("earlier_person_number"),
        pl.lit("SO").alias("earlier_role"),
        pl.col(*IDENTITY).name.suffix("_earlier"),
    )
    named = (
        pairs.unique()
        .join(facts, on=["theirs", "earlier_person_number"])
        .with_columns(
            pl.lit("RE01").alias("earlier_unit"),
            pl.format("PL0100-2025{}", "theirs").alias("earlier_number"),
            pl.lit(1, dtype=pl.Int64).alias("earlier_version"),
        )
    )
    return now, named.select(CANDIDATES.names()).cast(CANDIDATES)


def judged(tonight, earlier):
    """`kind` of the pair of the first person of tonight with each of the earlier ones; None: neither link nor hint."""
    now, pairs = candidates([tonight] if isinstance(tonight, dict) else tonight, earlier)
    links = link(now, pairs, WEIGHTS)
    return [
        next(iter(links.filter(earlier_number=f"PL0100-2025{at}", person_number=1)["kind"]), None)
        for at in range(len(earlier))
    ]
