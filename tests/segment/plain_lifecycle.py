"""The stage of every profile by the words of ``assign_lifecycle`` and ``LifecycleDefinition``, in plain Python."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from tests.segment.plain_python import Base


def stage(base: Base, d, person, namespaces):
    """``namespaces`` are those of the person's identifiers."""
    orders = [fact["occurred_at"] for fact in base.facts[person, "Order Completed"] if fact["occurred_at"] < base.as_of]
    days = sorted({base.local(at).date() for at in orders})
    if not days:
        return "visitor" if namespaces and namespaces <= set(d.anonymous_namespaces) else "lead"
    gaps = [(b - a).days for a, b in pairwise(days)]
    typical = Fraction(d.typical_gap_days)
    pace = (sum(gaps) + 2 * typical) / (len(gaps) + 2) / typical
    stretch = max(Fraction(d.shortest_stretch), min(Fraction(d.longest_stretch), pace)) if d.personal_pace else 1
    today = base.now.date()
    silence = (today - days[-1]).days
    for name in ("churned", "dormant", "at_risk"):
        if silence >= float(getattr(d, f"{name}_after_days") * float(stretch)):
            return name
    earliest = base.as_of - timedelta(days=d.referring_within_days)
    if any(earliest <= f["occurred_at"] < base.as_of for name in d.referral_events for f in base.facts[person, name]):
        return "referring"
    back = [day for day, gap in zip(days[1:], gaps, strict=True) if gap >= d.churned_after_days * float(stretch)]
    if back and (today - back[-1]).days <= d.won_back_within_days:
        return "won_back"
    if (today - days[0]).days <= d.new_within_days:
        return "new"
    return "loyal" if len(days) >= d.loyal_orders else "active"


def thresholds(base: Base):
    """``at_risk, dormant, churned, typical, loyal`` from quantiles of gaps in which customers weigh the same."""
    weighed, counts = [], []
    for person in base.people:
        orders = {
            base.local(f["occurred_at"]).date()
            for f in base.facts[person, "Order Completed"]
            if f["occurred_at"] < base.as_of
        }
        days = sorted(orders)
        gaps = [(b - a).days for a, b in pairwise(days)]
        weighed += [(gap, Fraction(1, len(gaps))) for gap in gaps]
        counts += [len(days)] if days else []
    weighed.sort()
    total = sum(weight for _, weight in weighed)

    def quantile(share):
        reached = 0
        for gap, weight in weighed:
            reached += weight
            if reached >= share * total:
                return gap
        raise AssertionError

    at_risk = max(quantile(Fraction(8, 10)), 2)
    three_in_four = sorted(counts)[max(0, -(-3 * len(counts) // 4) - 1)]
    return {
        "typical_gap_days": max(quantile(Fraction(1, 2)), 1),
        "at_risk_after_days": at_risk,
        "dormant_after_days": max(quantile(Fraction(9, 10)), 1.25 * at_risk),
        "churned_after_days": max(quantile(Fraction(975, 1000)), 2 * at_risk),
        "new_within_days": max(at_risk, 30),
        "won_back_within_days": max(at_risk, 30),
        "loyal_orders": max(three_in_four + 1, 3),
    }
