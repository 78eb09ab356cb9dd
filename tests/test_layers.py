"""Arrows point one way: what judges knows of no file, database or screen, and each heavy library has one door."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import pipeline

HOME = Path(pipeline.__file__).parent
PURE = ("policy", "weigh", "screen", "redact", "enrich", "decide", "stages")
KNOWN = {*PURE, "receive", "schema", "errors", "repeated", "pages", "settings"}
"""What these may know of: each other, how an export writes, and what everybody knows."""
DOORS = {
    "airflow": {"airflow_setup"},
    "great_expectations": {"screen/verdicts.py", "reports/data_docs.py"},
    "typer": {"cli.py", "commands"},
    "fastapi": {"check/web.py", "desk/web", "reports/web.py"},
}


@cache
def imported() -> dict[str, set[str]]:
    """Return by file, relative to the package, the modules that it imports when it runs."""
    files = sorted(HOME.rglob("*.py"))
    return {str(file.relative_to(HOME)): set(names(ast.parse(file.read_text()))) for file in files}


def names(tree: ast.AST) -> Iterator[str]:
    """Yield what is imported, in a function too, but for what only a type checker sees."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "pipeline":
            yield from (f"pipeline.{one.name}" for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        yield from names(node)


@pytest.mark.parametrize("stage", PURE)
def test_what_judges_knows_of_no_edge(stage):
    ours = {
        name for file, used in imported().items() if file.split("/")[0].removesuffix(".py") == stage for name in used
    }
    assert ours
    assert {name.split(".")[1] for name in ours if name.startswith("pipeline.")} - KNOWN == set()
    assert ours.isdisjoint({"psycopg2", "typer", "fastapi"})


def test_policy_knows_of_nothing_that_judges_by_it():
    ours = {name for file, used in imported().items() if file.startswith("policy/") for name in used}
    stages = tuple(f"pipeline.{stage}" for stage in PURE if stage != "policy")
    assert {name for name in ours if name.startswith(stages)} == set()


@pytest.mark.parametrize("library", DOORS)
def test_a_heavy_library_comes_in_by_its_door(library):
    users = {file for file, used in imported().items() if any(name.split(".")[0] == library for name in used)}
    assert users
    assert {file for file in users if not any(file.startswith(door) for door in DOORS[library])} == set()
