"""Requests to a program are signed as Standard Webhooks have it, and verified by the library of those who wrote that down."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pyarrow as pa
import pytest
from standardwebhooks.webhooks import Webhook
from tests.deliver.far_side import QuietHandler, answering
from tests.deliver.outbox import KEY, LETTERHEAD, Audience, launch

from coterie.compose import Composer, TemplateDefinition
from coterie.deliver import CHANNELS, Envelope, Provider, Retry, SendResult, send_outbox
from coterie.deliver.providers.webhook import WebhookProvider, WebhookProviderSettings
from coterie.domain import Origin, utc_now
from coterie.errors import BadSetting
from coterie.protect import record_consents
from coterie.store import Ledger
from coterie.testing.providers import (
    FAULT_CHECKS,
    PROVIDER_CHECKS,
    FaultyHarness,
    ProviderHarness,
    Treatment,
    knows_an_address_that_is_gone,
)

SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
ASKED = {"refused": 422, "throttled": 429, "gone": 410, "error": 500}


class Receiver(ThreadingHTTPServer):
    """Verifies every request before it looks at it, and keeps each message once, by its id."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiving)
        self.taken: dict[str, bytes] = {}
        self.asked: Counter[str] = Counter()
        self.lock = threading.Lock()

    @property
    def settings(self) -> dict[str, object]:
        return {"url": f"http://127.0.0.1:{self.server_port}/hook", "private": True}


class _Receiving(QuietHandler, BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        Webhook(SECRET).verify(body, dict(self.headers))  # raises, and the connection breaks, where it is not signed so
        number = self.headers["webhook-id"]
        how = str(json.loads(body)["data"]["customer_id"])
        with self.server.lock:
            self.server.asked[number] += 1
            is_first = self.server.asked[number] == 1
            status = ASKED.get(how, 204)
            if how == "throttled" and not is_first:
                status = 204
            if status == 204 or how == "error":
                self.server.taken[number] = body
            if how == "error" and not is_first:
                status = 204
        if how == "dropped" and is_first:
            self.break_off()
            return
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if status == 429:
            self.send_header("Retry-After", "0")
        self.end_headers()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with answering(Receiver()) as running:
        yield running


def made(settings: dict[str, object], secret: str | None = SECRET) -> WebhookProvider:
    return WebhookProvider(WebhookProviderSettings.model_validate(settings), secret=secret)


class _Harness:
    name = "webhook"

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    def make(self) -> Provider:
        return made(self._receiver.settings)

    def make_unreachable(self) -> Provider:
        return made({"url": "http://127.0.0.1:1/", "private": True})

    def envelope(self, place: int, content: bytes) -> Envelope:
        body = json.dumps({"data": {"customer_id": f"C{place}", "text": content.decode()}}).encode()
        return Envelope(f"m{place}", "campaign.message", f"C{place}", body)

    def treated(self, treatment: Treatment) -> Envelope:
        body = json.dumps({"data": {"customer_id": treatment}}).encode()
        return Envelope("treated", "campaign.message", treatment, body)

    def accepted(self) -> Sequence[tuple[str, bytes]]:
        return [*self._receiver.taken.items()]


@pytest.mark.parametrize("check", [pytest.param(check, id=check.__name__) for check in PROVIDER_CHECKS])
def test_a_receiver_is_told_as_a_provider_promises(check: Any, receiver: Receiver) -> None:
    harness: ProviderHarness = _Harness(receiver)
    check(harness)


OF_PEOPLE = [check for check in FAULT_CHECKS if check is not knows_an_address_that_is_gone]
"""A receiver that is gone (410) is about us and not about a customer."""


@pytest.mark.parametrize("check", [pytest.param(check, id=check.__name__) for check in OF_PEOPLE])
def test_it_keeps_them_where_the_receiver_fails(check: Any, receiver: Receiver) -> None:
    harness: FaultyHarness = _Harness(receiver)
    check(harness)


def test_a_receiver_that_is_gone_costs_nobody_anything(receiver: Receiver) -> None:
    provider = made(receiver.settings)

    async def work() -> Sequence[str]:
        outcomes = await provider.send([_Harness(receiver).treated("gone")])
        await provider.close()
        return [each.state for each in outcomes]

    assert asyncio.run(work()) == ["deferred"]
    assert provider.trouble is not None
    assert provider.trouble.is_final


@pytest.mark.parametrize("secret", [None, "", "secret", "whsec_", "whsec_c2hvcnQ=", "whsec_!!!"])
def test_a_secret_that_cannot_be_is_refused_and_not_shown(secret: str | None, receiver: Receiver) -> None:
    with pytest.raises(BadSetting) as found:
        made(receiver.settings, secret=secret)
    assert not secret or secret == "whsec_" or secret not in str(found.value).replace("the secret of", "")


def launched(customers: list[str]) -> Audience:
    """A campaign to ``customers`` on the channel, all of whom agreed."""
    return launch(None, customers, channel="webhook")


def send(ledger: Ledger, receiver: Receiver, **more: Any) -> SendResult:
    channel = CHANNELS["webhook"]
    template = TemplateDefinition(name="hello", channel="webhook", text="Tea for {{ campaign.name }}")
    return send_outbox(
        ledger,
        KEY,
        [Origin("campaign", "spring")],
        channel=channel(channel.Settings()),
        provider=made(receiver.settings),
        renderer=Composer(
            {"hello": template},
            letterhead=LETTERHEAD,
            find_readers=lambda people: dict.fromkeys(people, ({}, frozenset())),
        ),
        **more,
    )


AT_ONCE = Retry(first=timedelta(0), attempts=3)


def test_what_is_in_doubt_goes_again_under_its_id_and_is_taken_once(receiver: Receiver) -> None:
    audience = launched(["C1", "dropped", "C2", "error", "C3"])
    result = send(audience.ledger, receiver, retry=AT_ONCE, patience=timedelta(seconds=5))
    assert (result.sent, result.unknown, result.queued) == (5, 0, 0)
    assert len(receiver.taken) == 5
    in_doubt = {str(audience.row(name)["message_id"]) for name in ("dropped", "error")}
    assert {number for number, times in receiver.asked.items() if times == 2} == in_doubt
    body = json.loads(receiver.taken[str(audience.row("C1")["message_id"])])
    assert body["type"] == "campaign.message"
    assert body["data"]["text"].startswith("Tea for spring\n\nUnsubscribe: https://shop.example/unsubscribe/")
    assert {name: body["data"][name] for name in ("campaign", "variant", "purpose", "customer_id")} == {
        "campaign": "spring", "variant": "hello", "purpose": "marketing", "customer_id": "C1",
    }  # fmt: skip


def test_an_intent_of_a_process_that_died_goes_again_and_one_that_may_not_is_unknown(receiver: Receiver) -> None:
    audience = launched(["C1", "C2", "C3"])
    died = [str(audience.row(name)["message_id"]) for name in ("C1", "C2")]
    with audience.ledger.transaction() as t:
        t.outbox.mark_sending(died, batch="of a process that died", now=utc_now())
    no = {"namespace": ["customer_id"], "value": ["C2"], "state": ["denied"], "channel": ["webhook"]}
    record_consents(
        audience.ledger, pa.table(no | {"occurred_at": pa.array([utc_now()], pa.timestamp("us"))}), now=utc_now()
    )
    result = send(audience.ledger, receiver)
    assert result.sent == 2
    assert {str(row["address"]): row["state"] for row in audience.rows()} == {
        "C1": "sent",
        "C2": "unknown",
        "C3": "sent",
    }


def test_what_stays_in_doubt_is_unknown_in_the_end(receiver: Receiver) -> None:
    audience = launched(["C1"])
    ASKED["C1"] = 502
    try:
        result = send(audience.ledger, receiver, retry=AT_ONCE, patience=timedelta(seconds=5))
    finally:
        del ASKED["C1"]
    assert (result.sent, result.unknown, result.queued) == (0, 1, 0)
    assert receiver.asked.total() == 3
