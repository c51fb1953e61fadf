"""Rows handed to people: Arrow inside, any data frame outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Self, overload

import pyarrow as pa

from coterie.errors import Refused, UnknownName
from coterie.words import Sentence

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


_MOST_SHOWN = 50
"""Rows that a notebook shows."""


class Frame:
    """A table of results. Arrow underneath; pandas and polars on request.

    It is a sequence of rows, each a dictionary; a name gives the values of a column. It speaks the
    Arrow PyCapsule interface, so ``polars.DataFrame(frame)``, ``pyarrow.table(frame)`` and DuckDB
    take it as it is.

    >>> frame = Frame(pa.table({"segment": ["vip", "new"], "size": [3, 5]}))
    >>> frame[0], frame["size"], len(frame[:1])
    ({'segment': 'vip', 'size': 3}, [3, 5], 1)
    >>> [row["segment"] for row in frame]
    ['vip', 'new']
    >>> frame.polars().shape
    (2, 2)
    """

    def __init__(self, arrow: pa.Table, sentences: Mapping[str, Sequence[object]] | None = None) -> None:
        self.arrow = arrow
        self._sentences = sentences or {}

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, object]], locale: str = "en", schema: pa.Schema | None = None) -> Self:
        """A frame of ``rows``, which have the same keys; sentences in them are told in ``locale`` and stay sentences."""
        told = [
            {name: value.into(locale) if isinstance(value, Sentence) else value for name, value in row.items()}
            for row in rows
        ]
        said = dict.fromkeys(name for row in told for name, value in row.items() if isinstance(value, Sentence))
        return cls(pa.Table.from_pylist(told, schema), {name: [row[name] for row in told] for name in said})

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.arrow.column_names)

    def rows(self) -> list[dict[str, object]]:
        """A list of dictionaries, one a row."""
        return list(self)

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

    @overload
    def __getitem__(self, key: int) -> dict[str, object]: ...

    @overload
    def __getitem__(self, key: slice) -> Frame: ...

    @overload
    def __getitem__(self, key: str) -> list[object]: ...

    def __getitem__(self, key: int | slice | str) -> dict[str, object] | Frame | list[object]:
        if isinstance(key, str):
            if key not in self.arrow.column_names:
                raise UnknownName("column", key, self.arrow.column_names)
            return list(self._sentences.get(key) or self.arrow[key].to_pylist())
        if isinstance(key, slice):
            chosen = self.arrow.take(pa.array(range(len(self))[key], pa.int64()))
            return Frame(chosen, {name: said[key] for name, said in self._sentences.items()})
        place = range(len(self))[key]
        row: dict[str, object] = self.arrow.slice(place, 1).to_pylist()[0]
        return row | {name: said[place] for name, said in self._sentences.items()}

    def __iter__(self) -> Iterator[dict[str, object]]:
        rows = (row for batch in self.arrow.to_batches() for row in batch.to_pylist())
        for place, row in enumerate(rows):
            yield row | {name: said[place] for name, said in self._sentences.items()} if self._sentences else row

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def __repr__(self) -> str:
        return f"Frame({self.arrow.num_rows} rows: {', '.join(self.arrow.column_names)})"

    def _ipython_key_completions_(self) -> list[str]:
        return self.columns

    def _repr_html_(self) -> str:
        """The first rows as a table for a notebook; all text is escaped."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        rows = ["".join(map(_cell, row.values())) for row in self[:_MOST_SHOWN]]
        if len(self) > _MOST_SHOWN:
            rows.append("<td>…</td>" * len(self.columns))
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        size = f"{len(self):,} × {len(self.columns)}"
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{size}</p>"


def _cell(value: object) -> str:
    if value is None:
        return "<td></td>"
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    told = f"{value:.6g}" if isinstance(value, float) else str(value)
    return f'<td style="text-align: right">{told}</td>' if is_number else f"<td>{escape(told)}</td>"
