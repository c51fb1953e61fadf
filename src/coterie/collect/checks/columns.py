"""One scan of a table: how full, valid, unique and plausible its columns are, by source."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from coterie.collect.checks.rules import IMPORTANT, NO_COUNTRY, OUR_OWN, RULES, ColumnRule, countries, currencies
from coterie.engines import Engine, identifier

_REPEATS: dict[str, tuple[tuple[str, ...], str]] = {
    "customer_records": (
        ("identifier_id", "updated_at"),
        "{failing:,} of {checked:,} {checked|record|records} {failing|repeats|repeat} another of the same person.",
    ),
    "orders": (
        ("order_id",),
        "{failing:,} of {checked:,} {checked|order|orders} {failing|repeats|repeat} the number of another.",
    ),
    "order_lines": (
        ("order_id", "line_number", "product_id", "quantity", "unit_price", "revenue", "occurred_at"),
        "{failing:,} of {checked:,} {checked|line|lines} {failing|repeats|repeat} another word for word.",
    ),
    "products": (
        ("product_id",),
        "{failing:,} of {checked:,} {checked|product|products} {failing|repeats|repeat} the number of another.",
    ),
    "events": (
        ("identifier_id", "name", "occurred_at", "event_id"),
        "{failing:,} of {checked:,} {checked|event|events} {failing|repeats|repeat} another.",
    ),
    "costs": (
        ("occurred_on", "channel", "campaign", "amount"),
        "{failing:,} of {checked:,} {checked|row|rows} of cost {failing|repeats|repeat} another word for word.",
    ),
}
_SHARED = ("email", "phone")


@dataclass(frozen=True)
class Found:
    """The outcome of one check, before it is put in words. ``share`` overrides what the counts give."""

    source: str
    table: str
    column: str | None
    dimension: str
    measure: str
    checked: int
    failing: int
    finding: str
    weight: float = 1.0
    share: float | None = None
    values: dict[str, object] = field(default_factory=dict)
    spoken: tuple[str, ...] = ()


def check_columns(engine: Engine, table: str, as_of: datetime) -> list[Found]:
    """Completeness, validity, uniqueness and accuracy of the table's columns, for each source that has rows in it."""
    types = engine.columns(table)
    names = [name for name in types if name not in OUR_OWN]
    rules = [rule for rule in RULES if _applies(rule, table, types)]
    repeats = [name for name in _REPEATS[table][0] if name in types]
    shared = [name for name in _SHARED if name in types and table == "customer_records"]
    person = ["count(profile_id) AS named"] if "profile_id" in types else []
    parts = [
        "coalesce(source, '?') AS source",
        "count(*) AS n",
        *person,
        *(f"count({identifier(name)}) AS f{place}" for place, name in enumerate(names)),
        *(f"count(*) FILTER (WHERE {_bad(rule, table)}) AS r{place}" for place, rule in enumerate(rules)),
        f"count(DISTINCT hash({', '.join(map(identifier, repeats))})) AS different",
        *(f"count(DISTINCT {identifier(name)}) AS d{place}" for place, name in enumerate(shared)),
    ]
    sql = f"SELECT {', '.join(parts)} FROM {identifier(table)} GROUP BY ALL ORDER BY source"
    parameters = _parameters(engine, table, sql, as_of)
    found: list[Found] = []
    for row in engine.query(sql, parameters).to_pylist():
        found += _judged(row, table, names, rules)
        found += [
            _shared(row, table, name, place, names) for place, name in enumerate(shared) if row[f"f{names.index(name)}"]
        ]
    return found


def _judged(row: dict[str, object], table: str, names: list[str], rules: list[ColumnRule]) -> list[Found]:
    source, total = str(row["source"]), int(str(row["n"]))
    filled = {name: int(str(row[f"f{place}"])) for place, name in enumerate(names)}
    found = [
        Found(
            source, table, name, "completeness", "filled", total, total - count,
            "{column} is filled in {share:.1%} of {checked:,} {checked|row|rows}." if count < total else "{column} is filled in all {checked:,} {checked|row|rows}.",
            weight=2.0 if name in IMPORTANT[table] else 0.5,
        )
        for name, count in filled.items() if count
    ]  # fmt: skip
    if "named" in row:
        named = int(str(row["named"]))
        sentence = (
            "{failing:,} of {checked:,} {checked|row|rows} {failing|names|name} nobody."
            if named
            else "None of {checked:,} {checked|row|rows} names a person."
        )
        found.append(
            Found(source, table, "profile_id", "completeness", "names_a_person", total, total - named, sentence, 2.0)
        )
    for place, rule in enumerate(rules):
        checked = filled.get(rule.column, 0)
        if checked:
            failing = int(str(row[f"r{place}"]))
            finding = (
                rule.finding
                if failing
                else "No fault in the {checked:,} {checked|value|values} of {column} (rule: {rule})."
            )
            found.append(
                Found(
                    source, table, rule.column, rule.dimension, rule.name, checked, failing, finding, rule.weight,
                    values={"rule": rule.name.replace("_", " ")}, spoken=("rule",),
                )
            )  # fmt: skip
    different = int(str(row["different"]))
    found.append(
        Found(source, table, None, "uniqueness", "repeated_rows", total, total - different, _REPEATS[table][1])
    )
    return found


def _shared(row: dict[str, object], table: str, name: str, place: int, names: list[str]) -> Found:
    held = int(str(row[f"f{names.index(name)}"]))
    different = int(str(row[f"d{place}"]))
    sentence = (
        "{failing:,} of {checked:,} {checked|value|values} of {column} {failing|stands|stand} on more than one record."
        if different < held
        else "No value of {column} stands on more than one record."
    )
    return Found(str(row["source"]), table, name, "uniqueness", f"shared_{name}", held, held - different, sentence)


def _applies(rule: ColumnRule, table: str, types: dict[str, str]) -> bool:
    if rule.column not in types or (rule.tables and table not in rule.tables) or not set(rule.needs) <= set(types):
        return False
    is_text = types[rule.column] == "VARCHAR"
    speaks_text = any(word in rule.bad for word in ("regexp", "lower(", "upper("))
    return is_text or not speaks_text if rule.column != "age" else not is_text


def _bad(rule: ColumnRule, table: str) -> str:
    return f"coalesce({rule.bad.format(identifier(rule.column), table=table)}, FALSE)"


def _parameters(engine: Engine, table: str, sql: str, as_of: datetime) -> dict[str, object]:
    found: dict[str, object] = {}
    if "$as_of" in sql:
        found["as_of"] = as_of
    if "$currencies" in sql:
        found["currencies"] = sorted(currencies())
    if "$countries" in sql:
        found["countries"] = sorted({*countries(), *NO_COUNTRY})
    typical = f"typical_{table}_revenue"
    if f"${typical}" in sql:
        rows = engine.query(
            f"SELECT approx_quantile(abs(revenue)::DOUBLE, 0.5) AS m FROM {identifier(table)} WHERE revenue <> 0"
        )
        found[typical] = rows.column(0)[0].as_py() or 0.0
    return found
