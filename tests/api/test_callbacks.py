"""What providers call with: taken once, acted on at once, and nothing at all without their signature."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
import yaml

import coterie
from coterie.decide import launch_campaign, plan_campaign
from coterie.domain import Origin, Outcome
from coterie.workspace import open_keys
from tests.api.asking import Client, Said, _said
from tests.api.server import Server, serving
from tests.deliver.callers import KEY, SHARED, Signed, mailgun, mandrill, standard, twilio
from tests.workspace.shop import NOW, filled

PUBLIC = "https://tea.example"
DEFINITIONS = """
templates:
- {name: hello, subject: New tea, body: "<p>New</p>"}
- {name: text, channel: sms, text: "New tea"}
campaigns:
- {name: spring, audience: {everybody: true}, template: hello, holdout: 0}
"""
_numbers = count(1)


@dataclass
class Post:
    """A served shop that wrote to people: address → message, taken from until it is empty, and somebody with a key."""

    server: Server
    messages: dict[str, dict[str, Any]]
    client: Client
    doubted: list[dict[str, Any]]
    """Messages of which nobody knows whether they left."""

    @property
    def looked_at(self) -> dict[str, Any]:
        """A message of somebody about whom nothing is ever told."""
        return self.messages[max(self.messages)]

    def somebody(self) -> dict[str, Any]:
        """A message of which no other test asks."""
        return self.messages.pop(next(iter(self.messages)))

    def call(self, name: str, signed: Signed, query: str = "", method: str = "POST") -> Said:
        body, headers = signed
        asked = urllib.request.Request(f"{self.server.address}/callbacks/{name}{query}", body, headers, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return _said(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as fault:
            with fault:
                return _said(fault.code, dict(fault.headers), fault.read())

    def mailgun(self, event: str, message: dict[str, Any] | None, **more: object) -> Said:
        return self.call("mailgun", mailgun(mailgun_event(event, message, **more), token=f"{next(_numbers):050}"))

    def receipts(self, **asked: object) -> list[dict[str, Any]]:
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        found = self.client.get(f"/channels/receipts?{query}").body["items"]
        assert isinstance(found, list)
        return found

    def callback(self, name: str) -> dict[str, Any]:
        return next(row for row in self.client.get("/channels/callbacks").body["items"] if row["callback"] == name)

    def reason(self, message: dict[str, Any]) -> str | None:
        """Why somebody gets no more e-mail, or None."""
        shown = self.client.get(f"/profiles/{message['profile_id']}/consents").body
        return next((row["reason"] for row in shown["channels"] if row["channel"] == "email"), None)

    def blocks(self, message: dict[str, Any]) -> list[str]:
        """Why their addresses are on the suppression list."""
        return [row["reason"] for row in self.client.get(f"/profiles/{message['profile_id']}/consents").body["blocks"]]

    def timeline(self, message: dict[str, Any], wanted: str) -> list[str]:
        """Names of what is known of somebody's messages, once ``wanted`` is among them."""
        until = time.monotonic() + 20
        while True:
            rows = self.client.get(f"/profiles/{message['profile_id']}/timeline").body["items"]
            found = [row["name"] for row in rows if row["name"].startswith("Message ")]
            if wanted in found or time.monotonic() > until:
                return found
            time.sleep(0.05)


def mailgun_event(event: str, message: dict[str, Any] | None, **more: object) -> dict[str, object]:
    said: dict[str, object] = {"event": event, "id": f"ev-{next(_numbers)}", "timestamp": time.time()}
    if message:
        said |= {"recipient": message["address"], "user-variables": {"message_id": message["message_id"]}}
    return said | more


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    folder = filled(tmp_path_factory.mktemp("called") / "shop", DEFINITIONS)
    kept = yaml.safe_load((folder / "coterie.yaml").read_text("utf-8"))
    (folder / "coterie.yaml").write_text(yaml.safe_dump({**kept, "public_url": PUBLIC}), "utf-8")
    with coterie.open(folder, clock=lambda: NOW) as ws:
        stand, spring = ws._stand, Origin("campaign", "spring")
        plan = plan_campaign(
            stand.engine, stand.ledger, ws.campaigns.definition("spring"), stand.settings, stand.as_of, key=stand.key
        )
        launch_campaign(stand.ledger, stand.key, plan, now=NOW, actor="test")
        with stand.ledger.transaction() as t:
            rows = t.outbox.messages(spring).to_pylist()
            t.outbox.mark_sending([row["message_id"] for row in rows], batch="1", now=NOW)
        with stand.ledger.transaction() as t:
            t.outbox.record_outcomes(
                Outcome(row["message_id"], "unknown" if n < 2 else "sent", NOW, 250, f"number-{n}")
                for n, row in enumerate(rows)
            )
    with open_keys(folder) as ring:
        secret = ring.create("an-admin", "admin").key
    with pytest.MonkeyPatch.context() as patch:
        for name, key in {"MAILGUN": KEY, "MANDRILL": KEY, "TWILIO": KEY, "SIGNED": SHARED}.items():
            patch.setenv(f"COTERIE_SECRET_{name}_CALLBACK", key)
        with serving(folder) as server:
            messages = {row["address"]: row | {"number": f"number-{n}"} for n, row in enumerate(rows)}
            doubted = [messages.pop(row["address"]) for row in rows[:2]]
            yield Post(server, messages, Client(server, secret), doubted)


def test_a_hard_bounce_blocks_the_address_at_once_and_stands_on_the_timeline(post: Post) -> None:
    one = post.somebody()
    status = {"code": 550, "enhanced-code": "5.1.1", "message": f"no mailbox {one['address']} here"}
    said = post.mailgun("failed", one, severity="permanent", reason="bounce", **{"delivery-status": status})
    assert (said.status, said.body) == (200, {"taken": 1, "known": 0, "unmatched": 0, "stopped": 0})
    assert post.blocks(one) == ["bounced"]
    assert "Message Bounced" in post.timeline(one, "Message Bounced")
    [row] = [row for row in post.receipts() if row["message_id"] == one["message_id"]]
    assert (row["kind"], row["code"], row["words"], row["origin"]) == (
        "bounced",
        550,
        "5.1.1 no mailbox here",
        "spring",
    )


@pytest.mark.parametrize(
    ("kind", "reason", "name"),
    [
        ("complained", "complaint", "Message Complained"),
        ("unsubscribed", "unsubscribed", "Message Unsubscribed"),
    ],
)
def test_a_no_to_the_provider_is_one_to_us(post: Post, kind: str, reason: str, name: str) -> None:
    one = post.somebody()
    assert post.reason(one) is None
    assert post.mailgun(kind, one).body["taken"] == 1
    assert set(post.blocks(one)) == {reason}
    stated = post.client.get(f"/profiles/{one['profile_id']}/consents").body["statements"]
    assert next(row["state"] for row in stated if row["channel"] == "email") == "withdrawn"
    assert post.reason(one) is not None
    assert name in post.timeline(one, name)


def test_what_did_not_arrive_this_time_is_counted_and_blocks_nobody(post: Post) -> None:
    one, before = post.somebody(), post.callback("mailgun")["soft_bounced"]
    assert post.mailgun("failed", one, severity="temporary", reason="generic").status == 200
    blocked = {"message": "blocked by policy", "code": 550, "enhanced-code": "5.7.1"}
    post.mailgun("failed", one, severity="permanent", reason="bounce", **{"delivery-status": blocked})
    assert post.callback("mailgun")["soft_bounced"] == before + 2
    assert (post.blocks(one), post.reason(one)) == ([], None)
    assert post.timeline(one, "Message Soft Bounced").count("Message Soft Bounced") == 2


def test_what_is_told_again_changes_nothing(post: Post) -> None:
    one = post.somebody()
    signed = mailgun(mailgun_event("delivered", one), token="a" * 50)
    assert post.call("mailgun", signed).body["taken"] == 1
    assert post.call("mailgun", signed).body == {"taken": 0, "known": 1, "unmatched": 0, "stopped": 0}
    assert post.timeline(one, "Message Delivered").count("Message Delivered") == 1


def test_a_delivery_settles_a_message_in_doubt_and_a_bounce_does_too(post: Post) -> None:
    arrived, gone = post.doubted
    post.mailgun("delivered", arrived)
    post.mailgun("failed", gone, severity="permanent", reason="bounce")
    rows = post.client.get("/campaigns/spring/messages?limit=1000").body["items"]
    states = {row["message_id"]: row["state"] for row in rows}
    assert [states[each["message_id"]] for each in (arrived, gone)] == ["sent", "failed"]


def forged_calls(post: Post) -> dict[str, tuple[str, Signed, int]]:
    one = post.looked_at
    said = mailgun_event("complained", one)
    events: list[dict[str, object]] = [
        {"event": "spam", "_id": "x", "ts": 1, "msg": {"_id": one["number"], "email": one["address"]}}
    ]
    data = {"type": "message.complaint", "data": {"message_id": one["message_id"]}}
    texts = {"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": "21610", "To": "+12015550100"}
    old, ahead = time.time() - 13 * 3_600, time.time() + 13 * 3_600
    calls = {
        "mailgun": lambda **how: mailgun(said, **how),
        "mandrill": lambda **how: mandrill(f"{PUBLIC}/callbacks/mandrill", events, **how),
        "twilio": lambda **how: twilio(f"{PUBLIC}/callbacks/twilio", **how, **texts),
    }
    found = {f"{name}, another key": (name, make(key="another"), 403) for name, make in calls.items()}
    found |= {
        f"{name}, no signature": (name, (make()[0], {"Content-Type": make()[1]["Content-Type"]}), 401)
        for name, make in calls.items()
        if name != "mailgun"
    }
    return found | {
        "mailgun, no signature": ("mailgun", (b'{"event-data": {"id": "1", "event": "complained"}}', {}), 401),
        "mailgun, old": ("mailgun", mailgun(said, at=old), 403),
        "mailgun, ahead": ("mailgun", mailgun(said, at=ahead), 403),
        "mandrill, another address": ("mandrill", mandrill("https://evil.example/callbacks/mandrill", events), 403),
        "mandrill, the key of trials": (
            "mandrill",
            mandrill(f"{PUBLIC}/callbacks/mandrill", events, "test-webhook"),
            403,
        ),
        "twilio, another address": ("twilio", twilio(f"{PUBLIC}/callbacks/mandrill", **texts), 403),
        "signed, another key": ("signed", standard(data, key="whsec_" + "a" * 40), 403),
        "signed, no signature": ("signed", (standard(data)[0], {}), 401),
        "signed, old": ("signed", standard(data, at=time.time() - 301), 403),
        "signed, another body": ("signed", (standard(data)[0] + b" ", standard(data)[1]), 403),
        "signed, another id": ("signed", (standard(data)[0], standard(data)[1] | {"webhook-id": "msg_2"}), 403),
    }


def test_what_is_not_signed_by_the_provider_changes_nothing(post: Post) -> None:
    one, before = post.looked_at, len(post.receipts(most=10_000))
    for name, (callback, signed, status) in forged_calls(post).items():
        said = post.call(callback, signed)
        assert (said.status, set(said.body)) == (status, {"why"}), name
    assert len(post.receipts(most=10_000)) == before
    assert (post.blocks(one), post.reason(one)) == ([], None)


def test_a_token_of_mailgun_proves_one_event_and_no_other(post: Post) -> None:
    one, other = post.somebody(), post.looked_at
    assert post.call("mailgun", mailgun(mailgun_event("opened", one), token="b" * 50)).status == 200
    assert post.call("mailgun", mailgun(mailgun_event("complained", other), token="b" * 50)).status == 403
    assert post.reason(other) is None


def test_a_message_that_nobody_knows_is_kept_and_told(post: Post) -> None:
    before = post.callback("mailgun")["unmatched"]
    said = mailgun_event("failed", None, severity="permanent", recipient="stranger@buyers.example")
    said["user-variables"] = {"message_id": "of another program"}
    assert post.call("mailgun", mailgun(said, token="c" * 50)).body["unmatched"] == 1
    assert post.callback("mailgun")["unmatched"] == before + 1
    [row] = [row for row in post.receipts(state="unmatched") if row["message_id"] == "of another program"]
    assert (row["kind"], row["origin"], row["profile_id"]) == ("bounced", None, None)


def test_mandrill_tells_many_at_once_by_its_own_numbers(post: Post) -> None:
    gone, spam, there = post.somebody(), post.somebody(), post.somebody()
    events: list[dict[str, object]] = [
        {"event": event, "_id": each["number"], "ts": int(time.time()), "msg": {"_id": each["number"], "email": each["address"]} | more}
        for event, each, more in (
            ("hard_bounce", gone, {"diag": "smtp;550 5.1.1 no such user", "bounce_description": "bad_mailbox"}),
            ("spam", spam, {}),
            ("delivered", there, {}),
            ("open", there, {}),
        )
    ]  # fmt: skip
    said = post.call("mandrill", mandrill(f"{PUBLIC}/callbacks/mandrill", events))
    assert (said.status, said.body["taken"], said.body["unmatched"]) == (200, 4, 0)
    assert (post.blocks(gone), set(post.blocks(spam)), post.blocks(there)) == (["bounced"], {"complaint"}, [])
    assert post.call("mandrill", mandrill(f"{PUBLIC}/callbacks/mandrill", [], "test-webhook")).status == 200
    assert post.call("mandrill", (b"", {}), method="HEAD").status == 200
    here = f"{post.server.address}/callbacks/mandrill"
    assert post.call("mandrill", mandrill(here, events)).body["known"] == 4, (
        "the address asked is as good as the public"
    )


def test_a_program_tells_by_standard_webhooks(post: Post) -> None:
    one, two = post.somebody(), post.somebody()
    said = post.call(
        "signed", standard({"type": "message.unsubscribed", "data": {"message_id": one["message_id"]}}, "w1")
    )
    assert (said.status, said.body["taken"]) == (200, 1)
    assert set(post.blocks(one)) == {"unsubscribed"}
    data = {"address": two["address"].upper(), "channel": "email", "occurred_at": "2026-03-01T10:00:00Z"}
    assert post.call("signed", standard({"type": "message.bounced", "data": data}, "w2")).body["unmatched"] == 1
    assert post.blocks(two) == ["bounced"], "the address is known, whatever the message was"


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [("mailgun", "mailgun", 422), ("nobody", "nobody", 404)],
)
def test_nonsense_is_told_apart(post: Post, name: str, path: str, status: int) -> None:
    assert post.call(path, (b"not json", {})).status == status
    assert post.call("mailgun", (b'{"a": "' + b"x" * (9 << 20) + b'"}', {})).status == 413
    assert post.call("mailgun", (b"", {}), method="PUT").status == 405
