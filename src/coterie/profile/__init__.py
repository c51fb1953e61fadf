"""People gain traits: given, computed, lifecycle."""

from __future__ import annotations

from coterie.profile import language
from coterie.profile.catalog import Catalog, read_catalog
from coterie.profile.definition import TraitDefinition
from coterie.profile.describe import TraitDescription, describe_traits
from coterie.profile.given import build_profiles, refresh_traits_view, write_assignments
from coterie.profile.keys import drawn_keys_sql
from coterie.profile.lifecycle import LifecyclePart, LifecycleResult, assign_lifecycle
from coterie.profile.lifecycle_stages import STAGES, LifecycleStage
from coterie.profile.lifecycle_thresholds import LifecycleDefinition, LifecycleProposal, propose_lifecycle
from coterie.profile.measures import Measure
from coterie.profile.order_coverage import OrderCoverage, order_coverage
from coterie.profile.plan import Plan
from coterie.profile.ready import library, ready_traits
from coterie.profile.values import Value

__all__ = [
    "STAGES",
    "Catalog",
    "LifecycleDefinition",
    "LifecyclePart",
    "LifecycleProposal",
    "LifecycleResult",
    "LifecycleStage",
    "Measure",
    "OrderCoverage",
    "Plan",
    "TraitDefinition",
    "TraitDescription",
    "Value",
    "assign_lifecycle",
    "build_profiles",
    "describe_traits",
    "drawn_keys_sql",
    "language",
    "library",
    "order_coverage",
    "propose_lifecycle",
    "read_catalog",
    "ready_traits",
    "refresh_traits_view",
    "write_assignments",
]
