"""The key of every identifier: what is equal when two values mean the same."""

from __future__ import annotations

import pyarrow as pa

from coterie.domain import Progress
from coterie.engines import Engine
from coterie.identifiers import Matcher
from coterie.words import sentence

COUNTRY = "country"
"""Fact of the warehouse: where the numbers whose keys it holds are dialled."""

_AT_ONCE = 1_000_000


def write_keys(
    engine: Engine, matchers: dict[str, Matcher], country: str, progress: Progress, *, among: str = ""
) -> int:
    """Make the keys that are missing or were made by other rules (``among`` names a table of identifiers to look at); returns how many.

    Only identifiers without a current key are read, so a resolve after a small load is
    small. A blocked value keeps its key and is marked; a value without a key (no address,
    an impossible number) joins nobody.
    """
    written = 0
    looked_at = f"SEMI JOIN {among} USING (identifier_id)" if among else ""
    for namespace, matcher in matchers.items():
        rules = matcher.rules(country)
        if not among:
            engine.execute(
                "DELETE FROM identifier_keys WHERE namespace = $namespace AND rules <> $rules",
                {"namespace": namespace, "rules": rules},
            )
        missing = engine.query(
            f"""SELECT identifier_id, value FROM identifiers AS i {looked_at}
            WHERE namespace = $namespace AND NOT EXISTS (
                SELECT 1 FROM identifier_keys AS k WHERE k.identifier_id = i.identifier_id)
            ORDER BY identifier_id""",
            {"namespace": namespace},
        )
        progress.stage(sentence("normalize {namespace}", namespace=namespace), missing.num_rows)
        for start in range(0, missing.num_rows, _AT_ONCE):
            part = missing.slice(start, _AT_ONCE)
            engine.write("identifier_keys", _keys_of(part, matcher, country, rules))
            progress.advance(part.num_rows)
        written += missing.num_rows
    return written


def _keys_of(part: pa.Table, matcher: Matcher, country: str, rules: str) -> pa.Table:
    values = part["value"].combine_chunks().cast(pa.string())
    keys = matcher.normalize(values, country)
    count = part.num_rows
    return pa.table(
        {
            "identifier_id": part["identifier_id"],
            "namespace": pa.repeat(matcher.namespace, count),
            "key": keys,
            "is_blocked": matcher.is_blocked(keys),
            "rules": pa.repeat(rules, count),
        }
    )
