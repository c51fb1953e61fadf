"""Every table of the ledger, as one MetaData."""

from __future__ import annotations

from coterie.store import transaction  # importing the repositories fills the MetaData
from coterie.store.metadata import METADATA

__all__ = ["METADATA", "transaction"]
