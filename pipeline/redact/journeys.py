"""How far a place is from where somebody stands, told in words: it leads there as an address does."""

# ruff: noqa: E501 - a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.redact.report import TEENS, TENS
from pipeline.redact.secret_addresses import ONE

JOURNEY: Final = re.compile(
    rf"\b(?:\d{{1,3}}|{ONE}|{'|'.join(TEENS)}|{'|'.join(TENS)}|half|anderhalf|kwartier|paar)? ?(?:een )?(?:kwartier|half uur|halfuur|uur|uurtje|minuten|minuutjes|min|km|kilometer|meter|straten|huizen|deuren|haltes|dorpen)"
    r" (?:lopen|fietsen|rijden|treinen|reizen|verderop|verder weg|daarvandaan|hiervandaan|ervandaan|(?:hier|daar|er)?vandaan|met (?:de|het) (?:auto|bus|trein|fiets|ov|boot|pont)|afstand)(?: (?:daarvandaan|hiervandaan|ervandaan|verderop|vanaf daar))?"
    rf"|\b(?:\d{{1,3}}|{ONE}|half|anderhalf|kwartier) ?(?:uur|minuten|min|km|kilometer) (?:van|vanaf|buiten|ten (?:noorden|zuiden|oosten|westen) van) (?-i:[A-ZÀ-Þ])\w+"
    r"|\b(?:bus|tram|metro|lijn|buslijn|tramlijn|trein|sprinter|veerpont) ?(?:nr\.? ?|nummer )?\d{1,3}\b",
    re.IGNORECASE,
)
"""How far: `vijf minuten lopen daarvandaan`."""
FAR: Final = (
    *("kwartier", "uur", "min", "km", "meter", "straten", "huizen", "deuren", "haltes", "dorpen"),
    *("bus", "tram", "metro", "lijn", "trein", "sprinter", "veerpont"),
)
"""One of these stands in every JOURNEY, and in few texts: the pattern is dear."""


def find_journeys(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Return the matches of JOURNEY within `text[start:end]`."""
    small = text[start:end].lower()
    return JOURNEY.finditer(text, start, end) if any(word in small for word in FAR) else iter(())
