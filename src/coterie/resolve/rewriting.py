"""Let ``profile_id`` follow its identifier in every table that carries it."""

from __future__ import annotations

from coterie.engines import Engine, identifier

FOLLOWERS = ("customer_records", "orders", "order_lines", "events")
"""Tables whose rows carry the identity they came with and the person it belongs to now."""


def rewrite_profiles(engine: Engine) -> None:
    """Write the profiles of the temporary table ``_moved`` (identifier_id, profile_id) wherever they show.

    Only rows of identifiers that moved are touched.
    """
    for table in ("identifiers", *FOLLOWERS):
        name = identifier(table)
        engine.execute(
            f"""UPDATE {name} SET profile_id = m.profile_id
            FROM _moved AS m WHERE {name}.identifier_id = m.identifier_id"""
        )
