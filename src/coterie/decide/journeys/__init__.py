"""Journeys: what happens to somebody step by step, for everybody at once."""

from __future__ import annotations

from coterie.decide.journeys.definition import JourneyDefinition, check_journey

__all__ = ["JourneyDefinition", "check_journey"]
