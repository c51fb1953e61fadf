"""Rows handed to people: Arrow inside, any data frame outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from coterie.errors import Refused

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


class Frame:
    """A table of results. Arrow underneath; pandas and polars on request.

    It speaks the Arrow PyCapsule interface, so ``polars.DataFrame(frame)``,
    ``pyarrow.table(frame)`` and DuckDB take it as it is.

    >>> frame = Frame(pa.table({"segment": ["vip"], "size": [3]}))
    >>> frame.rows()
    [{'segment': 'vip', 'size': 3}]
    >>> frame.polars().shape
    (1, 2)
    """

    def __init__(self, arrow: pa.Table) -> None:
        self.arrow = arrow

    def rows(self) -> list[dict[str, object]]:
        """A list of dictionaries, one a row."""
        found: list[dict[str, object]] = self.arrow.to_pylist()
        return found

    def pandas(self) -> pd.DataFrame:
        """A pandas data frame."""
        found: pd.DataFrame = self.arrow.to_pandas()
        return found

    def to_pandas(self) -> pd.DataFrame:
        """``pandas`` under the name that Arrow and polars have for it."""
        return self.pandas()

    def to_polars(self) -> pl.DataFrame:
        """``polars`` under the name that others have for it."""
        return self.polars()

    def polars(self) -> pl.DataFrame:
        """A polars data frame; ``Refused`` saying what to install where polars is not."""
        try:
            import polars as pl
        except ImportError as fault:
            raise Refused("polars is not installed; install coterie[polars]") from fault

        found = pl.from_arrow(self.arrow)
        return found if isinstance(found, pl.DataFrame) else found.to_frame()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.arrow.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def __repr__(self) -> str:
        return f"Frame({self.arrow.num_rows} rows: {', '.join(self.arrow.column_names)})"
