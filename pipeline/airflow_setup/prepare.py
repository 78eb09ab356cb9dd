"""Airflow's own database: its tables and our pools. Runs as a process of its own, with Airflow's variables set."""

from __future__ import annotations

from pipeline.airflow_setup.config import POOLS


def prepare() -> None:
    """Create or migrate the tables, and set the pools."""
    from airflow.models.pool import Pool
    from airflow.utils import db

    db.initdb()
    for name, (slots, description) in POOLS.items():
        Pool.create_or_update_pool(name, slots=slots, description=description, include_deferred=False)


if __name__ == "__main__":
    prepare()
