"""Identifiers that name nobody, as the last resolve found them."""

from __future__ import annotations

from coterie.collect.checks.columns import Found
from coterie.engines import Engine

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
            "{failing:,} of {checked:,} values of {column} name nobody, such as “{example}”: they make no customer.",
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
            "{column} “{value}” stands beside {failing:,} different addresses, so it names nobody and its rows belong to "
            "the addresses; `identity.addresses_at_most` in coterie.yaml sets how many one number may have.",
            weight=0.0, values={"value": row["value"], "column": row["namespace"]},
        )
        for row in crowded
    ]  # fmt: skip
