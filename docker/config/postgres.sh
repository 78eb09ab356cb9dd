#!/bin/bash
# Runs once, when the server is new: our database and Airflow's, each with an owner, closed to everybody else.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v ours="$MELDSTROOM_DB_PASSWORD" -v theirs="$AIRFLOW_DB_PASSWORD" -U postgres <<'SQL'
CREATE ROLE meldstroom LOGIN CREATEROLE PASSWORD :'ours';
CREATE DATABASE meldstroom OWNER meldstroom;
REVOKE ALL ON DATABASE meldstroom FROM PUBLIC;
CREATE ROLE airflow LOGIN PASSWORD :'theirs';
CREATE DATABASE airflow OWNER airflow;
REVOKE ALL ON DATABASE airflow FROM PUBLIC;
REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
SQL
