"""What sources send, as a plan: seen in the traffic, frozen as a definition, and held against what comes in."""

from __future__ import annotations

from coterie.collect.tracking.checking import Checked, PlanCheck, Violation
from coterie.collect.tracking.drift import drift
from coterie.collect.tracking.freezing import plan_of
from coterie.collect.tracking.latest import latest_messages
from coterie.collect.tracking.plan import TrackedEvent, TrackedProperty, TrackingPlan
from coterie.collect.tracking.traffic import IDENTIFIED, Traffic, read_traffic, with_examples
from coterie.collect.tracking.violations import count_violations, violations

__all__ = [
    "IDENTIFIED",
    "Checked",
    "PlanCheck",
    "TrackedEvent",
    "TrackedProperty",
    "TrackingPlan",
    "Traffic",
    "Violation",
    "count_violations",
    "drift",
    "latest_messages",
    "plan_of",
    "read_traffic",
    "violations",
    "with_examples",
]
