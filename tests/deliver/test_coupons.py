"""Codes of coupons in messages that really leave: everybody their own, through kills and answers that ask for time."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from tests.deliver.faulty import FaultySmtp, running
from tests.deliver.outbox import KEY, Audience, coupon_composer, launch, people, with_coupons
from tests.deliver.sender import start_sender
from tests.deliver.test_joining import CHANNEL, SPRING
from tests.deliver.test_kills import send_all, send_and_kill, wait_for

from coterie.deliver import SendResult, send_outbox
from coterie.deliver.providers.smtp import SmtpProvider
from coterie.domain import Clock, utc_now
from coterie.settings import SmtpSettings
from coterie.testing.smtp_sink import RunningSink, running_sink


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[RunningSink]:
    with running_sink(tmp_path, keep=True) as sink:
        yield sink


def read_mail(folder: Path) -> list[tuple[str, str]]:
    """Address and code of every message that arrived."""
    found = []
    for file in sorted((folder / "kept").glob("*.eml")):
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        found.append((str(mail["To"]), text.partition("Your code is ")[2].partition(".")[0]))
    return found


def given(audience: Audience) -> dict[str, str]:
    """Address → the code that the ledger says it got."""
    address = {str(row["message_id"]): str(row["address"]) for row in audience.rows()}
    with audience.ledger.reading() as t:
        return {address[row["message_id"]]: row["code"] for row in t.coupons.given("ten").to_pylist()}


def send(audience: Audience, port: int, clock: Clock = utc_now) -> SendResult:
    return send_outbox(
        audience.ledger,
        KEY,
        [SPRING],
        channel=CHANNEL,
        provider=SmtpProvider(SmtpSettings(port=port, connections=4)),
        renderer=coupon_composer(audience.ledger),
        clock=clock,
    )


def test_everybody_gets_a_code_of_their_own_and_who_is_beyond_the_pool_no_message(
    kept: RunningSink, tmp_path: Path
) -> None:
    audience = launch(tmp_path / "ledger.sqlite", people(40))
    with_coupons(audience.ledger, 33)
    result = send(audience, kept.port)
    assert (result.sent, result.refused, result.queued) == (33, {"no_coupon": 7}, 0)
    assert (
        "7 messages were held back: no code that is still good was left for them in a pool of coupons."
        in result.sentences()
    )
    mail = read_mail(tmp_path)
    assert dict(mail) == given(audience)
    assert len(mail) == len({code for _, code in mail}) == 33
    assert all(code.startswith("TEN-") for _, code in mail)


def test_a_message_that_goes_again_carries_the_same_code(kept: RunningSink, tmp_path: Path) -> None:
    """At first the server asks everybody to come later."""
    audience = launch(tmp_path / "ledger.sqlite", people(12))
    with_coupons(audience.ledger, 12)
    with running(FaultySmtp(everybody=451)) as busy:
        first = send(audience, busy.port)
    before = given(audience)
    assert first.sent == 0 < len(before) == len(set(before.values()))
    later = send(audience, kept.port, clock=lambda: utc_now() + timedelta(days=1))
    assert (later.sent, later.queued) == (12, 0)
    mail = read_mail(tmp_path)
    assert dict(mail) == given(audience)
    assert len(mail) == len({code for _, code in mail}) == 12
    assert dict(mail).items() >= before.items()


@pytest.mark.parametrize(
    ("messages", "kills", "connections"),
    [
        pytest.param(120, 3, 4, id="120-messages-3-kills"),
        pytest.param(5_000, 40, 8, id="5000-messages-40-kills", marks=pytest.mark.slow),
    ],
)
def test_kills_give_no_code_twice_and_lose_none(
    messages: int, kills: int, connections: int, tmp_path: Path, kept: RunningSink
) -> None:
    """Two senders at a time, of which one has the turn; the pool is short of a tenth."""
    audience = launch(tmp_path / "ledger.sqlite", people(messages))
    with_coupons(audience.ledger, codes := messages - messages // 10)
    moments = random.Random(20_261_201)
    killed = 0
    for _ in range(kills):
        beside, _ = start_sender(tmp_path / "ledger.sqlite", kept.port, connections)
        killed += send_and_kill(tmp_path, kept, connections, moments.uniform(0.0, 0.15))
        beside.kill()
        beside.join()
        killed += beside.exitcode == -9
    wait_for(lambda: send_all(tmp_path, kept, connections) == 0)

    rows, mail, theirs = audience.rows(), read_mail(tmp_path), given(audience)
    states = Counter(row["state"] for row in rows)
    assert killed >= kills // 2, "too few processes were still at work when killed; the test proves little"
    assert set(states) <= {"sent", "unknown", "refused"}
    assert {row["reason"] for row in rows if row["state"] == "refused"} == {"no_coupon"}
    assert states["sent"] + states["unknown"] == len(theirs) == len(set(theirs.values())) == codes
    assert len(mail) == len(set(mail)) == len(dict(mail)) == len({code for _, code in mail})
    assert all(theirs[address] == code for address, code in mail)
    assert {address for address, _ in mail} >= {row["address"] for row in rows if row["state"] == "sent"}
    assert audience.ledger.breaches() == []
