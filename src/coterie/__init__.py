"""Coterie: customers' records in; segments, decisions, messages and measured effects out.

    import coterie

    coterie.init("shop")
    with coterie.open("shop") as ws:
        ws.load("orders.csv")
        ws.refresh()
        ws.segmentations.rfm().parts

``ws`` is a ``Workspace``, and its rooms are where things are asked and done:

    ws.load, ws.quality, ws.quarantine, ws.rates       files in; what was refused; other currencies
    ws.refresh, ws.apply, ws.diff, ws.status           everything computed as of an instant; definitions in YAML
    ws.segments, ws.segmentations, ws.traits           rules and who they hold for; the base divided; what is known
    ws.profiles, ws.kpis, ws.channels, ws.predict      one person; key figures; where they buy; what they are worth
    ws.campaigns, ws.brakes                            plan, send, read out; hold, unsubscribe, block
    ws.report, ws.query, ws.backup                     a page for everybody; SQL; a copy that is proved

``help(coterie.Workspace)`` says what it does, ``help(ws.segments)`` what one of its rooms does. Tables come back as a
``coterie.Frame`` (rows, ``.pandas()``, ``.polars()``, ``.arrow``), all else as records with attributes. An effect is an
``Estimate`` with its interval, or a ``NotEstimable`` with its reason. Whatever is refused raises a ``CoterieError``
that says what would work: ``NotReady``, ``UnknownName`` (with the nearest names), ``Refused``, ``Transient``. Instants may
be given as dates, ISO text or datetimes; without an offset they are read by the clock of the workspace.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coterie.domain import Estimate as Estimate
    from coterie.domain import NotEstimable as NotEstimable
    from coterie.domain import acting_as
    from coterie.errors import CoterieError as CoterieError
    from coterie.errors import NotReady as NotReady
    from coterie.errors import Refused as Refused
    from coterie.errors import Transient as Transient
    from coterie.errors import UnknownName as UnknownName
    from coterie.settings import SmtpSettings as SmtpSettings
    from coterie.settings import WorkspaceSettings as WorkspaceSettings
    from coterie.workspace import Frame as Frame
    from coterie.workspace import Workspace as Workspace
    from coterie.workspace import init_workspace as init
    from coterie.workspace import open_brakes, restore
    from coterie.workspace import open_workspace as open  # noqa: A004 - coterie.open reads like io.open

__version__ = "0.1.0"

# ``help(coterie)`` prints these; classes are printed whole, so they are documented where they live.
__all__ = ["acting_as", "init", "open", "open_brakes", "restore"]

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
    return sorted({*_PLACES, *(name for name in globals() if name.startswith("__"))})
