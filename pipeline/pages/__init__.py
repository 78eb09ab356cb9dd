"""Pages that are one file: Dutch with English on a switch, and nothing from elsewhere."""

from __future__ import annotations

from functools import cache

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined


@cache
def page_environment(package: str) -> Environment:
    """Return the environment of the templates of `package` (`page_loader`).

    A value that is missing is an error, and everything is escaped. One a package: it keeps what it compiled.
    """
    return Environment(loader=page_loader(package), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def page_loader(package: str) -> BaseLoader:
    """Return what finds the templates below `pages/` of `package`, with those that pages share beside."""
    return ChoiceLoader([PackageLoader(package, "pages"), PackageLoader("pipeline.pages", "shared")])
