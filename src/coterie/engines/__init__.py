"""Where analytics run. SQL reaches a database only through here."""

from __future__ import annotations

from coterie.engines.contract import Engine, Parameters
from coterie.engines.sql import identifier, literal

__all__ = ["ENGINES", "Engine", "Parameters", "identifier", "literal", "open_warehouse"]

from coterie.engines.opening import ENGINES, open_warehouse
