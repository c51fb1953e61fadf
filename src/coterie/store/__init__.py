"""Operational state: the ledger, in SQLite or PostgreSQL."""
