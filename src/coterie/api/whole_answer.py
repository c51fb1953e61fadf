"""An answer in one piece, for what no framework stands before."""

from __future__ import annotations

from collections.abc import Iterable

from coterie.api.body import Send


async def send_answer(
    send: Send, status: int, headers: Iterable[tuple[bytes, bytes]] = (), body: bytes = b"", *, is_head: bool = False
) -> None:
    """Send ``body`` with its length; of an answer to HEAD the length alone."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": b"" if is_head else body})
