"""Every reader of calls takes what its provider signs, and nothing else."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.deliver.callers import KEY, SHARED, Signed, mailgun, mandrill, standard, twilio

from coterie.deliver.calling import CALLBACKS, ProviderCall
from coterie.domain import utc_now
from coterie.testing.callbacks import check_callback

HERE = "https://tea.example/callbacks"
OTHER = "whsec_" + "b" * 40
EVENTS: list[dict[str, object]] = [{"event": "spam", "_id": "a", "ts": 1, "msg": {"_id": "a"}}]
MADE = {
    "mailgun": lambda key: mailgun({"event": "delivered", "id": "a"}, key),
    "mandrill": lambda key: mandrill(f"{HERE}/mandrill", EVENTS, key),
    "signed": lambda key: standard({"type": "message.bounced", "data": {}}, key=key),
    "twilio": lambda key: twilio(f"{HERE}/twilio", key, MessageSid="SM1", MessageStatus="delivered"),
}


def call(name: str, signed: Signed, at: datetime) -> ProviderCall:
    body, headers = signed
    return ProviderCall([f"{HERE}/{name}"], {each.lower(): value for each, value in headers.items()}, body, at)


@pytest.mark.parametrize("name", CALLBACKS)
def test_a_callback_meets_the_suite(name: str) -> None:
    secret, now = SHARED if name == "signed" else KEY, utc_now()
    body = b'{"event-data": {"id": "a"}}' if name == "mailgun" else MADE[name](secret)[0]
    check_callback(
        CALLBACKS[name], secret, lambda key: call(name, MADE[name](key), now), call(name, (body, {}), now), OTHER
    )
