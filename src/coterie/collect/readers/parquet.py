"""Parquet."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa

from coterie.collect.formats.parquets import check_parquet
from coterie.collect.formats.preparation import Prepared
from coterie.collect.readers.columns import name_columns
from coterie.collect.readers.contract import Relation
from coterie.engines import Engine, identifier, literal


class Parquet:
    """A Parquet file, whose columns say their types themselves."""

    def __init__(self, prepared: Prepared, engine: Engine) -> None:
        self._file, self._engine = prepared, engine

    def columns(self) -> tuple[str, ...]:
        """Names of the columns, from the file's own schema."""
        return name_columns(list(self._types()), file=self._file.name)

    def relation(self) -> Relation:
        """The rows, with their number in the file as the line."""
        types = self._types()
        named = zip(self.columns(), types.items(), strict=True)
        columns = {name: (identifier(own), kind) for name, (own, kind) in named}
        return Relation(self._sql(), columns, line="file_row_number + 1")

    def rows_at(self, places: Sequence[int], rows: int) -> None:
        """None: the relation knows the number of each row."""

    def mended(self, refuse: Callable[[pa.Table], None]) -> None:
        """None: no row of it can be broken alone."""

    def batches(self) -> None:
        """None: the engine reads every row there is."""

    def _types(self) -> dict[str, str]:
        check_parquet(self._file.plain or self._file.original, self._file.name)
        found = self._engine.query(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {self._sql()}")
        return dict(zip(found.column(0).to_pylist(), found.column(1).to_pylist(), strict=True))

    def _sql(self) -> str:
        return f"read_parquet({literal(str(self._file.plain))}, file_row_number=true)"
