"""The journal: durable when it says so, whole after a full disk, in order, and gone where it may be."""

from __future__ import annotations

import sqlite3
import threading
from datetime import datetime
from pathlib import Path

import pytest

from coterie.collect.intake import JournalQueue
from coterie.collect.intake import queue as queueing
from coterie.errors import CoterieError, Damaged, NotDurable, StorageFull, Transient
from coterie.store import Journal, Request, Waiting, journal, open_journal
from tests.limits import no_more_files

AT = datetime(2026, 11, 29, 10, 0, 0, 123_456)


def request(body: bytes = b"{}", messages: int = 1) -> Request:
    return Request(AT, "web", "track", messages, body)


def test_requests_come_back_in_order_and_are_let_go(tmp_path: Path) -> None:
    kept = open_journal(tmp_path / "journal.sqlite")
    kept.append([request(b"a", 2), request(b"b", 3)], trim_to=0)
    kept.append([request(b"c", 4)], trim_to=1)
    assert [(each.position, each.body, each.received_at) for each in kept.read(after=0, most=100)] == [
        (2, b"b", AT),
        (3, b"c", AT),
    ]
    assert [each.position for each in kept.read(after=0, most=1)] == [2]
    assert [each.position for each in kept.read(after=0, most=3)] == [2], "it holds the three that were asked for"
    assert [each.position for each in kept.read(after=0, most=4)] == [2, 3]
    assert [each.position for each in kept.read(after=2, most=9)] == [3]
    assert kept.waiting(after=2) == Waiting(requests=1, messages=4, size=1)


def test_positions_are_never_given_again(tmp_path: Path) -> None:
    kept = open_journal(tmp_path / "journal.sqlite")
    kept.append([request()], trim_to=0)
    kept.append([], trim_to=1)
    kept.close()
    again = open_journal(tmp_path / "journal.sqlite")
    again.append([request()], trim_to=0)
    assert [each.position for each in again.read(after=0, most=1)] == [2]
    assert again.identity == kept.identity


def test_it_is_the_owners_alone(tmp_path: Path) -> None:
    open_journal(tmp_path / "journal.sqlite")
    assert (tmp_path / "journal.sqlite").stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_journal_is_told(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").write_bytes(b"nonsense" * 1_000)
    with pytest.raises(Damaged):
        open_journal(tmp_path / "journal.sqlite")


def test_a_full_disk_keeps_nothing_of_a_commit_and_the_next_goes_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = open_journal(tmp_path / "journal.sqlite")
    with monkeypatch.context() as patched:
        patched.setattr(journal, "_PRAGMAS", (*journal._PRAGMAS, "max_page_count = 20"))
        with pytest.raises(StorageFull):
            kept.append([request(), request(b"x" * 200_000)], trim_to=0)
    kept.append([request(b"y")], trim_to=0)
    assert [each.body for each in kept.read(after=0, most=9)] == [b"y"]


def test_after_a_commit_that_failed_midway_nothing_of_it_is_there_and_the_next_goes_in(tmp_path: Path) -> None:
    kept = open_journal(tmp_path / "journal.sqlite")
    unkeepable = Request(AT, "web", "track", None, b"{}")  # type: ignore[arg-type]
    with pytest.raises(Transient):
        kept.append([request(b"x"), unkeepable], trim_to=0)
    kept.append([request(b"y")], trim_to=0)
    assert [each.body for each in kept.read(after=0, most=9)] == [b"y"]


def test_the_disk_confirms_every_commit(tmp_path: Path) -> None:
    open_journal(tmp_path / "journal.sqlite")
    connection = journal._connect(tmp_path / "journal.sqlite")
    told = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "journal_mode")}
    connection.close()
    assert told == {"synchronous": 2, "journal_mode": "wal"}


def test_where_no_file_can_be_opened_reading_is_to_be_tried_again(tmp_path: Path) -> None:
    kept = open_journal(tmp_path / "journal.sqlite")
    kept.append([request(b"a")], trim_to=0)
    with no_more_files():
        for read in (lambda: kept.read(after=0, most=1), lambda: kept.waiting(after=0), kept.newest):
            with pytest.raises(Transient):
                read()
    assert kept.newest() == 1


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (sqlite3.SQLITE_IOERR_FSYNC, NotDurable),
        (sqlite3.SQLITE_IOERR_DIR_FSYNC, NotDurable),
        (sqlite3.SQLITE_FULL, StorageFull),
        (sqlite3.SQLITE_CORRUPT, Damaged),
        (sqlite3.SQLITE_NOTADB, Damaged),
        (sqlite3.SQLITE_BUSY, Transient),
    ],
)
def test_what_the_disk_says_decides_whether_to_come_again(code: int, error: type[CoterieError]) -> None:
    fault = sqlite3.OperationalError("as SQLite says it")
    fault.sqlite_errorcode = code
    assert type(journal._in_words(fault)) is error


def test_the_queue_says_of_each_what_became_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = open_journal(tmp_path / "journal.sqlite")
    told: dict[object, CoterieError | None] = {}
    done = threading.Semaphore(0)

    def settled(who: list[object], fault: CoterieError | None) -> None:
        for each in who:
            told[each] = fault
            done.release()

    queue = JournalQueue(kept, settled)
    queue.start()
    assert all(queue.offer(request(), number) for number in range(100))
    for _ in range(100):
        assert done.acquire(timeout=30)
    assert set(told.values()) == {None}
    append = Journal.append

    def full(*_: object, **__: object) -> None:
        raise StorageFull("full")

    monkeypatch.setattr(Journal, "append", full)
    queue.offer(request(), "not kept")
    assert done.acquire(timeout=30)
    assert isinstance(told["not kept"], StorageFull)
    assert isinstance(queue.fault, StorageFull)
    monkeypatch.setattr(Journal, "append", append)
    queue.offer(request(), "kept")
    queue.stop()
    assert told["kept"] is None
    assert queue.fault is None
    assert kept.waiting(after=0).requests == 101


def test_after_an_fsync_that_failed_nothing_more_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = open_journal(tmp_path / "journal.sqlite")
    told: list[tuple[object, type[CoterieError] | None]] = []
    queue = JournalQueue(kept, lambda who, fault: told.extend((each, type(fault) if fault else None) for each in who))

    def failing(*_: object, **__: object) -> None:
        raise NotDurable("the disk did not confirm it")

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "append", failing)
        queue._commit([queueing._Asked(request(), "a")])
    queue._commit([queueing._Asked(request(), "b")])
    assert told == [("a", NotDurable), ("b", NotDurable)]
    assert kept.waiting(after=0).requests == 0


def test_the_queue_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "MOST_REQUESTS", 3)
    told: list[object] = []
    queue = JournalQueue(open_journal(tmp_path / "journal.sqlite"), lambda who, _: told.extend(who))
    assert [queue.offer(request(), number) for number in range(5)] == [True, True, True, False, False]
    queue.start()
    queue.stop()
    assert told == [0, 1, 2]
    assert not queue.is_full
