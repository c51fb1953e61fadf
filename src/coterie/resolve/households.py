"""Households: people whom a source places in one home. A group, never a merge."""

from __future__ import annotations

import pyarrow as pa

from coterie.engines import Engine


def list_households(engine: Engine) -> pa.Table:
    """Who belongs to which household: columns ``household, profile_id``, one row a membership.

    A profile belongs to a household when one of its identifiers stands in a row with the
    household, or when the household is all that is known of it.
    """
    return engine.query(
        """SELECT DISTINCT h.value AS household, p.profile_id FROM identifiers AS h JOIN (
            SELECT left_id AS household_id, right_id AS person_id FROM identity_links
            UNION SELECT right_id, left_id FROM identity_links
        ) AS l ON l.household_id = h.identifier_id JOIN identifiers AS p ON p.identifier_id = l.person_id
        WHERE h.namespace = 'household_id' AND p.namespace <> 'household_id'
        UNION SELECT h.value, h.profile_id FROM identifiers AS h WHERE h.namespace = 'household_id' AND NOT EXISTS (
            SELECT 1 FROM identity_links WHERE h.identifier_id IN (left_id, right_id))
        ORDER BY ALL"""
    )
