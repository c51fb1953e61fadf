"""What must not wait for the end of a run leaves in it first, by every check that it would pass alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.deliver.faulty import FaultySmtp, running
from tests.deliver.outbox import KEY, TEMPLATE, Audience, composer, launch
from tests.deliver.test_sending import Watching

from coterie.decide import hold_sending
from coterie.deliver import Renderer, SendResult, send_outbox
from coterie.deliver.channels.email import EmailChannel, EmailSettings
from coterie.deliver.joining import Company, Joining
from coterie.deliver.providers.smtp import SmtpProvider
from coterie.deliver.turn import TURN, TurnUnderWay
from coterie.domain import Origin, utc_now
from coterie.errors import Refused
from coterie.protect import suppress
from coterie.settings import SmtpSettings

SPRING, WELCOME = Origin("campaign", "spring"), Origin("campaign", "welcome")
CHANNEL = EmailChannel(EmailSettings(sender="Shop <news@shop.example>"))


@pytest.fixture
def server() -> Iterator[FaultySmtp]:
    with running(FaultySmtp()) as started:
        yield started


class Yard:
    """A slow campaign, and a message that comes while it is being sent."""

    def __init__(self, folder: Path, server: FaultySmtp, many: int = 12, **campaign: object) -> None:
        self.place, self.server, self.joining = folder / "ledger.sqlite", server, Joining()
        self.spring = launch(self.place, [f"s{n}@buyers.example" for n in range(many)], **campaign)
        self.joined: list[bool] = []

    def welcome(self, *names: str, **definition: object) -> Audience:
        return launch(self.place, [f"{name}@buyers.example" for name in names], campaign="welcome", **definition)

    def join(self, renderer: Renderer | None = None) -> None:
        self.joined.append(
            self.joining.join(self.spring.ledger, CHANNEL, [WELCOME], renderer or composer(), clock=utc_now)
        )

    def send(
        self, after: int, act: Callable[[], object], *, per_second: float | None = 30, **more: object
    ) -> SendResult:
        return send_outbox(
            self.spring.ledger,
            KEY,
            [SPRING],
            channel=CHANNEL,
            provider=SmtpProvider(SmtpSettings(port=self.server.port, connections=2, per_second=per_second)),
            renderer=composer(),
            joining=self.joining,
            **({"progress": Watching(after, act)} | more),  # type: ignore[arg-type]
        )

    @property
    def order(self) -> list[str]:
        return [name for name, _ in self.server.accepted]


def test_what_comes_while_a_campaign_is_sent_leaves_before_the_rest_of_it(server: FaultySmtp, tmp_path: Path) -> None:
    yard = Yard(tmp_path, server)

    def come() -> None:
        yard.welcome("new0", "new1")
        yard.join()

    result = yard.send(3, come)
    at = [yard.order.index(name) for name in ("new0", "new1")]
    assert max(at) <= 3 + 2 + 2, yard.order  # those answered, those on their way, the two
    assert yard.joined == [True]
    assert (result.sent, result.queued, result.refused) == (12, 0, {}), "the result is that of the campaign"
    assert len(set(yard.order)) == len(yard.order) == 14
    assert yard.joining.take_answered() == [WELCOME]


def test_the_room_of_a_turn_is_theirs_first_and_no_more_is_taken_than_there_is(
    server: FaultySmtp, tmp_path: Path
) -> None:
    yard = Yard(tmp_path, server)
    yard.welcome("new0", "new1")
    with yard.spring.ledger.transaction() as t:
        turn = TurnUnderWay(t, KEY, "email", [SPRING], utc_now(), (), {}, 3, [WELCOME], [WELCOME])
        for stage in TURN:
            stage(turn)
    assert [message.origin for message in turn.first.messages] == [WELCOME] * 2
    assert [message.origin for message in turn.admission.messages] == [SPRING]


def test_before_and_after_a_run_nobody_joins_it(server: FaultySmtp, tmp_path: Path) -> None:
    yard = Yard(tmp_path, server)
    welcome = yard.welcome("new")
    yard.join()
    yard.send(1_000, lambda: None, per_second=None)
    yard.join()
    assert yard.joined == [False, False]
    assert welcome.states() == {"queued": 1}


def test_a_run_ends_when_its_own_is_done_however_much_joins(server: FaultySmtp, tmp_path: Path) -> None:
    yard = Yard(tmp_path, server, many=3)
    yard.welcome(*(f"new{n}" for n in range(100)))
    result = yard.send(3, yard.join, per_second=20)
    assert result.sent == 3
    assert yard.joined == [True]
    assert len(yard.order) < 20


def test_a_limit_is_one_on_the_campaign_alone(server: FaultySmtp, tmp_path: Path) -> None:
    yard = Yard(tmp_path, server)
    yard.welcome("new0", "new1", "new2")
    result = yard.send(1, yard.join, limit=6)
    assert (result.sent, result.queued) == (6, 6)
    assert sum(name.startswith("new") for name in yard.order) == 3


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        pytest.param(
            lambda y: suppress(
                y.spring.ledger, KEY, "email", ["new@buyers.example"], reason="objected", source="x", now=utc_now()
            ),
            {"refused": 1},
            id="suppressed",
        ),
        pytest.param(
            lambda y: hold_sending(y.spring.ledger, "wrong price", actor="ann", now=utc_now()), {"queued": 1}, id="held"
        ),
    ],
)
def test_what_stops_it_alone_stops_it_here(
    stop: Callable[[Yard], object], said: dict[str, int], server: FaultySmtp, tmp_path: Path
) -> None:
    yard = Yard(tmp_path, server)
    welcome = yard.welcome("new")

    def come() -> None:
        yard.join()
        stop(yard)

    yard.send(2, come)
    assert welcome.states() == said
    assert "new" not in yard.order


def test_quiet_hours_of_its_own_hold_it_while_the_campaign_goes_on(server: FaultySmtp, tmp_path: Path) -> None:
    yard, now = Yard(tmp_path, server), utc_now()
    hours = {"start": f"{now - timedelta(hours=1):%H:%M}", "end": f"{now + timedelta(hours=1):%H:%M}"}
    welcome = yard.welcome("new", quiet_hours=hours)
    assert yard.send(2, yard.join).sent == 12
    assert welcome.states() == {"queued": 1}


def test_what_was_on_its_way_when_a_process_died_is_unknown_and_not_sent_again(
    server: FaultySmtp, tmp_path: Path
) -> None:
    yard = Yard(tmp_path, server)
    welcome = yard.welcome("new0", "new1")
    with welcome.ledger.transaction() as t:
        (first, *_) = t.outbox.claim("email", [WELCOME], 1, now=utc_now())
        t.outbox.mark_sending([first.message_id], batch="of the dead", now=utc_now())
    yard.send(2, yard.join)
    assert welcome.states() == {"unknown": 1, "sent": 1}
    assert sum(name.startswith("new") for name in yard.order) == 1


def test_what_is_on_its_way_when_more_joins_is_not_taken_for_lost(server: FaultySmtp, tmp_path: Path) -> None:
    yard, door = Yard(tmp_path, server), Joining()
    door.open("email")
    yard.welcome("new")
    company = Company(door, [SPRING])
    found = []
    for _ in range(2):
        assert door.join(yard.spring.ledger, CHANNEL, [WELCOME, SPRING], composer(), clock=utc_now)
        company.look()
        found.append((company.origins, company.fresh()))
        company.begun([WELCOME])
    assert found == [([WELCOME], [WELCOME]), ([WELCOME], [])]


def test_a_template_that_fails_for_most_is_said_to_whoever_joins_and_costs_nobody(
    server: FaultySmtp, tmp_path: Path
) -> None:
    yard = Yard(tmp_path, server)
    bad = TEMPLATE.model_copy(update={"subject": "{{ profile.x | divided_by: 0 }}"})
    welcome = yard.welcome(*(f"new{n}" for n in range(12)))
    said: list[str] = []

    def come() -> None:
        with pytest.raises(Refused, match="cannot be made") as fault:
            yard.join(composer(bad))
        said.append(str(fault.value))

    assert yard.send(2, come).sent == 12
    assert said
    assert welcome.states() == {"queued": 12}


def test_a_few_that_cannot_be_made_are_refused_as_alone(server: FaultySmtp, tmp_path: Path) -> None:
    yard = Yard(tmp_path, server)
    welcome = yard.welcome(*(f"new{n}" for n in range(9)))
    template = TEMPLATE.model_copy(update={"subject": "{{ profile.nickname | divided_by: profile.zero }}"})
    known: dict[int, dict[str, object]] = {n: {"nickname": 6, "zero": 0 if n == 4 else 3} for n in range(1, 10)}
    result = yard.send(2, lambda: yard.join(composer(template, known)))
    assert welcome.states() == {"sent": 8, "refused": 1}
    assert (result.sent, result.refused) == (12, {})


@given(
    spring=st.integers(2, 6),
    welcome=st.integers(1, 8),
    times=st.integers(1, 2),
    after=st.integers(1, 3),
)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_whatever_order_they_leave_nobody_gets_more_than_the_cap(
    tmp_path_factory: pytest.TempPathFactory, spring: int, welcome: int, times: int, after: int
) -> None:
    caps = [{"times": times, "within": "P7D"}]
    with running(FaultySmtp()) as server:
        place = tmp_path_factory.mktemp("law") / "ledger.sqlite"
        joining = Joining()
        first = launch(place, [f"p{n}@buyers.example" for n in range(spring)], frequency_caps=caps)
        second = launch(
            place, [f"p{n}@buyers.example" for n in range(welcome)], campaign="welcome", frequency_caps=caps
        )

        def come() -> None:
            joining.join(first.ledger, CHANNEL, [WELCOME], composer(), clock=utc_now)

        provider = SmtpProvider(SmtpSettings(port=server.port, connections=2))
        sent = {"channel": CHANNEL, "provider": provider, "renderer": composer(), "joining": joining}
        send_outbox(first.ledger, KEY, [SPRING], progress=Watching(after, come), **sent)  # type: ignore[arg-type]
        send_outbox(first.ledger, KEY, [WELCOME], **(sent | {"joining": None}))  # type: ignore[arg-type]
        got = [name for name, _ in server.accepted]
        for n in range(max(spring, welcome)):
            wanted = (n < spring) + (n < welcome)
            assert got.count(f"p{n}") == min(wanted, times)
        assert not {"queued", "sending"} & {*first.states(), *second.states()}
        first.ledger.close()
        second.ledger.close()
