"""What only the whole tells: whether tables agree, how fresh they are, who names nobody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from coterie.collect.checks.columns import Found
from coterie.collect.checks.rules import country_code
from coterie.domain.clock import to_local
from coterie.domain.meanings import REFUND
from coterie.engines import Engine, event_rows, identifier, local_time
from coterie.identifiers import CROWDED_FROM, MATCHERS


@dataclass(frozen=True)
class Agreement:
    """A check across tables: SQL giving ``source``, ``checked`` and ``failing``, run where the tables have the columns."""

    name: str
    table: str
    column: str | None
    sql: str
    finding: str
    passing: str
    needs: tuple[tuple[str, str], ...]
    weight: float = 1.0


AGREEMENTS: tuple[Agreement, ...] = (
    Agreement(
        "lines_add_up", "orders", "revenue",
        "WITH sums AS (SELECT order_id, sum(revenue) AS total FROM order_lines GROUP BY order_id HAVING count(*) = count(revenue)) "
        "SELECT orders.source, count(*) AS checked, count(*) FILTER (WHERE {least} > 0.01 + 0.01 * abs(orders.revenue)) AS failing "
        "FROM orders JOIN sums USING (order_id) WHERE NOT coalesce(orders.is_derived, FALSE) AND orders.revenue > 0 "
        "AND coalesce(orders.undone, 0) = 0 GROUP BY ALL",
        "{failing:,} of {checked:,} {checked|order|orders} {failing|has|have} another amount than {failing|its|their} lines add up to.",
        "All {checked:,} {checked|order has|orders have} the amount that their lines add up to.",
        (("orders", "revenue"), ("order_lines", "revenue")),
    ),
    Agreement(
        "products_known", "order_lines", "product_id",
        "SELECT source, count(*) AS checked, count(*) FILTER (WHERE NOT EXISTS "
        "(SELECT 1 FROM products WHERE products.product_id = order_lines.product_id)) AS failing "
        "FROM order_lines WHERE product_id IS NOT NULL AND EXISTS (SELECT 1 FROM products) GROUP BY ALL",
        "{failing:,} of {checked:,} {checked|line|lines} {failing|sells|sell} a product that is not among the products.",
        "All {checked:,} {checked|line sells|lines sell} a known product.",
        (("order_lines", "product_id"), ("products", "product_id")),
    ),
    Agreement(
        "one_buyer_an_order", "order_lines", "order_id",
        "WITH buyers AS (SELECT source, order_id, count(DISTINCT identifier_id) AS people FROM order_lines "
        "WHERE identifier_id IS NOT NULL GROUP BY ALL) "
        "SELECT source, count(*) AS checked, count(*) FILTER (WHERE people > 1) AS failing FROM buyers GROUP BY ALL",
        "{failing:,} of {checked:,} {checked|order|orders} {failing|has|have} lines of several people.",
        "None of {checked:,} {checked|order|orders} has lines of several people.",
        (("order_lines", "identifier_id"),),
    ),
    Agreement(
        "bought_before_joining", "orders", "occurred_at",
        "WITH joined AS (SELECT profile_id, min(joined_at) AS joined_at FROM customer_records "
        "WHERE profile_id IS NOT NULL AND joined_at IS NOT NULL GROUP BY ALL) "
        "SELECT orders.source, count(*) AS checked, count(*) FILTER (WHERE occurred_at::DATE < joined_at::DATE) AS failing "
        "FROM orders JOIN joined USING (profile_id) GROUP BY ALL",
        "{failing:,} of {checked:,} {checked|order|orders} {failing|lies|lie} before the day on which {failing|its|their} buyer joined.",
        "None of {checked:,} {checked|order|orders} lies before the day on which its buyer joined.",
        (("orders", "occurred_at"), ("customer_records", "joined_at")),
    ),
    Agreement(
        "one_currency", "orders", "currency",
        "WITH used AS (SELECT source, currency, count(*) AS rows, bool_and(coalesce(rate, 0) > 0) AS has_rate FROM orders WHERE currency IS NOT NULL GROUP BY ALL) "
        "SELECT source, sum(rows)::BIGINT AS checked, "
        "(sum(rows) FILTER (NOT has_rate) - max(rows) FILTER (NOT has_rate))::BIGINT AS failing FROM used GROUP BY ALL",
        "{failing:,} of {checked:,} {checked|order|orders} {failing|is|are} in another currency than most and {failing|has|have} no rate: no amounts are summed.",
        "All {checked:,} {checked|order is|orders are} in one currency, or have a rate.",
        (("orders", "currency"),),
    ),
)  # fmt: skip


def check_between(engine: Engine) -> list[Found]:
    """Consistency across tables, by source."""
    tables = engine.tables()
    columns: dict[str, dict[str, str]] = {
        table: engine.columns(table)
        for table in ("customer_records", "orders", "order_lines", "products")
        if table in tables
    }
    found = [
        Found(
            row["source"] or "?", check.table, check.column, "consistency", check.name, int(row["checked"]), int(row["failing"]),
            _sentence(check, row), 0.0 if _is_foreign(check, row) else check.weight,
        )
        for check in AGREEMENTS
        if all(column in columns.get(table, {}) for table, column in check.needs)
        for row in engine.query(f"{check.sql.format(least=_least(columns))} ORDER BY 1").to_pylist()
        if row["checked"]
    ]  # fmt: skip
    found += _returns_of_no_order(engine) if "orders" in tables else []
    for table in ("customer_records", "orders", "order_lines"):
        if columns.get(table, {}).get("country") == "VARCHAR":
            found += _country_spellings(engine, table)
    return found


_BESIDE = re.compile(
    r"shipping|postage|freight|delivery|versand|port_|fracht|tax|vat|steuer|duties|tip|fee|运费|邮费|税", re.IGNORECASE
)


def _least(columns: dict[str, dict[str, str]]) -> str:
    """SQL for how far an order is from its lines, once its own discount, shipping and taxes may be what lies between."""
    there = columns.get("orders", {})
    beside = [
        name
        for name, kind in there.items()
        if _BESIDE.search(name) and kind.startswith(("DECIMAL", "DOUBLE", "BIGINT"))
    ]
    added = [f"coalesce(orders.{identifier(name)}, 0)" for name in beside]
    between = ["0", *added, *([" + ".join(added)] if len(added) > 1 else [])]
    off = ["0", *(["abs(coalesce(orders.discount, 0))"] if "discount" in there else [])]
    gaps = (f"abs(orders.revenue - (sums.total - {less} + {more}))" for less in off for more in between)
    return f"least({', '.join(gaps)})"


def _is_foreign(check: Agreement, row: dict[str, int]) -> bool:
    """Whether the products are plainly those of another source, so that nothing is said about this one."""
    return check.name == "products_known" and row["failing"] > 0.95 * row["checked"]


def _sentence(check: Agreement, row: dict[str, int]) -> str:
    if _is_foreign(check, row):
        return "The products loaded are hardly those sold here: {failing:,} of {checked:,} {checked|line|lines} {failing|sells|sell} others."
    return check.finding if row["failing"] else check.passing


def _returns_of_no_order(engine: Engine) -> list[Found]:
    """What was taken back of no order that is known, as the last refresh found."""
    rows = engine.query(
        f"""SELECT coalesce(source, '?') AS source, count(*) AS checked, count(*) FILTER (unmatched > 0) AS failing,
            CAST(coalesce(sum(unmatched), 0) AS DOUBLE) AS worth
        FROM {event_rows(engine, REFUND, "TIMESTAMP '9999-01-01'")} AS r GROUP BY ALL HAVING failing > 0 ORDER BY ALL"""
    ).to_pylist()
    return [
        Found(
            row["source"], "orders", "revenue", "consistency", "returns_of_known_orders", row["checked"], row["failing"],
            "{failing:,} of {checked:,} {checked|return|returns} {failing|names|name} nobody, or no order of theirs is known that they could be of: worth "
            "{worth:,.2f}, they are taken off the net revenue of the base and off nobody's.",
            weight=0.0, values={"worth": row["worth"]},
        )
        for row in rows
    ]  # fmt: skip


def _country_spellings(engine: Engine, table: str) -> list[Found]:
    """Countries that are spelt in several ways, such as UK beside United Kingdom."""
    rows = engine.query(
        f"SELECT coalesce(source, '?') AS source, country, count(*) AS rows FROM {table} WHERE country IS NOT NULL GROUP BY ALL ORDER BY ALL"
    ).to_pylist()
    found = []
    for source in dict.fromkeys(row["source"] for row in rows):
        spelt = [(row["country"], country_code(row["country"]), row["rows"]) for row in rows if row["source"] == source]
        main: dict[str, int] = {}
        for _, code, count in spelt:
            if code:
                main[code] = max(main.get(code, 0), count)
        checked = sum(count for _, code, count in spelt if code)
        if not checked:
            continue
        failing = checked - sum(main.values())
        sentence = (
            "{failing:,} {failing|row spells its|rows spell their} country otherwise than most rows of the same country do."
            if failing
            else "Each country is spelt in one way."
        )
        found.append(Found(source, table, "country", "consistency", "country_spellings", checked, failing, sentence))
    return found


_FEW = 3
"""Fewer values that name nobody are told and weigh nothing, whatever share of a small file they are."""


def check_naming(engine: Engine) -> list[Found]:
    """How many values of each namespace name nobody, by source; and numbers that stand beside many addresses."""
    rows = engine.query(
        """SELECT coalesce(i.source, '?') AS source, i.namespace, count(*) AS checked,
            count(*) FILTER (k.is_blocked) AS failing, min(i.value) FILTER (k.is_blocked) AS example
        FROM identifiers AS i JOIN identifier_keys AS k USING (identifier_id) GROUP BY ALL ORDER BY ALL"""
    ).to_pylist()
    found = [
        Found(
            row["source"], "identifiers", row["namespace"], "validity", "names_somebody", row["checked"], row["failing"],
            "{failing:,} of {checked:,} {checked|value|values} of {column} {failing|names|name} nobody, such as “{example}”: {failing|it makes|they make} no customer.",
            weight=float(row["failing"] >= _FEW), values={"example": row["example"], "column": row["namespace"]},
        )
        for row in rows
        if row["failing"]
    ]  # fmt: skip
    crowded = engine.query(
        """SELECT coalesce(i.source, '?') AS source, i.namespace, i.value, p.beside
        FROM placeholders AS p JOIN identifiers AS i USING (identifier_id) ORDER BY ALL"""
    ).to_pylist()
    return found + [
        Found(
            row["source"], "identifiers", row["namespace"], "validity", "placeholder", row["beside"], row["beside"],
            "{column} “{value}” stands beside {failing:,} different {failing|address|addresses}, so it names nobody and its rows belong to "
            "the addresses; `identity.addresses_at_most` in coterie.yaml sets how many one number may have.",
            weight=0.0, values={"value": row["value"], "column": row["namespace"]},
        )
        for row in crowded
    ] + _of_accounts(engine) + _crowded(engine)  # fmt: skip


def _crowded(engine: Engine) -> list[Found]:
    """How many numbers stand beside several addresses and are believed to be people's own, by source."""
    names = [name for name in MATCHERS if MATCHERS[name].addresses_at_most]
    rows = engine.query(
        """WITH members AS (
            SELECT combination_id, unnest(members) AS identifier_id FROM identifier_combinations WHERE len(members) > 1),
        often AS (SELECT identifier_id FROM members GROUP BY ALL HAVING count(*) >= $least),
        numbers AS (
            SELECT identifier_id, namespace, key FROM identifier_keys SEMI JOIN often USING (identifier_id)
            ANTI JOIN placeholders USING (identifier_id) ANTI JOIN account_numbers USING (identifier_id)
            WHERE namespace IN (SELECT unnest($names)) AND NOT is_blocked),
        beside AS (
            SELECT n.namespace, n.key, min(n.identifier_id) AS identifier_id, count(DISTINCT a.key) AS beside
            FROM numbers AS n JOIN members AS m USING (identifier_id) JOIN members AS o USING (combination_id)
            JOIN identifier_keys AS a ON a.identifier_id = o.identifier_id
            WHERE a.namespace IN ('email', 'phone') AND NOT a.is_blocked
            GROUP BY n.namespace, n.key, a.namespace HAVING count(DISTINCT a.key) >= $least)
        SELECT i.source, i.namespace, count(DISTINCT b.key) AS numbers, arg_max(i.value, (b.beside, i.value)) AS example,
            max(b.beside) AS most
        FROM beside AS b JOIN identifiers AS i USING (identifier_id) GROUP BY ALL ORDER BY ALL""",
        {"names": names, "least": CROWDED_FROM},
    ).to_pylist()
    return [
        Found(
            row["source"] or "?", "identifiers", row["namespace"], "validity", "number_of_several", row["numbers"], row["numbers"],
            "{failing:,} {failing|value|values} of {column} {failing|stands|stand} beside {from:,} or more different addresses or telephones, such as "
            "“{value}” beside {most:,}, and {failing|is|are} taken for one person’s; where it is no number of a customer, put it under `identity.blocked` in coterie.yaml.",
            weight=0.0, values={"value": row["example"], "most": row["most"], "column": row["namespace"], "from": CROWDED_FROM},
        )
        for row in rows
    ]  # fmt: skip


def _of_accounts(engine: Engine) -> list[Found]:
    """How many numbers are those of accounts, by source."""
    rows = engine.query(
        """SELECT a.source, i.namespace, count(*) AS numbers, arg_max(i.value, (a.beside, i.value)) AS example, max(a.beside) AS most
        FROM account_numbers AS a JOIN identifiers AS i USING (identifier_id) GROUP BY ALL ORDER BY ALL"""
    ).to_pylist()
    return [
        Found(
            row["source"] or "?", "identifiers", row["namespace"], "validity", "number_of_an_account", row["numbers"], row["numbers"],
            "{failing:,} {failing|value|values} of {column} {failing|is a number of an account|are numbers of accounts}, such as “{value}” beside {most:,} "
            "{most|address|addresses}: the addresses are the people, and a no under such a number holds for all of them; where they are people’s own "
            "numbers, set `identity.addresses_at_most` in coterie.yaml.",
            weight=0.0, values={"value": row["example"], "most": row["most"], "column": row["namespace"]},
        )
        for row in rows
    ]  # fmt: skip


_AGED = "Facts from {first} to {last}; the last is {lag:,} {lag|day|days} old."
_OF_YESTERDAY = "Facts from {first} to {last}; the last is one day old."
_FRESH_DAYS, _STALE_DAYS = 7, 365


def check_time(engine: Engine, table: str, as_of: datetime, zone: str = "UTC") -> list[Found]:
    """Timeliness of the table's facts by source: the age of the last one, and the longest stretch of days without any.

    Days are those of the calendar in ``zone``. A stretch is told only of a source that otherwise has facts on most days.
    """
    columns = engine.columns(table)
    when = next((name for name in ("occurred_at", "occurred_on") if name in columns), None)
    if when is None:
        return []
    shown = local_time(identifier(when), zone) if when == "occurred_at" else identifier(when)
    rows = engine.query(
        f"WITH days AS (SELECT coalesce(source, '?') AS source, {shown}::DATE AS day, count(*) AS facts "
        f"FROM {identifier(table)} WHERE {identifier(when)} <= $as_of GROUP BY ALL), "
        "gaps AS (SELECT *, day - lag(day) OVER (PARTITION BY source ORDER BY day) - 1 AS missing, "
        "lag(day) OVER (PARTITION BY source ORDER BY day) AS before FROM days) "
        "SELECT source, min(day) AS first, max(day) AS last, count(*) AS days, sum(facts) AS facts, "
        "max(missing) AS longest, arg_max(before, missing) AS gap_from, arg_max(day, missing) AS gap_to "
        "FROM gaps GROUP BY source ORDER BY source",
        {"as_of": as_of},
    )
    found: list[Found] = []
    for row in rows.to_pylist():
        lag = (to_local(as_of, zone).date() - row["last"]).days
        found.append(
            Found(
                row["source"], table, when, "timeliness", "last_fact", int(row["facts"]), 0,
                _AGED if lag != 1 else _OF_YESTERDAY, share=_freshness(lag),
                values={"first": row["first"], "last": row["last"], "lag": lag},
            )
        )  # fmt: skip
        span = (row["last"] - row["first"]).days + 1
        longest = int(row["longest"] or 0)
        if span > 60 and row["days"] > 0.6 * span and longest >= 7:
            found.append(
                Found(
                    row["source"], table, when, "timeliness", "missing_days", span, longest,
                    "No fact at all on the {failing:,} {failing|day|days} between {start} and {end}, though there are some on most other days.",
                    values={"start": row["gap_from"], "end": row["gap_to"]},
                )
            )  # fmt: skip
    return found


def _freshness(lag: int) -> float:
    return 1.0 - min(max(lag - _FRESH_DAYS, 0) / (_STALE_DAYS - _FRESH_DAYS), 1.0)
