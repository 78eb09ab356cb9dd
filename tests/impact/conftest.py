"""The night of `tests/night`, to judge again."""

from tests.night.conftest import inbox, night_done, ran

__all__ = ["inbox", "night_done", "ran"]
