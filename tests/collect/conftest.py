from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from coterie.collect import load
from coterie.domain import FileFormat, LoadResult, MappedField, Mapping
from coterie.engines import Engine, open_warehouse
from coterie.settings import WorkspaceSettings

NOW = datetime(2026, 1, 15, 12, 0)
_HOURS = (timedelta(hours=hour) for hour in count())


@pytest.fixture
def engine() -> Engine:
    return open_warehouse(None)


@pytest.fixture
def load_text(engine: Engine, tmp_path: Path) -> Callable[..., LoadResult]:
    """Write text or bytes to a file and load it; checks that every row is accounted for."""

    def run(content: str | bytes, mapping: Mapping, *, name: str = "file.csv", **further: object) -> LoadResult:
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        result = load(
            engine, file, mapping, **{"settings": WorkspaceSettings(), "clock": lambda: NOW + next(_HOURS), **further}
        )
        assert result.accepted + result.refused == result.rows
        assert result.unchanged + result.updated <= result.accepted
        assert sum(result.reasons.values()) == result.refused
        return result

    return run


def mapping_of(
    kind: str,
    fields: dict[str, str | MappedField],
    *,
    source: str = "shop",
    extras: dict[str, str] | None = None,
    **form: object,
) -> Mapping:
    """A mapping from field → column (or MappedField), of a CSV file unless said otherwise."""
    return Mapping(
        source=source,
        kind=kind,
        format=FileFormat(**{"container": "csv", **form}),
        fields={
            name: field if isinstance(field, MappedField) else MappedField(columns=(field,))
            for name, field in fields.items()
        },
        extras=extras or {},
    )


ORDERS = {"order_id": "id", "customer_id": "who", "occurred_at": "at", "revenue": "amount"}
LINES = {**ORDERS, "product_id": "item", "quantity": "pieces"}
