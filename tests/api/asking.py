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
    """Somebody with a key, with the cookie of a session and its token against forgery, or with none, who asks one server."""

    server: Server
    key: str | None = None
    cookie: str = ""
    csrf_token: str = ""

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Said:
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if raw is not None:
            named = {"Content-Type": "application/json", **named}
        request = urllib.request.Request(f"{self.server.address}{path}", raw, named, method=method)
        if self.key:
            request.add_header("Authorization", f"Bearer {self.key}")
        if self.cookie:
            request.add_header("Cookie", self.cookie)
        if self.csrf_token:
            request.add_header("X-CSRF-Token", self.csrf_token)
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


def joined(server: Server, token: str, email: str, password: str = "several words here") -> Client:
    """Who came by the link of an invitation, signed in."""
    said = Client(server).post("/session/join", {"token": token, "email": email, "password": password})
    assert said.status == 200, said.body
    return signed_in(server, said)


def signed_in(server: Server, said: Said) -> Client:
    """Whoever got this answer, as a browser goes on."""
    return Client(server, None, said.headers["set-cookie"].partition(";")[0], said.body["csrf_token"])


def _said(status: int, headers: dict[str, str], raw: bytes) -> Said:
    lower = {name.lower(): value for name, value in headers.items()}
    return Said(status, lower, json.loads(raw) if "json" in lower.get("content-type", "") else raw)
