"""Pools of coupons: codes put in, and who got which."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide import CampaignPlan
from coterie.domain.clock import Instant, instant_of
from coterie.errors import Refused, UnknownName
from coterie.plain_files import text_of
from coterie.store.coupons import key_of
from coterie.words import Sentence, joined, sentence
from coterie.workspace.composing import composer_of
from coterie.workspace.frame import Frame
from coterie.workspace.redemptions import CODES, plain_name, redeemed
from coterie.workspace.stand import Stand

if TYPE_CHECKING:
    from coterie.decide.journeys import JourneyDefinition
    from coterie.store import Transaction

_TOLD = 20
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_MOST_LETTERS = 100
_MOST_BYTES = 200_000_000
_FEW = 10
"""A pool runs out when less than one code in so many is left."""


@dataclass(frozen=True)
class CodeRefused:
    """A code that was not put into a pool, and why."""

    code: str
    reason: str


@dataclass(frozen=True)
class CouponsAdded:
    """What became of ``received`` codes: ``accepted`` are in the pool now, ``refused`` are not; ``reasons`` tells of the first 20.

    ``left`` is how many of the pool can be given now, ``expires_at`` (naive UTC) when that ends, where it does.
    """

    pool: str
    received: int
    accepted: int
    refused: int
    left: int
    expires_at: datetime | None
    reasons: tuple[CodeRefused, ...] = ()
    dry_run: bool = False


class Coupons:
    """Pools of coupons with codes of which everybody gets their own; ``ws.coupons``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def list(self) -> Frame:
        """Every pool: ``pool, codes, left, used, redeemed, expires_at, is_expired, templates``.

        ``left`` are those that nobody has, ``redeemed`` those that orders or redemptions tell of, ``templates`` those that name the pool.
        """
        now, named = self._stand.clock(), composer_of(self._stand).pools
        keys = redeemed(self._stand.engine)
        with self._stand.ledger.reading() as t:
            rows = t.coupons.pools().to_pylist()
            seen = Counter(t.coupons.known(keys).values())
        told = [
            {
                **{name: row[name] for name in ("pool", "codes", "left", "used", "expires_at")},
                "redeemed": seen[row["pool"]],
                "is_expired": row["expires_at"] is not None and row["expires_at"] <= now,
                "templates": sorted(template for template, pools in named.items() if row["pool"] in pools),
            }
            for row in rows
        ]
        return Frame.of(told, schema=_LISTED)

    def show(self, pool: str, *, after: int = 0, most: int | None = None) -> Frame:
        """Who got which code of a pool, the first given first: ``coupon_id, code, profile_id, origin_kind, origin, message_id, state, taken_at, redeemed_at``.

        At most ``most``, above the number ``after``. ``state`` is that of the message; ``profile_id`` is empty where the person was
        erased. Raises ``UnknownName`` for a pool there is not.
        """
        with self._stand.ledger.reading() as t:
            _check_there(t, pool)
            found = t.coupons.given(pool, after=after, most=most)
        used = redeemed(self._stand.engine) if found.num_rows else {}
        at = pa.array([used.get(key_of(code)) for code in found["code"].to_pylist()], pa.timestamp("us"))
        return Frame(found.append_column("redeemed_at", at))

    def add(
        self, pool: str, codes: Iterable[str], *, expires: Instant | None = None, dry_run: bool = False
    ) -> CouponsAdded:
        """Put codes into a pool, which is made where there is none; from ``expires`` on none of the pool is given.

        A code that is in a pool already, in capitals or not, is refused, as is one that holds spaces or more than 100 characters: accepted and
        refused are all that were received. Raises ``Refused`` for a name that a template could not say.
        """
        stand = self._stand
        if not _NAME.fullmatch(pool) or len(pool) > _MOST_LETTERS:
            raise Refused(
                sentence(
                    "a pool is named by small letters, digits, - and _, such as spring-10; not {name!r}", name=pool
                )
            )
        at = None if expires is None else instant_of(expires, stand.settings.timezone)
        received, now = [code.strip() for code in codes], stand.clock()
        with stand.ledger.reading() if dry_run else stand.ledger.transaction() as t:
            refused, accepted = _sorted(t, received)
            if not dry_run:
                t.coupons.begin(pool, now=now)
                t.coupons.add(pool, accepted, now=now)
                if at is not None:
                    t.coupons.expire(pool, at)
                told: dict[str, object] = {"accepted": len(accepted), "refused": len(refused)}
                t.audit.append("coupons added", f"coupon pool {pool}", told, actor=stand.actor, at=now)
            kept = {row["pool"]: row["expires_at"] for row in t.coupons.pools().to_pylist()}
            left = t.coupons.left(pool, now=now)
        reasons = tuple(CodeRefused(code, why.told(stand.lang)) for code, why in refused[:_TOLD])
        return CouponsAdded(
            pool, len(received), len(accepted), len(refused), left, kept.get(pool, at), reasons, dry_run
        )

    def load(
        self, pool: str, file: Path | str, *, expires: Instant | None = None, dry_run: bool = False
    ) -> CouponsAdded:
        """As ``add``, of a file: a code a line, or CSV with a column that is called code, coupon or the like. Raises ``BadFile``."""
        return self.add(pool, codes_in(_text_of(Path(file))), expires=expires, dry_run=dry_run)

    def expire(self, pool: str, at: Instant | None) -> None:
        """From ``at`` on no code of the pool is given; None for never. Raises ``UnknownName`` for a pool there is not."""
        stand = self._stand
        end = None if at is None else instant_of(at, stand.settings.timezone)
        with stand.ledger.transaction() as t:
            _check_there(t, pool)
            t.coupons.expire(pool, end)
            told: dict[str, object] = {"expires_at": None if end is None else end.isoformat()}
            t.audit.append("coupons expiry set", f"coupon pool {pool}", told, actor=stand.actor, at=stand.clock())


def codes_in(text: str) -> list[str]:
    r"""The codes of a file: the column that its heading says they are in, else the first of each line.

    >>> codes_in("AAA-1\nAAA-2\n"), codes_in("no,Coupon code\n1,AAA-1\n")
    (['AAA-1', 'AAA-2'], ['AAA-1'])
    """
    rows = [row for row in csv.reader(text.removeprefix("\ufeff").splitlines()) if any(cell.strip() for cell in row)]
    if not rows:
        return []
    heading = [plain_name(cell) for cell in rows[0]]
    place = next((at for at, name in enumerate(heading) if name in CODES), None)
    if place is None:
        return [row[0] for row in rows]
    return [row[place] if place < len(row) else "" for row in rows[1:]]


def short_of(stand: Stand, plan: CampaignPlan) -> Iterator[Sentence]:
    """Which pools have fewer codes than the plan needs beside what waits already, and how many people would get nothing."""
    pools, at = composer_of(stand).pools, plan.leaving.last if plan.leaving is not None else stand.clock()
    arms = {arm.name: arm.template for arm in plan.campaign.arms()}
    people = {row["values"]: row["counts"] for row in pc.value_counts(plan.people["arm"]).to_pylist()}
    wanted: dict[str, int] = {}
    for arm, template in arms.items():
        for pool in pools.get(template, ()):
            wanted[pool] = wanted.get(pool, 0) + people.get(arm, 0)
    with stand.ledger.reading() as t:
        waiting = _waiting(t, pools) if wanted else {}
        for pool, count in sorted(wanted.items()):
            left, others = t.coupons.left(pool, now=at), waiting.get(pool, 0)
            lacking = min(count, count + others - left)
            if lacking > 0:
                yield sentence(
                    "The pool of coupons {pool} has {left:,} {left|code|codes} for the {count:,} {count|person|people} of this campaign and "
                    "{others:,} {others|message|messages} that {others|waits|wait} already: {lacking:,} would get nothing.",
                    pool=pool,
                    left=left,
                    count=count,
                    others=others,
                    lacking=lacking,
                )


def beyond_codes(stand: Stand, journey: JourneyDefinition, messages: Mapping[str, int]) -> dict[str, int]:
    """Pool → how many of ``messages``, by step, are more than its codes that are left now; none where there are enough."""
    pools, wanted = composer_of(stand).pools, dict[str, int]()
    for step in (place.step for place in journey.layout.places):
        for pool in {pool for template in step.templates() for pool in pools.get(template, ())}:
            wanted[pool] = wanted.get(pool, 0) + messages.get(step.id, 0)
    with stand.ledger.reading() as t:
        left = {pool: t.coupons.left(pool, now=stand.clock()) for pool in wanted}
    return {pool: count - left[pool] for pool, count in sorted(wanted.items()) if count > left[pool]}


def coupons_checked(stand: Stand) -> tuple[str, Sentence]:
    """Whether pools have codes for what waits, and do not run out."""
    now, pools = stand.clock(), composer_of(stand).pools
    named = {pool for each in pools.values() for pool in each}
    with stand.ledger.reading() as t:
        kept = {row["pool"]: row for row in t.coupons.pools().to_pylist() if row["pool"] in named}
        left = {pool: t.coupons.left(pool, now=now) for pool in named}
        waiting = _waiting(t, pools) if named else {}
    found = []
    for pool in sorted(named):
        count = waiting.get(pool, 0)
        if left[pool] < count:
            told = "{pool}: {count:,} {count|message|messages} waiting for a code, and {left:,} {left|is|are} left"
            found.append(sentence(told, pool=pool, count=count, left=left[pool]))
        elif left[pool] * _FEW < (total := kept[pool]["codes"] if pool in kept else 0) or not total:
            told = "{pool}: {left:,} of {total:,} {total|code|codes} can still be given"
            found.append(sentence(told, pool=pool, left=left[pool], total=total))
    if found:
        return "look", sentence(
            "Pools of coupons run out; `coterie coupons add` puts more in: {found}", found=joined(found, "; ")
        )
    return "good", sentence("Every pool of coupons that a template names has codes left.")


def _waiting(t: Transaction, pools: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Pool → how many queued messages will take a code of it."""
    found: dict[str, int] = {}
    for template, messages in t.coupons.waiting().items():
        for pool in pools.get(template, ()):
            found[pool] = found.get(pool, 0) + messages
    return found


def _sorted(t: Transaction, received: Sequence[str]) -> tuple[list[tuple[str, Sentence]], list[str]]:
    """Which codes are refused and why, and which are taken."""
    known = t.coupons.known({key_of(code) for code in received})
    refused, accepted, seen = list[tuple[str, Sentence]](), list[str](), set[str]()
    for code in received:
        key = key_of(code)
        if not code:
            refused.append((code, sentence("there is no code in this line")))
        elif len(code) > _MOST_LETTERS or not code.isprintable() or " " in code:
            shown = code[:_MOST_LETTERS]
            refused.append((shown, sentence("a code has up to {most} characters and no spaces", most=_MOST_LETTERS)))
        elif key in known:
            refused.append((code, sentence("it is in the pool {pool} already", pool=known[key])))
        elif key in seen:
            refused.append((code, sentence("it was given twice")))
        else:
            seen.add(key)
            accepted.append(code)
    return refused, accepted


def _check_there(t: Transaction, pool: str) -> None:
    known = t.coupons.first_codes()
    if pool not in known:
        raise UnknownName("coupon pool", pool, known, advice="make one with `coterie coupons add`")


def _text_of(file: Path) -> str:
    return text_of(
        file,
        most_bytes=_MOST_BYTES,
        too_large=lambda size: sentence(
            "its {size:,} bytes are more than a file of codes has; put them in by several", size=size
        ),
    )


_LISTED = pa.schema(
    [
        ("pool", pa.string()),
        *((name, pa.int64()) for name in ("codes", "left", "used", "redeemed")),
        ("expires_at", pa.timestamp("us")),
        ("is_expired", pa.bool_()),
        ("templates", pa.list_(pa.string())),
    ]
)
