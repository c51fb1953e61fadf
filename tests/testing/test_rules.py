"""The suites of measures and operators name each promise that a part breaks; what they find right is in ``tests/segment/test_parts``."""

# ruff: noqa: ARG002 - methods of the shape of a part

from __future__ import annotations

from typing import ClassVar, Literal

import pytest
from sqlglot import exp

from coterie.engines import open_warehouse
from coterie.errors import UnknownName
from coterie.profile.measures import MEASURES, Measure
from coterie.profile.values import Value
from coterie.segment.rule import OPERATORS, Rule
from coterie.testing.bases import AS_OF, write_small_base
from coterie.testing.parts import check_measure, check_operator
from coterie.words import Sentence, own

NUMBER = exp.column("profile_id", table="profiles", quoted=True)
EVEN = exp.EQ(this=exp.Mod(this=NUMBER, expression=exp.Literal.number(2)), expression=exp.Literal.number(0))


class Older(Rule):
    """Older than so many years; the parts below break one of its promises each."""

    main: ClassVar[str] = "years"
    op: Literal["older"] = "older"
    years: int

    def _age(self):
        return Measure.model_validate({"trait": "age"})

    def condition(self, plan):
        older = exp.GT(this=self.measured(plan).sql, expression=exp.Literal.number(self.years))
        return exp.Coalesce(this=older, expressions=[exp.false()])

    def measured(self, plan):
        return self._age().compiled(plan)

    def named_traits(self):
        yield "age"

    def words(self):
        return own({"en": "older than {years}", "zh": "{years} 岁以上"}, years=self.years)


class Forgetting(Older):
    years: int = 40

    def model_dump(self, **asked):
        return super().model_dump(**asked) | {"years": 40}


class Wordless(Older):
    def words(self):
        return Sentence("older by far")


class Sometimes(Older):
    def condition(self, plan):
        return exp.GT(this=self.measured(plan).sql, expression=exp.Literal.number(self.years))


class Everybody(Older):
    def condition(self, plan):
        return exp.true()


class Fickle(Older):
    def condition(self, plan):
        return EVEN if plan.only is None else exp.Not(this=EVEN)


class Silent(Older):
    def condition(self, plan):
        return EVEN

    def measured(self, plan):
        return None


class Years(Measure):
    """A trait read by name."""

    main: ClassVar[str] = "name"
    op: Literal["years"] = "years"
    name: str

    def compiled(self, plan):
        return Measure.model_validate({"trait": self.name}).compiled(plan)

    def named_traits(self):
        yield self.name

    def words(self):
        return Sentence(self.name)


class Mute(Years):
    def words(self):
        return Sentence("")


class Nothing(Years):
    def compiled(self, plan):
        return Value(exp.cast(exp.null(), "INTEGER"), "number")


class Differing(Years):
    def compiled(self, plan):
        return Value(exp.Literal.number(0 if plan.only is None else 1), "number")


class Tolerant(Years):
    def compiled(self, plan):
        try:
            return super().compiled(plan)
        except UnknownName:
            return Value(exp.Literal.number(0), "number")


class Vague(Years):
    def compiled(self, plan):
        try:
            return super().compiled(plan)
        except UnknownName:
            raise UnknownName("trait", self.name, ()) from None


@pytest.fixture(scope="module")
def engine():
    opened = open_warehouse(None, threads=2)
    write_small_base(opened)
    yield opened
    opened.close()


def _registered(monkeypatch, registry, part):
    monkeypatch.setitem(registry._places, part.model_fields["op"].default, f"{__name__}:{part.__name__}")


@pytest.mark.parametrize(
    ("part", "promise"),
    [
        (Forgetting, "reads back what it wrote"),
        (Wordless, "has words in both languages"),
        (Sometimes, "TRUE or FALSE"),
        (Everybody, "tells people apart"),
        (Fickle, "explained as computed"),
        (Silent, "explained by the value that decides"),
        (Older, "computed as by hand"),
    ],
)
def test_a_promise_that_an_operator_breaks_is_named(engine, monkeypatch, part, promise):
    _registered(monkeypatch, OPERATORS, part)
    with pytest.raises(AssertionError, match=promise):
        check_operator(engine, {"older": 30}, AS_OF, lambda person: person > 30)


@pytest.mark.parametrize(
    ("part", "promise"),
    [
        (Mute, "has words in both languages"),
        (Nothing, "somebody has a value"),
        (Differing, "a part gets what the whole does"),
        (Tolerant, "a misspelt 'age' is refused"),
        (Vague, "a misspelt 'age' is refused with the right name"),
    ],
)
def test_a_promise_that_a_measure_breaks_is_named(engine, monkeypatch, part, promise):
    _registered(monkeypatch, MEASURES, part)
    with pytest.raises(AssertionError, match=promise):
        check_measure(engine, {"years": "age"}, AS_OF)


def test_a_measure_that_keeps_its_promises_passes(engine, monkeypatch):
    _registered(monkeypatch, MEASURES, Years)
    check_measure(engine, {"years": "age"}, AS_OF)
    with pytest.raises(AssertionError, match="computed as by hand"):
        check_measure(engine, {"years": "age"}, AS_OF, lambda _: -1)
