"""One process holds a workspace and answers the others of the same user, who see the same face."""

from __future__ import annotations

from coterie.workspace.remote.host import answering
from coterie.workspace.remote.rooms_afar import open_afar

__all__ = ["answering", "open_afar"]
