"""Coterie: customers' records in; segments, decisions, messages and measured effects out.

    import coterie

    coterie.init("shop")
    with coterie.open("shop") as ws:
        ws.load("orders.csv")
        ws.refresh()
        ws.segmentations.rfm().parts

``ws`` is a ``Workspace``: ``help(coterie.Workspace)`` says what it does, ``help(ws.segments)`` what one of its rooms
does. Tables come back as a ``Frame``, all else as records with attributes; what cannot be estimated is a
``NotEstimable`` with its reason. Whatever is refused raises a ``CoterieError`` that says what would work. Instants
may be given as dates, ISO text or datetimes; without an offset they are read by the clock of the workspace.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coterie.domain import Estimate, NotEstimable, acting_as
    from coterie.errors import CoterieError, NotReady, Refused, Transient, UnknownName
    from coterie.settings import SmtpSettings, WorkspaceSettings
    from coterie.workspace import Frame, Workspace, open_brakes, restore
    from coterie.workspace import init_workspace as init
    from coterie.workspace import open_workspace as open  # noqa: A004 - coterie.open reads like io.open

__version__ = "0.1.0"

__all__ = [
    "CoterieError",
    "Estimate",
    "Frame",
    "NotEstimable",
    "NotReady",
    "Refused",
    "SmtpSettings",
    "Transient",
    "UnknownName",
    "Workspace",
    "WorkspaceSettings",
    "acting_as",
    "init",
    "open",
    "open_brakes",
    "restore",
]

_PLACES = {
    "CoterieError": "errors:CoterieError",
    "Estimate": "domain:Estimate",
    "Frame": "workspace:Frame",
    "NotEstimable": "domain:NotEstimable",
    "NotReady": "errors:NotReady",
    "Refused": "errors:Refused",
    "SmtpSettings": "settings:SmtpSettings",
    "Transient": "errors:Transient",
    "UnknownName": "errors:UnknownName",
    "Workspace": "workspace:Workspace",
    "WorkspaceSettings": "settings:WorkspaceSettings",
    "acting_as": "domain:acting_as",
    "init": "workspace:init_workspace",
    "open": "workspace:open_workspace",
    "open_brakes": "workspace:open_brakes",
    "restore": "workspace:restore",
}


def __getattr__(name: str) -> object:
    if name in _PLACES:
        room, _, attribute = _PLACES[name].partition(":")
        return getattr(import_module(f"coterie.{room}"), attribute)
    raise AttributeError(f"module 'coterie' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
