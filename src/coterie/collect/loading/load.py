"""A file becomes facts: all of it or none of it, every row accepted or refused with a reason."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coterie.collect.formats.parquets import blamed_parquet
from coterie.collect.formats.preparation import prepare
from coterie.collect.kinds import Kind
from coterie.collect.loading.batches import Batch, next_batch_id, reasons_before, seen_before, write_batch
from coterie.collect.loading.consents import stage_consents, tell_ledger
from coterie.collect.loading.identity import Stamp, add_identifiers, combine_identifiers, see_identifiers
from coterie.collect.loading.nobody import count_nobody
from coterie.collect.loading.numbering import refuse_other_numbering
from coterie.collect.loading.refused import REFUSED, collect_refused, settle_corrected, write_refused
from coterie.collect.loading.repeats import find_repeats
from coterie.collect.loading.rows import Request, Staged, stage_rows
from coterie.collect.loading.standing import count_statuses, name_returns
from coterie.collect.loading.targets import ensure_columns, plan_target, told_apart_by
from coterie.collect.loading.upsert import Written, write_rows
from coterie.collect.readers import READERS
from coterie.collect.readers.columns import check_mapping
from coterie.collect.readers.contract import Reader
from coterie.collect.values.instants import check_formats
from coterie.domain.clock import Clock, utc_now
from coterie.domain.loading import FileFormat, LoadResult, Mapping
from coterie.domain.progress import Progress, Quiet
from coterie.engines import Engine
from coterie.words import sentence

if TYPE_CHECKING:
    import pyarrow as pa

    from coterie.settings import WorkspaceSettings
    from coterie.store import Ledger


def load(
    engine: Engine,
    path_or_arrow: Path | str | pa.Table,
    mapping: Mapping,
    *,
    settings: WorkspaceSettings,
    ledger: Ledger | None = None,
    clock: Clock = utc_now,
    progress: Progress | None = None,
    dry_run: bool = False,
) -> LoadResult:
    """Load a file, or an Arrow table, as ``mapping`` says, in one transaction.

    Loading the same rows again changes nothing; a row with the key of an earlier one
    replaces it. Of rows that share a key within the file, the last wins. Rows that cannot
    be read go to the quarantine; ``accepted + refused = rows`` holds always. ``dry_run``
    counts and writes nothing. Consents go to the ``ledger``.

    Raises ``BadFile`` where the file as a whole cannot be trusted; nothing is loaded then.
    """
    terms = Terms(settings, ledger, clock, progress or Quiet(), dry_run)
    with (
        _as_file(path_or_arrow, mapping, engine) as (path, form),
        blamed_parquet(path, form.container),
        prepare(path, form, engine) as prepared,
    ):
        reader = READERS[form.container](prepared, engine)
        return load_rows(engine, reader, mapping, Origin(prepared.name, prepared.fingerprint), terms)


@dataclass(frozen=True)
class Terms:
    """What a load is given beside its rows."""

    settings: WorkspaceSettings
    ledger: Ledger | None
    clock: Clock
    progress: Progress
    dry_run: bool


@dataclass(frozen=True)
class Origin:
    """Where rows come from: the file's name, and what gives the hash of its content, empty for rows of the quarantine."""

    file: str
    fingerprint: Callable[[], str]


def load_rows(
    engine: Engine,
    reader: Reader,
    mapping: Mapping,
    origin: Origin,
    terms: Terms,
    settle: Callable[[Stamp], None] | None = None,
) -> LoadResult:
    """Load what ``reader`` reads; ``settle``, called in the transaction, takes the place of adding to the quarantine."""
    started = time.perf_counter()
    kind = check_mapping(mapping, reader.columns(), file=origin.file)
    check_formats(engine, mapping, terms.settings.timezone)
    if earlier := seen_before(engine, mapping, kind, origin.fingerprint):
        batch, reasons = earlier.again(), reasons_before(engine, mapping.source, origin.fingerprint())
        return _result(mapping, origin, batch, reasons, started, terms)
    with engine.tidied():  # temporary tables hold the whole file in memory
        terms.progress.stage(sentence("reading {file}", file=origin.file))
        staged, repeats = _stage(engine, reader, mapping, kind, origin, terms)
        collect_refused(engine, staged, mapping)
        see_identifiers(engine, kind, staged.plan.fields)
        told = {
            "statuses": count_statuses(engine, kind),
            "nobody": count_nobody(engine, kind, staged.plan.fields, terms.settings),
        }
        terms.progress.stage(sentence("writing {kind}", kind=kind.name))
        batch = _write(engine, staged, kind, mapping, origin, terms, settle, repeats=repeats)
        found = _result(mapping, origin, batch, _reasons(engine), started, terms)
        return found.model_copy(update=told)


def _write(
    engine: Engine,
    staged: Staged,
    kind: Kind,
    mapping: Mapping,
    origin: Origin,
    terms: Terms,
    settle: Callable[[Stamp], None] | None,
    *,
    repeats: bool,
) -> Batch:
    """Everything that the load changes, in one transaction; for a dry run it is rolled back."""
    told: pa.Table | None = None
    with _transaction(engine, dry_run=terms.dry_run):
        stamp = Stamp(mapping.source, next_batch_id(engine), terms.clock())
        add_identifiers(engine, kind, staged.plan.fields, stamp)
        combine_identifiers(engine, kind, staged.plan.fields, stamp)
        if kind.table == "consents":
            written, told = stage_consents(engine, kind, staged.plan.fields, stamp)
        else:
            refuse_other_numbering(engine, kind, staged.plan.fields, mapping.source, origin.file)
            written = _write_facts(engine, staged, kind, mapping, stamp, terms, repeats=repeats)
        if settle:
            settle(stamp)
        else:
            settle_corrected(engine, mapping, told_apart_by(kind, staged.plan.fields), stamp)
            write_refused(engine, mapping, origin.file, origin.fingerprint(), stamp)
        refused, rows = staged.faulty + staged.broken, staged.rows + staged.broken
        batch = Batch(rows, rows - refused, written.unchanged, written.updated, refused)
        write_batch(engine, batch, mapping, origin.file, origin.fingerprint(), stamp)
        if told is not None and not terms.dry_run:
            tell_ledger(engine, terms.ledger, told, stamp, terms.settings)
    return batch


def _stage(
    engine: Engine, reader: Reader, mapping: Mapping, kind: Kind, origin: Origin, terms: Terms
) -> tuple[Staged, bool]:
    """The rows staged, and whether a key that ought to be unique occurs more than once among them."""
    request = Request(engine, reader, mapping, kind, terms.settings.timezone, origin.file, terms.progress)
    staged = stage_rows(request)
    name_returns(engine, kind, staged.plan.fields)
    return staged, find_repeats(engine, kind, staged.plan.fields, origin.file)


def _write_facts(
    engine: Engine, staged: Staged, kind: Kind, mapping: Mapping, stamp: Stamp, terms: Terms, *, repeats: bool
) -> Written:
    target = plan_target(kind, mapping, staged.plan.fields, staged.extras)
    types = ensure_columns(engine, target)
    values = {**stamp.values, "currency": terms.settings.currency}
    return write_rows(engine, target, types, values, repeats=repeats)


@contextmanager
def _transaction(engine: Engine, *, dry_run: bool) -> Iterator[None]:
    """All inside happens or nothing does; for a dry run nothing does."""
    with suppress(_OnlyTried), engine.transaction():
        yield
        if dry_run:
            _give_up()


def _give_up() -> None:
    raise _OnlyTried


class _OnlyTried(Exception):
    """A dry run is over; what it wrote is to be rolled back."""


@contextmanager
def _as_file(
    path_or_arrow: Path | str | pa.Table, mapping: Mapping, engine: Engine
) -> Iterator[tuple[Path, FileFormat]]:
    """The rows as a file: an Arrow table becomes a Parquet file for the while."""
    if isinstance(path_or_arrow, (str, Path)):
        yield Path(path_or_arrow), mapping.format
        return
    from pyarrow import parquet

    with engine.folder() as folder:
        file = folder / f"{mapping.source}.parquet"
        parquet.write_table(path_or_arrow, file)
        yield file, FileFormat(container="parquet")


def _reasons(engine: Engine) -> dict[str, int]:
    counted = engine.query(f"SELECT code, count(*) AS n FROM {REFUSED} GROUP BY code ORDER BY n DESC, code")
    return dict(zip(counted.column(0).to_pylist(), counted.column(1).to_pylist(), strict=True))


def _result(
    mapping: Mapping, origin: Origin, batch: Batch, reasons: dict[str, int], started: float, terms: Terms
) -> LoadResult:
    return LoadResult(
        source=mapping.source,
        file=origin.file,
        kind=mapping.kind,
        **batch.__dict__,
        seconds=time.perf_counter() - started,
        mapping=mapping,
        reasons=reasons,
        dry_run=terms.dry_run,
    )
