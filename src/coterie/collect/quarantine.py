"""Refused rows, looked at and loaded again once the mapping or a value is mended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Named
from typing import TYPE_CHECKING

import pyarrow as pa

from coterie.collect.loading.erased import without_erased
from coterie.collect.loading.load import load_rows
from coterie.collect.loading.refused import READINGS, REASONS, STRUCTURAL
from coterie.collect.loading.way import LoadTerms, LoadUnderWay, Provenance
from coterie.collect.readers.contract import RowBatch
from coterie.domain.clock import Clock, utc_now
from coterie.domain.loading import LoadResult, Mapping
from coterie.domain.progress import Progress, Quiet
from coterie.engines import Engine
from coterie.errors import NotReady, UnknownName
from coterie.words import Sentence, matched, restored, sentence
from coterie.words.column import sentence_array

if TYPE_CHECKING:
    from coterie.settings import WorkspaceSettings
    from coterie.store import Ledger


def quarantined(
    engine: Engine,
    *,
    source: str | None = None,
    limit: int | None = None,
    with_replayed: bool = False,
) -> pa.Table:
    """Refused rows, oldest first: number, source, kind, file, line, column, value, code, reason, raw, when.

    Only those that still wait, unless ``with_replayed``. The reasons are sentences.
    """
    where = "TRUE" if with_replayed else "replayed_at IS NULL"
    values: dict[str, object] = {}
    if source is not None:
        where, values = f"{where} AND source = $source", {"source": source}
    found = engine.query(
        "SELECT quarantine_id, source, kind, file, line, column_name, value, code, reason, raw, refused_at, replayed_at "
        f"FROM quarantine WHERE {where} ORDER BY quarantine_id" + (f" LIMIT {int(limit)}" if limit is not None else ""),
        values or None,
    )
    reasons = map(_reason, found["code"].to_pylist(), found["reason"].to_pylist())
    return found.set_column(found.column_names.index("reason"), "reason", sentence_array(reasons))


def _reason(code: str, text: str | None) -> Sentence:
    """Why a row was refused: as it was kept, or read back from the English that 0.1.0 kept."""
    said = restored(text or "")
    found = None if said.values else matched(REASONS.get(code, ""), said)
    if found is None:
        return said
    reading = next(filter(None, (matched(words, str(found.values.get("reading"))) for words in READINGS)), None)
    return found if reading is None else Sentence(found.id, {**found.values, "reading": reading})


def replay(
    engine: Engine,
    *,
    source: str,
    settings: WorkspaceSettings,
    mapping: Mapping | None = None,
    edits: Named[int, Named[str, str]] | None = None,
    ledger: Ledger | None = None,
    clock: Clock = utc_now,
    progress: Progress | None = None,
    dry_run: bool = False,
) -> LoadResult:
    """Load the waiting rows of ``source`` again, with the mapping given or that of the source's last load.

    ``edits`` mend values: number in the quarantine → column → value. A row that is
    accepted now is marked replayed; one that is refused again stays, with its new reason.
    Raises ``NotReady`` where nothing waits.
    """
    mapping = mapping or _last_mapping(engine, source)
    waiting = quarantined(engine, source=source).drop_columns("reason").to_pylist()
    waiting = [row for row in waiting if row["kind"] == mapping.kind]
    if not waiting:
        raise NotReady(
            sentence(
                "no refused rows of kind {kind} from {source!r} wait in the quarantine",
                kind=mapping.kind,
                source=source,
            )
        )
    unknown = set(edits or {}).difference(row["quarantine_id"] for row in waiting)
    if unknown:
        known = [str(row["quarantine_id"]) for row in waiting]
        raise UnknownName("waiting row", str(min(unknown)), known)

    def settle(loading: LoadUnderWay) -> None:
        engine.execute(
            f"UPDATE quarantine SET replayed_at = $now WHERE quarantine_id IN (SELECT _line FROM {loading.good})",
            {"now": loading.stamp.loaded_at},
        )
        engine.execute(
            "UPDATE quarantine SET column_name = r.column_name, value = r.value, code = r.code, reason = r.reason "
            f"FROM {loading.refused} r WHERE quarantine.quarantine_id = r.line"
        )
        without_erased(loading)

    terms = LoadTerms(settings, ledger, clock, progress or Quiet(), dry_run)
    return load_rows(engine, _Waiting(waiting, edits or {}), mapping, Provenance("quarantine", str), terms, settle)


def _last_mapping(engine: Engine, source: str) -> Mapping:
    found = engine.query(
        "SELECT mapping FROM batches WHERE source = $source ORDER BY batch_id DESC LIMIT 1", {"source": source}
    ).column(0)
    if not len(found):
        sources = engine.query("SELECT DISTINCT source FROM batches").column(0).to_pylist()
        raise UnknownName("source", source, sources)
    return Mapping.model_validate_json(found[0].as_py())


class _Waiting:
    """Rows of the quarantine as a reader gives rows; their line is their number in the quarantine."""

    def __init__(self, waiting: list[dict[str, object]], edits: Named[int, Named[str, str]]) -> None:
        self._rows = [_mended(row, edits) for row in waiting]

    def columns(self) -> tuple[str, ...]:
        """Every column that any of the rows has."""
        return tuple(dict.fromkeys(name for _, _, cells in self._rows for name in cells if name))

    def relation(self) -> None:
        """None: the rows are few, and read one by one."""

    def rows_at(self, places: Sequence[int], rows: int) -> None:
        """None: the rows are few, and read one by one."""

    def mended(self, refuse: Callable[[pa.Table], None]) -> None:
        """None: the rows are few, and read one by one."""

    def batches(self) -> Iterator[pa.Table]:
        """The rows, those that broke their format and were not mended refused again."""
        names = self.columns()
        batch = RowBatch(len(names))
        for number, problem, cells in self._rows:
            if problem:
                batch.refuse(number, problem, cells)
            else:
                batch.keep(number, [_as_text(cells.get(name)) for name in names])
            if batch.is_full:
                yield batch.table()
        yield batch.table()


def _mended(row: dict[str, object], edits: Named[int, Named[str, str]]) -> tuple[int, str | None, dict[str, object]]:
    number, code = row["quarantine_id"], str(row["code"])
    cells = json.loads(str(row["raw"]))
    edit = edits.get(number) if isinstance(number, int) else None
    if edit:
        cells = {name: value for name, value in cells.items() if name} | dict(edit)
    return int(str(number)), code if code in STRUCTURAL and not edit else None, cells


def _as_text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
