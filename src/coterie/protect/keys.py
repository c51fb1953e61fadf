"""The workspace's secret, readable by its owner only, and the keyed hash of an address that it makes."""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from coterie.errors import BadSetting, Damaged
from coterie.identifiers import identity_of
from coterie.words import sentence

KEY_FILE = "workspace.key"
_BYTES = 32


class WorkspaceKey:
    """A secret that never leaves the process; everything kept or sent is derived from it.

    >>> WorkspaceKey(b"k" * 32)
    WorkspaceKey(…)
    """

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _BYTES:
            raise BadSetting(
                sentence(
                    "a workspace key has {n} {n|byte|bytes} or more; this one has {found}", n=_BYTES, found=len(secret)
                )
            )
        self._secret = secret

    def derive(self, use: str) -> bytes:
        """32 bytes for one ``use``, such as ``unsubscribe``; knowing them tells nothing of the key or of other uses."""
        return hmac.digest(self._secret, f"coterie {use}".encode(), sha256)

    def hash_of(self, use: str, *parts: str) -> str:
        """A keyed hash of ``parts`` as 32 hexadecimal digits; without the key nobody can make or try one.

        >>> key = WorkspaceKey(b"k" * 32)
        >>> key.hash_of("address", "a", "bc") == key.hash_of("address", "ab", "c")
        False
        """
        body = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (part.encode() for part in parts))
        return hmac.digest(self.derive(use), body, sha256).hex()[:32]

    def hashes_of(self, use: str, values: list[str], *parts: str) -> list[str]:
        """``hash_of(use, *parts, value)`` of each value."""
        derived = self.derive(use)
        fixed = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (part.encode() for part in parts))
        encoded = (value.encode() for value in values)
        return [hmac.digest(derived, fixed + len(raw).to_bytes(4, "big") + raw, sha256).hex()[:32] for raw in encoded]

    def __repr__(self) -> str:
        return "WorkspaceKey(…)"


def find_key(folder: Path, *, was_used: bool) -> WorkspaceKey:
    """The key in ``folder``, made there only where nothing ``was_used`` with one before.

    Raises ``Damaged`` where a key was lost: with a new one nobody who objected would be known again.
    """
    if was_used and not (folder / KEY_FILE).exists():
        raise Damaged(
            sentence(
                "{file} is missing, and with a new key nobody who objected would be known again, so "
                "nothing was done; put it back from a backup, or begin anew with `coterie init` in another "
                "folder",
                file=folder / KEY_FILE,
            )
        )
    return read_or_make_key(folder)


def read_or_make_key(folder: Path) -> WorkspaceKey:
    """The key in ``folder``, made there (mode 600) when there is none.

    Raises ``BadSetting`` when others may read the file, or when it holds no key: a new one
    would silently forget every suppression.
    """
    file = folder / KEY_FILE
    if not file.exists():
        _make(file)
    if not file.is_file():
        raise BadSetting(sentence("{file} is no plain file, so it holds no key; restore it from a backup", file=file))
    if os.name == "posix" and file.stat().st_mode & 0o077:
        raise BadSetting(sentence("{file} can be read by others; run `chmod 600 {file}`", file=file))
    try:
        return WorkspaceKey(bytes.fromhex(file.read_text("ascii").strip()))
    except ValueError:
        raise BadSetting(
            sentence(
                "{file} holds no key ({n} hexadecimal {n|digit|digits}); restore it from a backup",
                file=file,
                n=_BYTES * 2,
            )
        ) from None


def _make(file: Path) -> None:
    unfinished = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(secrets.token_hex(_BYTES))
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(unfinished, file)  # unlike a rename it never replaces the key that another process just made
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()


CHANNEL_NAMESPACES = {"email": "email", "sms": "phone", "phone": "phone"}
"""Channel → namespace of the identifiers that are addresses on it."""


TO_PROGRAMS = {"webhook": "customer_id"}
"""Channel to a program of the business → namespace of the numbers by which that knows people; nobody can be written to there."""


def namespace_of(channel: str) -> str:
    """The namespace of the addresses on ``channel``: its own name, where it has none of another.

    >>> namespace_of("sms"), namespace_of("webhook"), namespace_of("wechat")
    ('phone', 'customer_id', 'wechat')
    """
    return CHANNEL_NAMESPACES.get(channel) or TO_PROGRAMS.get(channel, channel)


def are_addresses(identities: pa.Array, channels: Iterable[str] = ()) -> pa.Array:
    """Whether each ``namespace:key`` is an address: an e-mail, a telephone, or one on one of ``channels`` from outside.

    >>> are_addresses(pa.array(["email:a@x.example", "wechat:o1", "customer_id:7"]), ["wechat"]).to_pylist()
    [True, True, False]
    """
    namespaces = {*CHANNEL_NAMESPACES.values(), *map(namespace_of, channels)}
    return pc.match_substring_regex(identities, f"^({'|'.join(sorted(map(re.escape, namespaces)))}):")


def address_keys(key: WorkspaceKey, identities: pa.Array) -> pa.Array:
    """The keyed hash of each ``namespace:key`` (``identities_of``), by which suppressions are kept."""
    distinct = pc.unique(identities)
    hashed = pa.array(key.hashes_of("address", distinct.to_pylist()), pa.string())
    return hashed.take(pc.index_in(identities, value_set=distinct))


def address_key(key: WorkspaceKey, channel: str, address: str, country: str = "") -> str:
    """The keyed hash of one address on a channel; ``country`` is where a local phone number is dialled.

    >>> key = WorkspaceKey(b"k" * 32)
    >>> address_key(key, "email", "A@x.example") == address_key(key, "email", "Ann <a@X.example> ")
    True
    """
    return key.hash_of("address", identity_of(namespace_of(channel), address, country))
