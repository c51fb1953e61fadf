"""Where analytics run. SQL reaches a database only through here."""

from __future__ import annotations

from coterie.engines.contract import Engine, Parameters
from coterie.engines.sql import identifier, literal

__all__ = ["ENGINES", "Engine", "Parameters", "identifier", "keep_fact", "literal", "open_warehouse", "read_fact"]

from coterie.engines.facts import keep_fact, read_fact
from coterie.engines.opening import ENGINES, open_warehouse
