"""Asking a server as a program does, and what it answers."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from tests.api.server import Server


@dataclass(frozen=True)
class Said:
    """An answer: its status, headers, and what its body holds."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Client:
    """Somebody with a key (or with none) who asks one server."""

    server: Server
    key: str | None = None

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Said:
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if raw is not None:
            named = {"Content-Type": "application/json", **named}
        request = urllib.request.Request(f"{self.server.address}{path}", raw, named, method=method)
        if self.key:
            request.add_header("Authorization", f"Bearer {self.key}")
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return _said(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as fault:
            with fault:
                return _said(fault.code, dict(fault.headers), fault.read())

    def get(self, path: str, **headers: str) -> Said:
        return self.ask("GET", f"/api/v1{path}", **headers)

    def post(self, path: str, body: object = None, **headers: str) -> Said:
        return self.ask("POST", f"/api/v1{path}", body if body is not None else {}, **headers)


def _said(status: int, headers: dict[str, str], raw: bytes) -> Said:
    lower = {name.lower(): value for name, value in headers.items()}
    return Said(status, lower, json.loads(raw) if "json" in lower.get("content-type", "") else raw)
