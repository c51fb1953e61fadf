"""One business's workspace: the composition root that hands every room what it needs, and the face of them all.

What is named here loads when first used, so that a command imports only what it works with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coterie.faces import loaded_when_used

if TYPE_CHECKING:
    from coterie.deliver import SendResult
    from coterie.measure import By, Every
    from coterie.predict import Accuracy, Holdout, HoldoutRefused, LifetimeValueModel, Remark
    from coterie.run import definition_schema
    from coterie.workspace.backing import restore
    from coterie.workspace.brakes import Brakes
    from coterie.workspace.doors import Opened, serve
    from coterie.workspace.finding import find_workspace
    from coterie.workspace.frame import Frame
    from coterie.workspace.installed import part_schema, parts
    from coterie.workspace.intake import Intake
    from coterie.workspace.opening import (
        init_workspace,
        open_brakes,
        open_keys,
        open_team,
        open_workspace,
    )
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
    "open_keys",
    "open_team",
    "open_workspace",
    "part_schema",
    "parts",
    "restore",
    "serve",
]

__getattr__ = loaded_when_used(
    __name__,
    {
        "Accuracy": "predict",
        "Brakes": "workspace.brakes",
        "By": "measure",
        "Every": "measure",
        "Frame": "workspace.frame",
        "Holdout": "predict",
        "HoldoutRefused": "predict",
        "Intake": "workspace.intake",
        "LifetimeValueModel": "predict",
        "Opened": "workspace.doors",
        "PlanShown": "workspace.records",
        "Remark": "predict",
        "SendResult": "deliver",
        "Workspace": "workspace.workspace",
        "definition_schema": "run",
        "find_workspace": "workspace.finding",
        "init_workspace": "workspace.opening",
        "open_brakes": "workspace.opening",
        "open_keys": "workspace.opening",
        "open_team": "workspace.opening",
        "open_workspace": "workspace.opening",
        "part_schema": "workspace.installed",
        "parts": "workspace.installed",
        "restore": "workspace.backing",
        "serve": "workspace.doors",
    },
)
