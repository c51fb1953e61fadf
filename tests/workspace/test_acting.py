"""Who did it, and nobody's change over another's."""

from __future__ import annotations

import pytest

import coterie
from coterie.errors import Overtaken
from coterie.run import compare, read_definitions, save_changes
from tests.workspace.shop import NOW


def test_changes_are_kept_as_the_doing_of_who_acts(shop: coterie.Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    name = shop.segmentations.show("rfm").parts[0]["name"]
    with coterie.acting_as("ann"):
        made = shop.segmentations.adopt("rfm", name)
    assert shop.segments[made.segment].versions().rows()[-1]["author"] == "ann"
    monkeypatch.setenv("COTERIE_ACTOR", "bob")
    shop.segments[made.segment].rollback(1)
    with shop._stand.ledger.reading() as t:
        actors = [entry.actor for entry in t.audit.entries()]
    assert actors[-2:] == ["ann", "bob"]


def test_the_brakes_are_kept_as_the_doing_of_who_acts(shop: coterie.Workspace) -> None:
    with coterie.acting_as("ann"):
        shop.brakes.hold("wrong price")
    shop.brakes.release(actor="bob")
    with shop._stand.ledger.reading() as t:
        assert [entry.actor for entry in t.audit.entries()][-2:] == ["ann", "bob"]


def test_what_was_compared_is_what_is_changed(shop: coterie.Workspace) -> None:
    ledger = shop._stand.ledger
    given = read_definitions(shop.folder / "definitions")
    with ledger.reading() as t:
        [name, *_] = t.definitions.all("segment")
    definition = next(each for each in given if each.name == name)
    definition.body["description"] = "mine"
    changes = compare(ledger, given)
    with ledger.transaction() as t:
        theirs = {**t.definitions.one("segment", name).body, "description": "theirs"}
        t.definitions.save("segment", name, theirs, author="bob", at=NOW)
        before = len(list(t.audit.entries()))
    with pytest.raises(Overtaken, match="bob"):
        save_changes(ledger, changes, given, author="ann", at=NOW)
    with ledger.reading() as t:
        assert t.definitions.one("segment", name).body["description"] == "theirs"
        assert len(list(t.audit.entries())) == before
