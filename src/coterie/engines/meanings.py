"""The rows of an event as SQL: orders as they stood at an instant, in one currency."""

from __future__ import annotations

from dataclasses import dataclass

from coterie.domain.meanings import COMPUTED, EVENT_MEANINGS, MATTERS, ORDER, REFUND
from coterie.engines.contract import Engine
from coterie.engines.facts import read_fact
from coterie.engines.sql import identifier

SETTLED_MARK, UNPRICED = "orders_settled", "currencies_without_rate"
"""Facts that the warehouse notes of its orders: how far they are settled, and which currencies have no rate."""

SETTLED = {"orders": "order_revisions", "order_lines": "order_line_revisions"}
"""Table of facts → what its rows became when later ones took something back."""

AMOUNTS = ("revenue", "undone", "unmatched", "discount", "unit_price", *COMPUTED)
"""Columns that are money."""
_COMPUTED = ", ".join(f"{sql} AS {name}" for name, sql in COMPUTED.items())
_OF_REVISIONS = ("stands_from", "stands_until")


@dataclass(frozen=True)
class EventRows:
    """Where the rows of an event are read and what holds of them; conditions name the instant as ``{as_of}``.

    ``has_money``: they are orders or lines, with amounts.
    """

    source: str
    conditions: tuple[str, ...]
    has_money: bool = True

    def sql(self, as_of: str) -> str:
        """The rows as of an instant (SQL), as something to select from."""
        conditions = " AND ".join(f"({each})" for each in self.conditions).format(as_of=as_of)
        amounts = f", {_COMPUTED}" if self.has_money else ""
        return f"(SELECT *{amounts} FROM {self.source} AS facts WHERE {conditions})"

    def versions(self) -> str:
        """Every version of the rows, to select from; where ``is_revised``, each with the span in which it stood.

        It stood after ``stands_from``, if any, and up to ``stands_until``, if any.
        """
        return f"(SELECT *, {_COMPUTED} FROM {self.source} AS facts WHERE {self.conditions[0]})"

    @property
    def is_revised(self) -> bool:
        """Whether rows have versions: whether anything was ever taken back."""
        return len(self.conditions) > 1


def read_rows(engine: Engine, event: str) -> EventRows:
    """Where the rows of one of ``EVENT_MEANINGS`` stand.

    The table itself where nothing was ever taken back and all money is of one currency, so
    that bases without returns pay nothing for it.
    """
    meaning = EVENT_MEANINGS[event]
    columns = engine.columns(meaning.table)
    revisions = SETTLED[meaning.table]
    is_revised = meaning.is_settled and revisions in engine.tables()
    if not is_revised and not _is_converted(engine, meaning.table, columns):
        return EventRows(identifier(meaning.table), (meaning.condition,))
    names = [name for name in columns if name not in _OF_REVISIONS]
    listed = ", ".join(_amount(name) if name in AMOUNTS and "rate" in columns else identifier(name) for name in names)
    first = f"SELECT {listed}, CAST(NULL AS TIMESTAMP) AS stands_from"
    if not is_revised:
        return EventRows(f"({first} FROM {identifier(meaning.table)})", (meaning.condition,))
    there = engine.columns(revisions)
    later = ", ".join(
        (_amount(name) if name in AMOUNTS and "rate" in columns else identifier(name))
        if name in there
        else f"CAST(NULL AS {columns[name]}) AS {identifier(name)}"
        for name in names
    )
    source = (
        f"({first}, stands_until FROM {identifier(meaning.table)} "
        f"UNION ALL SELECT {later}, stands_from, stands_until FROM {identifier(revisions)})"
    )
    stands = (
        "stands_from IS NULL OR stands_from < {as_of}",
        "stands_until IS NULL OR stands_until >= {as_of}",
    )
    return EventRows(source, (meaning.condition, *stands))


def settled_mark(engine: Engine) -> str:
    """What changes whenever orders were settled anew: a mark for whoever remembers what they meant."""
    return (read_fact(engine, SETTLED_MARK) or "") if "warehouse_facts" in engine.tables() else ""


def unpriced_currencies(engine: Engine) -> tuple[str, ...]:
    """The currencies of orders for which no rate is known, where there are several: no amounts are summed then."""
    found = read_fact(engine, UNPRICED) if "warehouse_facts" in engine.tables() else None
    return tuple(found.split()) if found else ()


def event_rows(engine: Engine, event: str, as_of: str = "$as_of") -> str:
    """SQL to select from: the rows of ``event`` as they stood at the instant ``as_of`` (SQL), every column with them.

    Rows at or after ``as_of`` are still among them; who reads says which period is meant.
    """
    return read_rows(engine, event).sql(f"CAST({as_of} AS TIMESTAMP)")


def net_rows(engine: Engine, as_of: str = "$as_of") -> str:
    """SQL to select from: rows whose ``revenue`` adds up to the net revenue of the base.

    Its orders as ``event_rows`` has them (``is_order``), and what was taken back of no order that is known: a negative
    amount of no profile, at the instant of the return. ``is_named`` says whether the row itself names somebody; notes
    on stock, which name nobody and move no money, are no orders.
    """
    orders, back = event_rows(engine, ORDER, as_of), event_rows(engine, REFUND, as_of)
    return f"""(SELECT *, {MATTERS} AS is_order, profile_id IS NOT NULL AS is_named FROM {orders} AS o UNION ALL BY NAME
        SELECT order_id, occurred_at, channel, -unmatched AS revenue, FALSE AS is_order, profile_id IS NOT NULL AS is_named
        FROM {back} AS r WHERE unmatched > 0)"""


def _is_converted(engine: Engine, table: str, columns: dict[str, str]) -> bool:
    if "rate" not in columns:
        return False
    return bool(engine.query(f"SELECT 1 AS one FROM {identifier(table)} WHERE rate IS NOT NULL LIMIT 1").num_rows)


def _amount(name: str) -> str:
    column = identifier(name)
    # A rate of 0 says that none is known: better no amount than a sum of several currencies.
    return (
        f"CASE WHEN rate IS NULL THEN {column} ELSE CAST({column} * nullif(rate, 0) AS DECIMAL(18,4)) END AS {column}"
    )
