"""Keys that ought to be unique in a file and are not."""

from __future__ import annotations

from coterie.collect.kinds import Kind
from coterie.collect.loading.staging import STAGED
from coterie.collect.loading.targets import key_fields
from coterie.engines import Engine, identifier
from coterie.errors import BadFile
from coterie.words import sentence

MOST_REPEATED_ORDERS = 0.05
"""Above this share of orders that recur with different content, a file of orders is one of order lines."""


def find_repeats(engine: Engine, kind: Kind, fields: tuple[str, ...], file: str) -> bool:
    """Whether a key that only one row may have occurs more than once among the good rows.

    The last row of a key then wins. Raises ``BadFile`` for orders whose number recurs so
    often with different content that the file must hold the lines of orders.
    """
    key = key_fields(kind, fields)
    if not key:
        return False
    columns = ", ".join(key)
    given = "" if kind.name == "customers" else f" AND {key[-1]} IS NOT NULL"
    good = f"FROM {STAGED} WHERE _fault = 0{given}"
    if len(key) == 1 and _ascends(engine, key[0]):
        return False
    distinct = key[0] if len(key) == 1 else f"hash({columns})"
    counted = engine.query(f"SELECT count(*), count(DISTINCT {distinct}) {good}")
    if counted.column(0) == counted.column(1):
        return False
    repeated = f"SELECT 1 {good} GROUP BY {columns} HAVING count(*) > 1"
    if not engine.query(f"SELECT EXISTS ({repeated})").column(0)[0].as_py():
        return False
    if kind.name == "orders":
        _check_one_row_an_order(engine, file)
    return True


def _ascends(engine: Engine, key: str) -> bool:
    """Whether every key is greater than the one before, as in most exports: proof that none repeats.

    Shorter keys come first, so that 999 precedes 1000. Costs a sixth of counting distinct keys.
    """
    found = engine.query(
        f"SELECT count(*) - count(prev) <= 1 AND coalesce(bool_and(strlen({key}) > strlen(prev) "
        f"OR (strlen({key}) = strlen(prev) AND {key} > prev)), TRUE) "
        f"FROM (SELECT {key}, lag({key}) OVER () AS prev FROM {STAGED} WHERE _fault = 0 AND {key} IS NOT NULL)"
    )
    return bool(found.column(0)[0].as_py())


def _check_one_row_an_order(engine: Engine, file: str) -> None:
    # _line differs from row to row by nature; every other column is content.
    content = ", ".join(name for name in map(identifier, engine.columns(STAGED)) if name != '"_line"')
    found = engine.query(
        "SELECT count(*) AS orders, count(*) FILTER (versions > 1) AS differing, arg_max(order_id, versions) AS example "
        f"FROM (SELECT order_id, count(DISTINCT hash({content})) AS versions FROM {STAGED} "
        "WHERE _fault = 0 GROUP BY order_id)"
    ).to_pylist()[0]
    if found["differing"] > MOST_REPEATED_ORDERS * found["orders"]:
        raise BadFile(
            sentence(
                "order {example!r} and {n:,} more stand on several rows that differ, so this file has one "
                "row a product, not one row an order; load it as order_lines; nothing was loaded",
                example=found["example"],
                n=found["differing"] - 1,
            ),
            file=file,
        )
