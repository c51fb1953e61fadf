"""What every measure of a trait and every operator of a rule must do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlglot import exp

from coterie.engines import Engine
from coterie.profile import Measure, TraitDefinition, read_catalog
from coterie.segment import Rule, SegmentDefinition, explain
from coterie.segment.plan import SegmentPlan


def check_measure(engine: Engine, given: Mapping[str, object], as_of: datetime) -> None:
    """Assert that a measure survives JSON, has words, and gives each of a part what it gives of the whole."""
    read = Measure.model_validate(given)
    _expect(Measure.model_validate(read.model_dump(mode="json")) == read, f"{given}: reads back what it wrote")
    _expect(bool(read.words()) and bool(read.words("zh")), f"{given}: has words")
    trait = TraitDefinition(name="asked", value=read)
    found: list[dict[int, object]] = []
    for only in (None, _some(engine)):
        plan = SegmentPlan(read_catalog(engine), as_of, [trait], only=only)
        plan.add_traits()
        statement = plan.everything()
        rows = engine.query(statement, plan.values_in(statement)).to_pylist()
        found.append({row["profile_id"]: row["asked"] for row in rows})
    _expect(len(found[0]) == _base(engine), f"{given}: one value for every profile")
    _expect(any(value is not None for value in found[0].values()), f"{given}: somebody has a value")
    _expect(found[1] == {n: found[0][n] for n in found[1]}, f"{given}: a part gets what the whole does")


def check_operator(engine: Engine, given: Mapping[str, object], as_of: datetime) -> None:
    """Assert that a rule survives JSON, has words, is never unknown, and is explained as it is computed."""
    read = Rule.model_validate(given)
    _expect(Rule.model_validate(read.model_dump(mode="json")) == read, f"{given}: reads back what it wrote")
    _expect(bool(read.words()) and read.words() != read.words("zh"), f"{given}: has words in both languages")
    segments = [
        SegmentDefinition(name="asked", rule=read),
        SegmentDefinition(name="turned", rule=Rule.model_validate({"not": read})),
    ]
    plan = SegmentPlan(read_catalog(engine), as_of, (), segments)
    plan.add_segments()
    statement = plan.everything()
    rows = engine.query(statement, plan.values_in(statement)).to_pylist()
    for row in rows:
        _expect(
            {row["segment.asked"], row["segment.turned"]} == {True, False},
            f"{given}: TRUE or FALSE, and `not` the other",
        )
    members = {row["profile_id"] for row in rows if row["segment.asked"]}
    _expect(0 < len(members) < len(rows), f"{given}: tells people apart")
    for number in (min(members), min({row["profile_id"] for row in rows} - members)):
        told = explain(engine, read, number, as_of=as_of)
        _expect(told.holds == (number in members), f"{given}: explained as computed for profile {number}")


def _some(engine: Engine) -> exp.Query:
    first = exp.select("profile_id").from_("profiles").order_by("profile_id")
    _expect(_base(engine) > 5, "the base has more than five profiles")
    return first.limit(5)


def _base(engine: Engine) -> int:
    return int(engine.query("SELECT COUNT(*) AS n FROM profiles").column(0)[0].as_py())


def _expect(holds: bool, claim: str) -> None:
    if not holds:
        raise AssertionError(claim)
