"""Pages that are one file: Dutch with English on a switch, and nothing from elsewhere."""

from __future__ import annotations

from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined


@cache
def page_environment(package: str) -> Environment:
    """Return the environment of the templates below `pages/` of `package`, with `words.html` and `switch.html` beside.

    A value that is missing is an error, and everything is escaped. One a package: it keeps what it compiled.
    """
    loaders = [PackageLoader(package, "pages"), PackageLoader("pipeline.pages", "shared")]
    return Environment(loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
