"""Attributes of people that Coterie itself changes: each change is an event, and what stands is read from them and from records together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from coterie.engines import Engine, identifier, keep_fact, literal, read_fact

TRAIT_CHANGED = "Trait Changed"
"""The event that a change is; its properties are ``trait``, ``act`` and ``value``, and ``visit``, which puts those of one instant in order."""
SET, ADD, UNSET = "set", "add", "unset"
_FACT = "changed_traits"
_SUM = "DECIMAL(28, 9)"


def changed_traits(engine: Engine) -> frozenset[str]:
    """Attributes that something in use, or once in use, changes."""
    return frozenset(json.loads(read_fact(engine, _FACT) or "[]"))


def note_changed(engine: Engine, traits: Iterable[str]) -> None:
    """Attributes that are changed here from now on, beside those that are."""
    keep_fact(engine, _FACT, json.dumps(sorted({*changed_traits(engine), *traits})))


def column_of(value: bool | float | str) -> str:
    """The type of the column that holds such values, where nobody had any before.

    >>> column_of(True), column_of(3), column_of("gold")
    ('BOOLEAN', 'DOUBLE', 'VARCHAR')
    """
    return "BOOLEAN" if isinstance(value, bool) else "VARCHAR" if isinstance(value, str) else "DOUBLE"


def changes_sql(traits: Iterable[str], kinds: Mapping[str, str], newest: str, among: str) -> str:
    """SQL of tables of a ``WITH``, the last of which, ``changed``, has a row for whoever had an attribute changed.

    Of each attribute ``a`` it has ``has_a`` and ``a``: the last value set, by a record (``newest``: SQL of what records say last of each
    of the people in ``changes``, with ``at`` and ``value``) or by a change, and what was added since; NULL where it was taken away since.
    """
    names = sorted(traits)
    of_records = " ".join(
        f"UNION ALL SELECT profile_id, {literal(name)}, {{'at': {identifier(name)}.at, 'visit': CAST(-1 AS BIGINT), 'id': ''}}, "
        f"'{SET}', CAST({identifier(name)}.value AS VARCHAR) FROM of_records WHERE {identifier(name)} IS NOT NULL"
        for name in names
    )
    wide = "".join(
        f", BOOL_OR(trait = {literal(name)}) AS {identifier(f'has_{name}')}, "
        f"TRY_CAST(MAX(CASE WHEN trait = {literal(name)} THEN value END) AS {kinds[name]}) AS {identifier(name)}"
        for name in names
    )
    chosen = ", ".join(map(literal, names))
    return f"""changes AS (
        SELECT profile_id, {_property("trait")} AS trait, {_property("act")} AS act, {_property("value")} AS value,
            {{'at': occurred_at, 'visit': {_property("visit", "BIGINT")}, 'id': event_id}} AS place
        FROM events WHERE name = {literal(TRAIT_CHANGED)} AND source = 'coterie' AND {among}
            AND ($as_of IS NULL OR occurred_at < $as_of) AND {_property("trait")} IN ({chosen})),
    of_records AS ({newest}),
    told AS (SELECT profile_id, trait, place, act, value FROM changes {of_records}),
    put AS (
        SELECT profile_id, trait, MAX({{'place': place, 'value': CASE WHEN act = '{SET}' THEN value END}}) AS newest
        FROM told WHERE act <> '{ADD}' GROUP BY profile_id, trait),
    summed AS (
        SELECT told.profile_id, told.trait, ANY_VALUE(put.newest.value) AS value,
            SUM(TRY_CAST(told.value AS {_SUM})) FILTER (
                WHERE told.act = '{ADD}' AND (put.newest IS NULL OR told.place > put.newest.place)) AS more
        FROM told LEFT JOIN put ON put.profile_id = told.profile_id AND put.trait = told.trait
        GROUP BY told.profile_id, told.trait),
    became AS (
        SELECT profile_id, trait, CASE WHEN more IS NULL THEN value
            ELSE CAST(CAST(COALESCE(TRY_CAST(value AS {_SUM}), 0) + more AS DOUBLE) AS VARCHAR) END AS value FROM summed),
    changed AS (SELECT profile_id{wide} FROM became GROUP BY profile_id)"""


def _property(name: str, kind: str = "VARCHAR") -> str:
    return f"TRY_CAST(VARIANT_EXTRACT(properties, '{name}') AS {kind})"
