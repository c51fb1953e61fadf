"""What every measure of a trait and every operator of a rule must do."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlglot import exp

from coterie.engines import Engine
from coterie.errors import UnknownName
from coterie.profile import Measure, TraitDefinition
from coterie.segment import Rule, SegmentDefinition, explain
from coterie.segment.plan import SegmentPlan
from coterie.segment.preview import known_catalog
from coterie.testing.claims import claim
from coterie.words import tell


def check_measure(
    engine: Engine, given: Mapping[str, object], as_of: datetime, by_hand: Callable[[int], object] | None = None
) -> None:
    """Assert that a measure survives JSON, has words, refuses unknown names, and gives each of a part what it gives of the whole.

    ``by_hand`` gives a profile's value reckoned another way, to be compared with. Raises
    ``AssertionError`` naming the promise that is broken.

    >>> from coterie.engines import open_warehouse
    >>> from coterie.testing.bases import AS_OF, write_small_base
    >>> engine = open_warehouse(None)
    >>> write_small_base(engine)
    >>> check_measure(engine, {"count": "Order Completed", "within": "90d"}, AS_OF)
    """
    part, read = str(given), Measure.model_validate(given)
    claim(Measure.model_validate(read.model_dump(mode="json")) == read, part, "reads back what it wrote")
    claim(read.words() and tell(read.words(), "zh"), part, "has words in both languages")
    whole = _values(engine, read, as_of)
    claim(len(whole) == _base(engine), part, "one value for every profile")
    claim(any(value is not None for value in whole.values()), part, "somebody has a value")
    some = _values(engine, read, as_of, only=_some(engine))
    claim(some == {n: whole[n] for n in some}, part, "a part gets what the whole does")
    if by_hand is not None:
        for number, value in whole.items():
            claim(_is_near(value, by_hand(number)), part, f"computed as by hand for profile {number}")
    names = {*read.named_traits(), *read.named_events()}
    _check_unknown(part, given, names, lambda it: _values(engine, Measure.model_validate(it), as_of))


def check_operator(
    engine: Engine, given: Mapping[str, object], as_of: datetime, by_hand: Callable[[int], bool] | None = None
) -> None:
    """Assert that a rule survives JSON, has words, refuses unknown names, is never unknown, and is explained as it is computed.

    ``by_hand`` says of a profile whether it meets the rule, reckoned another way, to be
    compared with. Raises ``AssertionError`` naming the promise that is broken.

    >>> from coterie.engines import open_warehouse
    >>> from coterie.testing.bases import AS_OF, write_small_base
    >>> engine = open_warehouse(None)
    >>> write_small_base(engine)
    >>> check_operator(engine, {"trait": "age", ">": 40}, AS_OF)
    """
    part, read = str(given), Rule.model_validate(given)
    claim(Rule.model_validate(read.model_dump(mode="json")) == read, part, "reads back what it wrote")
    claim(read.words() and read.words() != tell(read.words(), "zh"), part, "has words in both languages")
    met = _met(engine, read, as_of)
    members = {number for number, holds in met.items() if holds}
    claim(0 < len(members) < len(met), part, "tells people apart")
    for number in (min(members), min(set(met) - members)):
        told = explain(engine, read, number, as_of=as_of)
        claim(told.holds == met[number], part, f"explained as computed for profile {number}")
        claim(
            told.value is not None or told.parts or not [*read.named_traits()],
            part,
            "explained by the value that decides",
        )
    if by_hand is not None:
        for number, holds in met.items():
            claim(holds == by_hand(number), part, f"computed as by hand for profile {number}")
    names = {*read.named_traits(), *read.named_segments()}
    _check_unknown(part, given, names, lambda it: _met(engine, Rule.model_validate(it), as_of))


def _values(engine: Engine, measure: Measure, as_of: datetime, only: exp.Query | None = None) -> dict[int, object]:
    plan = SegmentPlan(known_catalog(engine), as_of, [TraitDefinition(name="asked", value=measure)], only=only)
    plan.add_traits()
    statement = plan.everything()
    rows = engine.query(statement, plan.parameters).to_pylist()
    return {row["profile_id"]: row["asked"] for row in rows}


def _met(engine: Engine, rule: Rule, as_of: datetime) -> dict[int, bool]:
    """Who meets a rule; asserts that who does not is exactly who meets its ``not``."""
    segments = [
        SegmentDefinition(name="asked", rule=rule),
        SegmentDefinition(name="turned", rule=Rule.model_validate({"not": rule})),
    ]
    plan = SegmentPlan(known_catalog(engine), as_of, (), segments)
    plan.add_segments()
    statement = plan.everything()
    rows = engine.query(statement, plan.parameters).to_pylist()
    for row in rows:
        pair = {row["segment.asked"], row["segment.turned"]}
        claim(pair == {True, False}, rule.words(), "TRUE or FALSE, and `not` the other")
    return {row["profile_id"]: row["segment.asked"] for row in rows}


def _check_unknown(
    part: str, given: Mapping[str, object], names: Iterable[str], compute: Callable[[object], object]
) -> None:
    """Every name that the part reads, misspelt in turn, is refused with the right one as the nearest."""
    for name in names:
        try:
            compute(_misspelt(given, name))
        except UnknownName as fault:
            claim(name in fault.nearest, part, f"a misspelt {name!r} is refused with the right name")
        else:
            claim(False, part, f"a misspelt {name!r} is refused")


def _misspelt(given: object, name: str) -> object:
    if isinstance(given, str):
        return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", f"{name}x", given)
    if isinstance(given, Mapping):
        return {key: _misspelt(value, name) for key, value in given.items()}
    return [_misspelt(each, name) for each in given] if isinstance(given, list) else given


def _is_near(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)
    return one == other


def _some(engine: Engine) -> exp.Query:
    claim(_base(engine) > 5, "the base", "has more than five profiles")
    return exp.select("profile_id").from_("profiles").order_by("profile_id").limit(5)


def _base(engine: Engine) -> int:
    return int(engine.query("SELECT COUNT(*) AS n FROM profiles").column(0)[0].as_py())
