"""A push service on this machine: it checks who sends (RFC 8292), keeps to RFC 8030, and decrypts by somebody else's code (http-ece)."""

from __future__ import annotations

import base64
import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.deliver.far_side import QuietHandler

SECRET = b"s" * 16
ASKED = {"refused": 400, "throttled": 429, "gone": 410, "unknown": 404, "large": 413, "error": 500, "forbidden": 403}


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def raw(said: str) -> bytes:
    return base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))


class PushService(ThreadingHTTPServer):
    """``taken`` are ``(name of the browser, words)`` in order; how a browser is treated follows from its name."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Pushing)
        self.browser = ec.generate_private_key(ec.SECP256R1())
        self.taken: list[tuple[str, bytes]] = []
        self.headers: list[dict[str, str]] = []
        self.asked: Counter[str] = Counter()
        self.lock = threading.Lock()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def subscription(self, name: str) -> str:
        point = self.browser.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return f"{self.origin}/push/{name}#{text(point)}.{text(SECRET)}"


class _Pushing(QuietHandler, BaseHTTPRequestHandler):
    server: PushService
    timeout = 10

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        name = self.path.removeprefix("/push/")
        self._check_sender()
        assert self.headers["content-encoding"] == "aes128gcm"
        assert self.headers["content-type"] == "application/octet-stream"
        assert 0 <= int(self.headers["ttl"]) <= 2_419_200
        assert len(body) <= 4_096
        words = http_ece.decrypt(body, private_key=self.server.browser, auth_secret=SECRET, version="aes128gcm")
        with self.server.lock:
            self.server.asked[name] += 1
            status = ASKED.get(name, 201)
            if name == "throttled" and self.server.asked[name] > 1:
                status = 201
            if status == 201 or name in ("dropped", "error"):
                self.server.taken.append((name, words))
                self.server.headers.append(dict(self.headers))
        if name == "dropped":
            self.break_off()
            return
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if status == 429:
            self.send_header("Retry-After", "0")
        self.end_headers()

    def _check_sender(self) -> None:
        """The token is signed by the key beside it, for this service, and not for long."""
        kind, _, rest = self.headers["authorization"].partition(" ")
        assert kind == "vapid"
        said = dict(each.strip().split("=", 1) for each in rest.split(","))
        head, claims, signature = said["t"].split(".")
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(said["k"]))
        both = raw(signature)
        der = encode_dss_signature(int.from_bytes(both[:32], "big"), int.from_bytes(both[32:], "big"))
        key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        assert json.loads(raw(head)) == {"typ": "JWT", "alg": "ES256"}
        told = json.loads(raw(claims))
        assert told["aud"] == self.server.origin
        assert told["sub"].startswith("mailto:")
