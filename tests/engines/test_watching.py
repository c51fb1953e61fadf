"""Who watches an engine is told of every change before and after it can be seen, and of nothing else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pyarrow as pa
import pytest

from coterie.engines import Engine, Touched, keep_fact, open_warehouse

ANYBODY = None


class Notes:
    """A watcher that writes down what it was told, and what there was to be seen then."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self.told, self.fault = engine, list[object](), None

    def changing(self) -> None:
        self.told.append("changing")

    def changed(self, touched: frozenset[int] | None) -> None:
        self.told.append(touched if touched is None else sorted(touched))


def of_three(engine: Engine) -> None:
    touched = Touched()
    with engine.transaction(touched):
        keep_fact(engine, "color", "green")
        touched.people = frozenset({3})


def inside_another(engine: Engine) -> None:
    with engine.transaction():
        of_three(engine)


def undone(engine: Engine) -> None:
    with suppress(ZeroDivisionError), engine.transaction():
        keep_fact(engine, "color", "green")
        raise ZeroDivisionError


def tried(engine: Engine) -> None:
    with engine.trial():
        keep_fact(engine, "color", "green")


def read(engine: Engine) -> None:
    with engine.reading(), engine.temporary("ones", "SELECT 1 AS n") as ones:
        engine.execute(f"INSERT INTO {ones} VALUES (2)")


@pytest.mark.parametrize(
    ("act", "told"),
    [
        pytest.param(lambda engine: keep_fact(engine, "color", "green"), ["changing", ANYBODY], id="anybody-unless-said"),
        pytest.param(of_three, ["changing", [3]], id="whom-it-says"),
        pytest.param(inside_another, ["changing", ANYBODY], id="a-part-does-not-speak-for-the-whole"),
        pytest.param(lambda engine: engine.execute("DELETE FROM scores"), ["changing", ANYBODY], id="by-itself"),
        pytest.param(lambda engine: engine.write("costs", pa.table({"channel": ["a"]})), ["changing", ANYBODY], id="rows"),
        pytest.param(lambda engine: engine.view("ones", "SELECT 1 AS n"), ["changing", ANYBODY], id="a-view"),
        pytest.param(undone, [], id="undone"),
        pytest.param(tried, [], id="tried"),
        pytest.param(read, [], id="read"),
    ],
)  # fmt: skip
def test_a_change_is_told(act: Callable[[Engine], object], told: list[object]) -> None:
    engine = open_warehouse(None, threads=1)
    notes = Notes(engine)
    assert engine.watchers is not None
    with engine.watchers.including(notes):
        act(engine)
    act(engine)  # nobody watches any more
    assert notes.told == told
    engine.close()
