"""The key by which push services know a sender."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PushKeys:
    """The ``secret`` of a sender, kept in ``COTERIE_SECRET_WEB_PUSH``, and the ``public`` key that pages subscribe with (VAPID, RFC 8292)."""

    secret: str
    public: str


def new_push_keys() -> PushKeys:
    """A new pair; nothing of it is stored."""
    from coterie.deliver.push_encryption import new_keys

    return PushKeys(*new_keys())
