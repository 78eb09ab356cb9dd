"""Every error a person has to act on.

MeldstroomError
├── ExportRefused      a unit's export cannot be used: the unit has to send it again
├── PolicyError        a policy file (agreement, rule, reference table) is wrong: its owner has to mend it
├── SettingsError      the program cannot run as it is set up: the operator has to change a setting
├── UsageError         the command was asked for something it cannot do
├── LoadError          PostgreSQL did not take what it was given
├── NightIncomplete    a unit or region failed in a way that no rule foresees; the others are done
├── UnitsUntold        what some units are told of a night was not written; the others are told
├── LedgerBroken       the disclosure ledger is not what it was: the privacy officer has to look
└── DecisionRefused    a decision at the desk is not allowed
    └── DecisionOvertaken  somebody else was first: look again

The text of each is safe to log: files, columns, rules and counts, never a value out of the data. What an operator, a
desk officer or a unit reads is said in Dutch and in English; what only the keeper of a policy file or of the settings
reads is in English alone.
"""

from __future__ import annotations

import errno
import os
import re
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

PASSING: Final = ("08", "40", "53", "57", "58")
"""SQLSTATE classes that a second attempt can outlive: connection, rollback, resources, shutdown, system."""

MEANT: Final = {
    "08": ("de verbinding viel weg", "the connection was lost"),
    "22": ("een waarde past niet in haar kolom", "a value does not fit its column"),
    "23": ("een rij past niet bij wat er al staat", "a row does not go with what is there"),
    "25006": ("de server laat alleen lezen toe", "the server can only be read"),
    "40": ("een ander programma was op hetzelfde moment bezig", "another program was at work at the same moment"),
    "42501": ("onze rol heeft dat recht niet", "our role has no such right"),
    "42": ("de tabellen zijn niet die van deze versie", "the tables are not those of this version"),
    "53100": ("de schijf van de server is vol", "the server's disk is full"),
    "53200": ("de server heeft geen geheugen meer", "the server has no memory left"),
    "53300": ("de server heeft geen verbinding vrij", "the server has no connection left"),
    "57": ("de server brak het af, stopt of start", "the server broke it off, stops or starts"),
    "58": ("de server kan niet bij zijn bestanden", "the server cannot reach its files"),
}
"""What a SQLSTATE says to whoever has to act, by how it begins; the first that fits."""


class MeldstroomError(Exception):
    """Base class; its text may be shown without a traceback. As text it says both languages: logs have no switch."""

    def __init__(self, dutch: str, english: str | None = None) -> None:
        """Take a sentence in both languages, or in English alone."""
        super().__init__(dutch if english is None else f"{dutch} / {english}")
        self.dutch, self.english = dutch, english or dutch
        self.passing = False
        """Whether a second attempt may do, with nothing mended."""

    def say(self, language: str) -> str:
        """Return the sentence in `nl` or `en`."""
        return self.english if language == "en" else self.dutch

    def __reduce__(self) -> tuple[Callable[..., MeldstroomError], tuple[Any, ...]]:
        """Travel between processes as text and attributes: `__init__` takes other arguments than `args`."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[MeldstroomError], args: tuple[Any, ...], attributes: dict[str, Any]) -> MeldstroomError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(attributes)
    return error


def told(error: BaseException, language: str = "nl") -> str:
    """Say what an error may say: our own its sentence; another one its class and place, as libraries quote values."""
    if isinstance(error, MeldstroomError):
        return error.say(language)
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}, line {frames[-1].lineno}, in {frames[-1].name}" if frames else ""
    said = _said_by_system(error, language)
    return f"{_REFUSED[language]}: {said} ({type(error).__name__}{where})" if said else f"{type(error).__name__}{where}"


def of_a_file(error: Exception, language: str) -> str | None:
    """Return which file the system does not give: who typed the command named it. Logs do not get to read this."""
    if not isinstance(error, OSError) or error.filename is None:
        return None
    lead = {"nl": "kan niet worden gelezen of geschreven", "en": "cannot be read or written"}[language]
    return f"{error.filename}: {lead} ({system_says(error.errno, language) or error.strerror})"


_REFUSED: Final = {"nl": "het systeem weigerde", "en": "the system refused"}
_OF_SYSTEM: Final = {
    errno.EACCES: "geen toegang",
    errno.EEXIST: "er staat al een bestand van die naam",
    errno.EIO: "de schijf leest of schrijft niet",
    errno.EISDIR: "het is een map",
    errno.ENAMETOOLONG: "de naam is te lang",
    errno.ENOENT: "die map of dat bestand is er niet",
    errno.ENOSPC: "de schijf is vol",
    errno.ENOTDIR: "een deel van het pad is geen map",
    errno.EPERM: "geen toegang",
    errno.EROFS: "daar mag alleen worden gelezen",
}
_RUST_ERROR: Final = re.compile(r"\(os error ([0-9]{1,3})\)")
"""How polars names the system's own number, and no other way."""


def is_of_system(error: BaseException) -> bool:
    """Tell whether a file or a disk failed, and no export: polars says of a full disk that it cannot compute."""
    return isinstance(error, OSError) or _RUST_ERROR.search(str(error)) is not None


def system_says(number: int | None, language: str) -> str | None:
    """Return what the system means by an error's number; in its own English where we have no Dutch for it."""
    if number is None or number <= 0:
        return None
    return _OF_SYSTEM.get(number, os.strerror(number)) if language == "nl" else os.strerror(number)


def _said_by_system(error: BaseException, language: str) -> str | None:
    """Return what the system has against a file or a disk, by its number: a full disk is mended by whoever reads it."""
    found = _RUST_ERROR.search(str(error))
    number = (error.errno if isinstance(error, OSError) else None) or (int(found[1]) if found else None)
    return system_says(number, language)


class ExportRefused(MeldstroomError):
    """A delivered export cannot be used at all. `file` is the name within the export, or None."""

    def __init__(self, unit: str, file: str | None, dutch: str, english: str) -> None:
        """Take what is wrong and what the unit has to do, in both languages (`receive.refusal` has the words)."""
        where = f"{unit}, {file}" if file else unit
        super().__init__(f"{where}: {dutch}", f"{where}: {english}")
        self.unit = unit
        self.file = file

    def say_of_draft(self, language: str) -> str:
        """Return the sentence without the unit: whose a draft is may be no more than a guess."""
        return self.say(language).removeprefix(f"{self.unit}, ")


class PolicyError(MeldstroomError):
    """A file of rules, agreements or codes cannot be used."""

    def __init__(self, file: str, problem: str, english: str | None = None) -> None:
        """Name the file and what is wrong with it, in both languages or in English alone."""
        super().__init__(f"{file}: {problem}", english and f"{file}: {english}")


class SettingsError(MeldstroomError):
    """The environment does not allow the program to run."""


class UsageError(MeldstroomError):
    """What was asked for does not exist or does not go together."""


class LoadError(MeldstroomError):
    """PostgreSQL refused; the text names the target and the SQLSTATE, never its message (it quotes rows)."""

    def __init__(self, target: str, code: str | None) -> None:
        """Name the table or schema and PostgreSQL's five-character code."""
        dutch, english = (
            (f"antwoordde {code}{_meant(code, 0)}", f"answered {code}{_meant(code, 1)}")
            if code
            else (
                "geeft geen antwoord: draait de server, en klopt MELDSTROOM_DSN als die gezet is?",
                "gives no answer: does the server run, and is MELDSTROOM_DSN right if it is set?",
            )
        )
        super().__init__(f"{target}: PostgreSQL {dutch}", f"{target}: PostgreSQL {english}")
        self.code = code
        self.passing = code is None or code.startswith(PASSING)

    @property
    def is_about_data(self) -> bool:
        """Tell whether PostgreSQL refused a value or a row: SQLSTATE classes 22 and 23."""
        return (self.code or "").startswith(("22", "23"))


def _meant(code: str, language: int) -> str:
    return next((f" ({said[language]})" for begin, said in MEANT.items() if code.startswith(begin)), "")


class NightIncomplete(MeldstroomError):
    """Some units or regions failed; the others went on, and `status` is how the night stands now."""

    def __init__(self, failures: Mapping[str, str], status: dict[str, Any]) -> None:
        """Take what failed, a sentence a unit or region, and the status of the night."""
        sentences = "; ".join(f"{name}: {sentence}" for name, sentence in sorted(failures.items()))
        super().__init__(
            f"niet alles is gedaan: {sentences}. De rest wel; dezelfde nacht opnieuw draaien gaat verder",
            f"not everything was done: {sentences}. The others are; running the night again continues",
        )
        self.status = status


class UnitsUntold(MeldstroomError):
    """What some units are told of a night could not be written; the others are told."""

    def __init__(self, failures: Mapping[str, BaseException]) -> None:
        """Take what failed, by unit and night."""
        dutch, english = (
            "; ".join(f"{name}: {told(failure, language)}" for name, failure in sorted(failures.items()))
            for language in ("nl", "en")
        )
        super().__init__(
            f"niet elke eenheid heeft haar ontvangstbewijs en retour: {dutch}. De andere wel; is de oorzaak weg, dan"
            " schrijft `meldstroom returns <nacht>` ze",
            f"not every unit has its receipt and returns: {english}. The others do; once the cause is gone"
            " `meldstroom returns <night>` writes them",
        )
        self.passing = any(isinstance(one, MeldstroomError) and one.passing for one in failures.values())


class LedgerBroken(MeldstroomError):
    """The disclosure ledger was tampered with, or lost entries."""

    def __init__(self, breaches: int) -> None:
        """Say how many breaches there are, and how to see them."""
        super().__init__(
            f"Het verstrekkingenregister klopt niet: {breaches} afwijkingen; zie `meldstroom ledger verify`.",
            f"The ledger does not hold: {breaches} breaches.",
        )


class DecisionRefused(MeldstroomError):
    """A person's decision was not taken."""


class DecisionOvertaken(DecisionRefused):
    """Somebody else decided in the meantime."""
