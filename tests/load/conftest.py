"""A database of which a test leaves nothing."""

from __future__ import annotations

import psycopg2
import pytest

from tests.outbox.staging import Once


@pytest.fixture
def once(server):
    """A connection of which nothing stays."""
    connection = psycopg2.connect(server)
    yield Once(connection)
    connection.close()
