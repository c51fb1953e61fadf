"""Codes of coupons for messages: taken in the transaction that lets them go, or foreseen before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from coterie.domain import Message
from coterie.store import Transaction

Pools = Mapping[str, Collection[str]]
"""Template → the pools of coupons that it names."""

NO_COUPON = "no_coupon"


def take_codes(t: Transaction, messages: Sequence[Message], pools: Pools, *, now: datetime) -> dict[str, str]:
    """Give each of ``messages``, all of one origin, a code of every pool that its template names: why some may not go.

    One that finds a pool empty takes none of the others either.
    """
    lacking = would_lack(t, messages, pools, now=now)
    for pool, meant in _by_pool(messages, pools):
        lacking |= dict.fromkeys(
            t.coupons.take(pool, [each for each in meant if each.message_id not in lacking], now=now), NO_COUPON
        )
    return lacking


def would_lack(t: Transaction, messages: Sequence[Message], pools: Pools, *, now: datetime) -> dict[str, str]:
    """Which of ``messages``, all of one origin, would find no code in a pool, and the reason for it; takes none."""
    lacking: dict[str, str] = {}
    for pool, meant in _by_pool(messages, pools):
        rest = [each for each in meant if each.message_id not in lacking]
        lacking |= dict.fromkeys(t.coupons.lacking(pool, rest, now=now), NO_COUPON)
    return lacking


def _by_pool(messages: Sequence[Message], pools: Pools) -> Iterator[tuple[str, list[Message]]]:
    meant = {message.variant for message in messages} & pools.keys()
    for pool in sorted({pool for template in meant for pool in pools[template]}):
        yield pool, [message for message in messages if pool in pools.get(message.variant, ())]
