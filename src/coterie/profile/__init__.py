"""People gain traits: given, computed, lifecycle."""

from __future__ import annotations

from coterie.profile.assignments import write_assignments
from coterie.profile.lifecycle import LifecyclePart, LifecycleResult, assign_lifecycle
from coterie.profile.lifecycle_stages import STAGES, LifecycleStage
from coterie.profile.lifecycle_thresholds import LifecycleDefinition, LifecycleProposal, propose_lifecycle

__all__ = [
    "STAGES",
    "LifecycleDefinition",
    "LifecyclePart",
    "LifecycleProposal",
    "LifecycleResult",
    "LifecycleStage",
    "assign_lifecycle",
    "propose_lifecycle",
    "write_assignments",
]
