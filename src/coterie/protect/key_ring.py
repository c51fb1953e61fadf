"""Keys by which programs come in: shown once, kept as keyed hashes, each for one use."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from coterie.domain import Clock, who_acts
from coterie.errors import Refused, UnknownName
from coterie.protect.keys import WorkspaceKey
from coterie.store import ApiKey, Ledger
from coterie.words import sentence

SCOPES: Mapping[str, frozenset[str]] = {
    "write": frozenset({"write"}),
    "read": frozenset({"read"}),
    "manage": frozenset({"read", "manage", "reach"}),
    "admin": frozenset({"read", "manage", "reach", "admin"}),
}
"""What a key may be for → what it allows: ``write`` sends events and reads nothing, ``read`` changes nothing, ``manage``
defines, loads, refreshes and sends too, ``admin`` makes keys and lets go what was held besides."""

_PREFIX = "ctr_"
_BYTES = 24
_SHOWN = len(_PREFIX) + 6
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_USE = "api key"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made. ``key`` is shown now and never again; only a hash of it is kept."""

    name: str
    scope: str
    key: str


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of one workspace.

    >>> from coterie.domain import utc_now
    >>> from coterie.store import open_ledger
    >>> ring = KeyRing(open_ledger(None), WorkspaceKey(b"k" * 32), utc_now)
    >>> made = ring.create("web-shop", "write", actor="ann")
    >>> [each.name for each in ring.standing().values()], made.key in ring.standing()
    (['web-shop'], False)
    >>> ring.revoke("web-shop", actor="ann"), ring.standing()
    (True, {})
    """

    ledger: Ledger
    key: WorkspaceKey
    clock: Clock

    def create(self, name: str, scope: str = "write", *, actor: str = "") -> NewKey:
        """A new key called ``name``, which becomes the source of what it sends.

        Raises ``UnknownName`` for another scope, ``Refused`` where a key of that name was ever made, or the name is no
        word of a-z, 0-9, - and _.
        """
        if scope not in SCOPES:
            raise UnknownName("scope", scope, SCOPES)
        if not _NAME.fullmatch(name):
            raise Refused(
                sentence(
                    "a key is called by up to 40 of a-z, 0-9, - and _, such as web-shop; {name!r} is not", name=name
                )
            )
        secret, now, by = _PREFIX + secrets.token_urlsafe(_BYTES), self.clock(), who_acts(actor)
        made = ApiKey(name, scope, secret[:_SHOWN], self.hash_of(secret), now, by)
        with self.ledger.transaction() as t:
            if not t.api_keys.add(made):
                raise Refused(
                    sentence(
                        "there is or was a key named {name!r}; names of keys are those of sources, so take another, "
                        "such as {name}-2",
                        name=name,
                    )
                )
            t.audit.append("key created", name, {"scope": scope, "begins_with": made.begins_with}, actor=by, at=now)
        return NewKey(name, scope, secret)

    def told(self) -> list[dict[str, object]]:
        """Every key ever made as people read it: name, scope, first letters, when and by whom it was made, when revoked."""
        names = ("name", "scope", "begins_with", "created_at", "author", "revoked_at")
        return [{name: getattr(key, name) for name in names} for key in self.all()]

    def hash_of(self, secret: str) -> str:
        """What is kept of a key: nobody makes or tries one without the workspace's own."""
        return self.key.hash_of(_USE, secret)

    def all(self) -> list[ApiKey]:
        """Every key ever made, the oldest first."""
        with self.ledger.reading() as t:
            return t.api_keys.all()

    def standing(self) -> dict[str, ApiKey]:
        """Hash → key, of the keys that were not revoked."""
        return {each.hash: each for each in self.all() if each.revoked_at is None}

    def revoke(self, name: str, *, actor: str = "") -> bool:
        """End a key; False where it had ended before. Raises ``UnknownName``, naming the keys there are."""
        now, by = self.clock(), who_acts(actor)
        with self.ledger.transaction() as t:
            if not t.api_keys.revoke(name, at=now):
                return False
            t.audit.append("key revoked", name, {}, actor=by, at=now)
        return True
