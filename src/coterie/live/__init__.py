"""People, traits and segments kept true between refreshes, a turn after every few messages and a look at the clock every minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coterie.faces import loaded_when_used

if TYPE_CHECKING:
    from coterie.live.figures import LiveFigures
    from coterie.live.keeping import Keeper
    from coterie.live.turning import Live, Turn

__all__ = ["Keeper", "Live", "LiveFigures", "Turn"]

__getattr__ = loaded_when_used(
    __name__,
    {
        "Keeper": "live.keeping",
        "Live": "live.turning",
        "LiveFigures": "live.figures",
        "Turn": "live.turning",
    },
)
