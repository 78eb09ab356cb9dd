"""Outbox: rows of a region's staging tables come in; StUF messages for its carrier go out, one a report version."""
