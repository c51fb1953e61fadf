"""Alembic's door: runs on the connection that ``open_ledger`` hands over."""

from __future__ import annotations

from alembic import context

from coterie.store.tables import METADATA

if hasattr(context, "config"):  # otherwise somebody only reads the package
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=METADATA,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
