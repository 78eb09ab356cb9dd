"""A registration that a person, or a changed policy, lets go: loaded at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from pipeline.decide.report import Staging
from pipeline.desk.outgoing import Outgoing
from pipeline.desk.queue import Item
from pipeline.errors import DecisionRefused
from pipeline.load import history
from pipeline.load.recalls import write_recalls
from pipeline.load.staging import load_region
from pipeline.settings import Settings, read_key
from pipeline.settle.ask_history import Asked
from pipeline.settle.secret_elsewhere import hold_before

if TYPE_CHECKING:
    from psycopg2.extensions import cursor


def release(given: cursor, settings: Settings, item: Item, outgoing: Outgoing, asked: Asked, today: date) -> None:
    """Load what goes of an item into its regions, with ledger entries and recalls, and remember it.

    What shows an address that it keeps secret is taken back.

    Args:
        given: cursor of the caller's transaction.
        settings: of this installation.
        item: what is released.
        outgoing: what goes of it.
        asked: what the history answers about it.
        today: the day that brings what is taken back.

    Raises:
        DecisionRefused: a region holds this version already, with other contents: it would not change.
    """
    staging = outgoing.staging
    for region in outgoing.regions:
        ours = pl.col("region") == region
        tables = (staging.report, staging.person, staging.prior_incident, staging.danger_signal)
        parts = Staging(*(table.filter(ours) for table in tables))
        loaded = load_region(given, region, parts, outgoing.entries.filter(ours), read_key(settings))
        if not loaded:
            raise DecisionRefused(
                f"{region} heeft deze versie al, met een andere inhoud: vraag de eenheid om een hogere versie.",
                f"{region} holds this version already: ask the unit for a higher one.",
            )
        # an unreadable higher version in the same export takes back nothing that a person releases knowing of it
        write_recalls(given, region, [item.key], item.number_and_version)
    hold_before(given, settings, asked.secret_elsewhere.shown, asked.secret_elsewhere.corrected, today)
    history.keep_history(given, asked.one.registration, asked.one.person)
