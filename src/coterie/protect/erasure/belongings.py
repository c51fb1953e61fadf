"""What the warehouse holds of one person, found by the numbers under which they are known."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from coterie.engines import Engine, identifier
from coterie.identifiers import addresses_in, former_identities, identities_of, matcher_for

if TYPE_CHECKING:
    from coterie.settings import WorkspaceSettings

_BY_NUMBER: Mapping[str, tuple[str, ...]] = {
    "identifiers": ("identifier_id",),
    "identifier_keys": ("identifier_id",),
    "identity_links": ("left_id", "right_id"),
    "merges": ("left_id", "right_id", "kept_profile_id", "merged_profile_id"),
    "separations": ("identifier_id",),
    "placeholders": ("identifier_id", "beside"),
    "lists": ("identifier_id",),
    "consent_rows": ("identifier_id",),
}
"""Tables whose rows are a person's by these columns, which hold numbers of identifiers."""

_LONG_ENOUGH = 6
"""Letters that a value has at least to be looked for within other text."""


@dataclass(frozen=True)
class Belongings:
    """A person by number: the profile, all identifiers, and the combinations of them that rows carry.

    ``values`` are ``(namespace, value)`` of the identifiers as they were loaded, ``identities`` their normal and former
    forms, ``own`` those of them that name this person and nobody else.
    """

    profile: int
    identifiers: tuple[int, ...]
    combinations: tuple[int, ...]
    values: tuple[tuple[str, str], ...]
    identities: tuple[str, ...]
    own: tuple[str, ...]

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way in which the person's identifiers are written."""
        keys = (identity.partition(":")[2] for identity in self.identities)
        return tuple(dict.fromkeys([*(value for _, value in self.values), *keys]))


def belongings_of(engine: Engine, profile: int, settings: WorkspaceSettings) -> Belongings:
    """What names the person ``profile``; identifiers that they share with others stay the others'."""
    rows = engine.query(
        """WITH mine AS (
            SELECT identifier_id, TRUE AS is_own FROM identifiers WHERE profile_id = $profile
            UNION ALL SELECT identifier_id, FALSE FROM shared_identifiers AS s WHERE profile_id = $profile AND NOT EXISTS (
                SELECT 1 FROM shared_identifiers AS o WHERE o.identifier_id = s.identifier_id AND o.profile_id <> $profile))
        SELECT i.identifier_id, i.namespace, i.value, m.is_own, coalesce(k.is_blocked, TRUE) AS is_blocked
        FROM mine AS m JOIN identifiers AS i USING (identifier_id) LEFT JOIN identifier_keys AS k USING (identifier_id)
        ORDER BY ALL""",
        {"profile": profile},
    )
    named = identities_of(rows["namespace"].combine_chunks(), rows["value"].combine_chunks(), settings.country)
    former, _ = former_identities(named)
    owns = [
        is_own and not is_blocked and _names_one(namespace, settings)
        for namespace, is_own, is_blocked in zip(
            *(rows[name].to_pylist() for name in ("namespace", "is_own", "is_blocked")), strict=True
        )
    ]
    combinations = engine.query(
        "SELECT combination_id FROM identifier_combinations WHERE profile_id = $profile ORDER BY ALL",
        {"profile": profile},
    )
    return Belongings(
        profile,
        tuple(rows["identifier_id"].to_pylist()),
        tuple(combinations["combination_id"].to_pylist()),
        tuple(zip(rows["namespace"].to_pylist(), rows["value"].to_pylist(), strict=True)),
        tuple(dict.fromkeys([*named.to_pylist(), *former.to_pylist()])),
        tuple(dict.fromkeys(named.filter(pa.array(owns, pa.bool_())).to_pylist())),
    )


def _names_one(namespace: str, settings: WorkspaceSettings) -> bool:
    matcher = matcher_for(namespace, settings)
    return matcher.joins and not matcher.is_group


def rows_of(engine: Engine, of: Belongings) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Every stored table that may hold rows of the person, the SQL for which they are, and its values."""
    values: dict[str, object] = {
        "profile": of.profile,
        "identifiers": list(of.identifiers),
        "numbers": [*of.identifiers, *of.combinations],
    }
    stored = engine.query("SELECT table_name FROM duckdb_tables() WHERE NOT internal AND NOT temporary ORDER BY ALL")
    for table in stored["table_name"].to_pylist():
        columns = engine.columns(table)
        if table == "identifier_combinations":
            yield table, "profile_id = $profile", values
        elif table in _BY_NUMBER:
            said = [f"list_contains($identifiers, {identifier(name)})" for name in _BY_NUMBER[table]]
            yield table, f"({' OR '.join(said)})", values
        else:
            said = [
                sql
                for name, sql in (
                    ("profile_id", "profile_id = $profile"),
                    ("identifier_id", "list_contains($numbers, identifier_id)"),
                )
                if name in columns
            ]
            if said:
                yield table, f"({' OR '.join(said)})", values


MESSAGES = """message_id IN (
    SELECT event_id FROM events WHERE profile_id = $profile
    UNION ALL SELECT m.message_id FROM messages AS m JOIN customer_records AS r
        ON starts_with(r.source, m.source) AND r.batch_id BETWEEN m.batch_id - 10 AND m.batch_id
        AND r.updated_at - m.occurred_at BETWEEN INTERVAL 0 SECOND AND INTERVAL 1 SECOND
        WHERE r.profile_id = $profile AND m.type = 'identify'
    UNION ALL SELECT m.message_id FROM messages AS m JOIN orders AS o
        ON coalesce(m.properties.order_id::VARCHAR, m.properties."orderId"::VARCHAR) IN (o.order_id, o.undoes)
        WHERE o.profile_id = $profile AND m.type = 'track'
    UNION ALL SELECT m.message_id FROM messages AS m JOIN order_lines AS l
        ON coalesce(m.properties.order_id::VARCHAR, m.properties."orderId"::VARCHAR) = l.order_id
        WHERE l.profile_id = $profile AND m.type = 'track')"""
"""SQL: whether a message over HTTP, kept beside the rows that it became, came from the person."""


def refused_rows(engine: Engine, of: Belongings, settings: WorkspaceSettings) -> list[int]:
    """Numbers of the rows in the quarantine that name the person."""
    rows = engine.query(
        "SELECT q.quarantine_id, q.raw, q.value, q.kind, b.mapping FROM quarantine AS q LEFT JOIN batches AS b USING (batch_id)"
    )
    whole = [value.lower() for value in of.spellings if len(value) >= _LONG_ENOUGH]
    found: set[int] = set()
    told: list[tuple[int, str, str]] = []
    for row in rows.to_pylist():
        number, raw = int(row["quarantine_id"]), f"{row['raw'] or ''}\n{row['value'] or ''}"
        if any(value in raw.lower() for value in whole):
            found.add(number)
            continue
        told += [(number, namespace, value) for namespace, value in named_in(row["raw"] or "", row["mapping"])]
    if told:
        numbers, namespaces, values = zip(*told, strict=True)
        named = identities_of(pa.array(namespaces, pa.string()), pa.array(values, pa.string()), settings.country)
        theirs = pc.is_in(named, value_set=pa.array(of.identities, pa.string()))
        found |= {number for number, is_theirs in zip(numbers, theirs.to_pylist(), strict=True) if is_theirs}
    return sorted(found)


_OF_MESSAGES: dict[str, tuple[str, ...]] = {
    "customer_id": ("userId", "user_id", "previousId"),
    "device_id": ("anonymousId", "anonymous_id", "previousId"),
}
"""Where a message names whom it is about; addresses are known by what they are."""


@lru_cache(maxsize=64)
def _columns(mapping: str) -> dict[str, tuple[str, ...]]:
    """Namespace → the columns that a mapping, as JSON, fills it from."""
    fields = json.loads(mapping).get("fields", {})
    return {name: tuple(told.get("columns", ())) for name, told in fields.items()}


def named_in(raw: str, mapping: str | None) -> Iterator[tuple[str, str]]:
    """Namespace and value of all that may name somebody in a refused row of a file with ``mapping``, or in a message where that is None."""
    for address in addresses_in(raw):
        yield "email", address
    try:
        cells = json.loads(raw)
    except ValueError:
        return
    if not isinstance(cells, dict):
        return
    for namespace, names in (_columns(mapping) if mapping else _OF_MESSAGES).items():
        for name in names:
            if isinstance(value := cells.get(name), str | int):
                yield namespace, str(value)
    for atom in _atoms(cells):
        if sum(letter.isdigit() for letter in atom) >= _LONG_ENOUGH:
            yield "phone", atom


def _atoms(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inside in value.values():
            yield from _atoms(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _atoms(inside)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield str(value)
