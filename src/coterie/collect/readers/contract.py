"""What loading asks of the reader of a container, and the shapes that pass between them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Named
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from coterie.collect.formats.preparation import Prepared
from coterie.engines import Engine

CELLS_A_BATCH = 500_000
"""Rows are handed on when they hold this many cells, so that memory does not grow with the file or its width."""


@dataclass(frozen=True)
class Plain:
    """Columns whose every value may be of the plainest shape, with the engine's type; instants are of one ``pattern``."""

    types: Named[str, str] = field(default_factory=dict)
    pattern: str = ""


@dataclass(frozen=True)
class Relation:
    """Rows that an engine reads by itself.

    ``columns`` give for each column of the file its SQL name and the engine's type;
    ``line`` is SQL for the row's line or number in the file, where the engine knows it.
    ``rows`` is how many rows there should be where no row is broken over lines, and
    ``recount`` a slower relation, to be counted where there turn out to be others.
    ``is_plain`` says that all text is ASCII, with no blank but the space. ``stated``, where
    the engine can cast as it reads, gives the same rows with ``Plain`` columns typed.
    """

    sql: str
    columns: dict[str, tuple[str, str]]
    line: str | None = None
    rows: int | None = None
    recount: str = ""
    is_plain: bool = False
    stated: Callable[[Plain], Relation] | None = None


class Reader(Protocol):
    """One file's rows, fast by the engine or, where that fails, row by row.

    A file that cannot be read raises ``BadFile`` naming it; a row that cannot is refused.
    ``coterie.testing.readers`` checks it.
    """

    def __init__(self, prepared: Prepared, engine: Engine) -> None:
        """Store what is needed; nothing is read yet."""

    def columns(self) -> tuple[str, ...]:
        """Names of the file's columns, in order. Raises ``BadFile`` where they cannot be told."""

    def relation(self) -> Relation | None:
        """The rows as the engine reads them, failing on the first that breaks the format; None where it cannot."""

    def rows_at(self, places: Sequence[int], rows: int) -> Iterator[pa.Table] | None:
        """Some of the ``rows`` of the relation, by their place in it (from 0, ascending), as ``batches`` gives them.

        Raises ``StatementFailed`` where they turn out not to be so many; None where they
        cannot be found.
        """

    def mended(self, refuse: Callable[[pa.Table], None]) -> Reader | None:
        """A reader of the same file without the rows that break its format, which are given to ``refuse``.

        None where it cannot be told which they are.
        """

    def batches(self) -> Iterator[pa.Table] | None:
        """The rows one by one in Arrow tables of ``_line``, ``_problem``, ``_raw`` and text ``c0`` and on.

        ``_problem`` is the code of what is wrong with the row as such (one of
        ``loading.refused.STRUCTURAL``), and ``_raw`` then the row as JSON. None where the
        relation reads every row there is.
        """


@dataclass
class RowBatch:
    """Rows collected until there are enough of them for an Arrow table."""

    width: int
    lines: list[int] = field(default_factory=list)
    problems: list[str | None] = field(default_factory=list)
    raws: list[str | None] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)

    def keep(self, line: int, cells: list[str | None]) -> None:
        """A row whose cells fit the columns."""
        self.lines.append(line)
        self.problems.append(None)
        self.raws.append(None)
        self.rows.append(cells)

    def refuse(self, line: int, problem: str, raw: object) -> None:
        """A row that breaks the format; ``raw`` is what stood there."""
        self.lines.append(line)
        self.problems.append(problem)
        self.raws.append(json.dumps(raw, ensure_ascii=False))
        self.rows.append([None] * self.width)

    @property
    def is_full(self) -> bool:
        """Whether it is time to hand the rows on."""
        return len(self.rows) * max(self.width, 1) >= CELLS_A_BATCH

    def table(self) -> pa.Table:
        """The rows as Arrow, and none kept."""
        cells = list(zip(*self.rows, strict=True)) if self.rows else [()] * self.width
        made = pa.table(
            {
                "_line": pa.array(self.lines, pa.int64()),
                "_problem": pa.array(self.problems, pa.string()),
                "_raw": pa.array(self.raws, pa.string()),
                **{f"c{place}": pa.array(column, pa.string()) for place, column in enumerate(cells)},
            }
        )
        self.lines, self.problems, self.raws, self.rows = [], [], [], []
        return made
