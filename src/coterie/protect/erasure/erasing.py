"""A person taken out of both stores: nothing is left but keyed hashes, and what says of nobody what was sent and measured."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from coterie.engines import Engine, identifier, keep_fact, read_fact, rewrite
from coterie.engines.warehouse import HIGHEST
from coterie.protect.erasure.belongings import MESSAGES, Belongings, refused_rows, rows_of
from coterie.protect.keys import CHANNEL_NAMESPACES, WorkspaceKey, address_keys
from coterie.protect.suppression import suppress_keys
from coterie.store import Named, Transaction

if TYPE_CHECKING:
    from coterie.settings import WorkspaceSettings

_ADDRESSES = tuple(f"{namespace}:" for namespace in sorted({*CHANNEL_NAMESPACES.values()}))
TAKEN = "erased_rows"
"""Fact of the warehouse: table → rows that the last erasure took away."""


def known_to_ledger(key: WorkspaceKey, of: Belongings) -> Named:
    """The person as the ledger knows them."""
    hashes = address_keys(key, pa.array(of.identities, pa.string())).to_pylist()
    written = [f"{namespace}:{value}" for namespace, value in of.values]
    bare = [text.partition(":")[2] for text in (*written, *of.identities) if text.startswith(_ADDRESSES)]
    return Named(
        (of.profile, *of.identifiers), of.identities, hashes, tuple(dict.fromkeys([*written, *of.identities, *bare]))
    )


def erase_in_ledger(
    t: Transaction, key: WorkspaceKey, of: Belongings, exposures: pa.Table, *, now: datetime, actor: str
) -> dict[str, int]:
    """Take a person out of the ledger, and note that they are never to be written to nor taken in from old data; table → rows."""
    t.erased.add({t.erased.key_of(identity): now for identity in of.own})
    addresses = address_keys(key, pa.array(of.own, pa.string())).to_pylist()
    blocks = t.suppressions.active("*", addresses).to_pylist()
    standing = {row["address_key"] for row in blocks if row["reason"] == "erased"}
    fresh = sorted(set(addresses) - standing)
    suppress_keys(t, "*", fresh, reason="erased", source="erasure", now=now, actor=actor)
    return t.personal.erase(known_to_ledger(key, of), exposures)


def erase_in_warehouse(engine: Engine, people: Sequence[Belongings], settings: WorkspaceSettings) -> dict[str, int]:
    """Take people out of the warehouse, in its transaction; table → rows. Tables that held rows of theirs are written anew.

    Messages over HTTP keep their id, so that none is taken in twice, and lose what they said. Doing it twice is as once.
    """
    counts: Counter[str] = Counter()
    for of in people:
        counts["messages"] += _blank_messages(engine, of)
        if numbers := refused_rows(engine, of, settings):
            counts["quarantine"] += _without(
                engine, "quarantine", "list_contains($rows, quarantine_id)", {"rows": numbers}
            )
        highest = max(map(int, [read_fact(engine, HIGHEST) or "0", *map(str, of.identifiers)]))
        keep_fact(engine, HIGHEST, str(highest))
    gone: dict[str, list[str]] = {}
    values: dict[str, object] = {}
    for place, of in enumerate(people):
        for table, said, told in rows_of(engine, of):
            values |= {f"{name}{place}": value for name, value in told.items()}
            gone.setdefault(table, []).append(re.sub(r"\$(\w+)", rf"$\g<1>{place}", said))
    for table, conditions in gone.items():
        counts[table] += _without(engine, table, " OR ".join(conditions), values)
    # Loading a file again must look at each row again.
    engine.execute("UPDATE batches SET content_hash = '' WHERE file IS DISTINCT FROM 'http'")
    found = {table: count for table, count in sorted(counts.items()) if count}
    keep_fact(engine, TAKEN, json.dumps(found))
    return found


def taken_from_warehouse(engine: Engine) -> dict[str, int]:
    """What the last ``erase_in_warehouse`` took away, for who goes on after a kill."""
    return {str(table): int(count) for table, count in json.loads(read_fact(engine, TAKEN) or "{}").items()}


def _without(engine: Engine, table: str, gone: str, values: dict[str, object]) -> int:
    name = identifier(table)
    found = engine.query(f"SELECT count(*) AS n FROM {name} WHERE {gone}", values)
    count = int(found["n"][0].as_py())
    if count:
        rewrite(engine, table, f"SELECT * FROM {name} WHERE ({gone}) IS NOT TRUE", values)
    return count


def _blank_messages(engine: Engine, of: Belongings) -> int:
    values: dict[str, object] = {"profile": of.profile}
    found = engine.query(f"SELECT count(*) AS n FROM messages WHERE {MESSAGES}", values)
    count = int(found["n"][0].as_py())
    if count:
        nothing = f"CASE WHEN {MESSAGES} THEN NULL ELSE"
        rewrite(
            engine,
            "messages",
            f"SELECT * REPLACE ({nothing} properties END AS properties, {nothing} context END AS context, "
            f"CASE WHEN {MESSAGES} THEN 0 ELSE payload END AS payload) FROM messages",
            values,
        )
    return count
