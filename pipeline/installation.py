"""What one installation has: its database, its agreements, the units and regions that it serves."""

from __future__ import annotations

from functools import cache

from pipeline import stages
from pipeline.errors import SettingsError
from pipeline.load.database import migrate
from pipeline.load.server import ensure_server
from pipeline.policy.agreements import Agreements, read_agreements
from pipeline.schema import REGIONS
from pipeline.settings import Settings, read_settings
from pipeline.workspace import Delivery


@cache
def database(settings: Settings) -> str:
    """Return the DSN of the database in use, started and migrated."""
    dsn = ensure_server(settings)
    migrate(dsn)
    return dsn


@cache
def agreements(settings: Settings) -> Agreements:
    """Return the agreements of this installation."""
    return read_agreements(settings.agreements) if settings.agreements else read_agreements()


def units(settings: Settings | None = None) -> list[str]:
    """Return the units that have an agreement, in force or not."""
    return list(agreements(settings or read_settings()).units)


def regions() -> list[str]:
    """Return the regions that are loaded; also those with nothing tonight, because a re-run may recall there."""
    return list(REGIONS)


def require_inbox(settings: Settings | None = None) -> None:
    """Refuse an inbox that is not there: no unit would be missed, and each would show as one that sent nothing.

    Raises:
        SettingsError: it is no folder: a share that is not mounted, or a setting that is wrong.
    """
    inbox = (settings or read_settings()).inbox
    if not inbox.is_dir():
        raise SettingsError(
            f"De inbox {inbox} is er niet: koppel of maak de map waarin de eenheden leveren, of noem een andere in"
            " MELDSTROOM_INBOX",
            f"The inbox {inbox} is not there: mount or make the folder in which the units deliver, or name another in"
            " MELDSTROOM_INBOX",
        )


def policy_of(delivery: Delivery, settings: Settings) -> stages.Policy:
    """Return what a decision on one delivery rests on."""
    return stages.policy_on(agreements(settings), delivery.unit, delivery.night)
