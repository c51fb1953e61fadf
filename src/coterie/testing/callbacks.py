"""What every reader of a provider's calls must do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from coterie.deliver.calling import Callback, Called, ProviderCall, Unsigned
from coterie.errors import NotPermitted
from coterie.testing.claims import claim

_WITHIN = timedelta(minutes=5)


def check_callback(
    kind: type[Callback], secret: str, signed: Callable[[str], ProviderCall], unsigned: ProviderCall, other: str
) -> None:
    """Assert that a reader takes what is signed with ``secret``, and nothing else.

    ``signed`` makes a call that is signed with a secret, ``unsigned`` bears no signature, ``other`` is another secret. Raises
    ``AssertionError`` naming the promise that is broken.
    """
    claim(isinstance(kind.name, str) and kind.name, kind.__name__, "has a name")
    claim(kind.channel is None or kind.channel, kind.name, "tells of one channel, or each call says of which")
    called = kind(secret, _WITHIN).read(signed(secret))
    claim(isinstance(called, Called) and (called.receipts or called.replies), kind.name, "reads what is signed")
    again = kind(secret, _WITHIN).read(signed(secret))
    ids = [[each.event_id for each in some.receipts] for some in (called, again)]
    claim(ids[0] == ids[1], kind.name, "an event that is told again is known by the same id")
    claim(_refused(kind, secret, signed(other), NotPermitted), kind.name, "takes nothing signed with another secret")
    claim(_refused(kind, secret, unsigned, Unsigned), kind.name, "takes nothing without a signature")


def _refused(kind: type[Callback], secret: str, call: ProviderCall, why: type[NotPermitted]) -> bool:
    try:
        kind(secret, _WITHIN).read(call)
    except why:
        return True
    return False
