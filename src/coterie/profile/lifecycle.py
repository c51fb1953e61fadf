"""The relationship stage of every profile, from visitor to churned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from coterie.domain.meanings import ORDER
from coterie.engines import Engine, event_rows
from coterie.profile.given import write_assignments
from coterie.profile.lifecycle_stages import STAGES, STAGES_OF_ACTIVITY, LifecycleStage
from coterie.profile.lifecycle_thresholds import (
    LifecycleDefinition,
    is_of_activity,
    order_gaps,
    thresholds_from_gaps,
)


@dataclass(frozen=True)
class LifecyclePart:
    """One stage as it stood: profiles, revenue of their completed orders, shares of the base (0–1)."""

    stage: LifecycleStage
    customers: int
    revenue: float
    customer_share: float
    revenue_share: float


@dataclass(frozen=True)
class LifecycleResult:
    """All stages that anybody is in; the same stands in ``assignments`` under ``definition.name``.

    ``is_held_back``: the orders known span too little time, so that buyers are customers and no more.
    ``is_of_activity``: nobody has ordered, and stages are told by what people did.
    """

    definition: LifecycleDefinition
    as_of: datetime
    profiles: int
    parts: tuple[LifecyclePart, ...]
    is_held_back: bool = False
    is_of_activity: bool = False


# One customer's own pace leans on the base's, as if two typical gaps had been seen before: one or two gaps say little.
_PACE = """
    pace AS (
        SELECT profile_id, count(*) AS order_days, min(day) AS first_day, max(day) AS last_day, min(silence) AS silence,
               CASE WHEN $personal THEN greatest($shortest, least($longest,
                   (coalesce(sum(gap), 0) + 2 * $typical) / (count(gap) + 2) / $typical)) ELSE 1 END AS stretch
        FROM {gaps} GROUP BY profile_id),
    returns AS (
        SELECT profile_id, max(day) AS returned_on FROM {gaps} JOIN pace USING (profile_id)
        WHERE gap >= $churned * stretch GROUP BY profile_id)"""

# A referral moves a stage only while the customer still buys; elsewhere silence is the news.
_STAGES = """
    SELECT p.profile_id, CASE
        WHEN order_days IS NULL AND coalesce(anonymous, false) THEN 'visitor'
        WHEN order_days IS NULL THEN 'lead'
        WHEN $held_back THEN 'customer'
        WHEN silence >= $churned * stretch THEN 'churned'
        WHEN silence >= $dormant * stretch THEN 'dormant'
        WHEN silence >= $at_risk * stretch THEN 'at_risk'
        WHEN referred_at IS NOT NULL THEN 'referring'
        WHEN silence + (last_day - returned_on) <= $won_back THEN 'won_back'
        WHEN silence + (last_day - first_day) <= $new THEN 'new'
        WHEN order_days >= $loyal THEN 'loyal'
        ELSE 'active' END AS segment
    FROM profiles p
    LEFT JOIN pace USING (profile_id)
    LEFT JOIN returns USING (profile_id)
    LEFT JOIN known USING (profile_id)
    LEFT JOIN referrals USING (profile_id)"""

_KNOWN = """
    known AS (
        SELECT profile_id, bool_and(list_contains($anonymous, namespace)) AS anonymous
        FROM identifiers GROUP BY profile_id),
    referrals AS (
        SELECT profile_id, max(occurred_at) AS referred_at FROM events
        WHERE list_contains($referral_events, name) AND occurred_at < CAST($as_of AS TIMESTAMP)
          AND occurred_at >= CAST($as_of AS TIMESTAMP) - to_days(CAST($referring AS INTEGER))
        GROUP BY profile_id)"""


def assign_lifecycle(
    engine: Engine, definition: LifecycleDefinition | None = None, *, as_of: datetime, zone: str = "UTC"
) -> None:
    """Put every profile into one stage and write ``assignments``; ``lifecycle_stages`` tells of the same.

    Without a definition the thresholds are those of ``propose_lifecycle``, and who has ordered is
    a ``customer``, no more, where that is held back for want of time. Silence is counted to the
    newest order of the source, not to ``as_of``. Where nobody has ordered, activities take the place of orders: named
    events of ``DONE``. Tried in this order, the first that fits holds: visitor (only anonymous identifiers) or lead for those
    without orders; churned, dormant, at risk by silence; then referring (where referral
    events are recorded), won back, new, loyal, active. A silence of exactly the threshold
    belongs to the later stage. Days are those of ``zone``.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> engine.execute("INSERT INTO profiles (profile_id) VALUES (1)")
    >>> assign_lifecycle(engine, as_of=datetime(2026, 1, 1))
    >>> engine.query("SELECT segment FROM assignments WHERE segmentation = 'lifecycle'").to_pylist()
    [{'segment': 'lead'}]
    """
    with staged(engine, definition, as_of, zone) as found:
        write_assignments(engine, found.definition.name, f"SELECT profile_id, segment FROM {found.table}", as_of)


def lifecycle_stages(
    engine: Engine, definition: LifecycleDefinition | None = None, *, as_of: datetime, zone: str = "UTC"
) -> LifecycleResult:
    """What ``assign_lifecycle`` finds, with counts and revenue by stage; nothing is kept of it.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> engine.execute("INSERT INTO profiles (profile_id) VALUES (1)")
    >>> [part.stage.key for part in lifecycle_stages(engine, as_of=datetime(2026, 1, 1)).parts]
    ['lead']
    """
    with staged(engine, definition, as_of, zone) as found:
        return _read(engine, found, as_of)


@dataclass(frozen=True)
class StagesFound:
    """Everybody's stage in ``table``, by which thresholds, and whether these were held back for want of time."""

    table: str
    definition: LifecycleDefinition
    is_held_back: bool


@contextmanager
def staged(engine: Engine, definition: LifecycleDefinition | None, as_of: datetime, zone: str) -> Iterator[StagesFound]:
    """Everybody's stage; the table stands while the block lasts."""
    held_back = False
    with order_gaps(engine, as_of, zone) as gaps:
        if definition is None:
            proposal = thresholds_from_gaps(engine, gaps)
            definition, held_back = proposal.definition, proposal.is_held_back
        selection = f"WITH {_PACE.format(gaps=gaps)}, {_KNOWN} {_STAGES}"
        with engine.temporary("staged", selection, _bound(definition, as_of, held_back=held_back)) as table:
            yield StagesFound(table, definition, held_back)


def _bound(definition: LifecycleDefinition, as_of: datetime, *, held_back: bool) -> dict[str, object]:
    return {
        "as_of": as_of,
        "held_back": held_back,
        "personal": definition.personal_pace,
        "shortest": definition.shortest_stretch,
        "longest": definition.longest_stretch,
        "typical": definition.typical_gap_days,
        "at_risk": definition.at_risk_after_days,
        "dormant": definition.dormant_after_days,
        "churned": definition.churned_after_days,
        "won_back": definition.won_back_within_days,
        "new": definition.new_within_days,
        "loyal": definition.loyal_orders,
        "anonymous": list(definition.anonymous_namespaces),
        "referral_events": list(definition.referral_events),
        "referring": definition.referring_within_days,
    }


def _read(engine: Engine, staged: StagesFound, as_of: datetime) -> LifecycleResult:
    rows = engine.query(
        f"""WITH spent AS (
               SELECT profile_id, sum(revenue) AS revenue FROM {event_rows(engine, ORDER)} AS o
               WHERE occurred_at < CAST($as_of AS TIMESTAMP) GROUP BY profile_id)
           SELECT segment, count(*) AS customers, CAST(coalesce(sum(revenue), 0) AS DOUBLE) AS revenue
           FROM {staged.table} LEFT JOIN spent USING (profile_id) GROUP BY segment""",
        {"as_of": as_of},
    ).to_pylist()
    found = {row["segment"]: row for row in rows}
    by_activity = is_of_activity(engine)
    profiles, revenue = sum(row["customers"] for row in rows), sum(row["revenue"] for row in rows)
    parts = tuple(
        LifecyclePart(
            stage=stage,
            customers=found[stage.key]["customers"],
            revenue=found[stage.key]["revenue"],
            customer_share=found[stage.key]["customers"] / profiles,
            revenue_share=found[stage.key]["revenue"] / revenue if revenue else 0.0,
        )
        for stage in (STAGES_OF_ACTIVITY if by_activity else STAGES).values()
        if stage.key in found
    )
    return LifecycleResult(staged.definition, as_of, profiles, parts, staged.is_held_back, by_activity)
