"""What the data says about segments and channels, in a handful of scans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from coterie.allocate.register import ChannelRegister
from coterie.domain.meanings import ORDER
from coterie.engines import Engine, event_rows
from coterie.errors import NotReady
from coterie.segment import membership
from coterie.words import Sentence, sentence

BASE = "*"
"""The name of the whole base where a segment is expected."""


@dataclass(frozen=True)
class SegmentFacts:
    """``value`` is per profile: lifetime value where it is known and its forecast is sound, else revenue in the period."""

    segment: str
    profiles: int
    value: float
    value_is_lifetime: bool
    reachable: Mapping[str, int]


MOST_NAMED = 5


@dataclass(frozen=True)
class CellFacts:
    """One segment in one channel over the period: what was bought through it, whom it met and what followed.

    ``responders`` bought or redeemed within the window after a contact; ``also_elsewhere``
    are buyers of this channel who also bought through another.
    """

    orders: int = 0
    buyers: int = 0
    revenue: float = 0.0
    revenue_before: float = 0.0
    also_elsewhere: int = 0
    contacts: int = 0
    reached: int = 0
    responders: int = 0
    redeemers: int = 0


@dataclass(frozen=True)
class ChannelFacts:
    """Facts of every segment and of the base (``*``); ``unmapped`` are channel values no channel claims.

    ``covers_before`` tells whether orders go back through the period before, but for a tenth.
    """

    since: datetime
    as_of: datetime
    segments: Mapping[str, SegmentFacts]
    cells: Mapping[tuple[str, str], CellFacts]
    costs: Mapping[str, float]
    namespaces: frozenset[str]
    unmapped: Mapping[str, int]
    covers_before: bool

    def unmapped_in_words(self) -> Sentence | None:
        """The channel values that no channel claims, in a sentence that says what to do; None where there are none."""
        if not self.unmapped:
            return None
        most = sorted(self.unmapped.items(), key=lambda each: (-each[1], each[0]))[:MOST_NAMED]
        return sentence(
            "No channel of the register is called {values} (orders and contacts in brackets), so it is left out; "
            "make it an alias of a channel in your definitions: aliases: [{first}].",
            values=", ".join(f"{value} ({times:,})" for value, times in most),
            first=most[0][0],
        )

    def cell(self, segment: str, channel: str) -> CellFacts:
        """Facts of a cell; zeros where the data has nothing."""
        return self.cells.get((segment, channel), CellFacts())


def channel_facts(
    engine: Engine,
    register: ChannelRegister,
    *,
    as_of: datetime,
    segmentation: str | None = None,
    period: timedelta = timedelta(days=365),
    within: timedelta = timedelta(days=30),
    is_forecast_sound: bool = True,
) -> ChannelFacts:
    """Facts from ``as_of - period`` to ``as_of``; segments of ``segmentation``, or of ``memberships`` when None.

    An order without a channel but with a store came through ``store``. Before the first
    refresh there is only the base; a segmentation without members raises ``NotReady``. A forecast that lost to a naive
    guess on its holdout (not ``is_forecast_sound``) values nobody.
    """
    since = as_of - period
    spoken = register.names_in_data
    names: dict[str, object] = {"spoken": list(spoken), "meant": list(spoken.values())}
    bound = {
        "as_of": as_of,
        "since": since,
        "before": since - period,
        "within": within,
        "segmentation": segmentation,
        **names,
    }
    people = _people(engine, segmentation)
    segments = _segments(engine, people, bound, is_forecast_sound=is_forecast_sound)
    if segmentation and len(segments) < 2:
        raise NotReady(
            sentence(
                "the segmentation {name!r} has no members; run refresh first, or name another one", name=segmentation
            )
        )
    cells: dict[tuple[str, str], dict[str, float]] = {}
    for rows in (_orders(engine, people, bound), _contacts(engine, people, bound)):
        for row in rows:
            key = (str(row.pop("segment")), str(row.pop("channel")))
            cells.setdefault(key, {}).update(row)  # type: ignore[arg-type]
    known = {c.name for c in register.channels}
    return ChannelFacts(
        since=since,
        as_of=as_of,
        segments=segments,
        cells={key: CellFacts(**{n: v or 0 for n, v in row.items()}) for key, row in cells.items()},  # type: ignore[arg-type]
        costs=_costs(engine, bound),
        namespaces=frozenset(engine.query("SELECT DISTINCT namespace FROM identifiers").column(0).to_pylist()),
        unmapped={
            channel: int(row.get("orders", 0) + row.get("contacts", 0))
            for (segment, channel), row in sorted(cells.items())
            if segment == BASE and channel not in known
        },
        covers_before=_covers(engine, since - period, since),
    )


def _covers(engine: Engine, start: datetime, end: datetime) -> bool:
    first = engine.query("SELECT min(occurred_at) FROM orders").column(0)[0].as_py()
    return bool(first and first <= start + (end - start) / 10)


def _meant(expression: str) -> str:
    return f"coalesce(map_extract_value(MAP($spoken::VARCHAR[], $meant::VARCHAR[]), lower(trim({expression}))), {expression})"


def _people(engine: Engine, segmentation: str | None) -> str:
    """Select of (segment, profile_id), the base included."""
    everybody = f"SELECT '{BASE}' AS segment, profile_id FROM profiles"
    if segmentation:
        chosen = "SELECT segment, profile_id FROM assignments WHERE segmentation = $segmentation"
        return f"{everybody} UNION ALL {chosen}"
    return f"{everybody} UNION ALL {membership.members_sql(engine)}"


def _rows(engine: Engine, sql: str, bound: Mapping[str, object]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = engine.query(sql, bound).to_pylist()
    return rows


def _segments(
    engine: Engine, people: str, bound: Mapping[str, object], *, is_forecast_sound: bool
) -> dict[str, SegmentFacts]:
    sql = f"""
        WITH people AS ({people}),
        spent AS (SELECT profile_id, sum(revenue)::DOUBLE AS revenue FROM {event_rows(engine, ORDER)} AS o
            WHERE occurred_at >= $since AND occurred_at < $as_of AND profile_id IS NOT NULL GROUP BY 1),
        valued AS (SELECT profile_id, arg_max(value, coalesce(as_of, $since)) AS value FROM scores
            WHERE score = 'lifetime_value' AND value IS NOT NULL GROUP BY 1)
        SELECT segment, count(*) AS profiles, coalesce(avg(v.value), 0) AS lifetime, count(v.value) AS valued,
            coalesce(sum(s.revenue), 0) / count(*) AS spent
        FROM people AS p LEFT JOIN spent AS s USING (profile_id) LEFT JOIN valued AS v USING (profile_id)
        GROUP BY segment ORDER BY segment"""
    reach = f"""
        SELECT segment, namespace, count(DISTINCT p.profile_id) AS n FROM ({people}) AS p
        JOIN identifiers AS i USING (profile_id) GROUP BY ALL ORDER BY ALL"""
    reachable: dict[str, dict[str, int]] = {}
    for row in engine.query(reach, bound).to_pylist():
        reachable.setdefault(row["segment"], {})[row["namespace"]] = row["n"]
    rows = engine.query(sql, bound).to_pylist()
    # One measure of value for all segments, or they could not be ranked against each other.
    is_lifetime = is_forecast_sound and all(2 * row["valued"] >= row["profiles"] for row in rows)
    return {
        row["segment"]: SegmentFacts(
            row["segment"],
            row["profiles"],
            float(row["lifetime"] if is_lifetime else row["spent"]),
            is_lifetime,
            reachable.get(row["segment"], {}),
        )
        for row in rows
        if row["segment"] is not None
    }


def _orders(engine: Engine, people: str, bound: Mapping[str, object]) -> list[dict[str, object]]:
    channel = _meant("coalesce(nullif(trim(channel), ''), CASE WHEN store IS NOT NULL THEN 'store' END)")
    sql = f"""
        WITH people AS ({people}),
        bought AS (
            SELECT profile_id, {channel} AS channel,
                count(*) FILTER (occurred_at >= $since) AS orders,
                coalesce(sum(revenue) FILTER (occurred_at >= $since), 0)::DOUBLE AS revenue,
                coalesce(sum(revenue) FILTER (occurred_at < $since), 0)::DOUBLE AS revenue_before
            FROM {event_rows(engine, ORDER)} AS o WHERE occurred_at >= $before AND occurred_at < $as_of AND profile_id IS NOT NULL GROUP BY ALL),
        counted AS (SELECT *, count(*) FILTER (orders > 0) OVER (PARTITION BY profile_id) AS channels FROM bought)
        SELECT segment, channel, sum(orders)::BIGINT AS orders,
            count(*) FILTER (orders > 0) AS buyers, sum(revenue) AS revenue, sum(revenue_before) AS revenue_before,
            count(*) FILTER (orders > 0 AND channels > 1) AS also_elsewhere
        FROM people JOIN counted USING (profile_id) WHERE channel IS NOT NULL GROUP BY ALL ORDER BY ALL"""
    return _rows(engine, sql, bound)


def _contacts(engine: Engine, people: str, bound: Mapping[str, object]) -> list[dict[str, object]]:
    channel = _meant("coalesce(channel, variant_extract(properties, 'channel')::VARCHAR)")
    sql = f"""
        WITH people AS ({people}),
        met AS (
            SELECT profile_id, {channel} AS channel, occurred_at FROM events
            WHERE name IN ('Campaign Contacted', 'Message Sent') AND profile_id IS NOT NULL
              AND occurred_at >= $since AND occurred_at < $as_of),
        responses AS (
            SELECT profile_id, occurred_at, false AS redeemed FROM {event_rows(engine, ORDER)} AS o
            WHERE occurred_at >= $since AND occurred_at < $as_of
            UNION ALL SELECT profile_id, occurred_at, true FROM events
            WHERE name = 'Coupon Redeemed' AND occurred_at >= $since AND occurred_at < $as_of),
        responded AS (
            SELECT m.profile_id, m.channel, bool_or(r.redeemed) AS redeemed FROM met AS m
            JOIN responses AS r ON r.profile_id = m.profile_id AND r.occurred_at >= m.occurred_at
              AND r.occurred_at < m.occurred_at + $within
            GROUP BY ALL),
        contacted AS (SELECT profile_id, channel, count(*) AS contacts FROM met GROUP BY ALL)
        SELECT segment, c.channel, sum(contacts)::BIGINT AS contacts, count(*) AS reached,
            count(r.profile_id) AS responders, count(*) FILTER (r.redeemed) AS redeemers
        FROM people JOIN contacted AS c USING (profile_id)
        LEFT JOIN responded AS r ON r.profile_id = c.profile_id AND r.channel = c.channel
        WHERE c.channel IS NOT NULL GROUP BY ALL ORDER BY ALL"""
    return _rows(engine, sql, bound)


def _costs(engine: Engine, bound: Mapping[str, object]) -> dict[str, float]:
    sql = f"""SELECT {_meant("channel")} AS channel, sum(amount)::DOUBLE AS amount FROM costs
        WHERE occurred_on >= $since AND occurred_on < $as_of AND channel IS NOT NULL GROUP BY 1 ORDER BY 1"""
    return {row["channel"]: row["amount"] for row in engine.query(sql, bound).to_pylist()}
