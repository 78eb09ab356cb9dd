"""An address that one registration keeps secret and another one of the event shows: the other one waits for a person.

Tonight's is held in place of going, and recalled where an earlier attempt at the night brought it; what was delivered
before is recalled and held, with what its report carried. All in the transaction of settling, so that a crash leaves
all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from pipeline.enrich.across import AS_EARLIER, EARLIER, NUMBER, VERSION, Tonight
from pipeline.enrich.near import Near, links_at_once
from pipeline.enrich.secret_elsewhere import PAIR, SECRET_PERSONS, links_of_the_night, shown_events, shown_persons
from pipeline.feedback.recall import Held, lock_regions, recall
from pipeline.load import history
from pipeline.load.held_again import to_the_desk
from pipeline.load.overtaken import overtaken_by
from pipeline.load.secret_elsewhere import (
    SECRET_ELSEWHERE,
    hold_standing,
    mark_rows,
    marked,
    once_in_one_report,
    standing_with,
)
from pipeline.policy.enrichment import SameEvent, read_enrichment
from pipeline.schema import ROW, VERSION_KEY
from pipeline.settings import Settings, read_key
from pipeline.settle.parts import Part, exports_of

if TYPE_CHECKING:
    from psycopg2.extensions import cursor

NIGHTS_AROUND: Final = timedelta(days=3)
"""How far back a report without persons is looked for: two officers write up one call within hours."""
AS_HELD: Final = "hold"
"""Why a delivered version is recalled: as where a later version of it is held."""
HELD: Final = [ROW, "part"]
"""A registration of tonight that waits, as it shows a secret address: its row in the night, the number of its part."""
_SECRET: Final = pl.Schema({**VERSION_KEY, "person_number": pl.Int64()})


@dataclass(frozen=True)
class SecretElsewhere:
    """What shows an address that another registration keeps secret."""

    shown: pl.DataFrame
    """VERSION, of tonight and of before."""
    same_event: pl.DataFrame
    """PAIR, in both directions: neither is the other one's past."""
    corrected: pl.DataFrame
    """VERSION of what speaks for the versions below it."""


@dataclass(frozen=True)
class _Asking:
    """What is at hand, of a night or of one registration, where it is asked what shows a secret address."""

    persons: pl.DataFrame
    """SECRET_PERSONS of tonight."""
    corrected: pl.DataFrame
    """VERSION of tonight's registrations: for the versions below it speaks, and not for its own that came before with
    other contents."""
    near: Near


def find_secret_elsewhere(given: cursor, parts: list[Part], near: Near, policy: SameEvent) -> SecretElsewhere:
    """Return what shows an address that another registration keeps secret."""
    persons = pl.concat(part.read("kept_person").filter("secret").select(SECRET_PERSONS) for part in parts)
    corrected = pl.concat(
        part.read("kept_registration").filter(pl.col("version") > 1).select(VERSION) for part in parts
    )
    known = _Asking(persons, corrected, near)
    links = (
        links_of_the_night(
            part.read("found", "settled"), part.read("kept_registration"), part.read("met", "settled"), policy
        )
        for part in parts
    )
    return _find(given, known, links, policy)


def secret_elsewhere_of_one(given: cursor, one: Tonight, links: pl.DataFrame, met: pl.DataFrame) -> SecretElsewhere:
    """Return what shows a secret address beside one registration that a person looks at, itself too.

    Args:
        given: a cursor.
        one: the registration.
        links: `across.link_persons` of its persons.
        met: EARLIER_FACTS of whom they lead to.
    """
    own, persons = one.registration, one.person.filter("secret").select(SECRET_PERSONS)
    night = own["night"].item()
    policy = read_enrichment(night).same_event
    placed = history.read_recent(given, night - NIGHTS_AROUND, night + NIGHTS_AROUND, own["place"])
    above = own.select(*NUMBER, pl.col("version") + 1)  # it speaks for itself, too: it may be remembered already
    near = Near(links_at_once(links, own, met, policy), own, pl.concat([met, placed]))
    known = _Asking(persons, above, near)
    return _find(given, known, [links_of_the_night(links, own, met, policy)], policy)


def _find(given: cursor, known: _Asking, links_of_parts: Iterable[pl.DataFrame], policy: SameEvent) -> SecretElsewhere:
    pairs = []
    for links in links_of_parts:
        secrecy = history.read_secrecy(given, links.select(EARLIER))
        speaking = links.join(_passed(secrecy, known.corrected), on=EARLIER, how="anti")
        pairs.append(shown_persons(speaking, pl.concat([known.persons, _secret(secrecy)])))
    shown = pl.concat(pairs)
    certain = shown.filter("certain").select(VERSION)
    secrecy = history.read_secrecy(given, known.near.earlier.select(EARLIER))
    earlier = known.near.earlier.join(_passed(secrecy, known.corrected), on=EARLIER, how="anti")
    # what shows a secret address, or went without one because it did, is of an event in which one is secret
    keeps = [known.persons.select(VERSION), _secret(secrecy).select(VERSION), certain]
    secret = pl.concat([*keeps, marked(given, earlier.select(EARLIER[:2]))])
    in_events = shown_events(replace(known.near, earlier=earlier), secret, shown, policy)
    found = [certain, in_events.select(VERSION), _once_together(given, known)]
    turned = [pl.col(there).alias(here) for here, there in zip(PAIR, [*EARLIER, *VERSION], strict=True)]
    both_ways = pl.concat([in_events, in_events.select(turned)]).unique()
    return SecretElsewhere(pl.concat(found).unique().sort(VERSION), both_ways, known.corrected)


def _secret(secrecy: pl.DataFrame) -> pl.DataFrame:
    return secrecy.drop_nulls("person_number").select(_SECRET.names()).cast(_SECRET)


def _passed(secrecy: pl.DataFrame, corrected: pl.DataFrame) -> pl.DataFrame:
    """Return EARLIER of versions that do not speak for their number any longer."""
    overtaken = secrecy.filter("overtaken").select(VERSION)
    below = secrecy.join(corrected, on=NUMBER).filter(pl.col("version") < pl.col("version_right"))
    passed = pl.concat([overtaken, below.select(VERSION)])
    return passed.unique().rename(AS_EARLIER)


def _once_together(given: cursor, known: _Asking) -> pl.DataFrame:
    """Return (VERSION) what shared a report with an earlier version of what says tonight that an address is secret."""
    numbers = known.persons.join(known.corrected, on=NUMBER, how="semi").select(NUMBER).unique()
    together = once_in_one_report(given, numbers.iter_rows())
    secret = _secret(history.read_secrecy(given, together))
    return together.join(secret, on=VERSION, how="anti")


def hold_secret_elsewhere(
    given: cursor,
    settings: Settings,
    parts: list[Part],
    secret_elsewhere: SecretElsewhere,
    loaded: pl.DataFrame,
    night: date,
) -> pl.DataFrame:
    """Take back what shows an address that another one keeps secret and came to a region already.

    What was delivered before tonight is held here; what an earlier attempt at the night delivered is recalled, and held
    with the rest of the night (`outcomes.record_night`).

    Returns:
        What waits of tonight (HELD).
    """
    before, held = _split_by_night(parts, secret_elsewhere.shown)
    ours = loaded.join(secret_elsewhere.shown, on=VERSION, how="semi").join(before, on=VERSION, how="anti")
    _take_back_tonight(given, ours, night)
    hold_before(given, settings, secret_elsewhere.shown, overtaken_by(given, exports_of(parts)), night)
    return held


def _split_by_night(parts: list[Part], shown: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what `shown` (VERSION) names of before tonight, and of tonight (HELD)."""
    ours = pl.concat(
        part.read("kept_registration")
        .select(ROW, pl.lit(part.number).alias("part"), *VERSION)
        .join(shown, on=NUMBER, how="semi", maintain_order="left")
        for part in parts
    )
    before = shown.join(ours, on=NUMBER, how="anti", maintain_order="left")
    return before, ours.join(shown, on=VERSION, how="semi", maintain_order="left").select(HELD)


def _take_back_tonight(given: cursor, loaded: pl.DataFrame, night: date) -> None:
    """Recall what an earlier attempt at the night brought to regions (carried.LOADED) and is held by this one."""
    stand = loaded.explode("loaded").select("loaded", *VERSION).sort("loaded", *VERSION)
    held = [Held(*one) for one in stand.iter_rows()]
    lock_regions(given, [one.region for one in held])
    for one in held:
        recall(given, one, AS_HELD, night)


def hold_before(given: cursor, settings: Settings, shown: pl.DataFrame, corrected: pl.DataFrame, night: date) -> None:
    """Recall and hold what `shown` (VERSION) names of earlier exports, with all that was in the same reports.

    What waits or came back gets the reason beside its own.

    Args:
        given: cursor of the caller's transaction.
        settings: of this installation.
        shown: SecretElsewhere.shown; of tonight's, the version that came before with other contents.
        corrected: VERSION of what speaks for the versions below it.
        night: the night that brings the recalls.
    """
    highest = {(unit, number): version for unit, number, version in corrected.select(VERSION).sort(VERSION).iter_rows()}
    found = standing_with(given, set(shown.select(NUMBER).iter_rows()), highest)
    lock_regions(given, [region for one in found for region in one.regions])
    for one in found:
        if one.outcome != "forward" and not one.carrier_number:
            mark_rows(given, one.key, [one.row])
            continue
        for region in sorted(one.regions):
            recall(given, Held(region, *one.number, one.version), AS_HELD, night)
        hold_standing(given, one)
        to_the_desk(
            given, one.key, one.row, one.outcome, SECRET_ELSEWHERE, settings.home, read_key(settings), danger=one.danger
        )
