"""What a browser loads: ``/coterie.js``, and the worker that shows push messages."""

from __future__ import annotations

import gzip
from functools import cache
from hashlib import sha256
from importlib.resources import files

from coterie.api.body import Scope, Send

PATHS = ("/coterie.js", "/coterie-worker.js")
_HOUR = b"public, max-age=3600"


@cache
def _script(path: str) -> tuple[bytes, bytes, bytes]:
    """The script, packed, and what tells this version from another."""
    text = (files("coterie.api.browser") / path[1:]).read_bytes()
    return text, gzip.compress(text, 9, mtime=0), b'"' + sha256(text).hexdigest()[:16].encode() + b'"'


async def answer_script(scope: Scope, send: Send) -> None:
    """Answer a request for the script; any page may load it."""
    text, packed, tag = _script(scope["path"])
    asked = dict(scope["headers"])
    headers = [
        (b"content-type", b"text/javascript; charset=utf-8"),
        (b"cache-control", _HOUR),
        (b"etag", tag),
        (b"vary", b"accept-encoding"),
        (b"access-control-allow-origin", b"*"),
        (b"cross-origin-resource-policy", b"cross-origin"),
        (b"x-content-type-options", b"nosniff"),
    ]
    status, body = (304, b"") if asked.get(b"if-none-match") == tag else (200, text)
    if body and b"gzip" in asked.get(b"accept-encoding", b""):
        body = packed
        headers.append((b"content-encoding", b"gzip"))
    if status == 200:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
