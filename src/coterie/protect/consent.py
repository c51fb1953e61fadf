"""Record what people said, with its proof."""

from __future__ import annotations

import hashlib
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from coterie.errors import Refused
from coterie.protect.addresses import identities_of
from coterie.protect.sealing import seal_of
from coterie.store import Ledger, Transaction

CONSENT_STATES = ("granted", "denied", "withdrawn")

_REQUIRED = ("namespace", "value", "state", "occurred_at")
_SAID = ["identity", "purpose", "channel", "state", "occurred_at", "source", "text_hash"]
"""What makes a statement the same statement."""
_DEFAULTS = {"purpose": "marketing", "channel": "email", "source": "unknown"}


def record_consents(
    ledger: Ledger, rows: pa.Table, *, now: datetime, actor: str = "coterie", once: bool = False
) -> int:
    """Append what people said; how many rows. Nothing is ever overwritten.

    With ``once``, what the same source said of the same instant before is not said again:
    who was killed before noting that it told the ledger may tell it once more.

    ``rows``: ``namespace, value, state`` (granted, denied or withdrawn), ``occurred_at``
    (naive UTC); optional ``purpose`` (default marketing), ``channel`` (default email) where
    ``*`` means all, ``source``, ``text_version``, ``text`` (kept as its hash), ``actor``,
    ``expires_at``. A row from the future counts from ``now``, so that a wrong clock cannot
    outrank a later refusal; where this clock was set back, from what was recorded last. All rows or none; raises ``Refused`` naming the first bad one.
    """
    with ledger.transaction() as t:
        return add_consents(t, _unsaid(t, rows, now, actor) if once else rows, now=now, actor=actor)


def add_consents(t: Transaction, rows: pa.Table, *, now: datetime, actor: str = "coterie") -> int:
    """As ``record_consents``, inside a transaction that does more."""
    if not rows.num_rows:
        return 0
    _check(rows)
    kept = _as_kept(rows.combine_chunks(), now, max(now, t.consents.newest_at() or now), actor)
    first, last = t.consents.add(kept)
    seal = seal_of(kept)
    t.audit.append("consents recorded", f"{first}-{last}", {"rows": rows.num_rows, "seal": seal}, actor=actor, at=now)
    return int(rows.num_rows)


def _unsaid(t: Transaction, rows: pa.Table, now: datetime, actor: str) -> pa.Table:
    """Those of ``rows`` that the ledger does not hold."""
    if not rows.num_rows:
        return rows
    _check(rows)
    kept = _as_kept(rows.combine_chunks(), now, now, actor).select(_SAID)
    held = t.consents.of(kept["identity"].to_pylist()).select(_SAID)
    known = set(zip(*(column.to_pylist() for column in held.columns), strict=True))
    said = zip(*(column.to_pylist() for column in kept.columns), strict=True)
    return rows.filter(pa.array([each not in known for each in said]))


def _check(rows: pa.Table) -> None:
    missing = [name for name in _REQUIRED if name not in rows.column_names]
    if missing:
        raise Refused(f"consents need the columns {', '.join(_REQUIRED)}; missing: {', '.join(missing)}")
    known = pc.is_in(rows["state"], value_set=pa.array(CONSENT_STATES))
    for name, is_good in [(name, pc.is_valid(rows[name])) for name in _REQUIRED] + [("state", known)]:
        place = pc.index(is_good.combine_chunks() if isinstance(is_good, pa.ChunkedArray) else is_good, False).as_py()
        if place >= 0:
            found = rows[name][place].as_py()
            raise Refused(f"row {place + 1}: {name} is {found!r}; a state is one of {', '.join(CONSENT_STATES)}")


def _as_kept(rows: pa.Table, now: datetime, latest: datetime, actor: str) -> pa.Table:
    count = rows.num_rows

    def text(name: str, default: str | None) -> pa.Array:
        if name not in rows.column_names:
            return pa.array([default] * count, pa.string())
        given = _whole(rows[name]).cast(pa.string())
        return given if default is None else pc.fill_null(given, default)

    def instant(name: str) -> pa.Array:
        kind = pa.timestamp("us")
        return _whole(rows[name]).cast(kind) if name in rows.column_names else pa.nulls(count, kind)

    occurred_at = instant("occurred_at")
    hashes = [
        None if words is None else hashlib.sha256(words.encode()).hexdigest()
        for words in text("text", None).to_pylist()
    ]
    return pa.table(
        {
            "identity": identities_of(text("namespace", None), text("value", None)),
            **{name: text(name, default) for name, default in _DEFAULTS.items()},
            "state": text("state", None),
            "effective_at": pc.min_element_wise(occurred_at, pa.scalar(latest, pa.timestamp("us"))),
            "expires_at": instant("expires_at"),
            "occurred_at": occurred_at,
            "recorded_at": pa.array([now] * count, pa.timestamp("us")),
            "text_version": text("text_version", None),
            "text_hash": pa.array(hashes, pa.string()),
            "actor": text("actor", actor),
        }
    )


def _whole(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks)
