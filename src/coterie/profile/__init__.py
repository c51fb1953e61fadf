"""People gain traits: given, computed, lifecycle."""

from __future__ import annotations

from coterie.profile.assignments import write_assignments

__all__ = ["write_assignments"]
