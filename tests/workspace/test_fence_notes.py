"""What a fence notes beside the workspace, and what it makes of what it finds there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from coterie.engines import open_warehouse
from coterie.errors import Damaged
from coterie.store import Ledger
from coterie.workspace.fence import BEGAN, LEDGER_ID, Fence, open_keyed_ledger, open_paired_ledger
from tests.store.rows import messages
from tests.workspace.shop import NOW


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COTERIE_STATE_HOME", str(tmp_path / "home"))
    made = tmp_path / "shop" / ".coterie"
    made.mkdir(parents=True)
    return made


@pytest.fixture
def ledger(state: Path) -> Iterator[Ledger]:
    """A ledger that was used here before."""
    opened = open_keyed_ledger(state / "ledger.sqlite", state)
    with opened.transaction() as t:
        t.facts.put(LEDGER_ID, "one")
    Fence(state, opened).arrive()
    assert opened.fenced is None
    yield opened
    opened.close()


@pytest.fixture
def note(tmp_path: Path, ledger: Ledger) -> Path:
    assert ledger.fenced is None
    return tmp_path / "home" / "workspaces" / "one.json"


def test_a_ledger_that_was_used_and_is_not_known_here_is_fenced_until_it_is_released(state, ledger, note):
    note.unlink()
    fence = Fence(state, ledger)
    fence.arrive()
    assert "used elsewhere" in str(ledger.fenced)
    with ledger.transaction() as t:
        t.facts.put("anything", "later")
    fence.keep()
    assert not note.exists(), "what is fenced notes nothing"
    assert "used elsewhere" in str(fence.release(actor="ann", now=NOW, past_due=None))
    Fence(state, ledger).arrive()
    assert ledger.fenced is None, "nobody is asked twice"
    assert fence.release(actor="ann", now=NOW, past_due=None) is None


@pytest.mark.parametrize(
    ("noted", "why"),
    [
        pytest.param({}, None, id="as-it-was-left"),
        pytest.param({"path": "/elsewhere"}, None, id="renamed"),
        pytest.param({"tick": 0}, None, id="killed-before-it-was-noted"),
        pytest.param({"machine": "another"}, "it is a copy: the workspace itself was /", id="on-another-machine"),
        pytest.param({"folder": 1}, "it is a copy: the workspace itself was /", id="in-another-folder"),
        pytest.param({"tick": 1000}, "it was put back", id="further-before"),
        pytest.param({"code": "another"}, "it was put back", id="as-far-on-another-way"),
        pytest.param({"audit": 1000}, "it was put back", id="more-in-its-log-before"),
    ],
)
def test_a_ledger_is_where_and_as_far_as_its_note_says(state, ledger, note, noted, why):
    with ledger.transaction() as t:
        t.audit.append("anything", "here", actor="ann", at=NOW)
    fence = Fence(state, ledger)
    fence.keep()
    with ledger.transaction() as t:
        t.audit.append("anything", "not noted", actor="ann", at=NOW)
    note.write_text(json.dumps(json.loads(note.read_text()) | noted))
    fence.arrive()
    assert ledger.fenced is None if why is None else str(ledger.fenced).startswith(why)


def test_a_note_follows_the_ledger_forward_and_never_back(state, ledger, note):
    fence, kept = Fence(state, ledger), json.loads(note.read_text())
    with ledger.transaction() as t:
        t.facts.put("anything", "later")
    fence.keep()
    assert json.loads(note.read_text())["tick"] == ledger.stand().tick > kept["tick"]
    ahead = json.dumps(kept | {"tick": 1000})
    note.write_text(ahead)
    fence.keep()
    assert note.read_text() == ahead
    note.unlink()
    fence.keep()
    assert json.loads(note.read_text())["tick"] == ledger.stand().tick


@pytest.mark.parametrize(("past_due", "left"), [("send", 1), ("drop", 0)])
def test_messages_that_were_due_are_sent_or_dropped_as_is_said(state, ledger, note, past_due, left):
    with ledger.transaction() as t:
        t.outbox.queue(messages("ann", at=NOW - timedelta(days=1)))
    note.unlink()
    fence = Fence(state, ledger)
    fence.arrive()
    fence.release(actor="ann", now=NOW, past_due=past_due)
    with ledger.reading() as t:
        assert len(t.outbox.waiting("email")) == left


def test_an_emptied_ledger_and_one_of_nobody_are_not_taken_for_that_of_the_warehouse(state):
    engine, place = open_warehouse(None), state / "ledger.sqlite"
    open_paired_ledger(engine, place, state).close()
    open_paired_ledger(engine, place, state).close()
    other = state / "other.sqlite"
    open_keyed_ledger(other, state).close()
    with pytest.raises(Damaged, match="not the one that the workspace was used with"):
        open_paired_ledger(engine, other, state)
    place.write_bytes(b"")
    with pytest.raises(Damaged, match="is missing"):
        open_paired_ledger(engine, place, state)
    assert place.read_bytes() == b"", "nothing was changed"


@pytest.mark.parametrize(("acts", "began"), [(0, "yes"), (1, None)])
def test_a_ledger_that_was_written_in_has_not_begun_here(state, acts, began):
    place = state / "ledger.sqlite"
    with closing(open_keyed_ledger(place, state)) as before, before.transaction() as t:
        for _ in range(acts):
            t.audit.append("anything", "earlier", actor="ann", at=NOW)
    with closing(open_paired_ledger(open_warehouse(None), place, state)) as ledger, ledger.reading() as t:
        assert t.facts.get(BEGAN) == began


def test_who_was_erased_is_noted_outside_and_told_to_a_ledger_of_before(state, ledger, note):
    fence, file = Fence(state, ledger), note.with_suffix(".erased")
    assert fence.unknown_erasures() == {}
    file.write_text(json.dumps({"old": NOW.isoformat(), "again": NOW.isoformat()}))
    with ledger.transaction() as t:
        t.erased.add({"new": NOW, "again": NOW + timedelta(days=1)})
    fence.note_erased()
    later = (NOW + timedelta(days=1)).isoformat()
    assert json.loads(file.read_text()) == {"old": NOW.isoformat(), "new": NOW.isoformat(), "again": later}
    assert file.stat().st_mode & 0o077 == 0
    assert fence.unknown_erasures() == {"old": NOW}, "what is known as of the same instant is no news"
    file.write_text(json.dumps({"new": later, "again": NOW.isoformat()}))
    assert fence.unknown_erasures() == {"new": NOW + timedelta(days=1)}, "who was erased once more since is"


@pytest.mark.parametrize("told", ["", "[]", "7", '{"a": 1}', '{"a": "yesterday"}', '{"a"'])
def test_a_note_of_erasures_that_cannot_be_read_stops_nothing(state, ledger, note, told):
    note.with_suffix(".erased").write_text(told)
    assert Fence(state, ledger).unknown_erasures() == {}
    Fence(state, ledger).note_erased()
    assert json.loads(note.with_suffix(".erased").read_text()) == {}
