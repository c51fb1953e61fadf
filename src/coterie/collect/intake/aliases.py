"""Who was told to be the same person: the ids of an alias call become an edge of the identity graph."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from coterie.collect.hints.shop_events import ALIASED
from coterie.collect.intake.messages import Received, text_of
from coterie.engines import Engine, literal

_LINKED = """
INSERT INTO identity_links BY NAME
WITH linked AS (
    SELECT least(p.identifier_id, u.identifier_id) AS left_id, greatest(p.identifier_id, u.identifier_id) AS right_id,
        'alias' AS evidence, min(received_at) AS linked_at, min(t.source) AS source, min(t.batch_id) AS batch_id
    FROM ({told}) AS t
    JOIN identifiers AS u ON u.namespace = 'customer_id' AND u.value = t.own
    JOIN identifiers AS p ON p.namespace IN ('customer_id', 'device_id') AND p.value = t.previous
    WHERE p.identifier_id <> u.identifier_id GROUP BY 1, 2)
SELECT * FROM linked ANTI JOIN identity_links USING (left_id, right_id)
"""


def link_aliased(engine: Engine) -> None:
    """Link the ``userId`` of every alias call to its ``previousId``, whether that is a person's or a device's.

    Either id may come later than the call: it is linked once both are known, so that the order in which they came makes
    no difference.
    """
    engine.execute(
        _LINKED.format(
            told="SELECT properties.previous_id::VARCHAR AS previous, properties.user_id::VARCHAR AS own, source, batch_id, "
            f"received_at FROM events WHERE name = {literal(ALIASED)}"
        )
    )


def link_told(engine: Engine, messages: Sequence[Received], batch: int) -> None:
    """As ``link_aliased``, of the alias calls among ``messages`` alone, which that batch wrote."""
    calls = [each for each in messages if each.message.type == "alias"]
    if not calls:
        return
    told = pa.table(
        {
            "previous": pa.array([text_of(each.message.previous_id) for each in calls], pa.string()),
            "own": pa.array([text_of(each.message.user_id) for each in calls], pa.string()),
            "source": pa.array([each.source for each in calls], pa.string()),
            "batch_id": pa.array([batch] * len(calls), pa.int64()),
            "received_at": pa.array([each.received_at for each in calls], pa.timestamp("us")),
        }
    )
    with engine.temporary("aliased", told) as table:
        engine.execute(_LINKED.format(told=f"FROM {table}"))
