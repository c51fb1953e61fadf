"""One business's workspace: the composition root that hands every room what it needs, and the face of them all."""

from __future__ import annotations

from coterie.deliver import SendResult
from coterie.measure import By, Every
from coterie.predict import Accuracy, Holdout, HoldoutRefused, LifetimeValueModel, Remark
from coterie.run import definition_schema
from coterie.workspace.backing import restore
from coterie.workspace.brakes import Brakes
from coterie.workspace.doors import Opened, serve
from coterie.workspace.frame import Frame
from coterie.workspace.intake import Intake
from coterie.workspace.opening import (
    find_workspace,
    init_workspace,
    open_brakes,
    open_intake,
    open_keys,
    open_workspace,
)
from coterie.workspace.parts import part_schema, parts
from coterie.workspace.records import PlanShown
from coterie.workspace.workspace import Workspace

__all__ = [
    "Accuracy",
    "Brakes",
    "By",
    "Every",
    "Frame",
    "Holdout",
    "HoldoutRefused",
    "Intake",
    "LifetimeValueModel",
    "Opened",
    "PlanShown",
    "Remark",
    "SendResult",
    "Workspace",
    "definition_schema",
    "find_workspace",
    "init_workspace",
    "open_brakes",
    "open_intake",
    "open_keys",
    "open_workspace",
    "part_schema",
    "parts",
    "restore",
    "serve",
]
