"""The stage of every profile by the words of ``assign_lifecycle`` and ``LifecycleDefinition``, in plain Python."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from math import log

from tests.segment.plain_python import Base


def silence_of(base: Base, person):
    """Days since the last order up to where orders of its source are known, the least over the sources bought from."""
    facts = [fact for fact in base.facts[person, "Order Completed"] if fact["occurred_at"] < base.as_of]
    day = lambda at: base.local(at).date()  # noqa: E731
    return min((day(base.known_until("Order Completed", f)) - day(f["occurred_at"])).days for f in facts)


def stage(base: Base, d, person, namespaces, *, is_held_back=False):
    """``namespaces`` are those of the person's identifiers."""
    orders = [fact["occurred_at"] for fact in base.facts[person, "Order Completed"] if fact["occurred_at"] < base.as_of]
    days = sorted({base.local(at).date() for at in orders})
    if not days:
        return "visitor" if namespaces and namespaces <= set(d.anonymous_namespaces) else "lead"
    if is_held_back:
        return "customer"
    gaps = [(b - a).days for a, b in pairwise(days)]
    typical = Fraction(d.typical_gap_days)
    pace = (sum(gaps) + 2 * typical) / (len(gaps) + 2) / typical
    stretch = max(Fraction(d.shortest_stretch), min(Fraction(d.longest_stretch), pace)) if d.personal_pace else 1
    silence = silence_of(base, person)
    for name in ("churned", "dormant", "at_risk"):
        if silence >= float(getattr(d, f"{name}_after_days") * float(stretch)):
            return name
    earliest = base.as_of - timedelta(days=d.referring_within_days)
    if any(earliest <= f["occurred_at"] < base.as_of for name in d.referral_events for f in base.facts[person, name]):
        return "referring"
    back = [day for day, gap in zip(days[1:], gaps, strict=True) if gap >= d.churned_after_days * float(stretch)]
    if back and silence + (days[-1] - back[-1]).days <= d.won_back_within_days:
        return "won_back"
    if silence + (days[-1] - days[0]).days <= d.new_within_days:
        return "new"
    return "loyal" if len(days) >= d.loyal_orders else "active"


def thresholds(base: Base):
    """The thresholds by the words of ``propose_lifecycle``: Kaplan-Meier over spells, one customer weighing one."""
    spells, counts, everything = [], [], set()
    for person in base.people:
        orders = [f["occurred_at"] for f in base.facts[person, "Order Completed"] if f["occurred_at"] < base.as_of]
        days = sorted({base.local(at).date() for at in orders})
        gaps = [(b - a).days for a, b in pairwise(days)]
        spells += [(gap, True, Fraction(1, len(gaps))) for gap in gaps]
        spells += [(silence_of(base, person) - 1, False, Fraction(1))] if len(days) == 1 else []
        counts += [len(days)] if days else []
        everything |= set(days)
    seen, returned, still = 0, {}, Fraction(1)
    for day in sorted({spell[0] for spell in spells}):
        at_risk = sum(weight for length, _, weight in spells if length >= day)
        seen = day if at_risk >= 20 else seen
        still *= 1 - sum(weight for length, ended, weight in spells if ended and length == day) / at_risk
        returned[day] = float(1 - still)

    def by(days):
        return max((share for day, share in returned.items() if day <= days), default=0.0)

    first, second, third = by(seen / 3), by(seen * 2 / 3), by(seen)
    decay = (third - second) / (second - first)
    ever = min(third + (third - second) * decay / (1 - decay), 1.0)

    def quantile(share):
        inside = [day for day in returned if day <= seen and returned[day] >= share * ever]
        return inside[0] if inside else seen + log((ever - share * ever) / (ever - third)) / log(decay) * seen / 3

    def chance(days):
        gone = by(days) if days <= seen else ever - (ever - third) * decay ** ((days - seen) / (seen / 3))
        return (ever - gone) / (1 - gone)

    churned = next(step / 100 for step in range(100 * 3650) if chance(step / 100) <= 0.1)
    at_risk = max(quantile(0.8), 2)
    churned = max(churned, 1.5 * at_risk)
    three_in_four = sorted(counts)[max(0, -(-3 * len(counts) // 4) - 1)]
    return {
        "typical_gap_days": max(quantile(0.5), 1),
        "at_risk_after_days": at_risk,
        "dormant_after_days": max(1.25 * at_risk, min(quantile(0.9), (at_risk + churned) / 2)),
        "churned_after_days": churned,
        "new_within_days": max(quantile(0.5), 30),
        "won_back_within_days": max(quantile(0.5), 30),
        "loyal_orders": max(three_in_four + 1, 3),
    }
