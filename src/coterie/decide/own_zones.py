"""The zone that each person lives in, by an attribute of theirs; the workspace's where that names none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from coterie.engines import Engine, identifier


def zones_of(engine: Engine, attribute: str, profiles: Sequence[int]) -> list[str | None]:
    """The zone of each of ``profiles`` by an attribute such as ``timezone``; None where it names no zone that there is."""
    table = widest_table(engine)
    if attribute.lower() not in {name.lower() for name in engine.columns(table)}:
        return [None] * len(profiles)
    numbers = pa.array(profiles, pa.int64())
    found = engine.query(
        f"SELECT profile_id, CAST({identifier(attribute)} AS VARCHAR) AS zone FROM {table} "
        "WHERE profile_id IN (SELECT unnest($people))",
        {"people": pc.unique(numbers).to_pylist()},
    ).combine_chunks()
    place = pc.index_in(numbers, value_set=found["profile_id"].combine_chunks().cast(pa.int64()))
    told = found["zone"].combine_chunks().take(place).to_pylist()
    return [zone if zone is not None and is_zone(zone) else None for zone in told]


def clocks_of(engine: Engine, attribute: str | None, profiles: Sequence[int], ours: str) -> list[str]:
    """By whose clock each of ``profiles`` lives: the zone that an attribute names, else ``ours``."""
    if attribute is None or not len(profiles):
        return [ours] * len(profiles)
    return [zone or ours for zone in zones_of(engine, attribute, profiles)]


def widest_table(engine: Engine) -> str:
    """The table that holds all that is known of people: their traits once these were computed, before that what was given."""
    return "traits" if "traits" in engine.tables() else "profiles"


@lru_cache(maxsize=4096)
def is_zone(name: str) -> bool:
    """Whether there is a zone of this name.

    >>> is_zone("Asia/Shanghai"), is_zone("Europe"), is_zone("+02:00")
    (True, False, False)
    """
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
