"""DuckDB: the default engine, one file, one process."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import cache
from itertools import count
from pathlib import Path
from typing import NamedTuple
from weakref import WeakSet, finalize

import duckdb
import pyarrow as pa
from sqlglot.expressions import Expr

from coterie.engines.checkpoints import checkpoint
from coterie.engines.contract import Parameters
from coterie.engines.duckdb_refusals import failures_named, not_opened
from coterie.engines.exchange import Exchange
from coterie.engines.held import hold, in_use
from coterie.engines.sql import identifier, literal
from coterie.engines.watching import Touched, Watchers
from coterie.errors import CoterieError
from coterie.writing import close_to_others

_SETTINGS = ("TimeZone = 'UTC'", "autoinstall_known_extensions = false", "autoload_known_extensions = false")
_CLOSED = ("enable_external_access = false", "lock_configuration = true")
"""From here on no statement, whoever wrote it, reaches a file, an address or an extension, or opens them again."""

_BEGIN_READING = "BEGIN TRANSACTION READ ONLY"
_OF_ROWS = frozenset(
    getattr(duckdb.StatementType, name)
    for name in ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE_INTO", "EXPLAIN", "TRANSACTION")
)
"""Statements that leave tables and their columns as they are."""
_MOST_PARSED = 500
_ROWS_AT_ONCE = 131_072
_TABLES = "SELECT table_name, '' FROM information_schema.tables WHERE table_catalog <> 'temp'"
_submit = getattr(duckdb.DuckDBPyConnection, "_submit", None)


def _rows(
    connection: duckdb.DuckDBPyConnection, statement: duckdb.Statement, values: dict[str, object] | None
) -> pa.Table:
    """The rows of a statement, asked for at once.

    A relation asks first what a result will look like, which takes as long as most of our statements do (ADR 0097).
    """
    if _submit is None:  # a DuckDB whose relations are built otherwise
        return connection.sql(statement, params=values).to_arrow_table()
    return _submit(connection, statement.query, values, "arrow", _ROWS_AT_ONCE).arrow_table()


class _Own(threading.local):
    """What each thread has of its own: a connection, with its temporary tables, and the transaction it is in."""

    def __init__(self, root: duckdb.DuckDBPyConnection, opened: WeakSet[duckdb.DuckDBPyConnection]) -> None:
        self.connection = root.cursor()
        opened.add(self.connection)
        self.depth = 0
        self.asides: list[list[str]] = []
        self.is_reading = False
        self.catalogue: dict[str, dict[str, str]] = {}
        """What the reading it is in knows of tables and columns, which stand still in it."""
        self.first_fault: BaseException | None = None

    @property
    def is_writing(self) -> bool:
        """Whether it is in a transaction that others wait for."""
        return bool(self.depth) and not self.is_reading

    def aside_names(self) -> frozenset[str]:
        """The tables that are put aside now."""
        return frozenset(name for block in self.asides for name in block)


class _Parsed(NamedTuple):
    """A statement, the names of its parameters, and whether tables and columns are after it what they were."""

    statement: duckdb.Statement
    named: frozenset[str]
    is_of_rows: bool

    @classmethod
    def of(cls, statement: duckdb.Statement) -> _Parsed:
        """What is to be known of a statement."""
        return cls(statement, frozenset(map(str.lower, statement.named_parameters)), statement.type in _OF_ROWS)


class _Undone(Exception):
    """A trial is over; what it wrote is to be rolled back."""


class DuckDBEngine:
    """A DuckDB database file, or one in memory; one writer at a time, and readers that never wait for it.

    Every thread has a connection of its own, and so sees what was committed last.

    >>> engine = open_duckdb(None)
    >>> engine.query("SELECT $n + 1 AS n", {"n": 41}).to_pylist()
    [{'n': 42}]
    """

    dialect = "duckdb"
    gaps: frozenset[str] = frozenset()

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, exchange: Exchange, let_go: Callable[[], None] = lambda: None
    ) -> None:
        self._root, self._exchange = connection, exchange
        self._let_go = finalize(self, let_go)
        self.stopper: Callable[[], Callable[[], None]] = lambda: self._own.connection.interrupt
        self._opened: WeakSet[duckdb.DuckDBPyConnection] = WeakSet()
        self._own = _Own(connection, self._opened)
        self._writing = threading.RLock()
        self._catalogue: dict[str, dict[str, str]] = {}
        """What transactions that write know of tables and columns: only who has leave to write can change them."""
        self._parsed: dict[str, list[_Parsed]] = {}
        self.watchers: Watchers | None = Watchers(self._writing)

    def query(self, statement: Expr | str, parameters: Parameters | None = None) -> pa.Table:
        """The rows of a statement, as Arrow."""
        with self._watched():
            connection = self._own.connection
            *before, last = self._statements(statement, parameters)
            for each, values in before:
                connection.execute(each, values)
            each, values = last
            return _rows(connection, each, values)

    def execute(self, statement: Expr | str, parameters: Parameters | None = None) -> None:
        """Run a statement for its effect; it waits for whoever else writes."""
        with self._alone(), self._by_itself():
            self._execute(statement, parameters)

    def _execute(self, statement: Expr | str, parameters: Parameters | None = None, *, is_aside: bool = False) -> None:
        with self._watched():
            for each, values in self._statements(statement, parameters, is_aside=is_aside):
                self._own.connection.execute(each, values)

    def _statements(
        self, statement: Expr | str, parameters: Parameters | None, *, is_aside: bool = False
    ) -> list[tuple[duckdb.Statement, dict[str, object] | None]]:
        """The statements of a text, each with the values that it names."""
        given, text = parameters or {}, self._text(statement)
        parsed = self._parsed.get(text)
        if parsed is None:
            if len(self._parsed) >= _MOST_PARSED:
                self._parsed.clear()
            parsed = self._parsed[text] = [_Parsed.of(each) for each in self._own.connection.extract_statements(text)]
        if not is_aside and not all(each.is_of_rows for each in parsed):
            (self._own.catalogue if self._own.is_reading else self._catalogue).clear()
        return [
            (each.statement, {name: value for name, value in given.items() if name.lower() in each.named} or None)
            for each in parsed
        ]

    def _text(self, statement: Expr | str) -> str:
        return statement if isinstance(statement, str) else statement.sql(dialect=self.dialect)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else writes; a reading needs no leave, since it can write to nothing but its own temporary tables."""
        with nullcontext() if self._own.is_reading else self._writing:
            yield

    @contextmanager
    def _by_itself(self) -> Iterator[None]:
        """A statement outside of any transaction is one of its own, of which nobody knows whose rows it changes."""
        with nullcontext() if self._own.depth else self._telling(None):
            yield

    def _telling(self, touched: Touched | None) -> AbstractContextManager[None]:
        return self.watchers.told(touched or Touched()) if self.watchers else nullcontext()

    def write(self, table: str, rows: pa.Table, *, append: bool = True) -> None:
        """Add ``rows`` to ``table`` by column name, or make the table from them (``append=False``)."""
        verb = (
            f"INSERT INTO {identifier(table)} BY NAME" if append else f"CREATE OR REPLACE TABLE {identifier(table)} AS"
        )
        with self._alone(), self._by_itself():
            self._take(verb, rows)

    def _take(self, verb: str, rows: pa.Table, *, is_aside: bool = False) -> None:
        with self._watched():
            connection = self._own.connection
            connection.register("_incoming", rows)
            try:
                self._execute(f"{verb} SELECT * FROM _incoming", is_aside=is_aside)
            finally:
                connection.unregister("_incoming")

    def create(self, table: str, statement: Expr | str, parameters: Parameters | None = None) -> None:
        """Make ``table`` from the rows of a statement, in place of what had that name."""
        self.execute(f"CREATE OR REPLACE TABLE {identifier(table)} AS {self._text(statement)}", parameters)

    def aside(self, name: str, rows: pa.Table | Expr | str, parameters: Parameters | None = None) -> str:
        """A table of this thread alone until the block around it ends, under a name of its own."""
        if not self._own.asides:
            raise RuntimeError(f"nothing around tidies {name} away")
        # The same from turn to turn, so that statements over it are written alike and need not be parsed again.
        made = next(each for number in count(1) if (each := f"{name}_{number}") not in self._own.aside_names())
        for catalogue in (self._catalogue, self._own.catalogue):
            catalogue.pop(made, None)
        verb = f"CREATE OR REPLACE TEMPORARY TABLE {identifier(made)} AS"
        if isinstance(rows, pa.Table):
            self._take(verb, rows, is_aside=True)
        else:
            self._execute(f"{verb} {self._text(rows)}", parameters, is_aside=True)
        self._own.asides[-1].append(made)
        return made

    @contextmanager
    def temporary(self, name: str, rows: pa.Table | Expr | str, parameters: Parameters | None = None) -> Iterator[str]:
        """A table ``aside`` while the block lasts; yields its name."""
        with self.tidied():
            yield self.aside(name, rows, parameters)

    @contextmanager
    def tidied(self) -> Iterator[None]:
        """Tables that are put ``aside`` inside go away at the end."""
        self._own.asides.append([])
        try:
            yield
        except BaseException:
            with suppress(CoterieError):  # in a transaction that failed they are gone already
                self._tidy()
            raise
        self._tidy()

    def _tidy(self) -> None:
        for table in self._own.asides.pop():
            self._execute(f"DROP TABLE IF EXISTS temp.{identifier(table)}", is_aside=True)

    def insert(self, table: str, statement: Expr | str, parameters: Parameters | None = None) -> None:
        """Add the rows of a statement to ``table``, by column name."""
        self.execute(f"INSERT INTO {identifier(table)} BY NAME {self._text(statement)}", parameters)

    def view(self, name: str, statement: Expr | str) -> None:
        """Make or replace a view; it holds no bound values."""
        self.execute(f"CREATE OR REPLACE VIEW {identifier(name)} AS {self._text(statement)}")

    def drop(self, table: str) -> None:
        """Remove a table if there is one."""
        is_aside = table in self._own.aside_names()
        with self._alone(), nullcontext() if is_aside else self._by_itself():
            self._execute(f"DROP TABLE IF EXISTS {identifier(table)}", is_aside=is_aside)

    def swap(self, table: str, replacement: str) -> None:
        """Put the table ``replacement`` in the place of ``table``."""
        with self.transaction():
            self._execute(f"DROP TABLE IF EXISTS {identifier(table)}")
            self._execute(f"ALTER TABLE {identifier(replacement)} RENAME TO {identifier(table)}")

    def tables(self) -> frozenset[str]:
        """Names of the tables and views there are, temporary ones too."""
        return self._own.aside_names() | self._known("", _TABLES).keys()

    def columns(self, table: str) -> dict[str, str]:
        """Column names of a table or view, in order, with DuckDB's type names."""
        return dict(self._known(table, f"DESCRIBE {identifier(table)}"))

    def _known(self, key: str, asked: str) -> dict[str, str]:
        """What a statement tells of the catalogue, first column → second; kept while nobody but this thread can change it."""
        kept = self._kept()
        if key not in kept:
            rows = self.query(asked)
            kept[key] = dict(zip(rows.column(0).to_pylist(), rows.column(1).to_pylist(), strict=True))
        return kept[key]

    def _kept(self) -> dict[str, dict[str, str]]:
        """What is known of the catalogue where this thread is; nothing outside of a transaction, where others may change it."""
        own = self._own
        return self._catalogue if own.is_writing else own.catalogue if own.is_reading else {}

    def pattern_fault(self, pattern: str) -> str:
        """Why ``pattern`` is no regular expression here; empty when it is one."""
        return _pattern_fault(pattern)

    @contextmanager
    def transaction(self, touched: Touched | None = None) -> Iterator[None]:
        """All statements inside happen, or none; a block inside another is part of it. One writer at a time."""
        with self._alone(), self._open("BEGIN TRANSACTION", touched), self.tidied():
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All statements inside see one state, the last committed; nothing that they do is kept.

        A block inside another, or inside of a transaction, is part of it. After a statement
        that failed the state is taken anew.
        """
        own = self._own
        if own.depth:
            with self.tidied():
                yield
            return
        own.is_reading = True
        try:
            with self._open(_BEGIN_READING), self.tidied():
                yield
        finally:
            own.is_reading = False

    @contextmanager
    def trial(self) -> Iterator[bool]:
        """What is written inside is undone at the end; it yields False, and is only a reading, while another thread writes."""
        own = self._own
        if own.depth or not self._writing.acquire(blocking=False):
            with self.reading():
                yield bool(own.depth) and not own.is_reading
            return
        try:
            with suppress(_Undone), self.transaction():
                yield True
                raise _Undone
        finally:
            self._writing.release()

    @contextmanager
    def _open(self, begin: str, touched: Touched | None = None) -> Iterator[None]:
        own = self._own
        own.depth += 1
        try:
            if own.depth > 1:
                yield
            else:
                with self._committed(begin, touched):
                    yield
        finally:
            own.depth -= 1

    @contextmanager
    def _committed(self, begin: str, touched: Touched | None) -> Iterator[None]:
        own = self._own
        own.first_fault = None
        own.catalogue.clear()
        self._execute(begin)
        try:
            yield
        except BaseException as fault:
            self._roll_back()
            if own.first_fault is not None and "transaction is aborted" in str(fault):
                raise own.first_fault from None  # what followed, such as tidying up, failed only because of it
            raise
        if own.is_reading:
            self._roll_back()  # temporary tables go away with it
        else:
            try:
                with self._telling(touched):
                    self._execute("COMMIT")
            except BaseException:
                self._catalogue.clear()
                raise

    def _roll_back(self) -> None:
        if not self._own.is_reading:
            self._catalogue.clear()
        with suppress(duckdb.Error):  # a damaged database rolls back by itself
            self._own.connection.execute("ROLLBACK")

    @contextmanager
    def _watched(self) -> Iterator[None]:
        own = self._own
        try:
            with failures_named():
                yield
        except BaseException as fault:
            own.first_fault = own.first_fault or fault
            if own.is_reading and own.depth:
                self._roll_back()
                own.catalogue.clear()
                own.connection.execute(_BEGIN_READING)
            raise

    def folder(self) -> AbstractContextManager[Path]:
        """A folder for the while; statements may read and write files in it, and nowhere else."""
        return self._exchange.folder()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Nobody writes inside, and the database's file holds all that was committed."""
        with self._writing:
            checkpoint(self._execute)
            yield

    def close(self) -> None:
        """Let go of the file, in every thread."""
        with self._writing:
            for connection in list(self._opened):
                connection.close()
            self._root.close()
            self._let_go()


@cache
def _pattern_fault(pattern: str) -> str:
    """Asked of DuckDB itself, in a place of its own: a refusal would end the transaction of a workspace."""
    with duckdb.connect() as aside:
        try:
            aside.execute("SELECT regexp_matches('', $pattern)", {"pattern": pattern})
        except duckdb.Error as fault:
            return str(fault).removeprefix("Invalid Input Error: ")
    return ""


def open_duckdb(
    file: Path | None, *, threads: int | None = None, memory: str | None = None, improves_plans: bool = True
) -> DuckDBEngine:
    """The DuckDB engine on ``file``, or in memory when None.

    Raises ``WorkspaceLocked`` while another process has the file open, or this one has it open already, ``Damaged`` when it is no database.
    """
    options: dict[str, str | bool | int | float | list[str]] = {}
    if threads:
        options["threads"] = threads
    if memory:
        options["memory_limit"] = memory
    if file and not file.exists():
        _make(file)
    if file and not file.is_file():  # a pipe would be waited for for ever
        raise not_opened(file, "it is a folder, a pipe or a device")
    let_go = hold(file) if file else lambda: None
    try:
        connection = duckdb.connect(str(file) if file else ":memory:", config=options)
    except duckdb.Error as fault:
        let_go()
        raise not_opened(file, str(fault)) from fault
    if file and connection.execute("SELECT current_setting('lock_configuration')").fetchone() == (True,):
        connection.close()
        let_go()
        raise in_use(file, os.getpid())
    exchange = Exchange.beside(file)
    if file:
        _sweep(file)
        with suppress(OSError):  # as an earlier version may have left it; gone meanwhile, or another's
            close_to_others(file)
        exchange.sweep()
    plans = f"enable_optimizer = {improves_plans}"
    for setting in (*_SETTINGS, plans, f"allowed_directories = [{literal(str(exchange.place))}]", *_CLOSED):
        connection.execute(f"SET GLOBAL {setting}")
    return DuckDBEngine(connection, exchange, let_go)


def _make(file: Path) -> None:
    """An empty database, whole from its first instant: DuckDB writes it in steps, and a kill between them leaves a ruin."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.unfinished")
    unfinished.unlink(missing_ok=True)
    with failures_named():
        duckdb.connect(str(unfinished)).close()
    close_to_others(unfinished)
    with suppress(FileExistsError, FileNotFoundError):  # another process was faster
        os.link(unfinished, file)


def _sweep(file: Path) -> None:
    """Away with what makers left beside ``file``, killed or not; a slower one finds that it is not needed."""
    for ruin in file.parent.glob(f"{file.name}.*.unfinished"):
        ruin.unlink(missing_ok=True)
