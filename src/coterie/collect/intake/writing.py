"""New messages into the warehouse, inside one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from coterie.collect.intake.kinds_of_rows import FIELDS, PACKED, mapping_of
from coterie.collect.intake.messages import Received
from coterie.collect.intake.relation import RowsAsRead, arrow_of, filled_of
from coterie.collect.intake.rows import Row, Rows, rows_of
from coterie.collect.kinds import KINDS
from coterie.collect.loading.batches import next_batch_id
from coterie.collect.loading.load import load_rows
from coterie.collect.loading.refused import REASONS, settle_corrected, write_refused
from coterie.collect.loading.way import LoadTerms, LoadUnderWay, Provenance
from coterie.domain.progress import Quiet
from coterie.engines import Engine, literal
from coterie.words import Sentence, joined, kept

if TYPE_CHECKING:
    from coterie.settings import WorkspaceSettings
    from coterie.store import Ledger

PLACE = "http"
"""What stands for the file's name beside rows that came in over HTTP."""


class Writing:
    """One transaction's worth of messages. ``accepted`` are those whose rows were taken, ``batch`` the last number used.

    ``touched`` are the profiles whose rows were written, or replaced by another's, where anybody watches the engine.
    """

    def __init__(self, engine: Engine, settings: WorkspaceSettings, ledger: Ledger, journal: str) -> None:
        self._engine, self._settings, self._ledger, self._journal = engine, settings, ledger, journal
        self.accepted: list[Received] = []
        self.batch = 0
        self.touched: set[int] = set()

    def write(self, source: str, messages: Sequence[Received]) -> None:
        """Write the rows of new messages of one source, and note those that were accepted."""
        rows = rows_of(messages)
        rows.by_kind["products"] = self._unknown_products(rows.by_kind["products"])
        refused: set[int] = set()
        for kind, found in rows.by_kind.items():
            if found:
                refused |= {
                    line for line in self._come_in(source, kind, found, messages[-1]) if rows.primary.get(line) == kind
                }
        accepted = [each for each in messages if each.line not in refused]
        self._note(source, accepted, rows)
        self.accepted += accepted

    def _unknown_products(self, rows: Sequence[tuple[int, Row]]) -> list[tuple[int, Row]]:
        """Products that are not there yet: what a catalogue says of one is more than what an order's line does."""
        if not rows:
            return []
        ids = pa.table({"product_id": pa.array([str(row["product_id"]) for _, row in rows], pa.string())})
        with self._engine.temporary("told", ids) as told:
            known = self._engine.query(f"SELECT product_id FROM products SEMI JOIN {told} USING (product_id)")
        there = set(known["product_id"].to_pylist())
        return [each for each in rows if str(each[1]["product_id"]) not in there]

    def _come_in(self, source: str, kind: str, rows: Sequence[tuple[int, Row]], newest: Received) -> set[int]:
        name = f"{self._journal} {newest.position} {newest.place} {kind}"
        return self.load(source, kind, rows, received_at=newest.received_at, name=name)

    def load(
        self, source: str, kind: str, rows: Sequence[tuple[int, Row]], *, received_at: datetime, name: str
    ) -> set[int]:
        """Load rows as those of a file, known for ever by ``name``; the lines of those that were refused."""
        filled = filled_of(rows)
        fields = FIELDS[kind]
        extras = (
            PACKED
            if kind == "events"
            else [name for name in filled if name not in fields]
            if KINDS[kind].is_dated
            else []
        )
        mapping = mapping_of(source, kind, filled, extras)
        columns = [*dict.fromkeys([*mapping.fields, *mapping.extras])]
        refused: set[int] = set()

        def settle(loading: LoadUnderWay) -> None:
            settle_corrected(loading)
            write_refused(loading)
            self.batch = max(self.batch, loading.stamp.batch_id)
            self._note_touched(loading)
            refused.update(self._engine.query(f"SELECT line FROM {loading.refused}")["line"].to_pylist())

        terms = LoadTerms(
            self._settings,
            self._ledger,
            lambda: received_at,
            Quiet(),
            dry_run=False,
            is_new=True,
            is_heard_now=True,
        )
        origin = Provenance(PLACE, lambda: name)
        with self._engine.temporary("came_in", arrow_of(rows, columns)) as table:
            load_rows(self._engine, RowsAsRead(table, columns), mapping, origin, terms, settle)
        return refused

    def _note_touched(self, loading: LoadUnderWay) -> None:
        if not self._engine.watchers:
            return
        people = [
            f"SELECT i.profile_id FROM identifiers AS i SEMI JOIN {seen} USING (value) WHERE namespace = {literal(name)}"
            for name, seen in loading.seen.items()
        ]
        people.append(f"SELECT profile_id FROM superseded WHERE batch_id = {loading.stamp.batch_id}")
        found = self._engine.query(
            f"SELECT DISTINCT profile_id FROM ({' UNION ALL '.join(people)}) WHERE profile_id IS NOT NULL"
        )
        self.touched.update(found["profile_id"].to_pylist())

    def _note(self, source: str, accepted: Sequence[Received], rows: Rows) -> None:
        """Write one row a message that was accepted, with what it said where it is no row of ``events``."""
        if not accepted:
            return
        if not self.batch:
            self.batch = next_batch_id(self._engine)
        kept = [rows.kept.get(each.line, (None, None)) for each in accepted]
        told = pa.table(
            {
                "message_id": pa.array([each.message_id for each in accepted], pa.string()),
                "payload": pa.array([each.payload for each in accepted], pa.int64()),
                "type": pa.array([each.message.type for each in accepted], pa.string()),
                "name": pa.array([each.message.event for each in accepted], pa.string()),
                "said_at": pa.array([str(each.occurred_at) for each in accepted], pa.string()),
                "received_at": pa.array([each.received_at for each in accepted], pa.timestamp("us")),
                "properties": pa.array([each[0] for each in kept], pa.string()),
                "context": pa.array([each[1] for each in kept], pa.string()),
            }
        )
        with self._engine.temporary("noted", told) as table:
            self._engine.insert(
                "messages",
                "SELECT * EXCLUDE (said_at) REPLACE (properties::JSON::VARIANT AS properties, "
                "context::JSON::VARIANT AS context), TRY_CAST(said_at AS TIMESTAMP) AS occurred_at, $source AS source, "
                f"$batch AS batch_id FROM {table}",
                {"source": source, "batch": self.batch},
            )

    def refuse(self, messages: Sequence[Received], why: str) -> None:
        """Put messages that cannot be read, or contradict an earlier one, into the quarantine, each once."""
        if not messages:
            return
        shown = [each if each.refusal != "too_large" else replace(each, raw=each.raw[:2_000]) for each in messages]
        told = pa.table(
            {
                "line": pa.array([each.place + 1 for each in messages], pa.int64()),
                "source": pa.array([each.source for each in messages], pa.string()),
                "code": pa.array([each.refusal for each in messages], pa.string()),
                "value": pa.array([each.message_id or None for each in messages], pa.string()),
                "reason": pa.array([kept(each.why or _reason(each.refusal, why)) for each in messages], pa.string()),
                "raw": pa.array([each.raw.decode("utf-8", "backslashreplace") for each in shown], pa.string()),
                "refused_at": pa.array([each.received_at for each in messages], pa.timestamp("us")),
            }
        )
        with self._engine.temporary("refused_messages", told) as table:
            self._engine.insert(
                "quarantine",
                "SELECT (SELECT coalesce(max(quarantine_id), 0) FROM quarantine) + row_number() OVER () AS quarantine_id, "
                "'messages' AS kind, $place AS file, CASE WHEN value IS NOT NULL THEN 'messageId' END AS column_name, "
                f"t.* FROM {table} AS t",
                {"place": PLACE},
            )


def _reason(code: str, why: str) -> Sentence:
    said = Sentence(REASONS[code])
    return joined([said, why], ": ") if why else said
