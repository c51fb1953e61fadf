"""Refused rows of a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from coterie.collect import quarantined, read_mapping, replay, write_mapping
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
        results = []
        for name in sorted(set(waiting["source"].to_pylist())):
            chosen = mapping if isinstance(mapping, Mapping) else read_mapping_file(mapping) if mapping else None
            agreed = chosen or read_mapping(self._stand.folder, name)
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
