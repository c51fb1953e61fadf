"""JSON that the ledger keeps, read again; what another hand made of it is damage, and is said so."""

from __future__ import annotations

import json

from coterie.errors import Damaged
from coterie.words import sentence


def stored_object(text: object, where: str) -> dict[str, object]:
    """The object that was kept as ``text`` in the row ``where``; raises ``Damaged`` for anything else."""
    found = _read(text, where)
    if not isinstance(found, dict):
        raise _damaged(where)
    return found


def stored_list(text: object, where: str) -> list[object]:
    """The list that was kept as ``text`` in the row ``where``; raises ``Damaged`` for anything else."""
    found = _read(text, where)
    if not isinstance(found, list):
        raise _damaged(where)
    return found


def _read(text: object, where: str) -> object:
    try:
        found: object = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        raise _damaged(where) from None
    return found


def _damaged(where: str) -> Damaged:
    return Damaged(
        sentence(
            "the ledger's row of {where} is not as it was written; run `coterie doctor`, and put the "
            "ledger back from a backup",
            where=where,
        )
    )
