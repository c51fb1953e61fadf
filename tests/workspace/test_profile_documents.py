"""What a document tells is what the warehouse tells, whatever was done in between; what cannot be relied on is not there."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

import coterie
from coterie.api.interface import written
from coterie.collect import record_events
from coterie.errors import UnknownName
from coterie.workspace import erasing
from coterie.workspace.profile_documents import ProfileDocuments, spelled
from tests.workspace.shop import NOW, filled

LANGS = ("en", "zh")


class Shop:
    """A workspace and the documents of its people, which are made when it is said."""

    def __init__(self, folder: Path) -> None:
        self.ws = coterie.open(filled(folder / "shop"), clock=lambda: NOW)
        self.files = folder / "files"
        self.documents = ProfileDocuments(self.ws, by_itself=False)

    def numbers(self) -> list[int]:
        """Of a few people, and one that nobody has: to read a person from the warehouse takes its time."""
        told = "SELECT identifier_id FROM identifiers WHERE regexp_matches(value, '^[a-zA-Z]*([1-3]|61)?(@.*)?$') ORDER BY 1"
        return [*self.ws.query(told)["identifier_id"], 10_000]

    def found(self) -> dict[tuple[int, str], bytes]:
        asked = {(number, lang): self.documents.find(number, lang) for number in self.numbers() for lang in LANGS}
        return {each: document for each, document in asked.items() if document is not None}

    def make(self) -> None:
        for _ in range(2):  # where a number of a merged profile leads to is known after the first
            self.found()
            while self.documents.make():
                pass

    def told(self) -> dict[int, dict[str, object]]:
        """By the warehouse: number → language → what is told, of those that there are."""
        found: dict[int, dict[str, object]] = {}
        for number in self.numbers():
            with suppress(UnknownName):
                person = self.ws.profiles.show(number)
                found[number] = {lang: json.loads(written(person, lang)) for lang in LANGS}
        return found

    def check(self) -> None:
        """What is there now is true; and so is what is made then, of everybody."""
        told = self.told()
        for _ in range(2):
            found = self.found()
            for (number, lang), document in found.items():
                assert json.loads(document) == told[number][lang], number
            self.make()
        assert {number for number, _ in found} == {*told}

    def load(self, kind: str, text: str) -> None:
        file = self.files / f"more-{kind}.csv"
        file.write_text(text, "utf-8")
        self.ws.load(file, kind=kind)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    found = Shop(tmp_path_factory.mktemp("documents"))
    yield found
    found.ws.close()


@pytest.fixture
def shop(kept: Shop) -> Iterator[Shop]:
    with ProfileDocuments(kept.ws, by_itself=False) as kept.documents:
        yield kept


def test_a_change_of_one_leaves_the_others_where_they_are(shop: Shop) -> None:
    shop.make()
    before = shop.found()
    shop.documents.changing()
    assert shop.found() == {}
    shop.documents.changed(frozenset({1}))
    assert {number for number, _ in before} - {number for number, _ in shop.found()} == {1, *_named(shop, 1)}
    shop.make()
    assert shop.found() == before


def _named(shop: Shop, profile: int) -> list[int]:
    return shop.ws.query("SELECT identifier_id AS n FROM identifiers WHERE profile_id = $profile", profile=profile)["n"]


@pytest.mark.parametrize("touched", [frozenset({2}), None], ids=["somebody", "anybody"])
def test_what_changes_while_it_is_made_is_not_kept(
    shop: Shop, touched: frozenset[int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents, work, keep = shop.documents, shop.documents._work, shop.documents._work._keep
    shop.found()

    def changed_meanwhile(*given: object) -> None:
        documents.changing()
        documents.changed(touched)
        keep(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(work, "_keep", changed_meanwhile)
    for _ in range(2):  # names first
        documents.make()
    there = {number for number, _ in shop.found()}
    assert 2 not in there
    assert bool(there) == (touched is not None)
    monkeypatch.undo()
    shop.check()


@pytest.mark.parametrize("harm", ["gone", "torn"])
def test_a_file_that_is_gone_or_broken_is_made_anew(shop: Shop, harm: str) -> None:
    shop.make()
    for file in (shop.ws.folder / ".coterie").glob("documents*"):
        if harm == "gone":
            file.unlink()
        else:
            file.write_bytes(b"\xff" * file.stat().st_size)
    shop.check()


def test_nothing_is_left_of_a_process_that_was_killed(shop: Shop) -> None:
    shop.make()
    state = shop.ws.folder / ".coterie"
    for removed_by in (erasing.scrub, lambda _stand: ProfileDocuments(shop.ws, by_itself=False).__enter__().__exit__()):
        for end in ("", "-wal"):
            (state / f"documents-0-1.sqlite{end}").write_bytes(b"of another")
        removed_by(shop.ws._stand)
        assert not list(state.glob("documents-0-*"))
        assert list(state.glob("documents*"))
    shop.documents.__exit__()
    assert not list(state.glob("documents*"))


def test_those_who_wait_are_answered_as_the_warehouse_tells(shop: Shop) -> None:
    told = shop.told()
    with ProfileDocuments(shop.ws) as documents:
        waiting = {number: documents.awaited(number) for number in shop.numbers()}
        for number, one in waiting.items():
            found = one.result(60)
            assert (found is None) == (number not in told)
            for lang in LANGS if found else ():
                assert json.loads(spelled(found, lang)) == told[number][lang]
    assert documents.awaited(1) is None, "nobody is left to answer"


def test_a_key_is_found_however_it_is_spelled_and_not_where_it_names_several(shop: Shop) -> None:
    shop.make()
    documents, number = shop.documents, shop.ws.profiles.find("customer_id:C2")
    for key in ("customer_id:C2", "C2", " C2 ", "customer_id: C2", f"profile:{number}"):
        assert documents.number(key) == number, key
    assert documents.number("customer_id:C2", is_quick=True) == number
    for key in ("C2", "customer_id: C2"):
        assert documents.number(key, is_quick=True) is None
    for key in ("customer_id:nobody", "nobody", "profile:x"):
        assert documents.number(key) is None
    documents.changing()
    assert documents.number("customer_id:C2") is None
    documents.changed(frozenset({number}))
    assert documents.number("customer_id:C1") is None, "what came may be named like that too"
    shop.make()
    assert documents.number("customer_id:C2") == number


def test_what_keeps_documents_from_being_made_is_told_until_it_is_gone(shop: Shop) -> None:
    ws, engine = shop.ws, shop.ws._stand.engine
    there = engine.query("SELECT sql FROM duckdb_views() WHERE view_name = 'traits'")["sql"][0].as_py()

    def told() -> tuple[bool, str]:
        found = next(row for row in ws.doctor() if row["check"] == "documents")
        return ws.status().documents_fault is not None, found["state"]

    with ProfileDocuments(ws) as documents:
        engine.view("traits", "SELECT profile_id, error('a broken view')::DOUBLE AS x FROM profiles")
        _until(lambda: documents.fault is not None)
        assert told() == (True, "look")
        assert documents.awaited(1) is None
        engine.execute(there.replace("CREATE VIEW", "CREATE OR REPLACE VIEW"))
        _until(lambda: documents.fault is None)
        _until(lambda: documents.find(1, "en") is not None)
        assert told() == (False, "good")


def _until(holds: Callable[[], bool]) -> None:
    waiting = threading.Event()
    for _ in range(1_000):
        if holds():
            return
        waiting.wait(0.05)
    pytest.fail("it never came to be")


def test_it_works_by_itself(shop: Shop) -> None:
    with ProfileDocuments(shop.ws) as documents:
        _until(lambda: documents.find(1, "en") is not None)
        _until(lambda: documents.find_named("customer_id:C2", "en") is not None)


def test_everybody_is_told_alike_after_each_thing_that_is_done(shop: Shop) -> None:
    ws = shop.ws
    shop.check()
    # A new person, a merge of two, an order of an old one; known before any refresh, and after it.
    shop.load(
        "customers", "customer_id,email,city\nC1,c1@shop.example,Rome\nC61,new@shop.example,Oslo\nX2,c2@shop.example,\n"
    )
    shop.load("orders", "order_id,customer_id,order_date,total\nN1,C3,2026-02-27 10:00:00,12.345\n")
    shop.check()
    ws.refresh()
    assert len(ws.profiles.merges()) > 0
    shop.check()
    ws.profiles.unmerge(ws.profiles.merges()[0]["merge_id"])
    shop.check()
    (ws.folder / "definitions" / "more.yaml").write_text(
        "traits:\n- name: spent\n  value: {sum: revenue, event: Order Completed}\nsegments:\n- name: rich\n  rule: {trait: spent, '>=': 100}\n"
    )
    ws.apply(ws.folder / "definitions")
    shop.check()
    ws.refresh(as_of=NOW - timedelta(days=20))
    ws.profiles.erase("C61")
    assert shop.found() == {}
    shop.check()
    sent = {"event_id": "s1", "name": "Message Sent", "occurred_at": NOW, "profile_id": 2}
    record_events(ws._stand.engine, pa.Table.from_pylist([sent]))
    assert {number for number, _ in shop.found()} == {*shop.told()} - {2, *_named(shop, 2)}
    shop.check()
