"""Each answer of a gateway has one right meaning, and nothing leaves for where it may not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError
from tests.deliver.gateway import DROPPED, THROTTLED, TOKEN, Gateway, number, running_gateway

from coterie.deliver import Answered, Envelope, Provider
from coterie.deliver.answering import meaning_of
from coterie.deliver.providers.sms_http import SmsHttpProvider, SmsHttpSettings
from coterie.domain import Outcome
from coterie.errors import BadSetting, NotPermitted
from coterie.testing.providers import FAULT_CHECKS, PROVIDER_CHECKS, FaultyHarness, ProviderHarness, Treatment

SENDER = "+12015550199"
LAST: dict[Treatment, str] = {"refused": "0003", "throttled": THROTTLED, "dropped": DROPPED, "gone": "0001"}


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with running_gateway() as running:
        yield running


def made(settings: Mapping[str, object], secret: str | None = TOKEN) -> SmsHttpProvider:
    return SmsHttpProvider(SmsHttpSettings.model_validate(settings), secret=secret)


class _Harness:
    """The body of each message names it, so that what was taken is known again."""

    name = "sms_http"

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def make(self) -> Provider:
        return made(self._gateway.settings)

    def make_unreachable(self) -> Provider:
        return made({**self._gateway.settings, "url": "http://127.0.0.1:1/"})

    def envelope(self, place: int, content: bytes) -> Envelope:
        return Envelope(f"m{place}", SENDER, number(1000 + place), content)

    def treated(self, treatment: Treatment) -> Envelope:
        return Envelope("treated", SENDER, number(LAST[treatment]), b"Hello")

    def accepted(self) -> Sequence[tuple[str, bytes]]:
        return [(f"m{int(to[-4:]) - 1000}", body.encode()) for _, to, _, body in self._gateway.taken]


@pytest.mark.parametrize("check", [pytest.param(check, id=check.__name__) for check in PROVIDER_CHECKS])
def test_a_gateway_keeps_the_promises_of_a_provider(check: Any, gateway: Gateway) -> None:
    harness: ProviderHarness = _Harness(gateway)
    check(harness)


@pytest.mark.parametrize("check", [pytest.param(check, id=check.__name__) for check in FAULT_CHECKS])
def test_it_keeps_them_where_the_gateway_fails(check: Any, gateway: Gateway) -> None:
    harness: FaultyHarness = _Harness(gateway)
    check(harness)


def send(provider: Provider, *last: str) -> Sequence[Outcome]:
    async def work() -> Sequence[Outcome]:
        batch = [Envelope(f"m{each}", SENDER, number(each), "Tea 茶".encode()) for each in last]
        outcomes = await provider.send(batch)
        await provider.close()
        return outcomes

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("last", "state", "reason", "taken"),
    [
        pytest.param("0100", "sent", None, True, id="taken"),
        pytest.param("0001", "failed", "bounced", False, id="no-such-number"),
        pytest.param("0002", "failed", "stopped", False, id="the-person-said-stop-to-the-gateway"),
        pytest.param("0003", "failed", None, False, id="refused-for-good"),
        pytest.param("0004", "unknown", None, True, id="an-error-of-its-own-after-it-was-taken"),
        pytest.param("0005", "deferred", None, False, id="not-now"),
        pytest.param("0006", "unknown", None, True, id="a-yes-without-the-number-it-promises"),
        pytest.param(DROPPED, "unknown", None, True, id="the-line-breaks-after-it-was-taken"),
        pytest.param(THROTTLED, "deferred", None, False, id="throttled"),
    ],
)
def test_each_answer_has_one_meaning(gateway: Gateway, last: str, state: str, reason: str | None, taken: bool) -> None:
    (outcome,) = send(made(gateway.settings), last)
    assert (outcome.state, outcome.reason, len(gateway.taken) == 1) == (state, reason, taken)
    assert gateway.asked[number(last)] == 1


def test_what_is_about_us_is_trouble_and_costs_nobody_anything(gateway: Gateway) -> None:
    provider = made(gateway.settings, secret="another")
    outcomes = send(provider, "0100", "0101")
    assert [(each.state, each.code) for each in outcomes] == [("deferred", 401)] * 2
    assert provider.trouble is not None
    assert provider.trouble.is_final


def test_after_it_was_asked_to_wait_the_next_message_waits(gateway: Gateway) -> None:
    gateway.retry_after = "1"
    provider = made(gateway.settings)

    async def work() -> float:
        await provider.send([Envelope("m1", SENDER, number(THROTTLED), b"Tea")])
        began = asyncio.get_running_loop().time()
        await provider.send([Envelope("m2", SENDER, number("0100"), b"Tea")])
        await provider.close()
        return asyncio.get_running_loop().time() - began

    assert asyncio.run(work()) >= 0.9  # it waited: not a speed, a promise


def request_of(**changed: object) -> Any:
    settings: dict[str, object] = {
        "url": "https://sms.test/send",
        "body": {"messages": [{"to": "{{to_digits}}", "from": "{{ from }}", "text": "{{ text }}", "ref": "{{ id }}"}]},
        "headers": {"Authorization": "Bearer {{ secret }}"},
        "idempotency_header": "Idempotency-Key",
    }
    text = 'Tea "{{ to }}", \\ 茶'
    return made(settings | changed)._request(Envelope("m1", SENDER, "+12015550100", text.encode()))


def test_a_text_is_a_value_and_never_a_part_of_the_body() -> None:
    made_request = request_of()
    assert json.loads(made_request.body) == {
        "messages": [{"to": "12015550100", "from": SENDER, "text": 'Tea "{{ to }}", \\ 茶', "ref": "m1"}]
    }
    assert made_request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert made_request.headers["Idempotency-Key"] == "m1"
    flat = {"to": "{{ to }}", "text": "{{ text }}", "type": "{{ alphabet }}"}
    form = request_of(body=flat, send_as="form")
    asked = request_of(body=flat, send_as="query", method="GET")
    for said in (form.body.decode(), urlsplit(asked.url).query):
        assert parse_qs(said, strict_parsing=True) == {
            "to": ["+12015550100"],
            "text": ['Tea "{{ to }}", \\ 茶'],
            "type": ["UCS-2"],
        }


def test_one_that_knows_messages_again_says_so() -> None:
    settings = {"url": "https://sms.test/", "body": {"to": "{{ to }}", "text": "{{ text }}"}}
    assert made(settings).answers == frozenset()
    assert made({**settings, "idempotency_header": "Idempotency-Key"}).answers == {"idempotency_key"}


def test_a_gateway_that_says_no_with_a_yes_is_understood_by_its_own_code() -> None:
    settings = {
        "url": "https://sms.test/",
        "body": {"to": "{{ to }}", "text": "{{ text }}"},
        "code_path": "messages.0.status",
        "id_path": "messages.0.id",
        "meanings": {"0": "taken", "1": "throttled", "6": "gone"},
    }

    def read(status: str) -> tuple[str, str]:
        body = json.dumps({"messages": [{"status": status, "id": "A1"}]})
        return made(settings)._read(Answered(200, body=body.encode()))

    assert [read(status)[0] for status in ("0", "1", "6", "99")] == ["taken", "throttled", "gone", "unknown"]
    assert read("0")[1] == "A1"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        pytest.param({"url": "http://sms.test/"}, "https", id="not-encrypted"),
        pytest.param(
            {"url": "https://user:word@sms.test/"}, "without a name or password", id="a-password-in-the-address"
        ),
        pytest.param({"body": {"to": "{{ to }}"}}, "neither to whom nor what", id="nothing-to-say"),
        pytest.param({"body": {"to": "{{ to }}", "text": "{{ text }} {{ name }}"}}, "no 'name'", id="no-such-field"),
        pytest.param({"headers": {"X-A": "a\r\nB: c"}}, "no header", id="a-header-of-two-lines"),
        pytest.param({"method": "GET"}, "GET goes with", id="get-with-a-body"),
        pytest.param(
            {"send_as": "form", "body": {"to": "{{ to }}", "text": ["{{ text }}"]}}, "no lists", id="a-list-in-a-form"
        ),
        pytest.param({"meanings": {"200": "fine"}}, "taken", id="no-such-meaning"),
        pytest.param({"password": "x"}, "Extra", id="a-secret-in-the-file"),
    ],
)
def test_settings_that_cannot_be_are_refused(changed: dict[str, object], why: str) -> None:
    good = {"url": "https://sms.test/", "body": {"to": "{{ to }}", "text": "{{ text }}"}}
    SmsHttpSettings.model_validate(good)
    with pytest.raises(ValidationError, match=why):
        SmsHttpSettings.model_validate(good | changed)


def test_a_token_that_is_asked_for_has_to_be_there() -> None:
    with pytest.raises(BadSetting, match="COTERIE_SECRET_SMS_HTTP"):
        made(
            {"url": "https://sms.test/", "body": {"to": "{{ to }}", "text": "{{ text }}", "key": "{{ secret }}"}},
            secret=None,
        )


def test_nothing_leaves_for_this_machine_unless_that_is_meant(gateway: Gateway) -> None:
    port = gateway.server_port
    provider = made({"url": f"https://127.0.0.1:{port}/", "body": {"to": "{{ to }}", "text": "{{ text }}"}})
    with pytest.raises(NotPermitted, match="no public address"):
        asyncio.run(provider.open())
    (outcome,) = send(provider, "0100")
    assert outcome.state == "deferred"
    assert provider.trouble is not None
    assert provider.trouble.is_final
    assert gateway.asked.total() == 0


def test_every_status_of_http_has_a_meaning() -> None:
    assert {meaning_of(status) for status in range(200, 600)} == {
        "taken", "settings", "later", "throttled", "refused", "unknown"
    }  # fmt: skip
