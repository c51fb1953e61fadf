"""Lists that people are put on one by one: each change is an event of the person, and who is on a list is read from them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from coterie.engines import Engine, keep_fact, literal, read_fact

LIST_JOINED, LIST_LEFT = "List Joined", "List Left"
"""The events of a change; their property ``list`` names the list, ``visit`` puts those of one instant in order."""
_FACT = "lists_by_hand"


def lists_by_hand(engine: Engine) -> frozenset[str]:
    """Lists that are defined, or once were: those that people are put on and taken off."""
    return frozenset(json.loads(read_fact(engine, _FACT) or "[]"))


def note_lists(engine: Engine, names: Iterable[str]) -> None:
    """Let there be lists of these names from now on, beside those that are.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> note_lists(engine, ["vip"])
    >>> sorted(lists_by_hand(engine)), engine.query(stands_sql("vip")).num_rows
    (['vip'], 0)
    """
    known = lists_by_hand(engine)
    if not {*names} <= known:
        keep_fact(engine, _FACT, json.dumps(sorted({*known, *names})))


def changes_sql(name: str) -> str:
    """SQL of every change of a list: ``profile_id, name, occurred_at, event_id, place``, of which the last of a person counts."""
    return (
        "SELECT profile_id, name, occurred_at, event_id, {'at': occurred_at, 'visit': "
        "TRY_CAST(VARIANT_EXTRACT(properties, 'visit') AS DOUBLE), 'id': event_id} AS place FROM events "
        f"WHERE name IN ({literal(LIST_JOINED)}, {literal(LIST_LEFT)}) AND source = 'coterie' AND profile_id IS NOT NULL "
        f"AND TRY_CAST(VARIANT_EXTRACT(properties, 'list') AS VARCHAR) = {literal(name)}"
    )


def stands_sql(name: str) -> str:
    """SQL of whoever was ever on a list: ``profile_id``, ``is_on_it`` by now, and ``since`` when that stands."""
    return (
        f"SELECT profile_id, arg_max(name, place) = {literal(LIST_JOINED)} AS is_on_it, max(place).at AS since "
        f"FROM ({changes_sql(name)}) GROUP BY profile_id"
    )
