"""Each table that KPIs read, as one scan to a row per profile and group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from coterie.domain.meanings import COMPUTED, EVENT_MEANINGS, ORDER
from coterie.engines import Engine, event_rows, identifier, literal, local_time, net_rows
from coterie.errors import UnknownName
from coterie.measure.kpi import KpiMeasure, Table

_CONTACTS = "('Campaign Contacted', 'Message Sent')"


@dataclass(frozen=True)
class Grouping:
    """By what the rows are grouped; ``period`` is SQL with ``{at}`` for the moment by the clock in ``zone``.

    Of the values bound, ``$since`` and ``$before`` are instants, ``$from``, ``$start`` and
    ``$until`` moments by that clock.
    """

    channel: bool
    campaign: bool
    period: str
    zone: str

    def keys(self, *, at: str, channel: str, campaign: str) -> str:
        """The select list of the group's keys."""
        chosen = [f"{self.period.format(at=at)} AS period_start"]
        chosen += [f"{channel} AS channel"] if self.channel else []
        chosen += [f"{campaign} AS campaign"] if self.campaign else []
        return ", ".join(chosen)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the keys."""
        return ("period_start", *(["channel"] if self.channel else []), *(["campaign"] if self.campaign else []))


def source_selects(engine: Engine, measures: Mapping[str, KpiMeasure], by: Grouping) -> list[str]:
    """One select per table needed: ``profile_id``, ``owner``, the keys, and its measures.

    ``owner`` tells anonymous orders apart, each being a customer of its own.
    """
    events = {n: m for n, m in measures.items() if m.event and m.event not in EVENT_MEANINGS}
    of_orders = {event: {n: m for n, m in measures.items() if m.event == event} for event in EVENT_MEANINGS}
    selects = [_orders(engine, event, chosen, by) for event, chosen in of_orders.items() if chosen]
    if events:
        selects.append(_events(events, by))
    of_table = {t: {n: m for n, m in measures.items() if m.table == t} for t in get_args(Table)}
    selects += [_costs(of_table["costs"], by)] if of_table["costs"] else []
    selects += [_acquisitions(engine, of_table["acquisitions"], by)] if of_table["acquisitions"] else []
    selects += [_profiles(of_table["profiles"])] if of_table["profiles"] else []
    selects += [_scores(of_table["scores"])] if of_table["scores"] else []
    return selects


def _number(measure: KpiMeasure, column: str, condition: str, *, distinct: str | None = None) -> str:
    sign = "-" if measure.negate else ""
    if measure.sum is not None:
        return f"{sign}coalesce(sum({column}) FILTER ({condition}), 0)::DOUBLE"
    if measure.count == "rows":
        return f"{sign}count(*) FILTER ({condition})"
    return f"{sign}count(DISTINCT {distinct or column}) FILTER ({condition})"


def _orders(engine: Engine, event: str, measures: Mapping[str, KpiMeasure], by: Grouping) -> str:
    columns = {*engine.columns(EVENT_MEANINGS[event].table), *COMPUTED}
    chosen = []
    for name, measure in measures.items():
        used = measure.sum or (measure.count if measure.count != "rows" else None) or "revenue"
        if used not in columns:
            raise UnknownName("property of orders", used, columns)
        is_net = event == ORDER and measure.sum == "revenue"
        condition = (
            "o.profile_id IS NOT NULL" if measure.named else "TRUE" if is_net or event != ORDER else "o.is_order"
        )
        number = _number(measure, f"o.{identifier(used)}", condition)
        chosen.append(f"{number} AS {identifier(name)}")
    keys = by.keys(at=local_time("o.occurred_at", by.zone), channel="o.channel", campaign="c.campaign")
    # An order belongs to each campaign that contacted its buyer less than $within before: counted, not credited.
    joined = (
        f"""JOIN (SELECT profile_id, variant_extract(properties, 'campaign')::VARCHAR AS campaign,
                min(occurred_at) AS contacted_at FROM events WHERE name IN {_CONTACTS} GROUP BY 1, 2) AS c
            ON c.profile_id = o.profile_id AND o.occurred_at >= c.contacted_at
            AND o.occurred_at < c.contacted_at + $within"""
        if by.campaign
        else ""
    )
    rows = net_rows(engine, "$before") if event == ORDER else event_rows(engine, event, "$before")
    return f"""SELECT o.profile_id, CASE WHEN o.profile_id IS NULL THEN o.order_id END AS owner, {keys},
            {", ".join(chosen)}
        FROM {rows} AS o {joined}
        WHERE o.occurred_at >= $since AND o.occurred_at < $before GROUP BY ALL"""


def _events(measures: Mapping[str, KpiMeasure], by: Grouping) -> str:
    chosen, names = [], sorted({str(m.event) for m in measures.values()})
    for name, measure in measures.items():
        condition = f"e.name = {literal(str(measure.event))}"
        if measure.where:
            value = f"TRY_CAST({_property(measure.where.property)} AS DOUBLE)"
            condition += f" AND {value} IS NOT NULL"
            condition += f" AND {value} >= {measure.where.at_or_above}" if measure.where.at_or_above is not None else ""
            condition += f" AND {value} < {measure.where.below}" if measure.where.below is not None else ""
        used = measure.sum or measure.count or "rows"
        distinct = f"coalesce({_property(used)}, e.event_id)"
        column = f"TRY_CAST({_property(used)} AS DOUBLE)"
        chosen.append(f"{_number(measure, column, condition, distinct=distinct)} AS {identifier(name)}")
    keys = by.keys(
        at=local_time("e.occurred_at", by.zone),
        channel=f"coalesce(e.channel, {_property('channel')})",
        campaign=_property("campaign"),
    )
    return f"""SELECT e.profile_id, NULL::VARCHAR AS owner, {keys}, {", ".join(chosen)} FROM events AS e
        WHERE e.name IN ({", ".join(literal(n) for n in names)})
          AND e.occurred_at >= $since AND e.occurred_at < $before GROUP BY ALL"""


def _property(name: str) -> str:
    return f"variant_extract(e.properties, {literal(name)})::VARCHAR"


def _costs(measures: Mapping[str, KpiMeasure], by: Grouping) -> str:
    chosen = ", ".join(f"coalesce(sum(amount), 0)::DOUBLE AS {identifier(n)}" for n in measures)
    keys = by.keys(at="occurred_on::TIMESTAMP", channel="channel", campaign="campaign")
    return f"""SELECT NULL::BIGINT AS profile_id, 'costs' AS owner, {keys}, {chosen} FROM costs
        WHERE occurred_on >= $from AND occurred_on < $until GROUP BY ALL"""


def _acquisitions(engine: Engine, measures: Mapping[str, KpiMeasure], by: Grouping) -> str:
    chosen = ", ".join(f"1 AS {identifier(n)}" for n in measures)
    keys = by.keys(at=local_time("first_at", by.zone), channel="channel", campaign="NULL::VARCHAR")
    return f"""SELECT profile_id, NULL::VARCHAR AS owner, {keys}, {chosen}
        FROM (SELECT profile_id, min(occurred_at) AS first_at, arg_min(channel, occurred_at) AS channel
              FROM {event_rows(engine, ORDER, "$before")} AS o WHERE profile_id IS NOT NULL AND occurred_at < $before
              GROUP BY 1) WHERE first_at >= $since"""


def _profiles(measures: Mapping[str, KpiMeasure]) -> str:
    chosen = ", ".join(f"1 AS {identifier(n)}" for n in measures)
    return f"""SELECT profile_id, NULL::VARCHAR AS owner, unnest($periods::TIMESTAMP[]) AS period_start, {chosen}
        FROM profiles WHERE coalesce(first_seen_at, $since) < $before"""


def _scores(measures: Mapping[str, KpiMeasure]) -> str:
    chosen = []
    for name, measure in measures.items():
        condition = f"score = {literal(str(measure.sum or measure.count))} AND value IS NOT NULL"
        number = f"sum(value) FILTER ({condition})" if measure.sum else f"count(*) FILTER ({condition})"
        chosen.append(f"coalesce({number}, 0)::DOUBLE AS {identifier(name)}")
    return f"""SELECT profile_id, NULL::VARCHAR AS owner, unnest($periods::TIMESTAMP[]) AS period_start,
            {", ".join(chosen)} FROM scores GROUP BY profile_id"""
