"""Exchange rates."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from coterie.collect import load_rates
from coterie.workspace.frame import Frame
from coterie.workspace.reading import reads
from coterie.workspace.stand import Stand


class Rates:
    """What other currencies are worth in the workspace's own; ``ws.rates``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def load(self, file: Path | str) -> int:
        """Keep the rates of a CSV file (date, currency, rate); the next refresh tells amounts by them. How many there were.

        Raises ``BadFile`` for a file that holds anything else; nothing is kept then.
        """
        return load_rates(self._stand.engine, Path(file), self._stand.clock)

    @reads
    def list(self) -> Frame:
        """The rates there are, by file and by hand: ``currency, occurred_on, rate``, a rate set by hand without a day."""
        kept = self._stand.engine.query("SELECT currency, occurred_on, rate FROM rates ORDER BY ALL").to_pylist()
        fixed = [{"currency": c, "occurred_on": None, "rate": r} for c, r in sorted(self._stand.settings.rates.items())]
        schema = pa.schema([("currency", pa.string()), ("occurred_on", pa.date32()), ("rate", pa.float64())])
        return Frame(pa.Table.from_pylist([*kept, *fixed], schema=schema))
