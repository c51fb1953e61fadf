"""What campaigns and journeys do alike before, while and after their messages leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from coterie.collect import waiting_identities
from coterie.decide import people_today, renew_people
from coterie.decide.renewing import renew_zones, zones_today
from coterie.deliver import SendResult, record_receipts, send_outbox
from coterie.deliver.joining import Joining
from coterie.domain import Origin, Progress, Quiet
from coterie.engines import Engine
from coterie.protect import hold_unread, respell_consents
from coterie.workspace.composing import composer_of
from coterie.workspace.delivering import carriers_of, channel_of
from coterie.workspace.receipts import tell_receipts
from coterie.workspace.received import await_intake, take_in
from coterie.workspace.stand import Stand

if TYPE_CHECKING:
    from coterie.compose import Composer
    from coterie.deliver import Channel
    from coterie.deliver.carriers import Carrier


@dataclass(frozen=True)
class WayOut:
    """All that messages on a channel need to leave; what is wrong with it is said when it is made."""

    channel: Channel
    carriers: Sequence[Carrier]
    composer: Composer


_RUNS: WeakKeyDictionary[Engine, list[Joining]] = WeakKeyDictionary()


def runs_under_way(engine: Engine) -> list[Joining]:
    """The doors of the runs under way in this process, which a run adds its own to and takes it from at its end."""
    return _RUNS.setdefault(engine, [])


def way_out_of(stand: Stand, channel: str) -> WayOut:
    """The way out of a channel; raises ``BadSetting`` and ``Refused`` where it is not set up."""
    return WayOut(channel_of(stand, channel), carriers_of(stand, channel), composer_of(stand))


def bring_for_sending(stand: Stand) -> None:
    """Who is who by all that was loaded, and who is held back for what could not be read."""
    take_in(stand)
    stand.bring_people()
    respell_consents(stand.ledger, now=stand.clock(), country=stand.settings.country)
    hold_unread(stand.ledger, waiting_identities(stand.engine, stand.settings), stand.settings.country)


def send_origins(
    stand: Stand,
    origins: Sequence[Origin],
    way_out: WayOut,
    *,
    is_renewed: bool = False,
    limit: int | None = None,
    trust_refusals: bool = False,
    progress: Progress | None = None,
    joins: bool = False,
) -> SendResult:
    """Send what origins of one channel have queued; whose it is is asked anew unless they are so new that it ``is_renewed``.

    Where a run on the channel is under way, what ``joins`` leaves by it, before what it was begun for; the result says so.
    """
    if not is_renewed:
        renew_people(stand.ledger, people_today(stand.engine, stand.ledger, origins, stand.settings.country))
    renew_zones(stand.ledger, zones_today(stand.engine, stand.ledger, origins))
    stand.fence.keep()  # before anything leaves, so that yesterday's copy is known for one
    runs = runs_under_way(stand.engine)
    if joins and any(
        run.join(stand.ledger, way_out.channel, origins, way_out.composer, clock=stand.clock) for run in tuple(runs)
    ):
        return _joined(stand, origins, way_out.channel.name)
    runs.append(joining := Joining())
    try:
        result = send_outbox(
            stand.ledger,
            stand.key,
            origins,
            channel=way_out.channel,
            provider=way_out.carriers[0].provider,
            carriers=way_out.carriers,
            renderer=way_out.composer,
            clock=stand.clock,
            progress=progress or Quiet(),
            limit=limit,
            trust_refusals=trust_refusals,
            bring=lambda: await_intake(stand.engine),
            joining=joining,
        )
    finally:
        runs.remove(joining)
    for origin in (*origins, *joining.take_answered()):
        receive(stand, origin)
    tell_receipts(stand)
    return replace(result, timezone=stand.settings.timezone)


def receive_joined(stand: Stand) -> None:
    """Take what became of messages that joined a run under way in as events: they do not wait for its end either."""
    for run in tuple(runs_under_way(stand.engine)):
        for origin in run.take_answered():
            receive(stand, origin)


def _joined(stand: Stand, origins: Sequence[Origin], channel: str) -> SendResult:
    now = stand.clock()
    with stand.ledger.reading() as t:
        joined = t.outbox.past_due(now=now, channel=channel, origins=origins)
        queued = sum(
            row["messages"]
            for origin in origins
            for row in t.outbox.counts(origin, channel=channel).to_pylist()
            if row["state"] == "queued"
        )
        next_at = t.outbox.next_due_at(channel, origins, after=now)
    return SendResult(
        ", ".join(origin.name for origin in origins),
        queued=queued,
        joined=joined,
        next_at=next_at,
        timezone=stand.settings.timezone,
    )


def receive(stand: Stand, origin: Origin) -> int:
    """Take what became of the messages of an origin in as events; how many were new."""
    with stand.ledger.reading() as t:
        outcomes = t.outbox.messages(origin)
    return record_receipts(stand.engine, outcomes, clock=stand.clock)
