"""What the audience did before, and the smallest change that its holdout could show."""

from __future__ import annotations

from datetime import datetime
from math import sqrt

from coterie.decide.campaign import Goal
from coterie.domain import EVENT_MEANINGS, NotEstimable
from coterie.engines import Engine, event_rows

_REACH = 1.959963984540054 + 0.8416212335729143  # two-sided 5 %, power 80 %


def past_rate(engine: Engine, profiles: str, goal: Goal, as_of: datetime) -> float | None:
    """Share of ``profiles`` (SQL of ``profile_id``) that reached the goal in its window just before ``as_of``.

    The window is half-open: an event exactly ``within`` old counts, one at ``as_of`` does
    not. None for no profiles.
    """
    values: dict[str, object] = {"start": as_of - goal.within, "as_of": as_of}
    if goal.event in EVENT_MEANINGS:
        rows = event_rows(engine, goal.event)
    else:
        rows, values["event"] = "(SELECT * FROM events WHERE name = $event)", goal.event
    row = engine.query(
        f"SELECT COUNT(*) AS n, COUNT(g.profile_id) AS reached FROM ({profiles}) AS a LEFT JOIN "
        f"(SELECT DISTINCT e.profile_id FROM {rows} AS e "
        f"WHERE e.occurred_at >= $start AND e.occurred_at < $as_of) AS g ON g.profile_id = a.profile_id",
        values,
    ).to_pylist()[0]
    return row["reached"] / row["n"] if row["n"] else None


def smallest_lift(rate: float | None, holdout: int, contacted: int) -> float | NotEstimable:
    """The rise in the rate (0-1, absolute) that would be seen four times in five.

    Two-sided z-test at 5 % with unpooled variances, at the past ``rate``.

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
