"""The raw figures by which segments are ranked as targets, each for all open segments at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coterie.domain import NotEstimable
from coterie.domain.meanings import ORDER
from coterie.engines import Engine, event_rows, unpriced_currencies
from coterie.segment.groups import Groups
from coterie.segment.judge_figures import CONTACTS, Response, reach, responses
from coterie.segment.segmentations.model import kept_model
from coterie.segment.segmentations.rfm_names import SEGMENTS

LEAST_CONTACTED = 30
LEAST_DAYS = 28
BEATEN = "Value is the mean revenue of the last 365 days: the forecast of lifetime value did no better than a simple rule on its holdout."


@dataclass(frozen=True)
class Figure:
    """One criterion over the segments; ``by_segment`` lacks those without enough data of their own."""

    unit: str
    source: str
    by_segment: dict[str, float]


Figures = dict[str, Figure | NotEstimable]


def figures(
    engine: Engine, members: str, groups: Groups, as_of: datetime, *, is_forecast_sound: bool = True
) -> Figures:
    """Value, size, growth, reach, response and cost of every open segment, or why one is not known.

    A forecast that lost to a naive guess is not ranked by: what members spent is known.
    """
    found = responses(engine, members, as_of)
    within = reach(engine, members)
    return {
        "value": _value(engine, members, as_of, is_forecast_sound=is_forecast_sound),
        "size": _size(engine, members),
        "growth": _growth(engine, members, groups, as_of),
        "reach": within if isinstance(within, NotEstimable) else Figure("share", "reachable members", within),
        "response": found if isinstance(found, NotEstimable) else _response(found),
        "cost": _cost(engine, members, as_of),
    }


def _by_segment(engine: Engine, statement: str, parameters: dict[str, object] | None = None) -> dict[str, float]:
    rows = engine.query(statement, parameters).to_pylist()
    return {row["segment"]: float(row["figure"]) for row in rows if row["figure"] is not None}


def _size(engine: Engine, members: str) -> Figure:
    counted = _by_segment(engine, f"SELECT segment, count(*) AS figure FROM {members} GROUP BY segment")
    return Figure("customers", "members", counted)


def _value(engine: Engine, members: str, as_of: datetime, *, is_forecast_sound: bool) -> Figure | NotEstimable:
    predicted = _by_segment(
        engine,
        f"""WITH newest AS (
                SELECT profile_id, arg_max(value, as_of) AS value FROM scores
                WHERE score = 'lifetime_value' AND as_of <= CAST($as_of AS TIMESTAMP) GROUP BY profile_id)
            SELECT segment, coalesce(sum(value), 0) / count(*) AS figure FROM {members} LEFT JOIN newest USING (profile_id)
            GROUP BY segment""",
        {"as_of": as_of},
    )
    if is_forecast_sound and any(predicted.values()):
        return Figure("money", "mean predicted lifetime value", predicted)
    if unpriced_currencies(engine):
        return NotEstimable("orders are in several currencies", needs="a rate for each of them")
    spent = _by_segment(
        engine,
        f"""WITH spent AS (
                SELECT profile_id, sum(revenue) AS revenue FROM {event_rows(engine, ORDER)} AS o
                WHERE occurred_at < CAST($as_of AS TIMESTAMP)
                  AND occurred_at >= CAST($as_of AS TIMESTAMP) - INTERVAL 365 DAY GROUP BY profile_id)
            SELECT segment, CAST(coalesce(sum(revenue), 0) AS DOUBLE) / count(*) AS figure
            FROM {members} LEFT JOIN spent USING (profile_id) GROUP BY segment""",
        {"as_of": as_of},
    )
    if not any(spent.values()):
        return NotEstimable("there are no orders of the last year", needs="orders")
    if any(predicted.values()):
        return Figure("money", BEATEN, spent)
    return Figure("money", "mean revenue of the last 365 days", spent)


def _growth(engine: Engine, members: str, groups: Groups, as_of: datetime) -> Figure | NotEstimable:
    """Members of rule segments then and now; revenue of the same people where something else than buying divides them."""
    if groups.segmentation is None:
        return _growth_of_members(engine, members, as_of)
    parts = {row["segment"] for row in engine.query(f"SELECT DISTINCT segment FROM {members}").to_pylist()}
    if groups.is_lifecycle or parts <= set(SEGMENTS) or kept_model(engine, groups.segmentation):
        # Who ordered lately spent more lately: on a base that stands still such parts seem to grow and to shrink.
        return NotEstimable(
            "the members were chosen by what they bought, so that their revenue rises or falls with the choice",
            needs="segments by rules, refreshed over four weeks or more",
        )
    return _growth_of_revenue(engine, members, as_of)


def _growth_of_members(engine: Engine, members: str, as_of: datetime) -> Figure | NotEstimable:
    grown = _by_segment(
        engine,
        f"""WITH before AS (
                SELECT segment, arg_max(size, refresh_id) AS size, arg_max(as_of, refresh_id) AS at FROM segment_history
                WHERE as_of <= CAST($as_of AS TIMESTAMP) - to_days({LEAST_DAYS}) GROUP BY segment)
            SELECT segment, CASE WHEN any_value(before.size) >= 30 THEN count(*) / any_value(before.size) - 1 END AS figure
            FROM {members} JOIN before USING (segment) GROUP BY segment""",
        {"as_of": as_of},
    )
    if not grown:
        return NotEstimable(
            "no segment of 30 members or more was refreshed four weeks before",
            needs="segments by rules, refreshed over four weeks or more",
        )
    return Figure("share", "change of members since the last refresh four weeks or more before", grown)


def _growth_of_revenue(engine: Engine, members: str, as_of: datetime) -> Figure | NotEstimable:
    # Where few of the members bought in the earlier stretch, as among new customers, growth only says that they are new.
    # Two equal stretches, half of what is known but at most half a year, so that seasons of the same length meet.
    span = engine.query(
        f"""SELECT least(182, date_diff('day', min(occurred_at), CAST($as_of AS TIMESTAMP)) // 2) AS days
           FROM {event_rows(engine, ORDER)} AS o WHERE occurred_at < CAST($as_of AS TIMESTAMP)""",
        {"as_of": as_of},
    )["days"][0].as_py()
    if span is None or span < 30:
        return NotEstimable("the orders span less than two months", needs="two months of orders")
    grown = _by_segment(
        engine,
        f"""WITH spent AS (
                SELECT profile_id,
                       sum(revenue) FILTER (occurred_at >= CAST($as_of AS TIMESTAMP) - to_days({span})) AS late,
                       sum(revenue) FILTER (occurred_at < CAST($as_of AS TIMESTAMP) - to_days({span})) AS early
                FROM {event_rows(engine, ORDER)} AS o WHERE occurred_at < CAST($as_of AS TIMESTAMP)
                  AND occurred_at >= CAST($as_of AS TIMESTAMP) - to_days({2 * span})
                GROUP BY profile_id)
            SELECT segment, CASE WHEN count(early) >= greatest(10, 0.3 * count(*)) AND sum(early) > 0
                   THEN CAST(coalesce(sum(late), 0) / sum(early) - 1 AS DOUBLE) END AS figure
            FROM {members} JOIN spent USING (profile_id) GROUP BY segment""",
        {"as_of": as_of},
    )
    if not grown:
        return NotEstimable("no segment had revenue in the earlier half", needs="two months of orders")
    return Figure("share", f"change of revenue, the last {span} days against the {span} before", grown)


def _response(found: Response) -> Figure | NotEstimable:
    rates = {name: found.responded[name] / n for name, n in found.contacted.items() if n >= LEAST_CONTACTED}
    if not rates:
        return NotEstimable(
            "too few members were contacted or responded", needs="at least 100 contacts and 10 responses"
        )
    return Figure("share", "contacted members who responded", rates)


def _cost(engine: Engine, members: str, as_of: datetime) -> Figure | NotEstimable:
    costs = _by_segment(
        engine,
        f"""WITH contacts AS (
                SELECT profile_id, channel FROM events
                WHERE list_contains($contacts, name) AND channel IS NOT NULL AND occurred_at < CAST($as_of AS TIMESTAMP)),
            per_contact AS (
                SELECT channel, CAST(any_value(amount) AS DOUBLE) / count(*) AS cost
                FROM contacts JOIN (SELECT channel, sum(amount) AS amount FROM costs GROUP BY channel) USING (channel)
                GROUP BY channel)
            SELECT segment, avg(cost) AS figure
            FROM {members} JOIN contacts USING (profile_id) JOIN per_contact USING (channel) GROUP BY segment""",
        {"contacts": list(CONTACTS), "as_of": as_of},
    )
    if not costs:
        return NotEstimable("no costs are known for the channels of past contacts", needs="costs by channel")
    return Figure("money", "mean cost of a contact", costs)
