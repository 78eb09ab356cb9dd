"""What would go to Veilig Thuis of one held registration: the page shows it, and a release loads the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from pipeline import stages
from pipeline.decide.disclosed import ledger_entries
from pipeline.decide.report import Staging, build_staging
from pipeline.desk.masks import Mask, doubted, leave_out
from pipeline.desk.queue import Item
from pipeline.enrich.supplement import Known
from pipeline.load.secret_elsewhere import HIDING
from pipeline.redact import Redacted, RedactedTables, Redactor, TextKey, read_texts
from pipeline.schema import ROW, Tables


@dataclass(frozen=True)
class Outgoing:
    """One registration on its way out."""

    regions: tuple[str, ...]
    """Where it goes: as chosen, or where the addresses lead."""
    routed: tuple[str, ...]
    """Where the addresses lead, whatever was chosen."""
    route_reasons: tuple[str, ...]
    masks: tuple[Mask, ...]
    """What a person leaves out further, or what is in doubt when nobody has said."""
    doubts: tuple[Mask, ...]
    """What the redactor leaves to a person."""
    ticked: tuple[str, ...]
    """The danger signals of its boxes."""
    originals: Mapping[TextKey, str]
    texts: Mapping[TextKey, Redacted]
    """What is left of each text, and why the rest is gone."""
    staging: Staging
    """Rows for the regions' tables; empty when no region is known."""
    entries: pl.DataFrame
    """The ledger entry of each region."""


def prepare(
    tables: Tables,
    item: Item,
    policy: stages.Policy,
    redactor: Redactor,
    known: Known,
    regions: Sequence[str] = (),
    masks: Sequence[Mask] | None = None,
) -> Outgoing:
    """Minimise one registration as the night does, with what a person chose.

    Where another registration or a row set aside hides an address (`is_hidden`) none goes: as if all were marked so.

    Args:
        tables: the registration as it was received.
        item: what was decided of it.
        policy: what counts on the day on which it is released, and not on its night: a release provides today.
        redactor: the compiled policy of texts.
        known: what the history answered of its persons.
        regions: chosen by a person; none: where the addresses lead.
        masks: stretches to leave out further; None: those in doubt.

    Raises:
        DecisionRefused: a mask does not lie within a text.
    """
    tables = _hidden(tables) if is_hidden(item) else tables
    shown = _with_unnamed(tables) if is_hidden(item) else tables
    enriched = stages.enrich(tables, policy)
    routed = tuple(enriched.routed.get_column("regions").to_list()[0])
    chosen = tuple(dict.fromkeys(regions)) or routed  # a region named twice is one
    (told,) = read_texts(shown, redactor, policy.reference.municipality_names())
    doubts = doubted(told.redacted)
    wanted = doubts if masks is None else tuple(masks)
    texts = leave_out(told.originals, told.redacted, wanted)
    redacted = RedactedTables.of([(told.row, texts)])
    allowed, withheld = stages.minimise(shown, redacted, policy)
    listed = allowed.person.join(tables.person, on=[ROW, "person_number"], how="semi", maintain_order="left")
    allowed = replace(allowed, person=listed)
    verdict = _verdict(item, enriched, chosen).with_columns(
        contact_police_first=stages.contact_police_first(tables, redacted)
    )
    allowed, verdict = stages.supplemented(allowed, verdict, known, policy.night)
    terms = replace(policy.terms, night=item.night)
    staging = build_staging(allowed, verdict, _persons_by_region(tables, enriched, chosen), terms)
    entries = ledger_entries(staging, withheld, policy.rules.elements_on(policy.night), terms)
    reasons = tuple(enriched.routed.get_column("route_reasons").to_list()[0])
    ticked = tuple(enriched.facts.get_column("danger").to_list()[0])
    return Outgoing(chosen, routed, reasons, wanted, doubts, ticked, told.originals, texts, staging, entries)


def is_hidden(item: Item) -> bool:
    """Tell whether no address may go with an item: another registration of the event, or a row set aside, hides one."""
    return not set(HIDING).isdisjoint(item.reasons)


def _hidden(tables: Tables) -> Tables:
    """Mark every person's address as secret."""
    return replace(tables, person=tables.person.with_columns(secret_address=pl.lit(value=True)))


def _with_unnamed(tables: Tables) -> Tables:
    """Add somebody of whom nothing is known but that the place of the event is a secret address.

    So that place and texts are masked, whether or not the registration lists who lives there.
    """
    address = ["street", "house_number", "house_number_suffix", "postcode", "place", "municipality_code"]
    number = pl.lit(tables.person.get_column("person_number").max() or 0, pl.Int64) + 1
    somebody = tables.registration.select(
        ROW, "registration_number", "version", *address, number.alias("person_number"), role=pl.lit("SO")
    ).with_columns(secret_address=pl.lit(value=True))
    return replace(tables, person=pl.concat([tables.person, somebody], how="diagonal_relaxed"))


def _verdict(item: Item, enriched: stages.Enriched, regions: Sequence[str]) -> pl.DataFrame:
    """Return what `build_staging` asks of a decision: score and gaps as the night judged them.

    Danger that texts tell is read anew; where they cannot be read, what the night found stands.
    """
    found = pl.lit(item.signals, pl.List(pl.String)).list.set_difference("danger")
    return enriched.facts.select(
        *(ROW, "danger"),
        pl.when("danger_unread").then(found).otherwise("danger_told").alias("danger_told"),
        pl.lit(item.score or 0, pl.Int64).alias("substantiation_score"),
        pl.lit(item.gaps, pl.List(pl.String)).alias("gaps"),
        pl.lit(list(regions), pl.List(pl.String)).alias("regions"),
    )


def _persons_by_region(tables: Tables, enriched: stages.Enriched, regions: Sequence[str]) -> pl.DataFrame:
    """Return which persons each region gets: as routed, and everybody in one that a person adds.

    Whom no chosen region would get goes to each: they would stand nowhere.
    """
    chosen = pl.DataFrame({"region": regions}, schema={"region": pl.String})
    persons = tables.person.select(ROW, "person_number")
    routed = enriched.persons_by_region.join(chosen, on="region", how="semi")
    added = persons.join(chosen.join(routed, on="region", how="anti"), how="cross")
    given = [table.select(ROW, "region", "person_number") for table in (routed, added)]
    left_out = persons.join(pl.concat(given), on=[ROW, "person_number"], how="anti").join(chosen, how="cross")
    return pl.concat([*given, left_out.select(ROW, "region", "person_number")])
