"""Parquet."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.parquet

from coterie.collect.formats.preparation import Prepared
from coterie.collect.readers.columns import name_columns
from coterie.collect.readers.contract import Relation
from coterie.engines import Engine, identifier, literal
from coterie.errors import BadFile, StatementFailed

_MANY_ROWS, _LARGE = 1_000_000, 200_000_000


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
        self._check_size()
        try:
            found = self._engine.query(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {self._sql()}")
        except StatementFailed as fault:
            raise BadFile(
                f"it is no Parquet file, or a damaged one ({str(fault).splitlines()[0]}); write it again",
                file=self._file.name,
            ) from fault
        return dict(zip(found.column(0).to_pylist(), found.column(1).to_pylist(), strict=True))

    def _check_size(self) -> None:
        """Refuse a small file that grows to far more than customers' records do."""
        file = self._file.plain
        if file is None:
            return
        try:
            told = pyarrow.parquet.read_metadata(file)
        except (pa.ArrowException, OSError):
            return  # what is wrong with it is said by the engine
        size = file.stat().st_size
        groups = range(told.num_row_groups)
        whole = sum(told.row_group(n).total_byte_size for n in groups)
        if (told.num_rows > _MANY_ROWS and told.num_rows > 4 * size) or (whole > _LARGE and whole > 200 * size):
            raise BadFile(
                f"its {size:,} bytes grow to {told.num_rows:,} rows and {whole:,} bytes, as no records of customers do; "
                "look where it comes from",
                file=self._file.name,
            )

    def _sql(self) -> str:
        return f"read_parquet({literal(str(self._file.plain))}, file_row_number=true)"
