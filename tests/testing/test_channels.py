"""Every channel meets its suite, and the suite names each promise that a part breaks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from itertools import count

import pytest
from pydantic import BaseModel

from coterie.deliver import CHANNELS, Unsendable
from coterie.deliver.channels.email import EmailChannel
from coterie.testing.channels import check_channel


def read_email(content: bytes) -> str:
    return message_from_bytes(content, policy=default).get_body(("plain",)).get_content()


EMAIL = {
    "settings": {"sender": "Shop <news@shop.example>"},
    "addresses": ["ann@x.example", "bo@bücher.example"],
    "bad": ["nobody", "a b@x.example", "@x.example", "ann@", "ann@x..example"],
    "alike": [("Ann@X.example", "ann@x.example "), ("a.nn+b@gmail.com", "ann@googlemail.com")],
    "read": read_email,
}
SMS = {
    "settings": {"sender": "+15550100"},
    "addresses": ["+12015550123", "+8613800138000"],
    "bad": ["2015550123", "+0123456789", "+1201555012a", "+1201555012345678"],
    "alike": [("+12015550123", "+1 (201) 555-0123"), ("+8613800138000", "+86 138 0013 8000")],
    "read": bytes.decode,
    "text": "Hello 王小明 👩🏽‍💻,\n50% off = 1/2 {today}",
}
WEBHOOK = {
    "settings": {},
    "addresses": ["C1", "crm/7"],
    "bad": ["C 1", "C1;C2"],
    "alike": [("C1", "'C1")],
    "read": lambda content: json.loads(content)["data"]["text"],
}
TRIED: Mapping[str, Mapping[str, object]] = {"email": EMAIL, "sms": SMS, "webhook": WEBHOOK}


def test_every_channel_is_tried():
    assert {*TRIED, "web_push"} == set(CHANNELS)  # whose keys are made anew in tests/deliver/test_web_push.py


@pytest.mark.parametrize("name", TRIED)
def test_a_channel_meets_the_suite(name):
    check_channel(CHANNELS[name], **TRIED[name])


def _sealing(change):
    """E-mail whose envelope is changed."""

    def seal(self, message, rendered, *, at):
        return change(EmailChannel.seal(self, message, rendered, at=at))

    return {"seal": seal}


def _refusing(change):
    """E-mail that does something else with what it cannot carry."""

    def seal(self, message, rendered, *, at):
        try:
            return EmailChannel.seal(self, message, rendered, at=at)
        except Unsendable as fault:
            return change(self, message, rendered, at, fault)

    return {"seal": seal}


def _raise(make):
    def raising(self, message, rendered, at, fault):
        raise make(fault)

    return _refusing(raising)


def _to_the_house(self, message, rendered, at, fault):
    return EmailChannel.seal(self, replace(message, address="house@shop.example"), rendered, at=at)


class Undescribed(BaseModel, extra="forbid"):
    sender: str


class Lax(BaseModel):
    pass


NUMBERS = count()
BROKEN = {
    "has a name": {"name": ""},
    "a form can be drawn": {"Settings": Undescribed},
    "a setting that there is not": {"Settings": Lax},
    "an envelope is known by its message": _sealing(lambda sealed: replace(sealed, message_id="one")),
    "an envelope says from whom": _sealing(lambda sealed: replace(sealed, sender="")),
    "the words arrive as they were written": _sealing(
        lambda s: replace(s, content=s.content.replace(b"\r\n\r\n", b"\r\n\r\nWFhY"))
    ),
    "what is sealed again is the same": _sealing(
        lambda s: replace(s, content=b"X-Number: %d\r\n" % next(NUMBERS) + s.content)
    ),
    "each message goes to its own": _sealing(lambda sealed: replace(sealed, recipient="house@shop.example")),
    "is no address, and nothing is sealed": _refusing(_to_the_house),
    "is Unsendable, not ValueError": _raise(lambda fault: ValueError(str(fault))),
    "refused as bad_address": _raise(lambda fault: Unsendable("no", str(fault))),
    "a refusal shows the address": _raise(lambda fault: Unsendable(fault.code, "no")),
}


@pytest.mark.parametrize("promise", BROKEN)
def test_a_broken_promise_is_named(promise):
    spoiled = type("Spoiled", (EmailChannel,), BROKEN[promise])
    with pytest.raises(AssertionError, match=promise):
        check_channel(spoiled, **EMAIL)


def test_two_people_are_not_alike():
    with pytest.raises(AssertionError, match="a block of one spelling"):
        check_channel(EmailChannel, **{**EMAIL, "alike": [("ann@x.example", "bo@x.example")]})
