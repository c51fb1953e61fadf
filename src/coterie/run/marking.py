"""How far people and segments are true: the last batch in them, the instant, and what else they were made from."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from coterie.engines import Engine, keep_fact, read_fact
from coterie.run.as_of import AsOf
from coterie.settings import WorkspaceSettings

_MARK, BROUGHT = "live", "people_brought_from_batch"
_BESIDE = {
    "list_members": "count(*), sum(hash(list, profile_id)::HUGEINT)",
    "scores": "count(*), max(as_of)",
    "separations": "count(*), max(merge_id)",
}
"""Tables that commands write and definitions read, and what changes with them."""


class Watermark(BaseModel):
    """Facts up to ``batch`` are in everybody's profile and segments as of ``as_of``; time itself as of ``ticked_at``.

    ``beside`` stands for other tables that definitions read and ``settings`` for the workspace's; ``is_historic`` says that ``as_of``
    is the end of old data.
    """

    model_config = ConfigDict(frozen=True)

    batch: int
    as_of: datetime
    ticked_at: datetime
    beside: str
    settings: str
    is_historic: bool = False


def mark_of(engine: Engine, batch: int, as_of: AsOf, settings: WorkspaceSettings) -> Watermark:
    """The watermark of a refresh of everybody that saw facts up to ``batch``."""
    return Watermark(
        batch=batch,
        as_of=as_of.at,
        ticked_at=as_of.at,
        beside=read_beside(engine, batch),
        settings=settings.model_dump_json(),
        is_historic=as_of.is_historic,
    )


def read_mark(engine: Engine) -> Watermark | None:
    """What the last refresh or live turn left; None before the first."""
    found = read_fact(engine, _MARK)
    return None if found is None else Watermark.model_validate_json(found)


def keep_mark(engine: Engine, mark: Watermark) -> None:
    """Note how far everything is true, in the transaction that made it so; rows that were replaced until then are forgotten."""
    engine.execute(f"DELETE FROM superseded WHERE batch_id <= {mark.batch}")
    keep_fact(engine, _MARK, mark.model_dump_json())
    keep_fact(engine, BROUGHT, str(mark.batch))


def read_beside(engine: Engine, batch: int) -> str:
    """What changes where another table that definitions read did, or identifiers of batches up to ``batch`` went away."""
    there = engine.tables()
    asked = [f"(SELECT concat_ws(' ', {sums}) FROM {table})" for table, sums in _BESIDE.items() if table in there]
    asked.append(f"(SELECT count(*) FROM identifiers WHERE coalesce(batch_id, 0) <= {batch})")
    return str(engine.query(f"SELECT concat_ws(' / ', {', '.join(asked)}) AS beside")["beside"][0].as_py())
