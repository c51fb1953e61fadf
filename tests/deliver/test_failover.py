"""Where a provider cannot be used messages go on by the next, and none that the first may have taken."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from tests.deliver.faulty import FaultySmtp, running
from tests.deliver.gateway import ACCOUNT, TOKEN, TWILIO, number, running_gateway
from tests.deliver.outbox import KEY, Audience, composer, launch, people
from tests.deliver.test_sending import Watching

from coterie.compose import TemplateDefinition
from coterie.deliver import SendResult, send_outbox
from coterie.deliver.carriers import REST, Carrier, gave_way
from coterie.deliver.channels.email import EmailChannel, EmailSettings
from coterie.deliver.channels.sms import SmsChannel
from coterie.deliver.providers.sms_http import SmsHttpProvider, SmsHttpSettings
from coterie.deliver.providers.smtp import SmtpProvider
from coterie.domain import Origin, utc_now
from coterie.errors import ProviderUnavailable
from coterie.settings import SmtpSettings
from coterie.testing.smtp_sink import running_sink

CHANNEL = EmailChannel(EmailSettings(sender="Shop <news@shop.example>"))
NOBODY = 1
"""A port where nobody listens."""


def by_smtp(*ports: int, connections: int = 2, per_second: float | None = None) -> list[Carrier]:
    return [
        Carrier(f"p{n}", SmtpProvider(SmtpSettings(port=port, connections=connections, per_second=per_second)))
        for n, port in enumerate(ports)
    ]


def send(audience: Audience, carriers: Sequence[Carrier], **more: object) -> SendResult:
    more = {"channel": CHANNEL, "renderer": composer()} | more
    return send_outbox(
        audience.ledger,
        KEY,
        [Origin("campaign", audience.campaign)],
        provider=carriers[0].provider,
        carriers=carriers,
        **more,  # type: ignore[arg-type]
    )


def faults(audience: Audience, channel: str = "email") -> dict[str, str]:
    with audience.ledger.reading() as t:
        return {name: told.why for name, told in gave_way(t, channel, ["p0", "p1"]).items()}


def carriers_of(audience: Audience) -> dict[str, str]:
    return {str(row["address"]).partition("@")[0]: str(row["batch"]).partition("/")[0] for row in audience.rows()}


def test_one_that_is_not_there_is_passed_over_and_that_is_kept() -> None:
    with running(FaultySmtp()) as second:
        audience = launch(None, people(6))
        result = send(audience, by_smtp(NOBODY, second.port))
        assert (result.sent, result.queued, result.stopped) == (6, 0, "")
        assert len(second.accepted) == 6
        assert set(carriers_of(audience).values()) == {"p1"}
        assert "could not be used" in faults(audience)["p0"]


def test_where_none_is_there_nothing_is_touched() -> None:
    audience = launch(None, people(3))
    with pytest.raises(ProviderUnavailable):
        send(audience, by_smtp(NOBODY, NOBODY))
    assert audience.states() == {"queued": 3}
    assert {row["attempts"] for row in audience.rows()} == {0}
    assert set(faults(audience)) == {"p0", "p1"}


def test_a_server_killed_in_mid_campaign_loses_nobody_and_nobody_gets_two(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
    with running_sink(folders[0]) as first, running_sink(folders[1]) as second:
        audience = launch(None, people(60))

        def kill() -> None:
            found = subprocess.run(["pgrep", "-f", str(first.log)], capture_output=True, text=True, check=True)
            for one in found.stdout.split():
                os.kill(int(one), signal.SIGKILL)

        result = send(
            audience, by_smtp(first.port, second.port, connections=8, per_second=200), progress=Watching(15, kill)
        )
        by_first, by_second = (
            {str(line["recipients"][0]) for line in sink.accepted()}  # type: ignore[index]
            for sink in (first, second)
        )
        unknown = {str(row["address"]) for row in audience.rows() if row["state"] == "unknown"}
        assert result.queued == 0, result
        assert by_first
        assert by_second
        assert not by_first & by_second, "nobody got two"
        assert not unknown & by_second, "what the first may have taken goes by nobody"
        assert len(by_first | by_second | unknown) == 60, "and nobody was lost unseen"
        assert result.sent + result.unknown == 60


@pytest.mark.parametrize(
    "first",
    [
        pytest.param({"everybody": 550}, id="refuses-everybody"),
        pytest.param({"mail": 550}, id="refuses-the-sender"),
        pytest.param({"mail": 421}, id="closes"),
        pytest.param({"greeting": 554}, id="will-not-have-us"),
        pytest.param({"turns_after": 9}, id="turns-on-us-in-mid-run"),
    ],
)
def test_one_that_refuses_for_reasons_of_its_own_gives_way_and_costs_nobody(first: dict[str, int]) -> None:
    with running(FaultySmtp(**first)) as bad, running(FaultySmtp()) as good:  # type: ignore[arg-type]
        audience = launch(None, people(40))
        result = send(audience, by_smtp(bad.port, good.port))
        assert audience.states() == {"sent": 40}
        assert (result.sent, result.failed, result.stopped) == (40, 0, "")
        names = [name for name, _ in (*bad.accepted, *good.accepted)]
        assert len(names) == len(set(names)) == 40
        assert set(faults(audience)) == {"p0"}


def test_what_the_first_may_have_taken_is_unknown_and_never_goes_by_the_second() -> None:
    with running(FaultySmtp(breaks_off=True)) as bad, running(FaultySmtp()) as good:
        audience = launch(None, people(12))
        result = send(audience, by_smtp(bad.port, good.port))
        taken = {name for name, _ in bad.accepted}
        assert result.unknown == len(taken) >= 1
        assert not taken & {name for name, _ in good.accepted}
        assert result.sent == 12 - len(taken)
        again = send(audience, by_smtp(bad.port, good.port))
        assert (again.sent, len(good.accepted)) == (0, 12 - len(taken))


def test_one_that_refuses_a_person_keeps_them() -> None:
    with running(FaultySmtp()) as first, running(FaultySmtp()) as second:
        audience = launch(None, [*people(8), "rcpt-550@buyers.example"])
        result = send(audience, by_smtp(first.port, second.port))
        assert (result.sent, result.failed) == (8, 1)
        assert (second.accepted, faults(audience)) == ([], {})


def test_for_a_while_it_is_asked_last_and_then_first_again() -> None:
    now = utc_now()
    with running(FaultySmtp(everybody=550)) as first, running(FaultySmtp()) as second:
        audience = launch(None, people(30), at=now)
        send(audience, by_smtp(first.port, second.port), limit=20, clock=lambda: now)
        first.everybody, tried = 250, sum(first.tried.values())
        send(audience, by_smtp(first.port, second.port), limit=2, clock=lambda: now + REST - timedelta(seconds=1))
        assert sum(first.tried.values()) == tried
        assert set(faults(audience)) == {"p0"}
        send(audience, by_smtp(first.port, second.port), clock=lambda: now + REST)
        assert len(first.accepted) == 8
        assert faults(audience) == {}, "it took messages, so it can be used"


@pytest.mark.parametrize("idempotent", [True, False])
def test_a_gateway_that_will_not_have_us_gives_way_to_another(idempotent: bool) -> None:
    header = {"idempotency_header": "Idempotency-Key"} if idempotent else {}
    with running_gateway() as bad, running_gateway() as good:
        closed = re.sub(ACCOUNT, "AC" + "1" * 32, bad.url)
        carriers = [
            Carrier(f"p{n}", SmsHttpProvider(SmsHttpSettings(**{**TWILIO, "url": url, **header}), secret=TOKEN))  # type: ignore[arg-type]
            for n, url in enumerate((closed, good.url))
        ]
        audience = launch(None, [number(n) for n in range(100, 112)], channel="sms")
        template = TemplateDefinition(name="hello", channel="sms", text="Tea House: new tea")
        channel = SmsChannel(SmsChannel.Settings(sender="TEA"))
        result = send(audience, carriers, channel=channel, renderer=composer(template))
        assert (result.sent, result.stopped) == (12, "")
        assert (len(bad.taken), sorted(good.numbers())) == (0, sorted(audience.addresses))
        assert set(faults(audience, "sms")) == {"p0"}


@pytest.mark.parametrize("state", ["sending", "in doubt"])
def test_what_one_that_knows_messages_again_may_have_goes_by_no_other(state: str) -> None:
    """As one that a process left behind, and one that was to go again by its id before there was a second."""
    with running_gateway() as first, running_gateway() as second:
        carriers = [
            Carrier(
                f"p{n}",
                SmsHttpProvider(
                    SmsHttpSettings(**{**TWILIO, "url": url, "idempotency_header": "Idempotency-Key"}),  # type: ignore[arg-type]
                    secret=TOKEN,
                ),
            )
            for n, url in enumerate((first.url, second.url))
        ]
        audience = launch(None, [number(100), number(101)], channel="sms")
        with audience.ledger.transaction() as t:
            (one, _) = t.outbox.claim("sms", [Origin("campaign", "spring")], 2, now=utc_now())
            t.outbox.mark_sending([one.message_id], batch="p0/x", now=utc_now())
            if state == "in doubt":
                t.outbox.take_up("sms", now=utc_now())
        template = TemplateDefinition(name="hello", channel="sms", text="Tea House: new tea")
        send(
            audience,
            carriers,
            channel=SmsChannel(SmsChannel.Settings(sender="TEA")),
            renderer=composer(template),
        )
        assert audience.states() == {"sent": 1, "unknown": 1}
        assert len(first.taken) + len(second.taken) == 1
