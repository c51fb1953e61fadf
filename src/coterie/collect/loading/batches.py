"""One row a load: what was loaded, how, and what became of its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from coterie.collect.kinds import KINDS, Kind
from coterie.collect.loading.way import Batch, LoadUnderWay, Stamp
from coterie.domain.loading import Mapping
from coterie.engines import Engine


def next_batch_id(engine: Engine) -> int:
    """The number of the load to come."""
    return int(engine.query("SELECT coalesce(max(batch_id), 0) + 1 FROM batches").column(0)[0].as_py())


def seen_before(engine: Engine, mapping: Mapping, kind: Kind, fingerprint: Callable[[], str]) -> Batch | None:
    """This very content, all of it there already, if it was loaded under this very mapping and nothing into its table since."""
    siblings = [each.name for each in KINDS.values() if each.table == kind.table]
    found = engine.query(
        "SELECT * FROM batches WHERE list_contains($kinds, kind) ORDER BY batch_id DESC LIMIT 1", {"kinds": siblings}
    ).to_pylist()
    if not found:
        return None
    last = found[0]
    if (last["source"], last["kind"], last["mapping"]) != (mapping.source, kind.name, mapping.model_dump_json()):
        return None
    # Hashing goes on beside the rest of the load, so it is asked for only where it can decide.
    if not last["content_hash"] or last["content_hash"] != fingerprint():
        return None
    before = Batch(**{name: last[name] for name in ("rows", "accepted", "unchanged", "updated", "refused")})
    return replace(before, unchanged=before.accepted, updated=0)


def stamp_rows(loading: LoadUnderWay) -> None:
    """The number of the load, and its instant, for every row that it writes."""
    loading.stamp = Stamp(loading.mapping.source, next_batch_id(loading.engine), loading.terms.clock())


def write_batch(loading: LoadUnderWay) -> None:
    """Note the load; to be called in the transaction that wrote its rows."""
    staged, written, mapping = loading.staged, loading.written, loading.mapping
    refused, rows = staged.faulty + staged.broken, staged.rows + staged.broken
    loading.batch = Batch(rows, rows - refused, written.unchanged, written.updated, refused)
    loading.engine.execute(
        "INSERT INTO batches BY NAME SELECT $batch_id AS batch_id, $source AS source, $file AS file, "
        "$content_hash AS content_hash, $kind AS kind, $rows AS rows, $accepted AS accepted, $unchanged AS unchanged, "
        "$updated AS updated, $refused AS refused, $mapping AS mapping, $loaded_at AS loaded_at",
        {
            **loading.stamp.values,
            **loading.batch.__dict__,
            "file": loading.origin.file,
            "content_hash": loading.origin.fingerprint(),
            "kind": mapping.kind,
            "mapping": mapping.model_dump_json(),
        },
    )


def reasons_before(engine: Engine, source: str, content_hash: str) -> dict[str, int]:
    """Code of the reason → rows of this very content that wait in the quarantine."""
    found = engine.query(
        "SELECT q.code, count(*) AS n FROM quarantine q JOIN batches b USING (batch_id) WHERE b.source = $source "
        "AND b.content_hash = $content_hash AND q.replayed_at IS NULL GROUP BY q.code ORDER BY n DESC, q.code",
        {"source": source, "content_hash": content_hash},
    )
    return dict(zip(found.column(0).to_pylist(), found.column(1).to_pylist(), strict=True))
