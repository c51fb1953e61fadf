"""Turns beside the intake: refreshes rest, what needs none goes on, and what failed is tried again later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from coterie.live import Keeper
from tests.live.test_turns import begun, viewed
from tests.live.twins import Twins


@pytest.fixture
def twins(tmp_path: Path, few_ready_traits: None) -> Iterator[Twins]:
    found = Twins(tmp_path)
    found.define_all()
    begun(found)
    yield found
    found.close()


def _keeper(twins: Twins) -> Keeper:
    one = twins.live
    return Keeper(one.engine, one.ledger, lambda: one.settings, one.clock)


def _define(twins: Twins, within: str) -> None:
    twins.define("segment", {"name": "viewers", "rule": {"op": "did", "event": "Product Viewed", "within": within}})


def test_a_refresh_is_followed_by_a_rest_in_which_what_needs_none_goes_on(twins: Twins) -> None:
    keeper = _keeper(twins)
    _define(twins, "2d")
    twins.wait(timedelta(minutes=1))
    keeper.look()
    assert keeper.figures().everybody == {"definitions": 1}
    twins.take(viewed(300, "u5"))
    twins.wait(timedelta(seconds=1))
    keeper.look()
    assert keeper.figures().turns["touched"] == 1
    _define(twins, "3d")
    twins.wait(timedelta(minutes=1))
    keeper.look()
    assert keeper.figures().everybody == {"definitions": 1}
    assert keeper.fault is None


def test_what_failed_is_not_tried_again_at_once(twins: Twins) -> None:
    keeper = _keeper(twins)
    twins.live.ledger.close()
    twins.live.engine.execute("ALTER TABLE batches RENAME TO elsewhere")
    keeper.look()
    fault = keeper.fault
    assert fault is not None
    keeper.look()
    assert keeper.fault is fault
    twins.live.engine.execute("ALTER TABLE elsewhere RENAME TO batches")
