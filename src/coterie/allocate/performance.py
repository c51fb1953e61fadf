"""How channels perform, overall and by segment, as far as the data goes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa

from coterie.allocate.facts import BASE, CellFacts, ChannelFacts, channel_facts
from coterie.allocate.register import ChannelDefinition, ChannelRegister
from coterie.domain.meanings import ORDER
from coterie.engines import Engine, event_rows
from coterie.measure import wilson
from coterie.words.column import SENTENCE, table_of

Figure = tuple[float | None, float | None, float | None, int | None, str | None]
"""value, low, high, n, reason why there is no value."""

_MEASURES: dict[str, tuple[str, str]] = {
    "sales": ("Sales", "money"),
    "sales_growth": ("Growth of sales", "relative"),
    "orders": ("Orders", "orders"),
    "average_order_value": ("Average order value", "money"),
    "buyers": ("Buyers", "profiles"),
    "penetration": ("Share of customers who bought through it", "share"),
    "preference": ("Share of orders that came through it", "share"),
    "overlap": ("Share of its buyers who also buy elsewhere", "share"),
    "contacts": ("Contacts", "contacts"),
    "coverage": ("Share of customers it met", "share"),
    "conversion": ("Share of contacted who bought", "share"),
    "redemption": ("Share of contacted who redeemed", "share"),
    "cost": ("Cost", "money"),
    "cost_per_contact": ("Cost per contact", "money"),
    "cost_per_order": ("Cost per order", "money"),
    "return_on_cost": ("Sales over cost less one (not causal)", "relative"),
}


def channel_performance(
    engine: Engine,
    register: ChannelRegister,
    *,
    as_of: datetime,
    segmentation: str | None = None,
    period: timedelta = timedelta(days=365),
    within: timedelta = timedelta(days=30),
    confidence: float = 0.95,
) -> pa.Table:
    """One row per channel, segment (``*`` being everybody) and measure.

    Columns ``channel, segment, measure, label, unit, value, low, high, n, reason``: a figure
    the data does not support has no value and says why. Growth compares with the period
    of the same length before. Costs come from the ``costs`` table where it names the
    channel (for everybody only, since spend is not booked by segment), else from the
    register's cost model, and the reason column says which. Conversion follows a contact,
    it is not caused by it.
    """
    facts = channel_facts(engine, register, as_of=as_of, segmentation=segmentation, period=period, within=within)
    rows: list[dict[str, object]] = []
    for channel in register.channels:
        for segment in facts.segments:
            figures = _figures(facts, segment, channel, period, confidence)
            for measure, (label, unit) in _MEASURES.items():
                value, low, high, n, reason = figures[measure]
                keys = {"channel": channel.name, "segment": segment, "measure": measure, "label": label}
                rows.append(keys | {"unit": unit, "value": value, "low": low, "high": high, "n": n, "reason": reason})
    text, number = pa.string(), pa.float64()
    schema = [*((n, text) for n in ("channel", "segment", "measure")), ("label", SENTENCE), ("unit", text)]
    schema += [(n, number) for n in ("value", "low", "high")] + [("n", pa.int64()), ("reason", SENTENCE)]
    return table_of(rows, pa.schema(schema))


def channel_overlap(
    engine: Engine, register: ChannelRegister, *, as_of: datetime, period: timedelta = timedelta(days=365)
) -> pa.Table:
    """Buyers shared by two selling channels: ``channel, other, buyers, shared, share`` of the first one's buyers."""
    spoken = register.names_in_data
    return engine.query(
        f"""WITH bought AS (
            SELECT DISTINCT profile_id, coalesce(map_extract_value(MAP($spoken::VARCHAR[], $meant::VARCHAR[]), lower(trim(raw))), raw) AS channel
            FROM (SELECT *, coalesce(nullif(trim(channel), ''), CASE WHEN store IS NOT NULL THEN 'store' END) AS raw
                FROM {event_rows(engine, ORDER)} AS o)
            WHERE raw IS NOT NULL AND profile_id IS NOT NULL
              AND occurred_at >= $since AND occurred_at < $as_of),
        sizes AS (SELECT channel, count(*) AS buyers FROM bought GROUP BY 1)
        SELECT a.channel, b.channel AS other, any_value(s.buyers) AS buyers, count(*) AS shared,
            count(*) / any_value(s.buyers) AS share
        FROM bought AS a JOIN bought AS b USING (profile_id) JOIN sizes AS s ON s.channel = a.channel
        WHERE a.channel <> b.channel GROUP BY ALL ORDER BY ALL""",
        {"spoken": list(spoken), "meant": list(spoken.values()), "since": as_of - period, "as_of": as_of},
    )


def _none(reason: str) -> Figure:
    return None, None, None, None, reason


def _total(value: float) -> Figure:
    return value, None, None, None, None


def _share(hits: float, n: int, confidence: float, reason: str) -> Figure:
    if n <= 0:
        return _none(reason)
    low, high = wilson(hits, n, confidence)
    return hits / n, low, high, n, None


def _figures(
    facts: ChannelFacts, segment: str, channel: ChannelDefinition, period: timedelta, confidence: float
) -> dict[str, Figure]:
    cell, people = facts.cell(segment, channel.name), facts.segments[segment]
    return {
        **_sales(facts, segment, channel, confidence),
        **_meetings(facts, cell, people.profiles, channel, confidence),
        **_costs(facts, cell, segment, channel, period),
    }


def _sales(facts: ChannelFacts, segment: str, channel: ChannelDefinition, confidence: float) -> dict[str, Figure]:
    cell = facts.cell(segment, channel.name)
    names = ("sales", "sales_growth", "orders", "average_order_value", "buyers", "penetration", "preference", "overlap")
    if not channel.sells:
        return dict.fromkeys(names, _none("no orders come in through this channel"))
    if not facts.cell(BASE, channel.name).orders:
        return dict.fromkeys(names, _none("no order in the period names this channel"))
    everywhere = sum(c.orders for (who, _), c in facts.cells.items() if who == segment)
    return {
        "sales": _total(cell.revenue),
        "sales_growth": _growth(facts, cell),
        "orders": _total(cell.orders),
        "average_order_value": _total(cell.revenue / cell.orders) if cell.orders else _none("there are no orders"),
        "buyers": _total(cell.buyers),
        "penetration": _share(cell.buyers, facts.segments[segment].profiles, confidence, "the segment is empty"),
        "preference": _share(cell.orders, everywhere, confidence, "the segment has no orders"),
        "overlap": _share(cell.also_elsewhere, cell.buyers, confidence, "it has no buyers"),
    }


def _growth(facts: ChannelFacts, cell: CellFacts) -> Figure:
    if not facts.covers_before:
        return _none("the data do not cover the period before")
    if cell.revenue_before <= 0:
        return _none("there are no sales in the period before")
    return _total(cell.revenue / cell.revenue_before - 1)


def _meetings(
    facts: ChannelFacts, cell: CellFacts, profiles: int, channel: ChannelDefinition, confidence: float
) -> dict[str, Figure]:
    names = ("contacts", "coverage", "conversion", "redemption")
    if not channel.contacts:
        return dict.fromkeys(names, _none("no messages go out through this channel"))
    base = facts.cell(BASE, channel.name)
    if not base.contacts:
        return dict.fromkeys(names, _none("no contact in the period names this channel"))
    nobody = "it met nobody of the segment"
    return {
        "contacts": _total(cell.contacts),
        "coverage": _share(cell.reached, profiles, confidence, "the segment is empty"),
        "conversion": _share(cell.responders, cell.reached, confidence, nobody),
        "redemption": _share(cell.redeemers, cell.reached, confidence, nobody)
        if base.redeemers
        else _none("no coupon was redeemed after such a contact"),
    }


def _costs(
    facts: ChannelFacts, cell: CellFacts, segment: str, channel: ChannelDefinition, period: timedelta
) -> dict[str, Figure]:
    names = ("cost", "cost_per_contact", "cost_per_order", "return_on_cost")
    if channel.name in facts.costs:
        if segment != BASE:
            return dict.fromkeys(names, _none("spend is booked by channel, not by segment"))
        cost, source = facts.costs[channel.name], None
    elif cell.contacts or cell.orders:
        months = period.days / 30.4375
        cost = channel.cost.of(contacts=cell.contacts, sales=cell.revenue, months=months)
        source = "by the register's cost model; no spend has been loaded"
        if channel.cost.model == "fixed" and segment != BASE:
            return dict.fromkeys(names, _none("a fixed cost does not divide by segment"))
    else:
        return dict.fromkeys(names, _none("no spend has been loaded, and nothing went through it"))
    return {
        "cost": (cost, None, None, None, source),
        "cost_per_contact": (cost / cell.contacts, None, None, None, source)
        if cell.contacts
        else _none("it made no contacts"),
        "cost_per_order": (cost / cell.orders, None, None, None, source)
        if cell.orders
        else _none("no order came through it"),
        "return_on_cost": (cell.revenue / cost - 1, None, None, None, source)
        if cost > 0 and cell.revenue
        else _none("sales or cost are missing"),
    }
