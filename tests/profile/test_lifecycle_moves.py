"""Who moved between stages adds up to the stages of both instants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pytest

from coterie.engines import Engine, open_warehouse
from coterie.errors import NotReady
from coterie.profile import LifecycleDefinition
from coterie.profile.lifecycle import lifecycle_stages
from coterie.profile.lifecycle_moves import StageMove, StageMoves, lifecycle_moves

END = datetime(2026, 1, 1)
SINCE = END - timedelta(days=90)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Two hundred people, of whom some ordered before the earlier instant and some only after it."""
    draw = np.random.default_rng(3)
    engine = open_warehouse(None)
    people = range(1, 201)
    engine.execute(
        "INSERT INTO profiles (profile_id, first_seen_at) SELECT unnest($ids), unnest($seen)",
        {"ids": list(people), "seen": [END - timedelta(days=20 if each > 180 else 500) for each in people]},
    )
    rows = [
        (f"o{person}-{nth}", person, END - timedelta(days=float(draw.uniform(1, 15 if person > 180 else 400))))
        for person in people
        if person % 10
        for nth in range(int(draw.integers(1, 9)))
    ]
    engine.execute(
        "INSERT INTO orders BY NAME SELECT unnest($o) AS order_id, unnest($p) AS profile_id, unnest($at) AS occurred_at, "
        "10 AS revenue, 'completed' AS status",
        {"o": [row[0] for row in rows], "p": [row[1] for row in rows], "at": [row[2] for row in rows]},
    )
    yield engine
    engine.close()


def test_moves_add_up_to_the_stages_of_both_instants(engine: Engine) -> None:
    now = lifecycle_stages(engine, as_of=END)
    before = lifecycle_stages(engine, now.definition, as_of=SINCE)
    found = lifecycle_moves(engine, since=SINCE, as_of=END)
    ended, began = Counter[str](), Counter[str]()
    for move in found.moves:
        ended[move.now] += move.customers
        began[move.before or "lead"] += move.customers
    assert ended == {part.stage.key: part.customers for part in now.parts}
    assert began == {part.stage.key: part.customers for part in before.parts}


def test_who_was_not_known_then_comes_from_nowhere(engine: Engine) -> None:
    found = lifecycle_moves(engine, since=SINCE, as_of=END)
    assert sum(move.customers for move in found.moves if move.before is None) == 20


def test_who_came_after_both_instants_is_left_out(engine: Engine) -> None:
    found = lifecycle_moves(engine, since=END - timedelta(days=200), as_of=SINCE, is_past=True)
    assert sum(move.customers for move in found.moves) == 180
    assert (found.since, found.as_of) == (END - timedelta(days=200), SINCE)


def test_nobody_moves_by_thresholds_alone(engine: Engine) -> None:
    definition = LifecycleDefinition(at_risk_after_days=30, dormant_after_days=60, churned_after_days=90)
    found = lifecycle_moves(engine, definition, since=END - timedelta(seconds=1), as_of=END)
    assert all(move.before == move.now for move in found.moves)


def test_silence_growing_and_ending_are_told_apart() -> None:
    moves = (
        StageMove("loyal", "at_risk", 5),
        StageMove("at_risk", "churned", 2),
        StageMove("churned", "won_back", 1),
        StageMove("dormant", "at_risk", 3),
        StageMove("lead", "new", 4),
        StageMove("lead", "lead", 5),
    )
    said = StageMoves(SINCE, END, moves).in_words()
    assert str(said[0]).startswith(
        "7 customers fell silent for longer than is usual, or for longer still; 4 came back; 4 "
    )
    assert str(said[1]).startswith("25% are in the stage")


def test_without_time_to_tell_stages_nobody_moved() -> None:
    engine = open_warehouse(None)
    engine.execute("INSERT INTO profiles (profile_id) VALUES (1)")
    engine.execute(
        "INSERT INTO orders BY NAME SELECT 'A' AS order_id, 1 AS profile_id, TIMESTAMP '2025-12-30' AS occurred_at, "
        "20 AS revenue, 'completed' AS status"
    )
    with pytest.raises(NotReady):
        lifecycle_moves(engine, since=SINCE, as_of=END)
    engine.close()
