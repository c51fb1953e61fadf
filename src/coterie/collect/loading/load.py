"""A file becomes facts: all of it or none of it, every row accepted or refused with a reason."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from coterie.collect.formats.parquets import blamed_parquet
from coterie.collect.formats.preparation import prepare
from coterie.collect.loading.batches import reasons_before, seen_before, stamp_rows, write_batch
from coterie.collect.loading.consents import stage_consents, tell_ledger
from coterie.collect.loading.crowding import count_crowded
from coterie.collect.loading.currencies import count_unpriced
from coterie.collect.loading.erased import check_nobody_was_erased, leave_out_erased
from coterie.collect.loading.identity import add_identifiers, combine_identifiers
from coterie.collect.loading.interest import see_products, tell_interested
from coterie.collect.loading.judging import (
    count_accounts,
    count_nobody,
    count_statuses,
    find_repeats,
    name_returns,
    refuse_other_numbering,
    see_identifiers,
)
from coterie.collect.loading.refused import collect_refused, settle_quarantine
from coterie.collect.loading.rows import stage_rows
from coterie.collect.loading.told import told
from coterie.collect.loading.upsert import write_facts
from coterie.collect.loading.way import Batch, LoadTerms, LoadUnderWay, Provenance
from coterie.collect.readers import READERS
from coterie.collect.readers.columns import check_mapping
from coterie.collect.readers.contract import Reader
from coterie.collect.values.instants import check_formats
from coterie.domain.clock import Clock, utc_now
from coterie.domain.loading import FileFormat, LoadResult, Mapping
from coterie.domain.progress import Progress, Quiet
from coterie.engines import Engine
from coterie.words import Sentence, sentence

if TYPE_CHECKING:
    import pyarrow as pa

    from coterie.settings import WorkspaceSettings
    from coterie.store import Ledger

Stage = Callable[[LoadUnderWay], None]

JUDGING: tuple[Stage, ...] = (
    stage_rows,
    name_returns,
    find_repeats,
    collect_refused,
    leave_out_erased,
    count_statuses,
    see_identifiers,
    count_nobody,
    count_accounts,
    count_crowded,
    count_unpriced,
)
"""The way of a row, first half: from the file into a table aside, where it is read, judged and looked at. Nothing is written."""

WRITING: tuple[Stage, ...] = (
    check_nobody_was_erased,
    stamp_rows,
    add_identifiers,
    combine_identifiers,
    refuse_other_numbering,
    see_products,
    write_facts,
    tell_interested,
    stage_consents,
    settle_quarantine,
    write_batch,
    tell_ledger,
)
"""The way of a row, second half, in one transaction: to whom it belongs, into its table or the quarantine, and the load noted."""


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
    terms = LoadTerms(settings, ledger, clock, progress or Quiet(), dry_run)
    with (
        _as_file(path_or_arrow, mapping, engine) as (path, form),
        blamed_parquet(path, form.container),
        prepare(path, form, engine) as prepared,
    ):
        reader = READERS[form.container](prepared, engine)
        return load_rows(engine, reader, mapping, Provenance(prepared.name, prepared.fingerprint), terms)


def load_rows(
    engine: Engine,
    reader: Reader,
    mapping: Mapping,
    origin: Provenance,
    terms: LoadTerms,
    settle: Callable[[LoadUnderWay], None] | None = None,
) -> LoadResult:
    """Load what ``reader`` reads; ``settle``, called in the transaction, takes the place of adding to the quarantine."""
    started = time.perf_counter()
    kind = check_mapping(mapping, reader.columns(), file=origin.file)
    check_formats(engine, mapping, terms.settings.timezone)
    if earlier := seen_before(engine, mapping, kind, origin.fingerprint):
        reasons = reasons_before(engine, mapping.source, origin.fingerprint())
        return _result(mapping, origin, earlier, reasons, started, terms)
    loading = LoadUnderWay(engine, reader, mapping, kind, origin, terms, settle)
    with engine.tidied():  # tables aside hold the whole file in memory
        terms.progress.stage(sentence("reading {file}", file=origin.file))
        for stage in JUDGING:
            stage(loading)
        terms.progress.stage(sentence("writing {kind}", kind=Sentence(kind.name.replace("_", " "))))
        with _transaction(engine, dry_run=terms.dry_run):
            for stage in WRITING:
                stage(loading)
        found = _result(mapping, origin, loading.batch, _reasons(loading), started, terms)
    told_of = {name: getattr(loading, name) for name in ("statuses", "nobody", "accounts", "crowded")}
    return told(found.model_copy(update=told_of), loading.unpriced)


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


def _reasons(loading: LoadUnderWay) -> dict[str, int]:
    counted = loading.engine.query(
        f"SELECT code, count(*) AS n FROM {loading.refused} GROUP BY code ORDER BY n DESC, code"
    )
    return dict(zip(counted.column(0).to_pylist(), counted.column(1).to_pylist(), strict=True))


def _result(
    mapping: Mapping, origin: Provenance, batch: Batch, reasons: dict[str, int], started: float, terms: LoadTerms
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
