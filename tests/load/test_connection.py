import socket

import pytest

from pipeline.errors import LoadError
from pipeline.load import connection
from pipeline.load.database import transaction


@pytest.fixture
def silent():
    """The DSN of a server that lets one in and says nothing, as behind a firewall that forgot us."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"postgresql://nobody@127.0.0.1:{listener.getsockname()[1]}/x?sslmode=disable"


@pytest.mark.parametrize("edge", [lambda dsn: transaction(dsn, "database"), connection.connected])
def test_a_server_that_says_nothing_is_given_up_and_may_be_tried_again(silent, monkeypatch, edge):
    monkeypatch.setitem(connection.PATIENCE, "connect_timeout", "2")
    with pytest.raises(LoadError, match="geeft geen antwoord") as gone, edge(silent):
        pass
    assert gone.value.passing


def test_a_server_that_goes_away_is_missed_unless_the_dsn_says_otherwise(database):
    with connection.connected(f"{database}{'&' if '?' in database else '?'}keepalives_idle=5") as opened:
        assert opened.info.dsn_parameters.items() >= (connection.PATIENCE | {"keepalives_idle": "5"}).items()
