"""Every error a person has to act on.

MeldstroomError
├── ExportRefused      a unit's export cannot be used: the unit has to send it again
├── PolicyError        a policy file (agreement, rule, reference table) is wrong: its owner has to mend it
├── SettingsError      the program cannot run as it is set up: the operator has to change a setting
├── UsageError         the command was asked for something it cannot do
├── LoadError          PostgreSQL did not take what it was given
└── DecisionRefused    a decision at the desk is not allowed
    └── DecisionOvertaken  somebody else was first: look again

The text of each is safe to log: files, columns, rules and counts, never a value out of the data.
"""

from __future__ import annotations


class MeldstroomError(Exception):
    """Base class; its text may be shown without a traceback."""


class ExportRefused(MeldstroomError):
    """A delivered export cannot be used at all. `file` is the name within the export, or None."""

    def __init__(self, unit: str, file: str | None, problem: str, advice: str) -> None:
        """Name what is wrong (`problem`) and what the unit has to do (`advice`), each a clause."""
        where = f"{unit}, {file}" if file else unit
        super().__init__(f"{where}: {problem}. {advice}.")
        self.unit = unit
        self.file = file


class PolicyError(MeldstroomError):
    """A file of rules, agreements or codes cannot be used."""

    def __init__(self, file: str, problem: str) -> None:
        """Name the file and what is wrong with it."""
        super().__init__(f"{file}: {problem}")


class SettingsError(MeldstroomError):
    """The environment does not allow the program to run."""


class UsageError(MeldstroomError):
    """What was asked for does not exist or does not go together."""


class LoadError(MeldstroomError):
    """PostgreSQL refused; the text names the target and the SQLSTATE, never its message (it quotes rows)."""

    def __init__(self, target: str, code: str | None) -> None:
        """Name the table or schema and PostgreSQL's five-character code."""
        super().__init__(f"{target}: PostgreSQL answered {code or 'nothing: the connection was lost'}")
        self.code = code


class DecisionRefused(MeldstroomError):
    """A person's decision was not taken."""


class DecisionOvertaken(DecisionRefused):
    """Somebody else decided in the meantime."""
