"""One load on its way from a file to the warehouse: what it was given, and what is known of it so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from coterie.collect.kinds import FieldType, Kind
from coterie.collect.loading.staging import Reading
from coterie.collect.readers.contract import Reader, Relation
from coterie.domain.clock import Clock
from coterie.domain.loading import Mapping
from coterie.domain.progress import Progress
from coterie.engines import Engine

if TYPE_CHECKING:
    from coterie.settings import WorkspaceSettings
    from coterie.store import Ledger


@dataclass(frozen=True)
class LoadTerms:
    """What a load is given beside its rows."""

    settings: WorkspaceSettings
    ledger: Ledger | None
    clock: Clock
    progress: Progress
    dry_run: bool
    is_new: bool = False
    """Whether the caller has made sure that none of these rows is an event or a record that is there already."""
    is_heard_now: bool = False
    """Whether people say now what the rows tell; a file is history."""


@dataclass(frozen=True)
class Provenance:
    """Where rows come from: the file's name, and what gives the hash of its content, empty for rows of the quarantine."""

    file: str
    fingerprint: Callable[[], str]


@dataclass(frozen=True)
class Stamp:
    """What every row written by one load carries: its source, its batch and when."""

    source: str
    batch_id: int
    loaded_at: datetime

    @property
    def values(self) -> dict[str, object]:
        """The same, to be bound."""
        return {"source": self.source, "batch_id": self.batch_id, "loaded_at": self.loaded_at}


@dataclass(frozen=True)
class Staged:
    """The ``table`` aside that holds the rows in the file's order, how they were read, and whether they know their ``_line``.

    ``relation`` has the faulty rows as they stood, its ``line`` being their ``_line``, or
    else their place in ``table``, and then they have a ``_line``.

    ``extras`` are the types that further columns are to have; in ``table`` they may
    still be text, and ``loose`` rows have a value that is not of them. ``broken`` counts
    rows that never reached it: they stand in ``text``, where there is one.
    """

    table: str
    reading: Reading
    relation: Relation
    extras: dict[str, FieldType]
    rows: int
    faulty: int
    loose: int
    broken: int
    with_lines: bool
    text: str | None = None


@dataclass(frozen=True)
class Written:
    """Rows that were there already word for word, and rows that replaced an earlier version of themselves."""

    unchanged: int
    updated: int


@dataclass(frozen=True)
class Batch:
    """What became of the rows of one load; ``unchanged`` and ``updated`` are parts of ``accepted``."""

    rows: int
    accepted: int
    unchanged: int
    updated: int
    refused: int


@dataclass
class LoadUnderWay:
    """One load under way; every stage reads what those before it found, and adds what it finds.

    ``settle``, where there is one, takes the place of adding to the quarantine. Tables aside:
    ``refused`` holds the refused rows (``line, column_name, value, code, reason, raw``);
    ``seen`` for each field that names someone its values (``value, n, first_seen_at, counts``);
    ``whom`` those that rows name, where they may name someone by several identifiers; ``products`` holds products as they
    stood before.
    """

    engine: Engine
    reader: Reader
    mapping: Mapping
    kind: Kind
    origin: Provenance
    terms: LoadTerms
    settle: Callable[[LoadUnderWay], None] | None = None

    staged: Staged = field(init=False)
    repeats: bool = False
    refused: str = field(init=False)
    statuses: dict[str, int] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    nobody: dict[str, int] = field(default_factory=dict)
    accounts: int = 0
    crowded: dict[str, int] = field(default_factory=dict)
    unpriced: tuple[str, ...] = ()
    erased_before: int = 0
    stamp: Stamp = field(init=False)
    whom: str | None = None
    products: str | None = None
    written: Written = field(init=False)
    told: pa.Table | None = None
    batch: Batch = field(init=False)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the kind that the file fills."""
        return self.staged.reading.fields

    @property
    def good(self) -> str:
        """SQL for the rows that nothing is wrong with."""
        return f"{self.staged.table} WHERE _fault = 0"

    @property
    def is_surely_new(self) -> bool:
        """Whether nothing of these rows can be there already, so that nobody needs to look."""
        return self.terms.is_new and (self.kind.table == "events" or self.kind.is_dated)

    def has(self, query: str) -> bool:
        """Whether ``query`` finds anything."""
        return bool(self.engine.query(query).num_rows)
