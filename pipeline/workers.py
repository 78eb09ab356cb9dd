"""Processes of ours that work side by side, and that end with the one that started them."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread


def worker_pool(processes: int, begin: Callable[[], None] | None = None) -> ProcessPoolExecutor:
    """Return a pool of processes that each call `begin` first.

    They end with this process, however it ends: what a killed run left at work would clear the files of the next one,
    and then wait for ever. They are spawned: polars and Arrow hold threads that do not survive a fork.
    """
    return ProcessPoolExecutor(processes, get_context("spawn"), _begin, (begin,))


def _begin(begin: Callable[[], None] | None) -> None:
    Thread(target=_end_with_parent, daemon=True).start()
    if begin is not None:
        begin()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
