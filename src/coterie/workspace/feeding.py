"""Messages that come from elsewhere than HTTP: from archives, and from the quarantine once they are mended.

They go through the journal and the pump as others do, so that they mean the same, and each is taken once, for ever.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

from coterie.collect.intake import archived, as_json, messages_of, request_of
from coterie.domain import LoadResult, Progress, Quiet
from coterie.domain import Mapping as FileMapping
from coterie.domain.loading import Compression, FileFormat
from coterie.store import Request, open_journal
from coterie.words import sentence
from coterie.workspace.finding import JOURNAL, STATE
from coterie.workspace.received import take_in

if TYPE_CHECKING:
    from coterie.workspace.stand import Stand

MESSAGES = "messages"
"""The kind of what is no rows but messages."""

_AT_ONCE = 2_000
Piece = TypeVar("Piece")


@dataclass
class Fed:
    """What became of messages: ``accepted`` holds those that were here already, ``unchanged``; the rest was refused."""

    rows: int = 0
    accepted: int = 0
    unchanged: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def result(self, source: str, file: str, mapping: FileMapping, seconds: float, *, dry_run: bool) -> LoadResult:
        """The same as what came of loading a file."""
        return LoadResult(
            source=source,
            file=file,
            kind=MESSAGES,
            rows=self.rows,
            accepted=self.accepted,
            unchanged=self.unchanged,
            updated=0,
            refused=self.rows - self.accepted,
            seconds=seconds,
            mapping=mapping,
            reasons=dict(self.reasons),
            dry_run=dry_run,
        )


def archive_mapping(source: str, packing: Compression) -> FileMapping:
    """What stands for a mapping where each line says itself what it is."""
    return FileMapping(
        source=source, kind=MESSAGES, format=FileFormat(container="jsonl", compression=packing), fields={}
    )


def load_archive(
    stand: Stand, file: Path, mapping: FileMapping, *, dry_run: bool, progress: Progress | None = None
) -> LoadResult:
    """Take the messages of an archive in, as those of the source that the mapping names."""
    fed, began, told = Fed(), monotonic(), progress or Quiet()
    told.stage(sentence("taking messages in"))
    for chunk in _parted(archived(file, mapping.format.compression)):
        feed(stand, [request_of(mapping.source, stand.clock(), chunk)], fed, dry_run=dry_run)
        told.advance(len(chunk))
    return fed.result(mapping.source, file.name, mapping, monotonic() - began, dry_run=dry_run)


def feed(stand: Stand, requests: Sequence[Request], into: Fed, *, dry_run: bool = False) -> None:
    """Take requests of one source in, and count what became of their messages."""
    messages = [each for request in requests for each in messages_of(request, "")]
    ids = [each.message_id for each in messages]
    here = _known(stand, ids)
    into.rows += len(messages)
    if dry_run:
        refused = [each.refusal for each in messages if each.refusal]
        into.reasons.update(refused)
        into.accepted += len(messages) - len(refused)
        into.unchanged += sum(each.message_id in here for each in messages if not each.refusal)
        return
    source, before = requests[0].source, _newest_refusal(stand)
    journal = open_journal(stand.folder / STATE / JOURNAL)
    try:
        journal.append(requests, trim_to=0)
    finally:
        journal.close()
    take_in(stand)
    known = _known(stand, ids)
    sound = [each for each in messages if not each.refusal and each.message_id in known]
    into.accepted += len(sound)
    into.unchanged += len(sound) - len({each.message_id for each in sound} - here)
    found = stand.engine.query(
        "SELECT code, count(*) AS n FROM quarantine WHERE quarantine_id > $before AND code <> 'conflict' "
        "AND (source = $source OR (file = 'http' AND starts_with(source, $source || '-'))) GROUP BY code",
        {"before": before, "source": source},
    )
    into.reasons.update(dict(zip(found["code"].to_pylist(), found["n"].to_pylist(), strict=True)))


def _known(stand: Stand, ids: Sequence[str]) -> set[str]:
    """Those of the ids that the warehouse has."""
    with stand.engine.temporary("asked", pa.table({"id": pa.array(ids, pa.string())})) as asked:
        found = stand.engine.query(
            f"SELECT id FROM {asked} WHERE id IN (SELECT message_id FROM messages UNION ALL SELECT event_id FROM events)"
        )
    return set(found["id"].to_pylist())


def _newest_refusal(stand: Stand) -> int:
    return int(stand.engine.query("SELECT coalesce(max(quarantine_id), 0) AS n FROM quarantine")["n"][0].as_py())


Edits = Mapping[int, Mapping[str, object]]


def replay_messages(
    stand: Stand, source: str, waiting: Sequence[Mapping[str, object]], edits: Edits, *, dry_run: bool
) -> LoadResult:
    """Take waiting messages of ``source`` in again, with the fields that ``edits`` say in place of theirs.

    One that is refused again stays, with its new reason; one whose rows alone are refused waits as those rows.
    """
    fed, began = Fed(), monotonic()
    rows = [(_number(row), _instant(row), _mended(str(row["raw"]), edits.get(_number(row), {}))) for row in waiting]
    requests = [
        request_of(source, at, [said for _, _, said in several])
        for at, group in groupby(sorted(rows, key=lambda each: each[1]), key=lambda each: each[1])
        for several in _parted(group)
    ]
    before = _newest_refusal(stand)
    feed(stand, requests, fed, dry_run=dry_run)
    if not dry_run:
        _settle(stand, source, rows, before)
    mapping = archive_mapping(source, "none")
    return fed.result(source, "quarantine", mapping, monotonic() - began, dry_run=dry_run)


def _settle(stand: Stand, source: str, rows: Sequence[tuple[int, datetime, bytes]], before: int) -> None:
    """Mark as replayed what was taken in; what was refused again keeps its number and takes the new reason."""
    engine = stand.engine
    sent = pa.table(
        {
            "number": pa.array([number for number, _, _ in rows], pa.int64()),
            "raw": pa.array([said.decode("utf-8", "backslashreplace") for _, _, said in rows], pa.string()),
        }
    )
    again = "kind = 'messages' AND source = $source AND quarantine_id > $before AND code <> 'conflict'"
    values = {"source": source, "before": before}
    with engine.transaction(), engine.temporary("sent_again", sent) as told:
        refused = f"(SELECT number, any_value(q) AS q FROM {told} AS s JOIN (SELECT * FROM quarantine WHERE {again}) AS q ON q.raw = s.raw GROUP BY number)"
        engine.execute(
            f"UPDATE quarantine SET replayed_at = $now WHERE quarantine_id IN (SELECT number FROM {told}) "
            f"AND quarantine_id NOT IN (SELECT number FROM {refused})",
            {**values, "now": stand.clock()},
        )
        engine.execute(
            "UPDATE quarantine SET code = r.q.code, reason = r.q.reason, value = r.q.value, raw = r.q.raw, "
            f"column_name = r.q.column_name FROM {refused} AS r WHERE quarantine.quarantine_id = r.number",
            values,
        )
        engine.execute(
            f"DELETE FROM quarantine WHERE {again} AND raw IN (SELECT raw FROM {told}) "
            f"AND quarantine_id NOT IN (SELECT number FROM {told})",
            values,
        )


def _mended(raw: str, edit: Mapping[str, object]) -> bytes:
    if not edit:
        return as_json(raw.encode())
    try:
        told = json.loads(raw)
    except ValueError:
        told = {}
    return json.dumps({**(told if isinstance(told, dict) else {}), **edit}, ensure_ascii=False).encode()


def _parted(several: Iterable[Piece]) -> Iterator[list[Piece]]:
    left = iter(several)
    while chunk := list(islice(left, _AT_ONCE)):
        yield chunk


def _number(row: Mapping[str, object]) -> int:
    return int(str(row["quarantine_id"]))


def _instant(row: Mapping[str, object]) -> datetime:
    at = row["refused_at"]
    if not isinstance(at, datetime):
        raise TypeError(f"{at!r} is no instant")
    return at
