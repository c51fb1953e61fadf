"""Spark over Parquet: the same trees where the base outgrows one machine. Needs the extra ``[spark]`` and Java 17."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp, parse_one
from sqlglot.expressions import Expr

from coterie.engines.contract import Engine, Parameters
from coterie.engines.exchange import Exchange
from coterie.engines.sql import identifier, literal
from coterie.engines.warehouse import VIEWS
from coterie.engines.watching import Touched, Watchers
from coterie.errors import NotReady
from coterie.settings import ProcessSettings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_VARIANT_TYPES = {"VARCHAR": "string", "TEXT": "string", "TIMESTAMP": "timestamp_ntz", "VARCHAR[]": "array<string>"}


def _extracted(node: exp.TryCast) -> Expr:
    """``TRY_CAST(VARIANT_EXTRACT(v, 'key') AS type)`` as Spark says it."""
    variant, key = node.this.expressions
    path = "$['" + key.name.replace("\\", "\\\\").replace("'", "\\'") + "']"
    wanted = node.to.sql("duckdb")
    kind = _VARIANT_TYPES.get(wanted, wanted.lower())
    return exp.Anonymous(
        this="TRY_VARIANT_GET", expressions=[variant, exp.Literal.string(path), exp.Literal.string(kind)]
    )


def in_spark(node: Expr) -> Expr:
    """What SQLGlot leaves as another engine writes it, node by node.

    >>> exp.select(exp.DayOfWeekIso(this=exp.column("day"))).transform(in_spark).sql("spark")
    'SELECT (WEEKDAY(day) + 1)'
    """
    if isinstance(node, exp.TryCast) and isinstance(node.this, exp.Anonymous) and node.this.name == "VARIANT_EXTRACT":
        return _extracted(node)
    if isinstance(node, exp.Filter) and isinstance(node.this, exp.Min) and node.this.expressions:
        many = node.this.expressions[0]
        gathered = exp.Anonymous(this="COLLECT_LIST", expressions=[node.this.this])
        listed = exp.Filter(this=gathered, expression=node.expression)
        arguments = [exp.Anonymous(this="ARRAY_SORT", expressions=[listed]), exp.Literal.number(1), many]
        return exp.Anonymous(this="SLICE", expressions=arguments)
    if isinstance(node, exp.Sum) and isinstance(node.this, exp.Order):
        return exp.Sum(this=node.this.this)  # sums of doubles follow the order in which Spark meets them
    if isinstance(node, exp.DayOfWeekIso):
        day = exp.Anonymous(this="WEEKDAY", expressions=[node.this])
        return exp.paren(exp.Add(this=day, expression=exp.Literal.number(1)))
    if isinstance(node, exp.Cast) and node.to.this == exp.DataType.Type.TIMESTAMP:
        return exp.Cast(this=node.this, to=exp.DataType.build("TIMESTAMP_NTZ", dialect="spark"))
    return node


class _Asides(threading.local):
    """The tables put aside in each open block, of each thread."""

    def __init__(self) -> None:
        self.made: list[list[str]] = []


class SparkEngine:
    """A folder of Parquet tables, one folder a table, read and written by a local Spark.

    Gaps: ``transactions`` (each table is replaced whole, but several are not replaced at one
    instant) and ``load`` (files come in through DuckDB and are exported).
    """

    dialect = "spark"
    gaps: frozenset[str] = frozenset({"transactions", "load"})
    watchers: Watchers | None = None

    def __init__(self, session: SparkSession, folder: Path) -> None:
        self._session, self._folder = session, folder
        self._places: dict[str, Path] = {}
        self._views: set[str] = set()
        self._asides = _Asides()
        self._lock = threading.RLock()
        self.stopper: Callable[[], Callable[[], None]] = lambda: session.sparkContext.cancelAllJobs
        for place in sorted(path for path in folder.iterdir() if path.is_dir()):
            self._register(place.name.partition("@")[0], place)
        self._register_views()

    def query(self, statement: Expr | str, parameters: Parameters | None = None) -> pa.Table:
        """The rows of a statement, as Arrow."""
        with self._lock:
            return self._frame(statement, parameters).toArrow()

    def execute(self, statement: Expr | str, parameters: Parameters | None = None) -> None:
        """Run a statement for its effect."""
        with self._lock:
            self._frame(statement, parameters)

    def _frame(self, statement: Expr | str, parameters: Parameters | None = None) -> DataFrame:
        if not isinstance(statement, str):
            statement = statement.transform(in_spark).sql(dialect="spark")
        text = re.sub(r"\$(\w+)", r":\1", statement) if parameters else statement
        return self._session.sql(text, args=dict(parameters) if parameters else None)

    def write(self, table: str, rows: pa.Table, *, append: bool = True) -> None:
        """Add ``rows`` to ``table`` by column name, or make the table from them (``append=False``)."""
        with self._lock:
            staged = self._folder / f"rows-{uuid4().hex}.parquet"
            pq.write_table(rows, staged)
            try:
                self._put(table, self._session.read.parquet(str(staged)), append=append)
            finally:
                staged.unlink()

    def create(self, table: str, statement: Expr | str, parameters: Parameters | None = None) -> None:
        """Make ``table`` from the rows of a statement, in place of what had that name; every table is a folder here."""
        with self._lock:
            self._put(table, self._frame(statement, parameters), append=False)

    def aside(self, name: str, rows: pa.Table | Expr | str, parameters: Parameters | None = None) -> str:
        """A table until the block around it ends, under a name of its own; a folder like all."""
        made = f"{name}_{uuid4().hex}"
        if not self._asides.made:
            raise RuntimeError(f"nothing around tidies {name} away")
        if isinstance(rows, pa.Table):
            self.write(made, rows, append=False)
        else:
            self.create(made, rows, parameters)
        self._asides.made[-1].append(made)
        return made

    @contextmanager
    def temporary(self, name: str, rows: pa.Table | Expr | str, parameters: Parameters | None = None) -> Iterator[str]:
        """A table ``aside`` while the block lasts; yields its name."""
        with self.tidied():
            yield self.aside(name, rows, parameters)

    @contextmanager
    def tidied(self) -> Iterator[None]:
        """Tables that are put ``aside`` inside go away at the end."""
        made: list[str] = []
        self._asides.made.append(made)
        try:
            yield
        finally:
            self._asides.made.pop()
            for table in made:
                self.drop(table)

    def insert(self, table: str, statement: Expr | str, parameters: Parameters | None = None) -> None:
        """Add the rows of a statement to ``table``, by column name."""
        with self._lock:
            self._put(table, self._frame(statement, parameters), append=True)

    def _put(self, table: str, frame: DataFrame, *, append: bool) -> None:
        """Rows into the folder of a table, or into a new folder that takes its place."""
        former = self._places.get(table)
        if append and former is not None:
            from pyspark.sql import functions

            known = self._session.table(identifier_of(table)).schema
            given = set(frame.columns)
            columns = [
                (functions.col(f"`{field.name}`") if field.name in given else functions.lit(None))
                .cast(field.dataType)
                .alias(field.name)
                for field in known
            ]
            frame.select(*columns).write.mode("append").parquet(str(former))
            self._register(table, former)
            return
        place = self._folder / f"{table}@{uuid4().hex}"
        frame.write.parquet(str(place))
        self._register(table, place)
        if former is not None:
            shutil.rmtree(former)

    def _register(self, table: str, place: Path) -> None:
        self._session.read.parquet(str(place)).createOrReplaceTempView(identifier_of(table))
        self._places[table] = place

    def _register_views(self) -> None:
        """The warehouse's own views, by its own definitions, where the folder holds the tables they read."""
        for name, statement in VIEWS.items():
            tree = parse_one(statement, dialect="duckdb")
            if {table.name for table in tree.find_all(exp.Table)} <= self.tables():
                self.view(name, tree)

    def view(self, name: str, statement: Expr | str) -> None:
        """Make or replace a view; it holds no bound values."""
        text = statement if isinstance(statement, str) else statement.transform(in_spark).sql(dialect="spark")
        with self._lock:
            self._session.sql(f"CREATE OR REPLACE TEMPORARY VIEW {identifier_of(name)} AS {text}")
            self._views.add(name)

    def drop(self, table: str) -> None:
        """Remove a table if there is one."""
        with self._lock:
            place = self._places.pop(table, None)
            if place is not None:
                self._session.catalog.dropTempView(table)
                shutil.rmtree(place)

    def swap(self, table: str, replacement: str) -> None:
        """Put the table ``replacement`` in the place of ``table``."""
        with self._lock:
            self.drop(table)
            place = self._places.pop(replacement)
            self._session.catalog.dropTempView(replacement)
            renamed = place.rename(self._folder / f"{table}@{uuid4().hex}")
            self._register(table, renamed)

    def tables(self) -> frozenset[str]:
        """Names of the tables and views there are."""
        return frozenset(self._places) | frozenset(self._views)

    def columns(self, table: str) -> dict[str, str]:
        """Column names of a table or view, in order, with Spark's type names."""
        return {field.name: field.dataType.simpleString() for field in self._session.table(identifier_of(table)).schema}

    def pattern_fault(self, pattern: str) -> str:
        """Why ``pattern`` is no regular expression here; empty when it is one."""
        from pyspark.errors import PySparkException

        try:
            self._session.sql("SELECT '' RLIKE :pattern AS found", args={"pattern": pattern}).collect()
        except PySparkException as fault:
            return str(fault).splitlines()[0]
        return ""

    @contextmanager
    def transaction(self, touched: Touched | None = None) -> Iterator[None]:  # noqa: ARG002 - nobody is told
        """Nothing is held together here; see ``gaps``."""
        with self.tidied():
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A table is seen as it is when asked; nothing is held together here, see ``gaps``."""
        with self.tidied():
            yield

    @contextmanager
    def trial(self) -> Iterator[bool]:
        """Nothing can be undone here, so that it is always only a reading."""
        with self.tidied():
            yield False

    def folder(self) -> AbstractContextManager[Path]:
        """A folder for the while, for statements that read files; SQL that names files is refused altogether."""
        return Exchange.beside(None).folder()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Nobody writes through this engine inside."""
        with self._lock:
            yield

    def close(self) -> None:
        """Stop Spark."""
        with self._lock:
            self._session.stop()


def identifier_of(table: str) -> str:
    """A table's name quoted for Spark.

    >>> identifier_of("orders")
    '`orders`'
    """
    return "`" + table.replace("`", "``") + "`"


def open_spark(folder: Path, *, threads: int | None = None, memory: str | None = None) -> SparkEngine:
    """The Spark engine on a folder of Parquet tables such as ``export_tables`` writes.

    Raises ``NotReady`` when PySpark or Java is missing.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise NotReady("Spark is not installed; `pip install coterie[spark]`") from None
    if java_is_missing():
        raise NotReady("Spark needs Java 17 or newer and finds none; install one or set JAVA_HOME")
    session = (
        SparkSession.builder.master(f"local[{threads or '*'}]")
        .appName("coterie")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.memory", memory or "2g")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.timestampType", "TIMESTAMP_NTZ")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.ansi.doubleQuotedIdentifiers", "true")
        .config("spark.sql.shuffle.partitions", str(threads or 4))
        .config("spark.sql.codegen.maxFields", "60")
        .config("spark.sql.runSQLOnFiles", "false")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    return SparkEngine(session, folder)


def java_is_missing() -> bool:
    """Whether no Java can be found that Spark could use."""
    return ProcessSettings().java_home is None and shutil.which("java") is None


def export_tables(engine: Engine, folder: Path, tables: tuple[str, ...] = ()) -> None:
    """Write tables of a DuckDB warehouse as Parquet, one folder a table, for ``open_spark``; all of them by default.

    Views are not written: ``open_spark`` makes the warehouse's own again, over the tables it finds.
    """
    views = engine.query("SELECT view_name FROM duckdb_views()").column(0).to_pylist()
    for table in tables or sorted(engine.tables() - set(views)):
        place = folder / table
        place.mkdir(parents=True, exist_ok=True)
        with engine.folder() as aside:
            written = aside / "part-0.parquet"
            engine.execute(f"COPY {identifier(table)} TO {literal(str(written))} (FORMAT parquet)")
            shutil.move(written, place / written.name)
