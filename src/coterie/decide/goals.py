"""How often such an audience reaches the goal by itself, and the smallest change that its holdout could show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from math import ceil, sqrt
from statistics import NormalDist

from coterie.decide.campaign import Audience, Goal
from coterie.domain import EVENT_MEANINGS, NotEstimable
from coterie.domain.meanings import ACTIVITY, is_named
from coterie.engines import Engine, event_rows
from coterie.profile import TraitDefinition
from coterie.segment import Rule, SegmentDefinition, sql_of

_ALPHA, _POWER = 0.05, 0.8
RISE = 0.1
"""By how much (relative) a rate rises that a marketer would want to see."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What segments mean, so that an audience can be asked for at an earlier instant."""

    segments: Sequence[SegmentDefinition] = ()
    traits: Sequence[TraitDefinition] = ()


@dataclass(frozen=True, slots=True)
class Power:
    """What the arms of a campaign could show, all comparisons of arms corrected together.

    ``smallest_lift`` is the rise in the rate (0-1, absolute) of the smallest variant over the holdout that would be seen four times in five,
    ``smallest_difference`` the same between the two smallest variants, None where there is one. ``enough`` is how many would have
    to be reachable for a rise by a tenth to be seen between any two arms, None where that cannot be said.
    """

    smallest_lift: float | NotEstimable
    smallest_difference: float | None = None
    enough: int | None = None


def forward_rate(
    engine: Engine, audience: Audience, goal: Goal | None, as_of: datetime, rules: Rules, zone: str
) -> float | None:
    """Share of those who were meant by the same rules one window before ``as_of`` and reached the goal in it.

    People chosen for what they did lately are not asked what they did lately: an audience
    of recent buyers has bought, and one of lapsed customers has not, whatever they will do.
    The window is half-open: an event exactly ``within`` old counts, one at ``as_of`` does
    not. None for no goal, no profiles, and for a segment whose rule is not given.
    """
    if goal is None:
        return None
    start = as_of - goal.within
    meant = _meant(audience, {segment.name for segment in rules.segments})
    if meant is None:
        return None
    profiles = "SELECT profile_id FROM profiles"
    if meant:
        rule = Rule.model_validate(meant)
        profiles = sql_of(engine, rule, as_of=start, traits=rules.traits, segments=rules.segments, zone=zone)
    values: dict[str, object] = {"start": start, "as_of": as_of}
    if goal.event in EVENT_MEANINGS:
        rows = event_rows(engine, goal.event)
    else:
        rows = f"(SELECT * FROM events WHERE {is_named(goal.event, '$event')})"
        values |= {} if goal.event == ACTIVITY else {"event": goal.event}
    row = engine.query(
        f"""SELECT COUNT(*) AS n, COUNT(g.profile_id) AS reached FROM ({profiles}) AS a
        JOIN profiles AS p ON p.profile_id = a.profile_id AND (p.first_seen_at IS NULL OR p.first_seen_at < $start)
        LEFT JOIN (SELECT DISTINCT e.profile_id FROM {rows} AS e
            WHERE e.occurred_at >= $start AND e.occurred_at < $as_of) AS g ON g.profile_id = a.profile_id""",
        values,
    ).to_pylist()[0]
    return row["reached"] / row["n"] if row["n"] else None


def _meant(audience: Audience, known: set[str]) -> dict[str, object] | None:
    """The audience as one rule, empty for everybody; None where a segment is not known."""
    if not {*audience.segments, *audience.exclude} <= known:
        return None
    found: list[object] = []
    if audience.segments or audience.lists:
        named = [{"in_segment": name} for name in audience.segments], [{"in_list": name} for name in audience.lists]
        found.append({audience.match: [*named[0], *named[1]]})
    found += [{"not": {"in_segment": name}} for name in audience.exclude]
    found += [{"not": {"in_list": name}} for name in audience.exclude_lists]
    return {"all": found} if found else {}


def smallest_lift(rate: float | None, holdout: int, contacted: int, comparisons: int = 1) -> float | NotEstimable:
    """The rise in the rate (0-1, absolute) that would be seen four times in five, as one of so many ``comparisons``.

    Two-sided z-test at 5 % with unpooled variances, at the base ``rate``; corrected as the readout is (Bonferroni).

    >>> round(smallest_lift(0.05, 1000, 9000), 4)
    0.0204
    """
    if not contacted:
        return NotEstimable("nobody would be contacted", needs="an audience that can be written to")
    if not holdout:
        return NotEstimable("there is no holdout", needs="a share of the audience left out on purpose")
    if not rate or rate >= 1:
        return NotEstimable("nobody's past says how often the goal is reached", needs="a goal that some reached before")
    return smallest_difference(rate, (holdout, contacted), comparisons)


def smallest_difference(rate: float, arms: Sequence[int], comparisons: int) -> float:
    """The difference in the rate between the two smallest of ``arms`` (customers) that would be seen four times in five.

    >>> round(smallest_difference(0.05, (5000, 4500, 4500), 6), 4)
    0.016
    """
    first, second = sorted(arms)[:2]
    return _reach(comparisons) * sqrt(rate * (1 - rate) * (1 / first + 1 / second))


def enough(rate: float, shares: Sequence[float], comparisons: int) -> int | None:
    """How many customers, divided by ``shares``, would show a rise of ``rate`` by a tenth between any two arms four times in five.

    None where the rate cannot rise so far.

    >>> enough(0.05, (0.5, 0.5), 1)
    59652
    """
    if rate * (1 + RISE) > 1:
        return None
    each = max(1 / one + 1 / other for one, other in combinations(shares, 2))
    return ceil((_reach(comparisons) / (RISE * rate)) ** 2 * rate * (1 - rate) * each)


def _reach(comparisons: int) -> float:
    """Standard errors that a difference must measure to be seen with that power."""
    normal = NormalDist()
    return normal.inv_cdf(1 - _ALPHA / comparisons / 2) + normal.inv_cdf(_POWER)
