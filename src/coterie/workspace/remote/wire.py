"""A socket of one workspace, its place, and messages on it one after another."""

from __future__ import annotations

import os
import socket
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from coterie.workspace.finding import STATE

_NAME = "server.sock"
_LONGEST = 100
"""Bytes of a path that a socket may have; systems take 104 or 108."""

_LENGTH = struct.Struct(">Q")


def socket_of(folder: Path) -> Path:
    """Where the server of the workspace in ``folder`` listens; beside it a link says so where its path is too long."""
    place = folder.resolve() / STATE / _NAME
    return place.readlink() if place.is_symlink() else place


@contextmanager
def listening(folder: Path) -> Iterator[socket.socket]:
    """A socket for processes of the same user on the same machine; whoever holds the workspace may call it."""
    place = folder.resolve() / STATE / _NAME
    place.unlink(missing_ok=True)  # of a server that was killed
    with tempfile.TemporaryDirectory(prefix="coterie-") as short:  # readable by its owner alone
        is_long = len(os.fsencode(place)) > _LONGEST
        bound = Path(short) / _NAME if is_long else place
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            before = os.umask(0o177)
            try:
                listener.bind(str(bound))
            finally:
                os.umask(before)
            if is_long:
                place.symlink_to(bound)
            listener.listen(64)
            try:
                yield listener
            finally:
                place.unlink(missing_ok=True)


def is_own(connection: socket.socket) -> bool:
    """Whether the other end is a process of the same user, where the system tells."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    _, user, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return bool(user == os.geteuid())


def send(connection: socket.socket, message: bytes) -> None:
    """Send a message; raises ``OSError`` where the other end is gone."""
    connection.sendall(_LENGTH.pack(len(message)) + message)


def receive(connection: socket.socket) -> bytes | None:
    """The next message; None where the other end is gone."""
    head = _exactly(connection, _LENGTH.size)
    return None if head is None else _exactly(connection, _LENGTH.unpack(head)[0])


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    found = bytearray()
    while len(found) < size:
        part = b""
        with suppress(ConnectionError):
            part = connection.recv(min(size - len(found), 1 << 20))
        if not part:
            return None
        found += part
    return bytes(found)
