"""Signatures of requests to programs, as Standard Webhooks have them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from coterie.errors import BadSetting

PREFIX = "whsec_"
_FEWEST_BYTES, _MOST_BYTES = 24, 64


def signature(secret: str, number: str, second: int, body: bytes) -> str:
    """The signature of a message, as Standard Webhooks have it.

    >>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key = base64.b64decode(secret.removeprefix(PREFIX))
    made = hmac.new(key, f"{number}.{second}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode()


def signed_headers(secret: str, number: str, second: int, body: bytes) -> Mapping[str, str]:
    """The headers of a signed request: its id, the same whenever it is sent again, its time and its signature."""
    return {
        "content-type": "application/json",
        "webhook-id": number,
        "webhook-timestamp": str(second),
        "webhook-signature": signature(secret, number, second, body),
    }


def check_secret(secret: str) -> str:
    """``secret`` where it is one of Standard Webhooks (``whsec_`` and 24 to 64 bytes in base64); raises ``BadSetting``, which does not show it."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not _FEWEST_BYTES <= len(key) <= _MOST_BYTES:
        raise BadSetting("the secret of a webhook is whsec_ and 24 to 64 random bytes in base64; this one is not")
    return secret
