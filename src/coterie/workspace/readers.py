"""What a template may say about the people of a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from coterie.engines import Engine
from coterie.segment import membership

if TYPE_CHECKING:
    from coterie.compose import FindReaders, Reader


def find_readers(engine: Engine) -> FindReaders:
    """Traits and segments of profiles by number, in two queries a batch.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> engine.execute("CREATE VIEW traits AS SELECT 1 AS profile_id, 'Ann' AS first_name")
    >>> find_readers(engine)([1, 2])
    {1: ({'first_name': 'Ann'}, frozenset())}
    """

    def find(profiles: Sequence[int]) -> Mapping[int, Reader]:
        asked = {"profiles": list(profiles)}
        traits = engine.query("SELECT * FROM traits WHERE list_contains($profiles, profile_id)", asked).to_pylist()
        segments = membership.segments_of(engine, profiles)
        return {
            row["profile_id"]: (
                {name: value for name, value in row.items() if name != "profile_id"},
                frozenset(segments.get(row["profile_id"], ())),
            )
            for row in traits
        }

    return find
