"""BVH incident classes: which earlier incidents matter to Veilig Thuis (DOMAIN.md "Elements")."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


@cache
def categories() -> dict[str, str]:
    """Return the category (`violence`, `sexual`, `child`, `domestic`, `weapon`) of every class that matters."""
    text = resources.files("pipeline.policy").joinpath("incident_classes.csv").read_text(encoding="utf-8")
    return {line["code"]: line["category"] for line in csv.DictReader(text.splitlines())}


def relevant_classes() -> list[str]:
    """Return the classes whose earlier incidents may be shared; any other antecedent is dropped."""
    return sorted(categories())
