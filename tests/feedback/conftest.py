"""A connection to a database of the test's own, as for the messages out."""

from __future__ import annotations

from tests.outbox.conftest import connection

__all__ = ["connection"]
