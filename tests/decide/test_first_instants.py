"""When each person of a launch may first be reached: by the campaign's start, their own clock and its throttle."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coterie.decide import admit, foresee
from coterie.decide.campaign import HOLDOUT
from coterie.decide.timing import ALL_CLOCKS, FIRST_CLOCK, first_instants
from coterie.domain import Origin, Outcome
from tests.decide.conftest import KEY, NOW, Shop, campaign
from tests.laws import tries


def _people(arms: list[str], zones: list[str] | None = None) -> pa.Table:
    named = {} if zones is None else {"zone": pa.array(zones, pa.string())}
    return pa.table(
        {"arm": pa.array(arms, pa.string()), "address_key": [f"{n * 7919 % 1009}" for n in range(len(arms))], **named}
    )


ARMS = st.lists(st.sampled_from(["message", "message", "other", HOLDOUT]), min_size=1, max_size=60)
ZONES = ["UTC", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"]


@settings(max_examples=tries(60, 2000), deadline=None)
@given(arms=ARMS, messages=st.integers(1, 9), minutes=st.integers(1, 500), seed=st.randoms(use_true_random=False))
def test_no_span_holds_more_than_the_throttle_and_nobody_waits_without_need(
    arms: list[str], messages: int, minutes: int, seed: object
) -> None:
    zones = [seed.choice(ZONES) for _ in arms]  # type: ignore[attr-defined]
    meant = campaign(
        throttle={"messages": messages, "per": f"PT{minutes}M"}, in_zone="zone", starts_at="2026-03-10T09:00"
    )
    found = first_instants(_people(arms, zones), meant, NOW, "UTC").to_pylist()
    unthrottled = first_instants(
        _people(arms, zones), campaign(in_zone="zone", starts_at="2026-03-10T09:00"), NOW, "UTC"
    ).to_pylist()
    assert all(at >= start for at, start in zip(found, unthrottled, strict=True))
    contacts = sorted(at for at, arm in zip(found, arms, strict=True) if arm != HOLDOUT)
    starts = sorted(at for at, arm in zip(unthrottled, arms, strict=True) if arm != HOLDOUT)
    per = timedelta(minutes=minutes)
    for place, (at, start) in enumerate(zip(contacts, starts, strict=True)):
        before = contacts[place - messages] if place >= messages else None
        assert before is None or at - before >= per
        assert at == start or at == before + per  # the earliest that both let  # type: ignore[operator]
    held = [at for at, arm in zip(found, arms, strict=True) if arm == HOLDOUT]
    assert not contacts or all(at >= min(starts) for at in held)


def test_the_holdout_is_spread_over_time_as_the_contacts_are() -> None:
    arms = ["message"] * 800 + [HOLDOUT] * 200
    found = first_instants(_people(arms), campaign(throttle={"messages": 100, "per": "PT1H"}), NOW, "UTC").to_pylist()
    assert Counter(found[:800]) == {NOW + timedelta(hours=n): 100 for n in range(8)}
    held = Counter(found[800:])
    assert set(held) == {NOW + timedelta(hours=n) for n in range(8)}
    assert all(10 <= count <= 40 for count in held.values())


def test_everybody_begins_when_their_own_clock_shows_the_start() -> None:
    zones = sorted(available_timezones())
    meant = campaign(in_zone="zone", starts_at="2026-06-10T09:30")
    early = datetime(2026, 6, 10, 9, 30) - FIRST_CLOCK
    found = first_instants(_people(["message"] * len(zones), zones), meant, early, "UTC").to_pylist()
    for zone, at in zip(zones, found, strict=True):
        assert at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == datetime(2026, 6, 10, 9, 30), (
            zone
        )
        assert early <= at <= early + ALL_CLOCKS
    late = first_instants(_people(["message"] * 2, ["Asia/Tokyo", "UTC"]), meant, datetime(2026, 6, 10, 5), "UTC")
    assert late.to_pylist() == [
        datetime(2026, 6, 10, 5),
        datetime(2026, 6, 10, 9, 30),
    ]  # whose hour is over begins at once


def test_a_start_on_everybodys_own_clock_carries_no_offset() -> None:
    with pytest.raises(ValueError, match="carries no offset"):
        campaign(in_zone="zone", starts_at="2026-06-10T09:30+02:00")
    with pytest.raises(ValueError, match="leave starts_at out"):
        campaign(repeats={"cron": "0 9 * * 1"}, starts_at="2026-06-10T09:30")


def test_no_more_leave_in_a_time_whatever_was_waited_for(shop: Shop) -> None:
    """The server was away for a day, so that all is due at once: still so many an hour and no more."""
    shop.launch(campaign(holdout=0, throttle={"messages": 12, "per": "PT1H"}))
    origin, now, gone = Origin("campaign", "spring"), NOW + timedelta(days=1), list[datetime]()
    while len(gone) < 50:
        found = foresee(shop.ledger, KEY, "spring", now=now)
        batch = admit(shop.ledger, KEY, origin, now=now, limit=7)
        assert min(found.contacts, 7) == len(batch.messages)
        with shop.ledger.transaction() as t:
            t.outbox.record_outcomes([Outcome(m.message_id, "sent", now) for m in batch.messages])
        gone += [now] * len(batch.messages)
        if not batch.claimed:
            assert batch.next_at is not None
            assert found.next_at == batch.next_at > now
            now = batch.next_at
    for at in gone:
        assert sum(at - timedelta(hours=1) < other <= at for other in gone) <= 12
    assert gone[-1] - gone[0] == timedelta(hours=4)


def test_exposures_of_all_arms_are_at_the_instants_of_the_plan(shop: Shop) -> None:
    shop.launch(campaign(holdout=0.3, throttle={"messages": 5, "per": "PT2H"}))
    with shop.ledger.reading() as t:
        exposed = t.exposures.of(Origin("campaign", "spring"))
        queued = t.outbox.messages(Origin("campaign", "spring"))
    instants = dict(zip(exposed["profile_id"].to_pylist(), exposed["exposed_at"].to_pylist(), strict=True))
    assert {instants[p] for p in queued["profile_id"].to_pylist()} == set(queued["not_before"].to_pylist())
    assert len(set(queued["not_before"].to_pylist())) == -(-queued.num_rows // 5)
    held = [
        instants[p]
        for p, arm in zip(exposed["profile_id"].to_pylist(), exposed["arm"].to_pylist(), strict=True)
        if arm == HOLDOUT
    ]
    assert set(held) <= set(queued["not_before"].to_pylist())
    assert len(set(held)) > 1
