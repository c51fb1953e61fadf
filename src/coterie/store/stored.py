"""JSON that the ledger keeps, read again; what another hand made of it is damage, and is said so."""

from __future__ import annotations

import json
from collections.abc import Mapping

from coterie.errors import Damaged
from coterie.words import Sentence, kept, restored, sentence


def detail_text(detail: Mapping[str, object]) -> str:
    """What the ledger keeps of ``detail``; sentences in it with their values, to be told to whoever reads them later."""
    facts = {name: kept(value) if isinstance(value, Sentence) else value for name, value in detail.items()}
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, default=str)


def stored_detail(text: object, where: str) -> dict[str, object]:
    """What ``detail_text`` kept in the row ``where``; what was kept before as text is text. Raises ``Damaged``.

    >>> stored_detail(detail_text({"why": sentence("job {number}", number=3), "n": 1}), "audit 7")["why"].told("zh")
    '任务 3'
    """
    return {name: _sentence_of(value) for name, value in stored_object(text, where).items()}


def _sentence_of(value: object) -> object:
    return restored(value) if isinstance(value, str) and value.startswith('{"') else value


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
