"""A file becomes facts: all of it or none of it, every row accepted or refused with a reason."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from coterie.collect.kinds import Kind
from coterie.collect.load_batches import Batch, next_batch_id, seen_before, write_batch
from coterie.collect.load_columns import check_mapping
from coterie.collect.load_files import Prepared, prepare, temporary_folder
from coterie.collect.load_identity import Stamp, add_identifiers, link_identifiers
from coterie.collect.load_repeats import find_repeats
from coterie.collect.load_rows import Request, Staged, stage_rows
from coterie.collect.load_targets import ensure_columns, plan_target
from coterie.collect.quarantine_writing import REFUSED, collect_refused, write_refused
from coterie.collect.readers import READERS
from coterie.collect.upsert import write_rows
from coterie.domain.clock import Clock, utc_now
from coterie.domain.loading import FileFormat, LoadResult, Mapping
from coterie.domain.progress import Progress, Quiet
from coterie.engines import Engine

if TYPE_CHECKING:
    import pyarrow as pa

    from coterie.settings import WorkspaceSettings


def load(
    engine: Engine,
    path_or_arrow: Path | str | pa.Table,
    mapping: Mapping,
    *,
    settings: WorkspaceSettings,
    clock: Clock = utc_now,
    progress: Progress | None = None,
    dry_run: bool = False,
) -> LoadResult:
    """Load a file, or an Arrow table, as ``mapping`` says, in one transaction.

    Loading the same rows again changes nothing; a row with the key of an earlier one
    replaces it. Rows that cannot be read go to the quarantine; ``accepted + refused =
    rows`` holds always. ``dry_run`` counts and writes nothing. Raises ``BadFile`` where
    the file as a whole cannot be trusted; then nothing is loaded.
    """
    watched = progress or Quiet()
    started = time.perf_counter()
    with _as_file(path_or_arrow, mapping) as (path, form), prepare(path, form) as prepared:
        reader = READERS[form.container](prepared, engine)
        kind = check_mapping(mapping, reader.columns(), file=prepared.name)
        if earlier := seen_before(engine, mapping, kind, prepared.content_hash):
            return _result(mapping, prepared, earlier.again(), {}, started, dry_run=dry_run)
        watched.stage(f"reading {prepared.name}")
        request = Request(engine, reader, mapping, kind, settings.timezone, prepared.name, watched)
        staged = stage_rows(request)
        repeats = find_repeats(engine, kind, staged.plan.fields, prepared.name)
        if repeats and not staged.with_lines:
            staged = stage_rows(request, needs_order=True)
        collect_refused(engine, staged, mapping)
        watched.stage(f"writing {kind.name}")
        with _transaction(engine, dry_run=dry_run):
            batch = _write(engine, staged, kind, mapping, prepared, settings.currency, clock, repeats=repeats)
        return _result(mapping, prepared, batch, _reasons(engine), started, dry_run=dry_run)


def _write(
    engine: Engine,
    staged: Staged,
    kind: Kind,
    mapping: Mapping,
    prepared: Prepared,
    currency: str,
    clock: Clock,
    *,
    repeats: bool,
) -> Batch:
    stamp = Stamp(mapping.source, next_batch_id(engine), clock())
    fields = staged.plan.fields
    add_identifiers(engine, kind, fields, stamp)
    link_identifiers(engine, kind, fields, stamp)
    target = plan_target(kind, mapping, fields, staged.extras)
    types = ensure_columns(engine, target)
    written = write_rows(engine, target, types, {**stamp.values, "currency": currency}, repeats=repeats)
    write_refused(engine, mapping, prepared.name, stamp)
    refused = staged.faulty + staged.broken
    batch = Batch(staged.rows + staged.broken, staged.rows - staged.faulty, written.unchanged, written.updated, refused)
    write_batch(engine, batch, mapping, prepared.name, prepared.content_hash, stamp)
    return batch


@contextmanager
def _transaction(engine: Engine, *, dry_run: bool) -> Iterator[None]:
    """All inside happens or nothing does; for a dry run nothing does."""
    try:
        with engine.transaction():
            yield
            if dry_run:
                raise _OnlyTried
    except _OnlyTried:
        pass


class _OnlyTried(Exception):
    """A dry run is over; what it wrote is to be rolled back."""


@contextmanager
def _as_file(path_or_arrow: Path | str | pa.Table, mapping: Mapping) -> Iterator[tuple[Path, FileFormat]]:
    """The rows as a file: an Arrow table becomes a Parquet file for the while."""
    if isinstance(path_or_arrow, (str, Path)):
        yield Path(path_or_arrow), mapping.format
        return
    from pyarrow import parquet

    with temporary_folder() as folder:
        file = folder / f"{mapping.source}.parquet"
        parquet.write_table(path_or_arrow, file)
        yield file, FileFormat(container="parquet")


def _reasons(engine: Engine) -> dict[str, int]:
    counted = engine.query(f"SELECT code, count(*) AS n FROM {REFUSED} GROUP BY code ORDER BY n DESC, code")
    return dict(zip(counted.column(0).to_pylist(), counted.column(1).to_pylist(), strict=True))


def _result(
    mapping: Mapping, prepared: Prepared, batch: Batch, reasons: dict[str, int], started: float, *, dry_run: bool
) -> LoadResult:
    return LoadResult(
        source=mapping.source,
        file=prepared.name,
        kind=mapping.kind,
        rows=batch.rows,
        accepted=batch.accepted,
        unchanged=batch.unchanged,
        updated=batch.updated,
        refused=batch.refused,
        seconds=time.perf_counter() - started,
        mapping=mapping,
        reasons=reasons,
        dry_run=dry_run,
    )
