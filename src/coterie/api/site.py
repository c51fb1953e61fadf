"""The web application, as it was built into ``static``: its files, and one page for every address that it has."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from mimetypes import guess_type
from pathlib import Path

from coterie.api.body import Scope, Send

STATIC = Path(str(files("coterie.api"))) / "static"
_PAGE = "index.html"
_FOR_EVER, _NEVER = b"public, max-age=31536000, immutable", b"no-store"
_POLICY = (
    # The components set styles of their own while they run; scripts are ours alone.
    b"default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    b"frame-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_GUARDS = [
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
_PACKED = (".html", ".js", ".css", ".svg", ".json", ".map", ".txt", ".webmanifest")
_MISSING = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Coterie</title>
<h1>Coterie is running</h1>
<p>The web application is not built in this checkout. Run <code>make web</code> and load this page again.</p>
<p lang="zh-CN">此检出中尚未构建网页应用。请运行 <code>make web</code>，然后重新加载本页。</p>
<p><a href="/api/docs">HTTP</a></p></html>
"""


@dataclass(frozen=True)
class _File:
    body: bytes
    packed: bytes
    media: bytes
    tag: bytes
    cache: bytes


async def answer_site(scope: Scope, send: Send, folder: Path = STATIC) -> None:
    """Answer with a file of the application, else its page, which knows what an address shows."""
    found = _find(folder, scope["path"])
    asked = dict(scope["headers"])
    if scope["method"] not in ("GET", "HEAD"):
        await _say(send, 405, [(b"allow", b"GET, HEAD")], b"")
        return
    if found is None:
        await _say(send, 404, _GUARDS, b"")
        return
    headers = [
        *_GUARDS,
        (b"content-type", found.media),
        (b"cache-control", found.cache),
        (b"etag", found.tag),
        (b"vary", b"accept-encoding"),
    ]
    if asked.get(b"if-none-match") == found.tag:
        await _say(send, 304, headers, b"")
        return
    body = found.body
    if found.packed and b"gzip" in asked.get(b"accept-encoding", b""):
        body = found.packed
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", str(len(body)).encode()))
    await _say(send, 200, headers, b"" if scope["method"] == "HEAD" else body)


async def _say(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _find(folder: Path, path: str) -> _File | None:
    """The file at ``path``; the page for any other address without an ending; None for a file that there is not."""
    name = path.strip("/")
    if not (folder / _PAGE).is_file():
        return _File(_MISSING.encode(), b"", b"text/html; charset=utf-8", b'"none"', _NEVER)
    if name in _names(folder):
        return _read(folder, name)
    return None if "." in name.rpartition("/")[2] else _read(folder, _PAGE)


@cache
def _names(folder: Path) -> frozenset[str]:
    """The files that there are: nothing else is ever opened, whatever a path says."""
    return frozenset(each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())


@cache
def _read(folder: Path, name: str) -> _File:
    body = (folder / name).read_bytes()
    media = guess_type(name)[0] or "application/octet-stream"
    is_text = name.endswith(_PACKED)
    packed = gzip.compress(body, 9, mtime=0) if is_text else b""
    whole = f"{media}; charset=utf-8" if is_text else media
    tag = b'"' + sha256(body).hexdigest()[:16].encode() + b'"'
    return _File(body, packed, whole.encode(), tag, _FOR_EVER if name.startswith("assets/") else _NEVER)
