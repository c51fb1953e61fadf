"""The law: what is found in a document is what the warehouse tells of that person, whatever happened before."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coterie.api.interface import written
from coterie.errors import NotReady, Refused, UnknownName
from coterie.workspace import Workspace
from coterie.workspace.people import People
from coterie.workspace.profile_documents import ProfileDocuments
from coterie.workspace.stand import Stand
from tests.live.test_live_law import _FIRST, MANY, History, steps
from tests.live.twins import One

LANGS = ("en", "zh")
NOBODY = ("nobody", "email:nobody@shop.example", "phone:1", "profile:x", "999999", ":", "email:", "u1:", "")
Who = int | str
"""A number, or a key."""


class Watched:
    """One warehouse whose people are read by both ways."""

    def __init__(self, one: One) -> None:
        stand = Stand(one.folder, one.settings, one.engine, one.ledger, one.clock)
        (one.folder / ".coterie").mkdir()
        self._engine, self._people = one.engine, People(stand)
        self.documents = ProfileDocuments(cast("Workspace", SimpleNamespace(_stand=stand)), by_itself=False)

    def told(self) -> dict[tuple[Who, str], object]:
        """By the warehouse, of everybody who is asked for, in each language."""
        found: dict[Who, dict[str, object]] = {}
        for who in self.asked():
            try:
                number = self._people.find(who)
            except (UnknownName, Refused, NotReady):
                found[who] = dict.fromkeys(LANGS)
                continue
            if number not in found:
                person = self._people.show(number)
                found[number] = {lang: json.loads(written(person, lang)) for lang in LANGS}
            found[who] = found[number]
        return {(who, lang): read for who, reads in found.items() for lang, read in reads.items()}

    def asked(self) -> list[Who]:
        """Every number and one more, every identifier in several spellings, and some that nobody has."""
        rows = self._engine.query("SELECT identifier_id, namespace, value FROM identifiers ORDER BY 1").to_pylist()
        numbers = [row["identifier_id"] for row in rows]
        keys = [key for row in rows for key in (row["value"], f"{row['namespace']}:{row['value']}")]
        keys += [each.upper() for each in keys if "@" in each] + [f"profile:{number}" for number in numbers[:3]]
        return [*numbers, max(numbers, default=0) + 1, *dict.fromkeys([*keys, *map(str, numbers[:3]), *NOBODY])]

    def found(self, who: Who, lang: str) -> bytes | None:
        return self.documents.find(who, lang) if isinstance(who, int) else self.documents.find_named(who, lang)

    def compare(self) -> int:
        """Whoever is found is told alike, now and once all are made; how many were found before anything was made."""
        told = self.told()
        found = {asked: self.found(*asked) for asked in told}
        self._alike(told, found)
        there = sum(each is not None for each in found.values())
        while self.documents.make():
            pass
        found = {asked: self.found(*asked) for asked in told}
        self._alike(told, found)
        missing = [asked for asked, document in found.items() if document is None and told[asked] is not None]
        assert not missing, missing
        return there

    def _alike(self, told: dict[tuple[Who, str], object], found: dict[tuple[Who, str], bytes | None]) -> None:
        for asked, document in found.items():
            if document is not None:
                assert json.loads(document) == told[asked], asked


def told_and_compared(history: Iterable[tuple[str, object]], zone: str) -> list[int]:
    """How many answers were found after each step before anything was made."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as kept:
        told = History(Path(folder), zone)
        kept.callback(told.twins.close)
        watched = Watched(told.twins.live)
        kept.enter_context(watched.documents)
        told.between = watched.compare
        found = []
        for what, how in [*_FIRST, *history]:
            told.act(what, how)
            found.append(watched.compare())
        return found


@pytest.mark.usefixtures("few_ready_traits")
def test_documents_follow_a_merge_its_undoing_late_facts_and_time() -> None:
    found = told_and_compared(
        [
            ("take", [("view", ("u1", None), 0, 1)]),
            ("take", [("identify", ("u2", "a1"), 0, {"email": "Ann@Shop.Example"})]),
            ("unmerge", 0),
            ("take", [("view", ("u3", "a2"), -3600, 2), ("alias", "u3", "a1")]),
            ("wait", 8 * 86400),
            ("again", 0),
        ],
        "UTC",
    )
    assert found[-1] > 0  # who was told before what came again is told by the document that was there


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_a_document_is_what_the_warehouse_tells(zone: str, few_ready_traits: None) -> None:
    suppressed = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]

    @settings(max_examples=MANY, suppress_health_check=suppressed)
    @given(st.lists(steps, min_size=2, max_size=4))
    def holds(history: list[tuple[str, object]]) -> None:
        told_and_compared(history, zone)

    holds()
