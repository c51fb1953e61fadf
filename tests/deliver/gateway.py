"""A gateway for text messages on this machine, in the shape of Twilio's Messages.json: what it is sent it checks as that one does.

How it takes a message follows from the number, so that a test reads as a list of people.
"""

from __future__ import annotations

import base64
import json
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from tests.deliver.far_side import QuietHandler, answering

ACCOUNT, TOKEN = "AC" + "0" * 32, "a token nobody may see"

ANSWERS: Mapping[str, tuple[int, dict[str, object]]] = {
    "0001": (400, {"code": 21211, "message": "The 'To' number is not a valid phone number.", "status": 400}),
    "0002": (400, {"code": 21610, "message": "Attempt to send to unsubscribed recipient", "status": 400}),
    "0003": (400, {"code": 21617, "message": "The concatenated message body exceeds the limit", "status": 400}),
    "0004": (500, {"code": 20500, "message": "Internal server error", "status": 500}),
    "0005": (503, {"code": 20503, "message": "Service unavailable", "status": 503}),
    "0006": (201, {"status": "queued"}),
}
"""The last digits of a number → what it is answered with; that of 0004 was taken all the same."""

DROPPED, THROTTLED = "0008", "0009"
"""Taken, and then the connection breaks without a word; or asked to wait at first, and taken then."""


def number(last: int | str) -> str:
    """A telephone number in the range that nobody has, with its last digits."""
    return f"+1201555{int(last):04}"


TWILIO: Mapping[str, object] = {
    "send_as": "form",
    "user": ACCOUNT,
    "body": {"To": "{{ to }}", "From": "{{ from }}", "Body": "{{ text }}"},
    "id_path": "sid",
    "code_path": "code",
    "meanings": {"21211": "gone", "21614": "gone", "21610": "stopped", "21617": "refused", "20429": "throttled"},
    "private": True,
}
"""Twilio's Messages.json as settings of ``sms_http``, but for its address."""


class Gateway(ThreadingHTTPServer):
    """``taken`` are ``(id, to, from, body)`` of what it took, in order; ``asked`` counts requests by number."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.taken: list[tuple[str, str, str, str]] = []
        self.asked: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.retry_after = "0"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"

    @property
    def settings(self) -> dict[str, object]:
        return {**TWILIO, "url": self.url}

    def numbers(self) -> list[str]:
        return [to for _, to, _, _ in self.taken]


class _Answering(QuietHandler, BaseHTTPRequestHandler):
    server: Gateway
    timeout = 10

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["content-length"]))
        status, answer = self._answer(raw)
        if status == 0:
            return
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", self.server.retry_after)
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, raw: bytes) -> tuple[int, dict[str, object]]:
        account = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if self.headers["authorization"] != f"Basic {account}":
            return 401, {"code": 20003, "message": "Authenticate", "status": 401}
        if self.path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            return 404, {"code": 20404, "message": "not found", "status": 404}
        if self.headers["content-type"] != "application/x-www-form-urlencoded":
            return 415, {"code": 20001, "message": "a form is expected", "status": 415}
        said = {name: values[0] for name, values in parse_qs(raw.decode(), strict_parsing=True).items()}
        if missing := {"To", "From", "Body"} - set(said):
            return 400, {"code": 21604, "message": f"missing {sorted(missing)}", "status": 400}
        return self._treated(said)

    def _treated(self, said: dict[str, str]) -> tuple[int, dict[str, object]]:
        to, last = said["To"], said["To"][-4:]
        with self.server.lock:
            self.server.asked[to] += 1
            if last == THROTTLED and self.server.asked[to] == 1:
                return 429, {"code": 20429, "message": "Too Many Requests", "status": 429}
            if last in ANSWERS and last not in {"0004", "0006"}:
                return ANSWERS[last]
            sid = f"SM{len(self.server.taken):032x}"
            self.server.taken.append((sid, to, said["From"], said["Body"]))
        if last == DROPPED:
            self.break_off()
            return 0, {}
        if last in ANSWERS:
            return ANSWERS[last]
        return 201, {"sid": sid, "status": "queued", "to": to, "from": said["From"], "error_code": None}


def running_gateway() -> AbstractContextManager[Gateway]:
    return answering(Gateway())
