"""What every engine can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pyarrow as pa
from sqlglot.expressions import Expr

from coterie.engines.watching import Touched, Watchers

Parameters = Mapping[str, object]
"""Values bound by name; ``$name`` in SQL text."""


class Engine(Protocol):
    """A place where SQL runs over sets.

    A statement is a SQLGlot tree, or text in the engine's own dialect. Values are bound
    as ``$name``; they never become part of the text, and those that it does not name are left out.
    One thread writes at a time; a query never waits for it, and sees what was committed last.
    """

    dialect: str
    gaps: frozenset[str]
    stopper: Callable[[], Callable[[], None]]
    """Gives a thread what ends, called in any other, the statement that it then runs, as Ctrl-C does."""
    watchers: Watchers | None
    """Who is told of changes; None where the engine cannot tell of them."""

    def query(self, statement: Expr | str, parameters: Parameters | None = None) -> pa.Table:
        """The rows of a statement, as Arrow."""

    def execute(self, statement: Expr | str, parameters: Parameters | None = None) -> None:
        """Run a statement for its effect."""

    def write(self, table: str, rows: pa.Table, *, append: bool = True) -> None:
        """Add ``rows`` to ``table`` by column name, or make the table from them (``append=False``)."""

    def create(self, table: str, statement: Expr | str, parameters: Parameters | None = None) -> None:
        """Make ``table`` from the rows of a statement, in place of what had that name."""

    def aside(self, name: str, rows: pa.Table | Expr | str, parameters: Parameters | None = None) -> str:
        """A table of this thread alone, of the rows given or of a statement; its name is like ``name``, and nothing else has it.

        It goes away at the end of the block around it (``tidied``, a reading, a trial or a transaction), which there must be.
        """

    def temporary(
        self, name: str, rows: pa.Table | Expr | str, parameters: Parameters | None = None
    ) -> AbstractContextManager[str]:
        """A table ``aside`` while the block lasts; yields its name."""

    def tidied(self) -> AbstractContextManager[None]:
        """Tables that are put ``aside`` inside go away at the end."""

    def insert(self, table: str, statement: Expr | str, parameters: Parameters | None = None) -> None:
        """Add the rows of a statement to ``table``, by column name."""

    def view(self, name: str, statement: Expr | str) -> None:
        """Make or replace a view; it holds no bound values."""

    def drop(self, table: str) -> None:
        """Remove a table if there is one."""

    def swap(self, table: str, replacement: str) -> None:
        """Put the table ``replacement`` in the place of ``table``; readers see the one or the other."""

    def tables(self) -> frozenset[str]:
        """Names of the tables and views there are."""

    def columns(self, table: str) -> dict[str, str]:
        """Column names of a table or view, in order, with the engine's type names."""

    def pattern_fault(self, pattern: str) -> str:
        """Why ``pattern`` is no regular expression here; empty when it is one. Asked outside of any transaction."""

    def transaction(self, touched: Touched | None = None) -> AbstractContextManager[None]:
        """All statements inside happen, or none; a block inside another is part of it. Tables put ``aside`` go away.

        Who opens the outermost one may say whose rows it changed, in ``touched`` and before it ends; watchers are told.
        """

    def reading(self) -> AbstractContextManager[None]:
        """All statements inside see one state and keep nothing: storing fails, and tables put ``aside`` go away at the end."""

    def trial(self) -> AbstractContextManager[bool]:
        """What is written inside is undone at the end; it yields False, and is only a reading, while another thread writes."""

    def folder(self) -> AbstractContextManager[Path]:
        """A folder for the while; statements may read and write files in it, and nowhere else (see ``let_in``)."""

    def standing_still(self) -> AbstractContextManager[None]:
        """Nobody writes inside, and the engine's files hold all that was committed."""

    def close(self) -> None:
        """Let go of the engine."""
