"""Who gets what, when, or nothing: campaigns, arms, holdouts, caps, and the last check before a send."""

from __future__ import annotations

from coterie.decide.admission import Admission, admit, admit_within, cancel_campaign, hold_sending, release_sending
from coterie.decide.assignment import arms_at, assign_arms
from coterie.decide.audience import purposes_open
from coterie.decide.campaign import (
    Audience,
    CampaignDefinition,
    Cost,
    FrequencyCap,
    Goal,
    QuietHours,
    check_campaign,
)
from coterie.decide.foreseeing import foresee
from coterie.decide.goals import Rules
from coterie.decide.launching import launch_campaign, launched_definition
from coterie.decide.plan import CampaignPlan
from coterie.decide.planning import plan_campaign
from coterie.decide.renewing import people_today, renew_people
from coterie.decide.terms import terms_of

__all__ = [
    "Admission",
    "Audience",
    "CampaignDefinition",
    "CampaignPlan",
    "Cost",
    "FrequencyCap",
    "Goal",
    "QuietHours",
    "Rules",
    "admit",
    "admit_within",
    "arms_at",
    "assign_arms",
    "cancel_campaign",
    "check_campaign",
    "foresee",
    "hold_sending",
    "launch_campaign",
    "launched_definition",
    "people_today",
    "plan_campaign",
    "purposes_open",
    "release_sending",
    "renew_people",
    "terms_of",
]
