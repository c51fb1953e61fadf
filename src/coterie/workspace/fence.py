"""A warehouse and a ledger belong together, and a restored, copied or moved workspace sends nothing before a person has released it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from coterie.engines import Engine, keep_fact, read_fact
from coterie.errors import BadSetting, Damaged, NotPermitted, Refused
from coterie.protect import find_key
from coterie.settings import machine_mark, state_home
from coterie.store import Ledger, LedgerStand, Transaction, open_ledger
from coterie.words import Sentence, joined, sentence, system_says
from coterie.writing import write_whole, written_whole

_LEDGER = "ledger_id"
_PAIRED = "warehouse_is_paired"
ERASING = "erasing"
"""The fact that an erasure was begun and is not finished."""
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


LEDGER_ID = "ledger_id"
_REGISTERED = "fence_registered"
_UNUSED = "unused"
"""The file in the state of a workspace that was made and not yet opened."""
PAST_DUE = ("send", "drop")
"""What may become of messages that were due before a copy was released."""


@dataclass(frozen=True)
class Fence:
    """The fence of the workspace whose state is in the folder ``state``."""

    state: Path
    ledger: Ledger

    def arrive(self) -> None:
        """Close the ledger for sending where it is a copy; note a ledger that is new."""
        with self.ledger.reading() as t:
            facts = t.facts.some([LEDGER_ID, _REGISTERED, BEGAN])
        number, unused = facts.get(LEDGER_ID), self.state / _UNUSED
        note = _read(_file(number))
        if BEGAN in facts and not unused.exists():
            self.ledger.fenced = Sentence(
                "a workspace was used here before and its ledger is gone, so who objected then is not known: put the ledger "
                "back from a backup, or load all lists of refusals again"
            )
        elif note is None and _REGISTERED not in facts:
            self._write(number, self.ledger.stand())
        else:
            self.ledger.fenced = self._why(note)
        if self.ledger.fenced is not None:
            return
        if _REGISTERED not in facts:
            with self.ledger.transaction() as t:
                _register(t)
        if unused.exists():
            unused.unlink()

    def keep(self) -> None:
        """Note how far the ledger has come; nothing where it is fenced, or further elsewhere."""
        if self.ledger.fenced is not None:
            return
        with self.ledger.reading() as t:
            number = t.facts.get(LEDGER_ID)
        stand, note = self.ledger.stand(), _read(_file(number))
        if note is None or stand.tick > int(str(note["tick"])):
            self._write(number, stand)

    def release(self, *, actor: str, now: datetime, past_due: str | None) -> Sentence | None:
        """Let this folder send from now on; why it could not, or None when it could.

        Raises ``Refused`` where messages were due already and nobody says what becomes of
        them: they may have left since the copy was made.
        """
        why = self.ledger.fenced
        if why is None:
            return None
        if past_due is not None and past_due not in PAST_DUE:
            raise Refused(
                sentence("--past-due is {ways}, not {value!r}", ways=joined(PAST_DUE, " or "), value=past_due)
            )
        with self.ledger.transaction() as t:
            number, due = t.facts.get(LEDGER_ID), t.outbox.past_due(now=now)
            if due and past_due is None:
                raise Refused(
                    sentence(
                        "{due:,} {due|message was|messages were} due before, and may have left since this copy was made: add "
                        "--past-due drop to hold them back for good, or --past-due send to send them",
                        due=due,
                    )
                )
            dropped = t.outbox.drop_past_due(now=now) if past_due == "drop" else 0
            detail = {"why": why, "folder": str(self.state), "past_due": due, "dropped": dropped}
            t.audit.append("fence released", "ledger", detail, actor=actor, at=now)
            _register(t)
        self._write(number, self.ledger.stand())
        self.ledger.fenced = None
        return why

    def note_erased(self) -> None:
        """Note outside of the workspace whose data are erased, by the ledger's hashes, so that a backup put back here erases them too."""
        with self.ledger.reading() as t:
            number, erased = t.facts.get(LEDGER_ID), t.erased.all()
        known = _noted_erased(number) | erased
        with suppress(OSError):  # the erasure itself is done
            _erased_file(number).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with written_whole(_erased_file(number), private=True) as file:
                file.write_text(json.dumps({key: at.isoformat() for key, at in known.items()}))

    def unknown_erasures(self) -> dict[str, datetime]:
        """What ``note_erased`` noted and this ledger does not know, since it was put back from before; hash → when."""
        with self.ledger.reading() as t:
            noted = _noted_erased(t.facts.get(LEDGER_ID))
            known = t.erased.all() if noted else {}
        return {key: at for key, at in noted.items() if key not in known or known[key] < at}

    def _why(self, note: Mapping[str, object] | None) -> Sentence | None:
        if note is None:
            return Sentence("it was used elsewhere before, on another machine or by another user")
        here = self._place()
        if note["machine"] != here["machine"] or note["folder"] != here["folder"]:
            return sentence("it is a copy: the workspace itself was {path}", path=note["path"])
        with self.ledger.reading() as t:
            code = t.audit.code_at(int(str(note["audit"])))
        if self.ledger.stand().tick < int(str(note["tick"])) or (code or "") != note["code"]:
            return Sentence("it was put back: the workspace had come further before")
        return None

    def _place(self) -> dict[str, object]:
        return {"machine": machine_mark(), "folder": self.state.stat().st_ino, "path": str(self.state.resolve().parent)}

    def _write(self, number: str | None, stand: LedgerStand) -> None:
        file = _file(number)
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            body = self._place() | {"tick": stand.tick, "audit": stand.audit, "code": stand.code}
            write_whole(file, json.dumps(body))
        except OSError as fault:
            raise BadSetting(
                sentence(
                    "{folder} cannot be written to ({why}): which workspaces were used here is noted there; "
                    "name another folder in COTERIE_STATE_HOME",
                    folder=file.parent,
                    why=system_says(fault),
                )
            ) from fault


def check_fence(ledger: Ledger) -> None:
    """Raise where the ledger is fenced."""
    if ledger.fenced is not None:
        raise NotPermitted(fenced_in_words(ledger.fenced))


def fenced_in_words(why: Sentence) -> Sentence:
    """The sentence that a fenced ledger refuses with."""
    return sentence(
        "nothing is sent from this workspace: {why}. Make sure that no other sends the same, then release it with "
        "`coterie campaigns release --by YOUR-NAME`",
        why=why,
    )


def _file(number: str | None) -> Path:
    return state_home() / "workspaces" / f"{number}.json"


def _erased_file(number: str | None) -> Path:
    return state_home() / "workspaces" / f"{number}.erased"


def _noted_erased(number: str | None) -> dict[str, datetime]:
    try:
        told = json.loads(_erased_file(number).read_text("utf-8"))
        return {str(key): datetime.fromisoformat(at) for key, at in told.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _register(t: Transaction) -> None:
    t.facts.put(_REGISTERED, "yes")
    t.facts.put(BEGAN, None)


def mark_unused(folder: Path, state: Path) -> None:
    """Note in the ``state`` of the workspace that is being made in ``folder`` that its ledger may begin empty.

    Not where anything shows that there was a workspace before: its objections would be gone.
    """
    kept = (path for part in (state, folder / "definitions", folder / "mappings") for path in part.rglob("*"))
    if all(path == state / _UNUSED for path in kept) and not _was_noted(folder):
        (state / _UNUSED).touch()


def _was_noted(folder: Path) -> bool:
    here = {"machine": machine_mark(), "path": str(folder.resolve())}
    try:
        notes = [_read(file) for file in _file("any").parent.glob("*.json")]
    except (OSError, BadSetting):  # said when the workspace is opened
        return False
    return any(note is not None and here.items() <= note.items() for note in notes)


def _read(file: Path) -> Mapping[str, object] | None:
    try:
        note = json.loads(file.read_text("utf-8"))
        return note if {"machine", "folder", "path", "tick", "audit", "code"} <= set(note) else None
    except (OSError, ValueError, TypeError):
        return None
