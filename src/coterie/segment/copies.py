"""Copies of a few people's rows in a database in memory, where the statement of everything that is kept live runs over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from coterie.engines import ENGINES, Engine, identifier
from coterie.profile.values import Scalar


@dataclass(frozen=True)
class LivePlan:
    """A statement over copies of rows: the plan of ``traits`` and ``segments``, once and for all.

    ``own`` is table → name → SQL and type of what the copy has of some people's rows: columns that the statement may mean, and
    properties by themselves, as typed as they are asked for. ``whole`` is the same of tables that are nobody's, such as products.
    """

    text: str
    parameters: Mapping[str, Scalar]
    own: Mapping[str, Mapping[str, tuple[str, str]]]
    whole: Mapping[str, Mapping[str, tuple[str, str]]]
    traits: tuple[str, ...]
    segments: tuple[str, ...]
    meanings: Mapping[str, str]


class Copies:
    """Where a ``LivePlan`` runs. One thread uses it.

    What it holds is made anew by each turn, but for tables that are nobody's, which are copied when rows of them came, went or
    were replaced.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # To improve the plan of a long statement takes longer than to run it over the rows of some people.
        self._small = ENGINES[engine.dialect](None, threads=1, improves_plans=False)
        self._whole: dict[str, object] = {}

    def found(self, what: LivePlan, among: str) -> pa.Table:
        """Traits and segments (``segment.x``) of the people of whom the condition ``among`` holds, in the tables of the warehouse."""
        for table, columns in what.own.items():
            self._copy(table, columns, f" WHERE {among}")
        for table, columns in what.whole.items():
            mark = (columns, self._mark(table))
            if self._whole.get(table) != mark:
                self._copy(table, columns)
                self._whole[table] = mark
        # As a table first: a query is bound twice, and to bind this one takes longer than all else about it.
        self._small.create("found in all", what.text, what.parameters)
        return self._small.query('FROM "found in all"')

    def _copy(self, table: str, columns: Mapping[str, tuple[str, str]], condition: str = "") -> None:
        listed = ", ".join(f"{sql} AS {identifier(name)}" for name, (sql, _) in columns.items())
        rows = self._engine.query(f"SELECT {listed} FROM {identifier(table)}{condition}")
        typed = ", ".join(f"{identifier(name)} {kind}" for name, (_, kind) in columns.items())
        self._small.execute(f"CREATE OR REPLACE TABLE {identifier(table)} ({typed})")
        self._small.write(table, rows)

    def _mark(self, table: str) -> object:
        """What changes where rows of a table did; those that are replaced bear another batch."""
        batches = ", max(batch_id), sum(batch_id)" if "batch_id" in self._engine.columns(table) else ", random()"
        return self._engine.query(f"SELECT count(*){batches} FROM {identifier(table)}").to_pylist()
