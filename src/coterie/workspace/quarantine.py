"""Refused rows of a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from coterie.collect import list_mappings, quarantined, read_mapping, replay, write_mapping
from coterie.domain import LoadResult, Mapping
from coterie.workspace.frame import Frame
from coterie.workspace.reading import reads
from coterie.workspace.stand import Stand


class Quarantine:
    """Rows that were refused, and loading them again; ``ws.quarantine``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    @reads
    def list(self, *, source: str | None = None, most: int | None = None) -> Frame:
        """Refused rows that wait: file, line, column, value, reason."""
        return Frame(quarantined(self._stand.engine, source=source, limit=most, locale=self._stand.settings.locale))

    def replay(
        self, *, source: str | None = None, mapping: Path | Mapping | None = None, dry_run: bool = False
    ) -> Sequence[LoadResult]:
        """Load refused rows again, source by source, with the ``mapping`` given or the one saved."""
        waiting = quarantined(self._stand.engine, source=source)
        # Messages that could not be read at all belong to their senders, who send them again.
        rows = [row for row in waiting.select(["source", "kind"]).to_pylist() if row["kind"] != "messages"]
        saved = list_mappings(self._stand.folder)
        results = []
        for name in sorted({row["source"] for row in rows}):
            chosen = mapping if isinstance(mapping, Mapping) else read_mapping_file(mapping) if mapping else None
            # What came in over HTTP has no mapping of its own; that of its last batch holds.
            agreed = chosen or (read_mapping(self._stand.folder, name) if name in saved else None)
            results.append(
                replay(
                    self._stand.engine,
                    source=name,
                    mapping=agreed,
                    ledger=self._stand.ledger,
                    clock=self._stand.clock,
                    settings=self._stand.settings,
                    dry_run=dry_run,
                )
            )
            if chosen and not dry_run:
                write_mapping(self._stand.folder, chosen)
        return results


def read_mapping_file(file: Path) -> Mapping:
    """A mapping from the YAML file ``file``; raises ``BadDefinition`` saying what is wrong."""
    from coterie.collect import parse_mapping

    return parse_mapping(file)
