"""A warehouse with identifiers and links, for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import pyarrow as pa
import pytest

from coterie.engines import Engine, open_warehouse

NOW = datetime(2026, 1, 2, 3, 4, 5)


class Graph:
    """Identifiers by value, and the rows that named two of them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.ids: dict[tuple[str, str], int] = {}

    def add(self, *keys: str, source: str = "crm") -> None:
        """Identifiers written ``namespace:value``."""
        for key in keys:
            namespace, _, value = key.partition(":")
            if (namespace, value) in self.ids:
                continue
            number = self.ids[namespace, value] = len(self.ids) + 1
            self._write(
                "identifiers",
                identifier_id=number,
                namespace=namespace,
                value=value,
                profile_id=number,
                first_seen_at=NOW,
                source=source,
                batch_id=1,
            )
            self._write("orders", order_id=f"o{number}", identifier_id=number, profile_id=number, source=source)

    def row(self, *keys: str, source: str = "crm") -> None:
        """One row of a source that named all of ``keys``."""
        self.add(*keys, source=source)
        for other in keys[1:]:
            self._write(
                "identity_links", left_id=self[keys[0]], right_id=self[other], source=source, linked_at=NOW, batch_id=1
            )

    def __getitem__(self, key: str) -> int:
        namespace, _, value = key.partition(":")
        return self.ids[namespace, value]

    def _write(self, table: str, **values: object) -> None:
        self.engine.write(table, pa.table({name: [value] for name, value in values.items()}))

    def people(self) -> set[frozenset[str]]:
        """Who is who: the identifiers of each profile."""
        rows = self.engine.query(
            "SELECT list(namespace || ':' || value) AS keys FROM identifiers WHERE profile_id IS NOT NULL GROUP BY profile_id"
        )
        return {frozenset(keys) for keys in rows["keys"].to_pylist()}

    def profiles(self) -> dict[int, int]:
        """identifier_id → profile_id, None for what names nobody."""
        rows = self.engine.query("SELECT identifier_id, profile_id FROM identifiers")
        return dict(zip(*(column.to_pylist() for column in rows.columns), strict=True))


def people(*groups: Sequence[str]) -> set[frozenset[str]]:
    return {frozenset(group) for group in groups}


@pytest.fixture
def graph() -> Iterator[Graph]:
    engine = open_warehouse(None)
    yield Graph(engine)
    engine.close()
