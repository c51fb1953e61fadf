"""The resources of the interface, one file each; all of them are gathered here."""

from __future__ import annotations

from coterie.api.resources import (
    campaigns,
    coupons,
    definitions,
    figures,
    files,
    jobs,
    journeys,
    keys,
    lists,
    models,
    people,
    preferences,
    schedules,
    segmentations,
    segments,
    session,
    settings,
    templates,
    tracking,
    traits,
    users,
    webhooks,
    workspace,
)
from coterie.api.route import Routes

RESOURCES: tuple[Routes, ...] = tuple(
    each.ROUTES
    for each in (
        workspace,
        files,
        people,
        preferences,
        traits,
        segments,
        lists,
        coupons,
        jobs,
        schedules,
        settings,
        segmentations,
        models,
        campaigns,
        journeys,
        figures,
        definitions,
        templates,
        tracking,
        webhooks,
        keys,
        session,
        users,
    )
)
"""In the order in which paths are tried: a path that is named comes before one with a place for any name."""
