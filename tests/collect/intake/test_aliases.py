"""An alias call joins its two ids, whichever came first, and whether the previous one was a person's or a device's."""

from __future__ import annotations

from itertools import permutations

import pytest

from coterie.collect.intake import link_aliased
from coterie.domain import Quiet
from coterie.resolve import resolve
from coterie.settings import WorkspaceSettings
from tests.collect.intake.conftest import NOW, Yard

OLD = {"type": "identify", "userId": "old", "messageId": "m1", "traits": {"email": "ann@shop.example"}}
NEW = {"type": "track", "event": "X", "userId": "new", "messageId": "m2"}
ALIAS = {"type": "alias", "userId": "new", "previousId": "old", "messageId": "m3"}
OTHER = {"type": "track", "event": "X", "userId": "other", "messageId": "m4"}
DEVICE = {"type": "track", "event": "X", "anonymousId": "old", "messageId": "m1"}


def _people(yard: Yard) -> list[set[str]]:
    link_aliased(yard.engine)
    resolve(yard.engine, settings=WorkspaceSettings(), clock=lambda: NOW, progress=Quiet())
    rows = yard.rows("SELECT list(value) FROM identifiers WHERE namespace <> 'email' GROUP BY profile_id")
    return sorted(({*values} for (values,) in rows), key=sorted)  # type: ignore[misc]


@pytest.mark.parametrize("order", list(permutations([OLD, NEW, ALIAS, OTHER])))
def test_an_alias_of_a_user_joins_both_in_any_order(yard: Yard, order: tuple[dict[str, object], ...]) -> None:
    for message in order:
        yard.take(message)
    assert _people(yard) == [{"new", "old"}, {"other"}]


def test_an_alias_of_a_device_joins_both(yard: Yard) -> None:
    yard.take(DEVICE, ALIAS | {"anonymousId": "elsewhere"})
    assert _people(yard) == [{"elsewhere", "new", "old"}]


def test_a_link_stands_at_once_and_once(yard: Yard) -> None:
    yard.take(OLD, NEW, ALIAS)
    # The previous id may be a person's or a device's; nobody can tell, so that it is both.
    assert yard.rows("SELECT evidence, count(*) FROM identity_links GROUP BY ALL") == [("alias", 2)]
    link_aliased(yard.engine)
    yard.take(ALIAS | {"messageId": "m9"})
    assert yard.rows("SELECT count(*) FROM identity_links") == [(2,)]
