"""Files of a few rows, loaded and resolved as a workspace does it, and whose each fact is afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import pyarrow as pa

from coterie.collect import derive_orders, load
from coterie.domain import FileFormat, LoadResult, MappedField, Mapping
from coterie.engines import Engine
from coterie.profile import build_profiles
from coterie.resolve import resolve
from coterie.settings import WorkspaceSettings

NOW = datetime(2026, 11, 28, 12)
IDENTIFIERS = ("customer_id", "crm_id", "loyalty_card", "email", "phone", "device_id")


def load_rows(
    engine: Engine,
    kind: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    source: str = "shop",
    settings: WorkspaceSettings | None = None,
    now: datetime = NOW,
) -> LoadResult:
    """Load ``rows``, whose ``columns`` are fields of ``kind``."""
    table = pa.table({name: pa.array([row[place] for row in rows], pa.string()) for place, name in enumerate(columns)})
    fields = {name: MappedField(columns=(name,)) for name in columns}
    mapping = Mapping(source=source, kind=kind, format=FileFormat(container="parquet"), fields=fields)
    return load(engine, table, mapping, settings=settings or WorkspaceSettings(), clock=lambda: now)


def bring(engine: Engine, settings: WorkspaceSettings | None = None, as_of: datetime | None = None) -> None:
    """Everybody as a refresh brings them."""
    resolve(engine, settings=settings or WorkspaceSettings(), clock=lambda: NOW)
    derive_orders(engine)
    build_profiles(engine, as_of)


def owners(engine: Engine, table: str = "orders", key: str = "order_id") -> dict[str, frozenset[str] | None]:
    """Fact → the values of the identifiers of its profile, None where it names nobody."""
    rows = engine.query(
        f"""SELECT f.{key} AS key, p.names FROM {table} AS f LEFT JOIN (
            SELECT profile_id, list(value) AS names FROM identifiers WHERE profile_id IS NOT NULL GROUP BY 1
        ) AS p USING (profile_id) ORDER BY 1"""
    )
    return {row["key"]: frozenset(row["names"]) if row["names"] else None for row in rows.to_pylist()}


def customers(engine: Engine) -> int:
    return int(engine.query("SELECT count(*) AS n FROM profiles")["n"][0].as_py())
