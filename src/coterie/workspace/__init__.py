"""One business's workspace: the composition root that hands every room what it needs."""

from __future__ import annotations

from coterie.workspace.backing import restore
from coterie.workspace.brakes import Brakes
from coterie.workspace.frame import Frame
from coterie.workspace.opening import find_workspace, init_workspace, open_brakes, open_workspace
from coterie.workspace.workspace import Workspace

__all__ = [
    "Brakes",
    "Frame",
    "Workspace",
    "find_workspace",
    "init_workspace",
    "open_brakes",
    "open_workspace",
    "restore",
]
