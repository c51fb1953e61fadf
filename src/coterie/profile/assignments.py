"""Who is in which part of a segmentation: one replaced set of rows per segmentation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from coterie.engines import Engine


def write_assignments(
    engine: Engine,
    segmentation: str,
    selection: str,
    as_of: datetime,
    parameters: Mapping[str, object] | None = None,
) -> int:
    """Replace the rows of ``segmentation`` in ``assignments``; returns how many there are now.

    ``selection`` is a query giving ``profile_id`` and ``segment``, one row per profile. Rows
    with a NULL segment are left out: such a profile belongs to no part. Readers see the old
    rows or the new ones, never both.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> write_assignments(engine, "halves", "SELECT 7 AS profile_id, 'upper' AS segment", datetime(2026, 1, 1))
    1
    """
    bound = {**(parameters or {}), "segmentation": segmentation, "assigned_as_of": as_of}
    with engine.transaction():
        engine.execute("DELETE FROM assignments WHERE segmentation = $segmentation", {"segmentation": segmentation})
        engine.execute(
            f"""INSERT INTO assignments (profile_id, segmentation, segment, as_of)
                SELECT profile_id, $segmentation, segment, CAST($assigned_as_of AS TIMESTAMP)
                FROM ({selection}) WHERE segment IS NOT NULL""",
            bound,
        )
        counted = engine.query(
            "SELECT count(*) FROM assignments WHERE segmentation = $segmentation", {"segmentation": segmentation}
        )
    return int(counted.column(0)[0].as_py())
