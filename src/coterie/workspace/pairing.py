"""A warehouse and a ledger belong together: people of the one are the exposures and consents of the other."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from coterie.engines import Engine, keep_fact, read_fact
from coterie.errors import Damaged
from coterie.protect import find_key
from coterie.store import Ledger, open_ledger
from coterie.words import Sentence, sentence

_LEDGER = "ledger_id"
_PAIRED = "warehouse_is_paired"
BEGAN = "began_here"
"""The fact that a ledger began empty, until it is known that none was here before."""


def open_paired_ledger(engine: Engine, place: Path | str, state: Path) -> Ledger:
    """The ledger at ``place`` that belongs to this warehouse; the first that it is opened with does, from then on.

    Raises ``Damaged`` where either was lost or replaced: with an empty ledger everybody who
    objected would be written to again, with a new warehouse numbers of people would mean others.
    """
    wanted = read_fact(engine, _LEDGER)
    if wanted and isinstance(place, Path) and not (place.exists() and place.stat().st_size):
        raise Damaged(_lost(sentence("the ledger {place} is missing", place=place)))
    ledger = open_keyed_ledger(place, state)
    try:
        _pair(engine, ledger, wanted)
    except BaseException:
        ledger.close()
        raise
    return ledger


def open_keyed_ledger(place: Path | str, state: Path) -> Ledger:
    """The ledger at ``place``, sealed with the key in the folder ``state``; raises ``Damaged`` where that was lost."""
    return open_ledger(place, lambda was_used: find_key(state, was_used=was_used).derive("audit"))


def _pair(engine: Engine, ledger: Ledger, wanted: str | None) -> None:
    with ledger.reading() as t:
        found, is_paired = t.facts.get(_LEDGER), t.facts.get(_PAIRED) is not None
    if wanted and found != wanted:
        raise Damaged(_lost(Sentence("this ledger is not the one that the workspace was used with")))
    if is_paired and not wanted:
        raise Damaged(_lost(Sentence("the warehouse is not the one that the ledger was used with; its file is new")))
    if is_paired:
        return
    # In this order, so that a kill between two steps is told from a loss.
    number, is_empty = found or uuid4().hex, not ledger.stand().audit
    with ledger.transaction() as t:
        t.facts.put(_LEDGER, number)
        if found is None and is_empty:
            t.facts.put(BEGAN, "yes")
    keep_fact(engine, _LEDGER, number)
    with ledger.transaction() as t:
        t.facts.put(_PAIRED, "yes")


def _lost(what: Sentence) -> Sentence:
    return sentence(
        "{what}. Nothing was changed. Put the file back from a backup (or set COTERIE_LEDGER_URL as it was), "
        "or begin anew with `coterie init` in another folder and load the files there",
        what=what,
    )
