"""The suites of matchers, estimators and models name each promise that a part breaks; ``tests/house/test_parts`` and the rooms' own tests run the parts."""

# ruff: noqa: ARG002 - methods of the shape of a part

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pydantic import create_model

from coterie.deliver import PROVIDERS, Trouble
from coterie.domain import NotEstimable, Outcome
from coterie.engines import open_warehouse
from coterie.errors import ProviderUnavailable
from coterie.identifiers import MATCHERS
from coterie.measure import ESTIMATORS
from coterie.measure.moments import Moments
from coterie.predict import ORDER_MODELS, SPEND_MODELS
from coterie.settings import SmtpSettings
from coterie.testing.engines import check_engine
from coterie.testing.estimators import check_estimator
from coterie.testing.matchers import check_matcher
from coterie.testing.models import check_order_model, check_spend_model
from coterie.testing.providers import PROVIDER_CHECKS

EMAIL = MATCHERS["email"]
NOON = datetime(2026, 11, 21, 12)
CHANCE = np.random.default_rng(7)


def _matching(change):
    return replace(EMAIL, normalize=lambda values, country: change(EMAIL.normalize(values, country), values))


def _never_done(keys, _):
    return pc.binary_join_element_wise(keys, "x", "")


def _by_chance(keys, _):
    return pc.binary_join_element_wise(keys, str(CHANCE.integers(2**31)), "")


BROKEN_MATCHERS = {
    "one key for every value": _matching(lambda keys, _: keys.slice(1)),
    "no value, no key": _matching(lambda keys, _: pc.fill_null(keys, "nobody")),
    "an empty value names nobody": _matching(lambda keys, values: pc.if_else(pc.equal(values, ""), "nobody", keys)),
    "the values given have keys": _matching(lambda keys, _: pa.nulls(len(keys), pa.string())),
    "the same keys every time": _matching(_by_chance),
    "a key is its own key": _matching(_never_done),
    "a profile may hold a key": replace(EMAIL, at_most_per_profile=0),
    "stored keys tell by the revision": replace(EMAIL, revision=0),
}


@pytest.mark.parametrize("promise", BROKEN_MATCHERS)
def test_a_promise_that_a_matcher_breaks_is_named(promise):
    with pytest.raises(AssertionError, match=promise):
        check_matcher(BROKEN_MATCHERS[promise], ["ann@example.com"])


Means = ESTIMATORS["difference_of_means"]


def _arm(lift):
    draw = np.random.default_rng(3)
    y = (draw.random(400) < 0.3 + lift).astype(float)
    return Moments(400, {"y": float(y.sum())}, {("y", "y"): float((y * y).sum())})


class Hopeless(Means):
    def estimate(self, control, treated):
        return NotEstimable(reason="no", needs="more")


class Sure(Means):
    def estimate(self, control, treated):
        return Means(confidence=0.9).estimate(control, treated)


class Biased(Means):
    def estimate(self, control, treated):
        found = super().estimate(control, treated)
        if isinstance(found, NotEstimable):
            return found
        return replace(found, **{n: getattr(found, n) + 1 for n in ("value", "low", "high")})


class Bold(Means):
    def estimate(self, control, treated):
        return super().estimate(*(each if each.n else _arm(0) for each in (control, treated)))


BROKEN_ESTIMATORS = {
    "declares settings and the design": type("Undesigned", (Means,), {"design": ""}),
    "a form can be drawn": create_model("Formless", __base__=Means, depth=(int, 1)),
    "asks for moments that there are": type("Greedy", (Means,), {"variables": ("y", "w")}),
    "no estimate from two plain arms": Hopeless,
    "surer is wider": Sure,
    "equal arms have no effect": Biased,
    "an empty arm is no estimate": Bold,
}


@pytest.mark.parametrize("promise", BROKEN_ESTIMATORS)
def test_a_promise_that_an_estimator_breaks_is_named(promise):
    with pytest.raises(AssertionError, match=promise):
        check_estimator(BROKEN_ESTIMATORS[promise], _arm(0.0), _arm(0.2))


ORDERS, SPENDING = type(ORDER_MODELS["bgnbd"]), type(SPEND_MODELS["gamma_gamma"])


def _changed(kind, **changes):
    """A model whose answers are changed by what is given."""

    def method(name, change):
        return lambda self, *asked: change(getattr(kind, name)(self, *asked))

    return type("Spoiled", (kind,), {name: method(name, change) for name, change in changes.items()})()


def _unfit(_):
    return NotEstimable(reason="no", needs="more")


BROKEN_ORDER_MODELS = {
    "no fit of 600 plain customers": _changed(ORDERS, fit=_unfit),
    "one number for every history": _changed(ORDERS, expected=lambda found: found[1:]),
    "being alive is a probability": _changed(ORDERS, alive=lambda found: found * 2),
    "orders are expected": _changed(ORDERS, expected=lambda found: -found),
    "a new customer starts at nothing": _changed(ORDERS, expected_of_new=lambda found: found + 1),
    "chances are not negative": _changed(ORDERS, chances=lambda found: (-each for each in found)),
    "chances sum to 1": _changed(ORDERS, chances=lambda found: (each / 2 for each in found)),
    "the mean of the chances": _changed(ORDERS, expected=lambda found: found + 1),
}


@pytest.mark.parametrize("promise", BROKEN_ORDER_MODELS)
def test_a_promise_that_an_order_model_breaks_is_named(promise):
    with pytest.raises(AssertionError, match=promise):
        check_order_model(BROKEN_ORDER_MODELS[promise])


BROKEN_SPEND_MODELS = {
    "no fit of 600 plain customers": _changed(SPENDING, fit=_unfit),
    "values are positive": _changed(SPENDING, expected=lambda found: -found),
    "intervals narrow as orders come": _changed(SPENDING, interval=lambda found: (found[0] * 0, found[0] * 0 + 9)),
    "own orders outweigh": _changed(SPENDING, expected=lambda found: found[::-1] + 1e-3 * np.arange(4)),
}


@pytest.mark.parametrize("promise", BROKEN_SPEND_MODELS)
def test_a_promise_that_a_spend_model_breaks_is_named(promise):
    with pytest.raises(AssertionError, match=promise):
        check_spend_model(BROKEN_SPEND_MODELS[promise])


class Spoiled:
    """An engine, some of whose methods do something else."""

    def __init__(self, **changes):
        self._engine = open_warehouse(None, threads=1)
        for name, change in changes.items():
            setattr(self, name, partial(change, self._engine))

    def __getattr__(self, name):
        return getattr(self._engine, name)


def _filled(engine, table, rows, *, append=True):
    if "n" not in rows.column_names:
        rows = rows.append_column("n", pa.array([0] * len(rows)))
    engine.write(table, rows, append=append)


def _cut(engine, statement, values=None):
    found = engine.query(statement, values)
    instants = [n for n, kind in enumerate(found.schema.types) if pa.types.is_timestamp(kind)]
    for n in instants:
        found = found.set_column(n, found.column_names[n], pc.floor_temporal(found.column(n), unit="second"))
    return found


def _nothing(*_):
    return None


BROKEN_ENGINES = {
    "write appends by column name": {"write": lambda engine, table, rows, **_: engine.write(table, rows, append=False)},
    "columns that are not given are NULL": {"write": _filled},
    "create binds values": {"create": lambda e, table, sql, values=None: e.create(table, sql, values and {"least": 3})},
    "insert goes by column name": {"insert": _nothing},
    "a view sees rows that came after": {"view": lambda engine, name, sql: engine.create(name, sql)},
    "a view sees the table that was swapped in": {"swap": _nothing},
    r"tables\(\) says": {"tables": lambda engine: engine.tables() - {"made"}},
    r"columns\(\) says": {"columns": lambda engine, table: dict(reversed(engine.columns(table).items()))},
    "instants keep their microseconds": {"query": _cut},
    "drop leaves the table": {"drop": _nothing},
}


@pytest.mark.parametrize("promise", BROKEN_ENGINES)
def test_a_promise_that_an_engine_breaks_is_named(promise):
    with pytest.raises(AssertionError, match=promise):
        check_engine(Spoiled(**BROKEN_ENGINES[promise]))


class Box:
    """A provider that puts envelopes into a list; the parts below break one of its promises each."""

    name, channel, answers, Settings = "box", "email", frozenset(), SmtpSettings
    width, trouble, per_second = 4, None, None

    def __init__(self, got, *, is_there=True):
        self.got, self.is_there = got, is_there
        self.trouble = None if is_there else Trouble("nobody is there")

    async def open(self):
        if not self.is_there:
            raise ProviderUnavailable("nobody is there")

    async def close(self):
        pass

    async def send(self, batch):
        if self.is_there:
            self.got += [(each.message_id, each.content) for each in batch]
        return [Outcome(each.message_id, "sent" if self.is_there else "deferred", NOON) for each in batch]


class Unregistered(Box):
    name = "another"


class Turning(Box):
    async def send(self, batch):
        return (await super().send(batch))[::-1]


class Eating(Box):
    async def send(self, batch):
        self.got += [(each.message_id, each.content.replace(b"\r\n.", b"\r\n")) for each in batch]
        return [Outcome(each.message_id, "sent", NOON) for each in batch]


class Losing(Box):
    async def send(self, batch):
        before = list(self.got)
        await asyncio.sleep(0)
        found = await super().send(batch)
        self.got[:] = [*before, *self.got[-len(batch) :]]
        return found


class Trusting(Box):
    async def open(self):
        pass


class Once(Box):
    closed = False

    async def close(self):
        if self.closed:
            raise ValueError("closed")
        self.closed = True


class Harness:
    def __init__(self, kind):
        self.kind, self.name, self._got = kind, "box", []

    def make(self):
        return self.kind(self._got)

    def make_unreachable(self):
        return self.kind(self._got, is_there=False)

    def accepted(self):
        return self._got


def _failing(kind):
    """The checks that a provider fails."""
    failed = []
    for check in PROVIDER_CHECKS:
        try:
            check(Harness(kind))
        except (AssertionError, ValueError):
            failed.append(check.__name__)
    return failed


@pytest.mark.parametrize(
    ("kind", "check"),
    [
        (Unregistered, "declares_itself"),
        (Turning, "answers_each_envelope_in_order"),
        (Eating, "carries_the_bytes_unchanged"),
        (Losing, "may_be_called_while_it_works"),
        (Trusting, "says_at_once_that_nobody_is_there"),
        (Once, "closes_twice_without_harm"),
    ],
)
def test_a_promise_that_a_provider_breaks_is_named(monkeypatch, kind, check):
    monkeypatch.setitem(PROVIDERS._places, "box", f"{__name__}:Box")
    assert _failing(Box) == []
    monkeypatch.setitem(PROVIDERS._places, "box", f"{__name__}:{kind.__name__}")
    assert check in _failing(kind)
