"""Airflow on one machine: settings come in; its services on the embedded PostgreSQL, started and stopped, go out."""
