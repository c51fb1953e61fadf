"""Mailgun's ``messages.mime`` and Mandrill's ``send-raw`` on this machine: each checks what it is sent as its published schema says.

How one takes a message follows from the name before the @.
"""

from __future__ import annotations

import base64
import json
import threading
from collections import Counter
from contextlib import AbstractContextManager
from email import message_from_bytes
from email.policy import SMTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.deliver.far_side import QuietHandler, answering

KEY = "key-nobody-may-see"
MAILGUN, MANDRILL = "/v3/news.shop.example/messages.mime", "/api/1.0/messages/send-raw"
_REJECTED = {"refused": "rule", "gone": "hard-bounce", "unsub": "unsub", "unsigned": "unsigned"}
_NAMED = {"to", "message", "o:tracking", "v:message_id"}


class MailService(ThreadingHTTPServer):
    """``taken`` are ``(to, content)`` of what was taken, in order; ``asked`` counts requests by address."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.taken: list[tuple[str, bytes]] = []
        self.asked: Counter[str] = Counter()
        self.lock = threading.Lock()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class _Answering(QuietHandler, BaseHTTPRequestHandler):
    server: MailService
    timeout = 10

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["content-length"]))
        status, answer = {MAILGUN: self._mailgun, MANDRILL: self._mandrill}.get(self.path, _nothing_here)(raw)
        if status == 0:  # taken, and the line breaks without a word
            self.break_off()
            return
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(body)

    def _mailgun(self, raw: bytes) -> tuple[int, Any]:
        account = base64.b64encode(f"api:{KEY}".encode()).decode()
        if self.headers["authorization"] != f"Basic {account}":
            return 401, "Forbidden"
        kind = self.headers["content-type"]
        if not kind.startswith("multipart/form-data; boundary="):
            return 400, {"message": "need multipart/form-data"}
        said: dict[str, bytes] = {}
        mark = b"--" + kind.partition("boundary=")[2].encode()
        first, *parts, last = (mark and raw).split(mark)
        assert (first, last) == (b"", b"--\r\n")
        for part in parts:
            head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
            disposition = message_from_bytes(head + b"\r\n\r\n", policy=SMTP)["content-disposition"]
            said[disposition.params["name"]] = content.removesuffix(b"\r\n")
        assert set(said) == _NAMED, set(said)
        assert said["o:tracking"] == b"no"
        how = self._taken(said["to"].decode(), said["message"], {"refused", "throttled"})
        if how == "refused":
            return 400, {"message": "'to' parameter is not a valid address. please check documentation"}
        if how == "throttled":
            return 429, {"message": "Too many requests"}
        if how == "dropped":
            return 0, None
        return 200, {"id": "<20261201.1@news.shop.example>", "message": "Queued. Thank you."}

    def _mandrill(self, raw: bytes) -> tuple[int, Any]:
        said = json.loads(raw)
        if said.pop("key") != KEY:
            return 401, {"status": "error", "code": -1, "name": "Invalid_Key", "message": "Invalid API key"}
        assert set(said) == {"raw_message", "from_email", "to", "async"}
        [to] = said["to"]
        how = self._taken(to, said["raw_message"].encode(), {"throttled", "invalid", *_REJECTED})
        if how == "throttled":
            return 500, {"status": "error", "code": 10, "name": "ServiceUnavailable", "message": "try again"}
        if how == "invalid":
            return 500, {
                "status": "error",
                "code": -2,
                "name": "ValidationError",
                "message": "you must specify a value",
            }
        if how == "dropped":
            return 0, None
        if how == "mute":
            return 200, []
        if how == "general":
            return 500, {"status": "error", "code": -99, "name": "GeneralError", "message": "an unexpected error"}
        rejected = _REJECTED.get(how)
        status = "rejected" if rejected else "sent"
        return 200, [{"email": to, "status": status, "reject_reason": rejected, "_id": "a1b2"}]

    def _taken(self, to: str, content: bytes, passed_over: set[str]) -> str:
        """How this one is treated; kept unless that is ``passed_over``."""
        how = to.partition("@")[0]
        with self.server.lock:
            self.server.asked[to] += 1
            if how == "throttled" and self.server.asked[to] > 1:
                how = "taken"
            if how not in passed_over:
                self.server.taken.append((to, content))
        return how


def _nothing_here(_: bytes) -> tuple[int, Any]:
    return 404, {"message": "not found"}


def running_service() -> AbstractContextManager[MailService]:
    return answering(MailService())
