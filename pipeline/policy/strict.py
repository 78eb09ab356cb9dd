"""A policy file that cannot be used is refused by its name: nothing is decided by half of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.errors import PolicyError


@contextmanager
def reading(file: str) -> Iterator[None]:
    """Refuse a policy file of which something is missing, unknown or wrong while it is read.

    Raises:
        PolicyError: naming the file, with what it lacks or what is said of it.
    """
    try:
        yield
    except KeyError as error:
        raise PolicyError(file, f"lacks {error}") from error
    except (OSError, AttributeError, TypeError, ValueError) as error:  # TOML, JSON and encodings say a ValueError
        raise PolicyError(file, str(error)) from error
