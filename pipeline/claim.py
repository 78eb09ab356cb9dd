"""One run at a time on a night: two would clear each other's working files.

A run of the shell holds a lock on a file, which the system lets go of when the process ends, however it ends. A run
of Airflow is many processes: it leaves its name in a file, and whoever finds the name asks whether that run is over.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import IO

from pipeline.errors import UsageError
from pipeline.settings import Settings


@contextmanager
def held(settings: Settings, night: date) -> Iterator[None]:
    """Hold a night for a run of the shell; wait for another one of the shell.

    Raises:
        UsageError: a run of Airflow works on the night.
    """
    with _opened(settings, night) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run = _claimant(settings, night)
        if run is not None:
            raise UsageError(
                f"{run} van Airflow werkt aan {night}: wacht tot die klaar is, of verwijder"
                f" {_claim(settings, night)} als die niet meer draait",
                f"{run} of Airflow works on {night}: wait until it ends, or delete {_claim(settings, night)} if it"
                " does not run any more",
            )
        yield


def claim(settings: Settings, night: date, run: str, is_over: Callable[[str], bool]) -> bool:
    """Claim a night for a run of Airflow; tell whether it is now this run's. Again is harmless.

    Args:
        settings: of the installation.
        night: what is claimed.
        run: name of the run.
        is_over: whether the run of that name has ended: what it claimed is free.
    """
    with _opened(settings, night, "turn") as turn, _opened(settings, night) as lock:
        fcntl.flock(turn, fcntl.LOCK_EX)  # tasks of one run ask at the same moment: none may take another for a shell
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # a run of the shell
            return False
        other = _claimant(settings, night)
        if other not in {None, run} and not is_over(str(other)):
            return False
        beside = _claim(settings, night).with_suffix(".new")
        beside.write_text(run, encoding="utf-8")
        beside.replace(_claim(settings, night))
        return True


def is_claimed(settings: Settings, night: date, run: str) -> bool:
    """Tell whether a night is this run's."""
    return _claimant(settings, night) == run


def release(settings: Settings, night: date) -> None:
    """Let go of a night that is this run's."""
    with suppress(FileNotFoundError):
        _claim(settings, night).unlink()


def _claim(settings: Settings, night: date) -> Path:
    return settings.home / "work" / f"{night}.run"


def _claimant(settings: Settings, night: date) -> str | None:
    try:
        return _claim(settings, night).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _opened(settings: Settings, night: date, kind: str = "lock") -> IO[bytes]:
    """Open a file that is locked; it stays, as a lock on a file that another one deleted would hold nobody."""
    path = settings.home / "work" / f"{night}.{kind}"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "rb")
