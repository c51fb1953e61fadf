"""Calls as providers make and sign them, written from what they publish."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

from standardwebhooks import Webhook

Signed = tuple[bytes, dict[str, str]]
KEY = "key-of-the-provider"
SHARED = "whsec_" + base64.b64encode(b"s" * 32).decode()
FORM = "application/x-www-form-urlencoded"


def mailgun(event: dict[str, object], key: str = KEY, *, token: str = "t" * 50, at: float | None = None) -> Signed:
    second = str(int(time.time() if at is None else at))
    made = hmac.new(key.encode(), msg=f"{second}{token}".encode(), digestmod=hashlib.sha256).hexdigest()
    body = {"signature": {"timestamp": second, "token": token, "signature": made}, "event-data": event}
    return json.dumps(body).encode(), {"Content-Type": "application/json"}


def form(url: str, fields: dict[str, str], header: str, key: str = KEY) -> Signed:
    said = url + "".join(name + fields[name] for name in sorted(fields))
    made = base64.b64encode(hmac.new(key.encode(), said.encode(), hashlib.sha1).digest()).decode()
    return urlencode(fields).encode(), {"Content-Type": FORM, header: made}


def mandrill(url: str, events: list[dict[str, object]], key: str = KEY) -> Signed:
    return form(url, {"mandrill_events": json.dumps(events)}, "X-Mandrill-Signature", key)


def twilio(url: str, key: str = KEY, **fields: str) -> Signed:
    return form(url, fields, "X-Twilio-Signature", key)


def standard(body: dict[str, object], number: str = "msg_1", key: str = SHARED, at: float | None = None) -> Signed:
    """Signed by the library that Standard Webhooks publish."""
    from datetime import UTC, datetime

    raw, second = json.dumps(body), int(time.time() if at is None else at)
    made = Webhook(key).sign(number, datetime.fromtimestamp(second, UTC), raw)
    return raw.encode(), {"webhook-id": number, "webhook-timestamp": str(second), "webhook-signature": made}
