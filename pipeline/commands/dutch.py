"""Help in Dutch, which comes first: `help.toml` in the place of the English that stands beside the code."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Any

import typer


def read_help() -> dict[str, str]:
    """Return what help says in Dutch, by its English."""
    return tomllib.loads(resources.files(__package__).joinpath("help.toml").read_text(encoding="utf-8"))


def speak_dutch(command: Any) -> None:  # noqa: ANN401 - typer exports no type of its commands
    """Let a command and those below it explain themselves in Dutch; what has none yet stays English."""
    dutch = read_help()
    for one in explained(command):
        one.help = dutch.get(one.help, one.help)
    from typer import rich_utils  # what draws help; nothing else needs it

    rich_utils.OPTIONS_PANEL_TITLE = "Opties"
    rich_utils.COMMANDS_PANEL_TITLE = "Opdrachten"
    rich_utils.ARGUMENTS_PANEL_TITLE = "Argumenten"
    rich_utils.REQUIRED_LONG_STRING = "[verplicht]"
    rich_utils.DEFAULT_STRING = "[anders: {}]"


def explained(command: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
    """Yield whatever of a command, its options and the commands below it has a help text."""
    own = (command, *command.params, command.get_help_option(typer.Context(command)))
    yield from (one for one in own if getattr(one, "help", None))
    for below in getattr(command, "commands", {}).values():
        yield from explained(below)
