"""What leaves the outbox, what does not, and what is left for later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.deliver.faulty import FaultySmtp, running
from tests.deliver.outbox import KEY, TEMPLATE, Audience, composer, launch, people

from coterie.compose import TemplateDefinition
from coterie.decide import hold_sending, release_sending
from coterie.deliver import CHANNELS, Renderer, Retry, SendResult, send_outbox
from coterie.deliver.channels.email import EmailChannel, EmailSettings
from coterie.deliver.providers.smtp import SmtpProvider
from coterie.domain import Origin, utc_now
from coterie.errors import NotReady, ProviderUnavailable, Refused
from coterie.protect import suppress
from coterie.settings import SmtpSettings
from coterie.words import each_into


class Watching:
    """Progress that acts after so many messages."""

    def __init__(self, after: int, act: Callable[[], None]) -> None:
        self.after, self.act, self.seen = after, act, 0

    def stage(self, _name: str, total: int | None = None) -> None:
        self.total = total

    def advance(self, steps: int = 1) -> None:
        self.seen += steps
        if self.seen >= self.after:
            self.after = 1_000_000
            self.act()


@pytest.fixture
def server() -> Iterator[FaultySmtp]:
    with running(FaultySmtp()) as started:
        yield started


def _send(
    audience: Audience, server: FaultySmtp, *, connections: int = 2, renderer: Renderer | None = None, **more: object
) -> SendResult:
    more.setdefault("origins", [Origin("campaign", audience.campaign)])
    return send_outbox(
        audience.ledger,
        KEY,
        channel=EmailChannel(EmailSettings(sender="Shop <news@shop.example>")),
        provider=SmtpProvider(SmtpSettings(port=server.port, connections=connections)),
        renderer=renderer or composer(),
        **more,  # type: ignore[arg-type]
    )


def test_everybody_gets_one_and_a_second_run_sends_none(server: FaultySmtp) -> None:
    audience = launch(None, people(60))
    watching = Watching(1_000_000, lambda: None)
    first = _send(audience, server, progress=watching)
    again = _send(audience, server)
    assert (first.sent, first.queued, first.stopped) == (60, 0, "")
    assert (again.sent, again.queued) == (0, 0)
    assert len({name for name, _ in server.accepted}) == len(server.accepted) == 60
    assert (watching.total, watching.seen) == (60, 60)


def test_each_outcome_is_kept_with_the_servers_words(server: FaultySmtp) -> None:
    audience = launch(None, [f"{name}@buyers.example" for name in ("anna", "rcpt-550", "dot-drop", "rcpt-450")])
    result = _send(audience, server)
    assert (result.sent, result.failed, result.unknown, result.deferred) == (1, 1, 1, 1)
    states = {
        str(row["address"]).partition("@")[0]: (row["state"], row["code"], row["reply"]) for row in audience.rows()
    }
    assert states["rcpt-550"] == ("failed", 550, "RCPT: as asked")
    assert states["dot-drop"][0] == "unknown"
    assert states["rcpt-450"][0] == "queued"
    assert result.next_at is not None


@pytest.mark.parametrize(
    ("recipient", "words", "is_suppressed"),
    [
        pytest.param("rcpt-550", "no such user", False, id="a-bare-550-may-mean-anything"),
        pytest.param("rcpt-550", "5.7.1 no such user", False, id="its-status-says-it-is-us"),
        pytest.param("rcpt-550", "5.1.1 no such user", True, id="no-such-user-by-its-status"),
        pytest.param("dot-554", "5.1.1 no such user", True, id="said-after-the-message"),
        pytest.param("rcpt-552", "5.2.2 mailbox full", False, id="a-full-mailbox-is-there"),
        pytest.param("rcpt-554", "5.7.1 blocked for spam", False, id="we-are-blocked"),
        pytest.param("rcpt-550", "relay not permitted", False, id="we-may-not-relay"),
        pytest.param("dot-554", "no", False, id="the-message-is-refused"),
        pytest.param("rcpt-450", "5.1.1 try later", False, id="not-final"),
    ],
)
def test_an_address_that_bounces_is_suppressed_with_its_outcome(
    recipient: str, words: str, is_suppressed: bool
) -> None:
    audience = launch(None, [f"{recipient}@buyers.example", "anna@buyers.example"])
    with running(FaultySmtp(words=words)) as server:
        result = _send(audience, server)
    assert (result.sent, result.bounced) == (1, int(is_suppressed))
    row = audience.row(f"{recipient}@buyers.example")
    with audience.ledger.reading() as t:
        blocked = t.suppressions.active("email", [str(row["address_key"])])["reason"].to_pylist()
    assert blocked == (["bounced"] if is_suppressed else [])
    assert row["reason"] == ("bounced" if is_suppressed else None)


@pytest.mark.parametrize(
    ("faults", "count"),
    [
        pytest.param({"everybody": 550, "words": "5.1.1 no such user"}, 100, id="nobody-is-there"),
        pytest.param({"everybody": 550, "words": "5.1.1 no such user"}, 6, id="in-a-small-campaign-too"),
        pytest.param({"everybody": 554, "words": "5.7.1 message 12345678 refused for policy"}, 100, id="policy"),
        pytest.param({"everybody": 550, "words": "no"}, 100, id="a-bare-no"),
        pytest.param({"everybody": 451, "words": "4.7.1 come again"}, 100, id="come-again"),
        pytest.param(
            {"everybody": 550, "words": "geh\u00f6rt nicht hierher \u62d2\u7edd"}, 100, id="in-foreign-letters"
        ),
    ],
)
def test_one_refusal_to_everybody_stops_the_run_and_costs_nobody(faults: dict[str, object], count: int) -> None:
    audience = launch(None, people(count))
    with running(FaultySmtp(**faults)) as server:  # type: ignore[arg-type]
        result = _send(audience, server, connections=8)
    assert (result.sent, result.failed, result.bounced, result.unknown, result.queued) == (0, 0, 0, 0, count)
    assert "so it is hardly about the people" in result.stopped
    assert server.tried.total() <= min(count, 40)
    assert {row["attempts"] for row in audience.rows()} == {0}
    with audience.ledger.reading() as t:
        assert t.suppressions.active("email").num_rows == 0
    with running(FaultySmtp()) as mended:
        assert _send(audience, mended).sent == count


def test_a_server_that_turns_on_us_in_mid_run_stops_it() -> None:
    audience = launch(None, people(200))
    with running(FaultySmtp(turns_after=60, words="5.4.5 daily limit reached")) as server:
        result = _send(audience, server, connections=8)
    assert 60 <= result.sent <= 68
    assert (result.failed, result.sent + result.queued) == (0, 200)
    assert "5.4.5 daily limit reached" in result.stopped


def test_refusals_can_be_trusted_on_purpose() -> None:
    audience = launch(None, people(40))
    with running(FaultySmtp(everybody=550, words="5.1.1 no such user")) as server:
        result = _send(audience, server, trust_refusals=True)
    assert (result.bounced, result.queued, result.stopped) == (40, 0, "")


def test_a_few_bad_addresses_among_good_ones_are_given_up() -> None:
    audience = launch(None, [f"{'rcpt-550' if n % 3 == 0 else f'p{n}'}@buyers{n}.example" for n in range(90)])
    with running(FaultySmtp(words="5.1.1 no such user")) as server:
        result = _send(audience, server)
    assert (result.sent, result.bounced, result.failed, result.queued, result.stopped) == (60, 30, 30, 0, "")


def test_a_server_that_breaks_off_after_every_message_loses_a_handful() -> None:
    audience = launch(None, people(60))
    with running(FaultySmtp(breaks_off=True)) as server:
        result = _send(audience, server, connections=8)
    assert (result.sent, result.failed) == (0, 0)
    assert result.unknown <= 5
    assert result.unknown + result.queued == 60
    assert "broke off after each" in result.stopped


@pytest.mark.parametrize("words", [b"\xff\xfe\x00 \xe9", b"caf\xe9 \x1b[31m", "\u8bf7\u7a0d\u540e".encode("gb18030")])
@pytest.mark.parametrize("recipient", ["anna", "rcpt-550", "rcpt-450", "dot-554", "data-451"])
def test_foreign_bytes_in_an_answer_stop_nothing(recipient: str, words: bytes) -> None:
    audience = launch(None, [f"{recipient}@buyers.example", "bob@buyers.example"])
    with running(FaultySmtp(raw_words=words)) as server:
        result = _send(audience, server)
    assert result.sent == 1 + (recipient == "anna")
    assert "\x1b" not in str(audience.row(f"{recipient}@buyers.example")["reply"])


def test_a_message_is_asked_about_when_its_turn_has_come(server: FaultySmtp) -> None:
    """Whoever says no while others wait for their turn is passed over: no intent is written ahead."""
    audience = launch(None, people(12))

    def most_say_no() -> None:
        for address in audience.addresses:
            _say_no(audience, address, "suppress")

    provider = SmtpProvider(SmtpSettings(port=server.port, connections=8, per_second=10))
    channel = EmailChannel(EmailSettings(sender="Shop <news@shop.example>"))
    result = send_outbox(
        audience.ledger, KEY, [Origin("campaign", "spring")], channel=channel, provider=provider, renderer=composer(),
        progress=Watching(3, most_say_no),
    )  # fmt: skip
    assert result.sent <= 4, result
    assert result.sent + result.refused["suppressed"] == 12


def test_one_run_sends_all_campaigns_and_a_cap_counts_across_them(server: FaultySmtp, tmp_path: Path) -> None:
    caps = [{"times": 1, "within": "P7D"}]
    first = launch(tmp_path / "ledger.sqlite", people(4), frequency_caps=caps)
    second = launch(tmp_path / "ledger.sqlite", people(6), campaign="summer", frequency_caps=caps)
    result = _send(first, server, origins=None)
    assert (result.sent, result.refused, result.queued) == (6, {"frequency_cap": 4}, 0)
    assert (first.states(), second.states()) == ({"sent": 4}, {"sent": 2, "refused": 4})
    assert sorted(name for name, _ in server.accepted) == [f"p{n}" for n in range(6)]


def test_a_later_run_says_what_was_sent_before(server: FaultySmtp) -> None:
    audience = launch(None, people(20))
    first, second, third = _send(audience, server, limit=7), _send(audience, server), _send(audience, server)
    assert [(run.sent, run.sent_before) for run in (first, second, third)] == [(7, 0), (13, 7), (0, 20)]
    assert third.sentences()[1] == "20 had been sent before; nobody gets two."


def test_a_deferred_message_goes_out_when_its_time_has_come(server: FaultySmtp) -> None:
    audience = launch(None, ["rcpt-greylisted@buyers.example"])
    first = _send(audience, server)
    too_early = _send(audience, server)
    later = utc_now() + timedelta(minutes=2)
    last = _send(audience, server, clock=lambda: later)
    assert [first.deferred, too_early.deferred, last.sent] == [1, 0, 1]
    assert server.tried.total() == 2


def test_waiting_within_patience_finishes_in_one_run(server: FaultySmtp) -> None:
    audience = launch(None, ["rcpt-greylisted@buyers.example", "anna@buyers.example"])
    result = _send(audience, server, retry=Retry(first=timedelta(seconds=0.2)), patience=timedelta(seconds=20))
    assert (result.sent, result.deferred, result.queued) == (2, 1, 0)


def test_trying_ends_after_the_last_attempt(server: FaultySmtp) -> None:
    audience = launch(None, ["rcpt-450@buyers.example"])
    retry = Retry(first=timedelta(seconds=0.05), factor=1, attempts=3)
    result = _send(audience, server, retry=retry, patience=timedelta(seconds=20))
    assert (result.failed, result.deferred, server.tried.total()) == (1, 2, 3)
    assert audience.rows()[0]["reply"] == "given up after 3 tries: RCPT: as asked"


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        pytest.param("suppress", "suppressed", id="suppressed-after-the-launch"),
        pytest.param("withdraw", "consent_denied", id="consent-withdrawn-after-the-launch"),
    ],
)
def test_a_no_after_the_launch_is_heard(act: str, reason: str, server: FaultySmtp) -> None:
    audience = launch(None, people(5))
    _say_no(audience, "p3@buyers.example", act)
    result = _send(audience, server)
    assert result.sent == 4
    assert result.refused == {reason: 1}
    assert audience.row("p3@buyers.example")["reason"] == reason
    assert "p3" not in server.tried


@pytest.mark.parametrize("act", ["suppress", "withdraw"])
def test_a_no_while_sending_stops_all_that_has_no_intent_yet(act: str, server: FaultySmtp) -> None:
    audience = launch(None, people(40))
    before: set[str] = set()

    def everybody_says_no() -> None:
        for address in audience.addresses:
            _say_no(audience, address, act)
        before.update(str(row["address"]).partition("@")[0] for row in audience.rows() if row["state"] != "queued")

    result = _send(audience, server, progress=Watching(5, everybody_says_no))
    assert result.sent < 12
    assert set(server.tried) == before
    assert result.sent + sum(result.refused.values()) == 40


def _say_no(audience: Audience, address: str, act: str) -> None:
    import pyarrow as pa

    from coterie.protect import record_consents

    now = utc_now()
    if act == "suppress":
        suppress(audience.ledger, KEY, "email", [address], reason="unsubscribed", source="test", now=now)
        return
    said_at = pa.array([now], pa.timestamp("us"))
    row = {"namespace": ["email"], "value": [address], "state": ["withdrawn"], "occurred_at": said_at}
    record_consents(audience.ledger, pa.table(row), now=now)


def test_holding_stops_within_a_batch_and_survives_a_restart(server: FaultySmtp) -> None:
    audience = launch(None, people(50))

    def hold() -> None:
        hold_sending(audience.ledger, "somebody pulled the brake", actor="ann", now=utc_now())

    first = _send(audience, server, progress=Watching(10, hold))
    again = _send(audience, server)
    assert 10 <= first.sent <= 14
    assert "brake" in first.stopped
    assert again.sent == 0
    assert "brake" in again.stopped
    assert first.sent + again.queued == 50
    assert release_sending(audience.ledger, actor="ann", now=utc_now())
    assert _send(audience, server).sent == again.queued


def test_a_cancelled_campaign_sends_only_what_is_on_its_way(server: FaultySmtp) -> None:
    audience = launch(None, people(50))

    def cancel() -> None:
        with audience.ledger.transaction() as t:
            t.outbox.cancel(Origin("campaign", "spring"), now=utc_now())

    result = _send(audience, server, progress=Watching(10, cancel))
    assert 10 <= result.sent <= 14
    assert result.queued == 0
    assert len(server.accepted) == result.sent


def test_a_limit_leaves_the_rest_queued(server: FaultySmtp) -> None:
    audience = launch(None, people(20))
    result = _send(audience, server, limit=7)
    assert (result.sent, result.queued) == (7, 13)
    assert "limit of 7" in result.stopped


def test_a_server_that_refuses_the_sender_costs_few_messages() -> None:
    audience = launch(None, people(50))
    with running(FaultySmtp(mail=550)) as server:
        result = _send(audience, server)
    assert result.failed <= 2
    assert result.queued >= 48
    assert "550" in result.stopped


def test_a_busy_server_costs_no_message() -> None:
    audience = launch(None, people(50))
    with running(FaultySmtp(mail=421)) as server:
        result = _send(audience, server)
    assert (result.sent, result.failed, result.unknown, result.queued) == (0, 0, 0, 50)
    assert "421" in result.stopped


def test_nobody_there_touches_nothing() -> None:
    audience = launch(None, people(3))
    with running(FaultySmtp()) as server:
        pass
    with pytest.raises(ProviderUnavailable):
        _send(audience, server)
    assert {row["attempts"] for row in audience.rows()} == {0}


def test_a_campaign_never_launched_is_said_so(server: FaultySmtp) -> None:
    audience = launch(None, people(1))
    with pytest.raises(NotReady, match="has not been launched; launched: spring"):
        _send(Audience(audience.ledger, (), "summer"), server)


def test_who_cannot_be_written_to_is_refused_and_the_others_are_not(server: FaultySmtp) -> None:
    template = TEMPLATE.model_copy(update={"subject": "{{ profile.nickname | divided_by: profile.zero }}"})
    traits = {n: {"nickname": 6, "zero": 0 if n == 4 else 3} for n in range(1, 13)}
    audience = launch(None, [*people(11), "two@@buyers.example"])
    result = _send(audience, server, renderer=composer(template, traits))
    assert result.sent == 10
    assert result.refused == {"not_renderable": 1, "bad_address": 1}


def test_a_template_that_fails_for_most_people_stops_before_anybody_is_touched(server: FaultySmtp) -> None:
    template = TEMPLATE.model_copy(update={"subject": "{{ profile.x | divided_by: 0 }}"})
    audience = launch(None, people(30))
    with pytest.raises(Refused, match=r"25 of the first 25 messages cannot be made; nothing of them was sent"):
        _send(audience, server, renderer=composer(template))
    assert audience.states() == {"queued": 30}
    assert server.accepted == []


def test_frequency_caps_are_asked_again_when_sending(server: FaultySmtp) -> None:
    addresses = people(6)
    audience = launch(None, addresses, frequency_caps=[{"times": 1, "within": "P1D"}])
    touch = _touch(audience.row("p2@buyers.example"), utc_now())
    with audience.ledger.transaction() as t:
        t.touches.add(touch)
    result = _send(audience, server)
    assert (result.sent, result.refused) == (5, {"frequency_cap": 1})


def _touch(row: dict[str, object], at: datetime) -> object:
    import pyarrow as pa

    return pa.table(
        {
            "message_id": ["another"],
            "origin_kind": ["campaign"],
            "origin": ["winter"],
            "occurrence": [""],
            "profile_id": pa.array([row["profile_id"]], pa.int64()),
            "address_key": [row["address_key"]],
            "channel": ["email"],
            "touched_at": pa.array([at - timedelta(hours=1)], pa.timestamp("us")),
        }
    )


def test_quiet_hours_hold_everything_until_they_end(server: FaultySmtp) -> None:
    night = datetime(2026, 3, 10, 23)
    audience = launch(None, people(3), at=night, quiet_hours={"start": "21:00", "end": "08:00"})
    asleep = _send(audience, server, clock=lambda: night)
    awake = _send(audience, server, clock=lambda: datetime(2026, 3, 11, 8))
    assert (asleep.sent, asleep.queued, awake.sent) == (0, 3, 3)


def test_it_works_inside_a_running_loop_as_in_a_notebook(server: FaultySmtp) -> None:
    audience = launch(None, people(3))

    async def cell() -> SendResult:
        return _send(audience, server)

    assert asyncio.run(cell()).sent == 3


def test_a_language_and_a_country_change_the_words(server: FaultySmtp) -> None:
    template = TemplateDefinition(
        name="hello",
        subject="New tea",
        body="<p>Hello</p>",
        languages={"zh": {"subject": "新茶上市", "body": "<p>你好</p>"}},
    )
    audience = launch(None, people(2))
    traits: dict[int, dict[str, object]] = {1: {"language": "zh-CN", "country": "CN"}, 2: {"country": "GB"}}
    _send(audience, server, renderer=composer(template, traits))
    from email import message_from_bytes, policy

    subjects = {
        name: message_from_bytes(content, policy=policy.default)["Subject"] for name, content in server.accepted
    }
    assert subjects == {"p0": "广告：新茶上市", "p1": "New tea"}


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        pytest.param(
            "en",
            (
                "5 messages were sent.",
                "2 messages may or may not have arrived; they are shown as unknown and never sent again.",
                "3 messages were held back: there is no consent for this purpose on this channel.",
                "Sending stopped early: the limit of 5 messages is reached.",
            ),
            id="english",
        ),
        pytest.param("zh", ("已发送 5 封邮件。",), id="chinese"),
    ],
)
def test_a_result_speaks_to_people(locale: str, said: tuple[str, ...]) -> None:
    result = SendResult(
        "spring",
        sent=5,
        unknown=1,
        found_unknown=1,
        refused={"no_consent": 3},
        stopped="the limit of 5 messages is reached",
    )
    assert each_into(result.sentences(), locale)[: len(said)] == said


def test_email_is_a_registered_channel_with_a_form() -> None:
    assert CHANNELS["email"] is EmailChannel
    assert "sender" in EmailChannel.Settings.model_json_schema()["properties"]


@pytest.mark.parametrize("others", [0, 3], ids=["alone", "among-others"])
def test_where_the_message_to_one_address_of_a_person_fails_the_other_gets_it(others: int) -> None:
    """The two were merged after the launch, and the second was refused beside the first."""
    gone = "rcpt-550@buyers.example"
    first = KEY.hash_of("message", "spring", gone)
    later = (f"anna{n}@buyers.example" for n in range(1_000))
    there = next(address for address in later if KEY.hash_of("message", "spring", address) > first)
    audience = launch(None, [gone, there, *people(others)])
    named = {"profile_id": 1, "identities": (f"email:{gone}", f"email:{there}")}
    renamed = {str(audience.row(address)["message_id"]): named for address in (gone, there)}
    with audience.ledger.transaction() as t:
        t.outbox.amend(renamed)
    with running(FaultySmtp(words="5.1.1 no such user")) as server:
        result = _send(audience, server)
        again = _send(audience, server)
    assert (result.sent, result.failed, dict(result.refused)) == (others + 1, 1, {})
    assert (again.sent, again.failed, again.unknown) == (0, 0, 0)
    assert (audience.row(gone)["state"], audience.row(there)["state"]) == ("failed", "sent")


def test_a_message_is_tried_five_times_with_longer_pauses() -> None:
    at = datetime(2026, 3, 10)
    pauses = [None if again is None else again - at for again in (Retry().next_at(at, tried) for tried in range(1, 7))]
    assert pauses == [*(timedelta(minutes=minutes) for minutes in (1, 4, 16, 64)), None, None]
