"""The resources of the interface, one file each; all of them are gathered here."""

from __future__ import annotations

from coterie.api.resources import workspace
from coterie.api.route import Routes

RESOURCES: tuple[Routes, ...] = (workspace.ROUTES,)
