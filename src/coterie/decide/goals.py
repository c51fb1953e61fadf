"""How often such an audience reaches the goal by itself, and the smallest change that its holdout could show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from coterie.decide.campaign import Audience, Goal
from coterie.domain import EVENT_MEANINGS, NotEstimable
from coterie.domain.meanings import ACTIVITY, is_named
from coterie.engines import Engine, event_rows
from coterie.profile import TraitDefinition
from coterie.segment import Rule, SegmentDefinition, sql_of

_REACH = 1.959963984540054 + 0.8416212335729143  # two-sided 5 %, power 80 %


@dataclass(frozen=True, slots=True)
class Rules:
    """What segments mean, so that an audience can be asked for at an earlier instant."""

    segments: Sequence[SegmentDefinition] = ()
    traits: Sequence[TraitDefinition] = ()


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
    if audience.segments:
        found.append({audience.match: [{"in_segment": name} for name in audience.segments]})
    found += [{"not": {"in_segment": name}} for name in audience.exclude]
    return {"all": found} if found else {}


def smallest_lift(rate: float | None, holdout: int, contacted: int) -> float | NotEstimable:
    """The rise in the rate (0-1, absolute) that would be seen four times in five.

    Two-sided z-test at 5 % with unpooled variances, at the base ``rate``.

    >>> round(smallest_lift(0.05, 1000, 9000), 4)
    0.0204
    """
    if not contacted:
        return NotEstimable("nobody would be contacted", needs="an audience that can be written to")
    if not holdout:
        return NotEstimable("there is no holdout", needs="a share of the audience left out on purpose")
    if not rate or rate >= 1:
        return NotEstimable("nobody's past says how often the goal is reached", needs="a goal that some reached before")
    return _REACH * sqrt(rate * (1 - rate) * (1 / holdout + 1 / contacted))
