"""Record what people said, with its proof."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from coterie.domain.consenting import channels_meant, purposes_meant
from coterie.errors import Refused
from coterie.identifiers import identities_of
from coterie.store import Ledger, Transaction
from coterie.words import sentence

CONSENT_STATES = ("granted", "denied", "withdrawn", "unconfirmed")

_REQUIRED = ("namespace", "value", "state", "occurred_at")
_SAID = ["identity", "purpose", "channel", "state", "occurred_at", "source", "text_hash"]
"""What makes a statement the same statement."""
_BETWEEN = "\x1f"
_ANY_CLOCK = timedelta(hours=26)
"""What the clocks of two zones may differ by at most."""
UNKNOWN_WHEN = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, as all instants are kept
"""From when a yes counts of which nobody knows when it was said: before any other answer."""
_DEFAULTS = {"purpose": "marketing", "channel": "email", "source": "unknown"}


def record_consents(
    ledger: Ledger,
    rows: pa.Table,
    *,
    now: datetime,
    actor: str = "coterie",
    once: bool = False,
    is_heard_now: bool = False,
    country: str = "",
) -> int:
    """Append what people said; how many rows. Nothing is ever overwritten.

    With ``once``, what the same source said of the same instant before is not said again:
    who was killed before noting that it told the ledger may tell it once more. ``country``
    is where phone numbers without a country code are dialled.

    ``rows``: ``namespace, value, state`` (one of ``CONSENT_STATES``), ``occurred_at``
    (naive UTC); optional ``purpose`` (default marketing), ``channel`` (default email), in any
    usual word (``all``, ``newsletter``; a no of an unknown word holds everywhere, a yes nowhere
    else), ``statement`` (equal for rows that are one statement about several identifiers),
    ``source``, ``text_version``, ``text`` (kept as its hash), ``actor``, ``expires_at``. A row from the future counts from ``now``, so that a wrong clock cannot
    outrank a later refusal; where this clock was set back, from what was recorded last; and a yes that is more than a day
    ahead outranks nothing at all, unless it is heard now. A no counts after every yes that
    this clock has not come to yet; with ``is_heard_now``, of people who say it now, after every yes recorded before,
    whatever date it bears. All rows or none; raises ``Refused`` naming the first bad one.
    """
    with ledger.transaction() as t:
        fresh = _unsaid(t, rows, now, actor, country) if once else rows
        return add_consents(t, fresh, now=now, actor=actor, is_heard_now=is_heard_now, country=country)


def add_consents(
    t: Transaction,
    rows: pa.Table,
    *,
    now: datetime,
    actor: str = "coterie",
    in_our_words: bool = False,
    is_heard_now: bool = False,
    country: str = "",
) -> int:
    """As ``record_consents``, inside a transaction that does more; ``in_our_words``, purposes and channels are those of a campaign."""
    if not rows.num_rows:
        return 0
    _check(rows)
    rows = rows if in_our_words else with_meanings(rows)
    kept = _as_kept(rows.combine_chunks(), now, max(now, t.consents.newest_at() or now), actor, country)
    kept = kept if is_heard_now else _without_coming_yeses(kept)
    kept = kept.append_column("statement", _numbered(rows, t.consents.last()))
    kept = _after_what_they_answer(t, kept, None if is_heard_now else now)
    first, last = t.consents.add(kept)
    t.audit.append("consents recorded", f"{first}-{last}", {"rows": rows.num_rows}, actor=actor, at=now)
    return int(rows.num_rows)


def _without_coming_yeses(kept: pa.Table) -> pa.Table:
    """``kept`` with each yes of a day that had not come anywhere older than any other answer: nobody knows when it was said."""
    counts_from = kept["effective_at"]
    lies_ahead = pc.greater(kept["occurred_at"], pc.add(counts_from, pa.scalar(_ANY_CLOCK)))
    is_void = pc.and_(pc.equal(kept["state"], "granted"), lies_ahead)
    at = pc.if_else(is_void, pa.scalar(UNKNOWN_WHEN, pa.timestamp("us")), counts_from)
    return kept.set_column(kept.column_names.index("effective_at"), "effective_at", at)


def _after_what_they_answer(t: Transaction, kept: pa.Table, since: datetime | None) -> pa.Table:
    """``kept`` with each statement that is a no no earlier than any yes to whom it names, recorded before, that counts from after ``since``."""
    is_no = pc.not_equal(kept["state"], "granted")
    if since is not None and not t.consents.counts_after(since):
        return kept
    earlier = t.consents.of(pc.unique(kept["identity"].filter(is_no)).to_pylist())
    earlier = earlier.filter(pc.equal(earlier["state"], "granted"))
    if since is not None:
        earlier = earlier.filter(pc.greater(earlier["effective_at"], pa.scalar(since, pa.timestamp("us"))))
    newest = earlier.group_by("identity").aggregate([("effective_at", "max")])
    place = pc.index_in(_whole(kept["identity"]), value_set=_whole(newest["identity"]))
    at = pc.max_element_wise(kept["effective_at"], _whole(newest["effective_at_max"]).take(place))
    of_each = kept.select(["statement"]).append_column("at", at).group_by("statement").aggregate([("at", "max")])
    together = _whole(of_each["at_max"]).take(
        pc.index_in(_whole(kept["statement"]), value_set=_whole(of_each["statement"]))
    )
    at = pc.if_else(pc.is_valid(kept["statement"]), together, at)
    at = pc.if_else(is_no, at, kept["effective_at"])
    return kept.set_column(kept.column_names.index("effective_at"), "effective_at", at)


def _unsaid(t: Transaction, rows: pa.Table, now: datetime, actor: str, country: str) -> pa.Table:
    """Those of ``rows`` that the ledger does not hold."""
    if not rows.num_rows:
        return rows
    _check(rows)
    rows = with_meanings(rows)
    kept = _as_kept(rows.combine_chunks(), now, now, actor, country).select(_SAID)
    held = t.consents.of(kept["identity"].to_pylist()).select(_SAID)
    known = set(zip(*(column.to_pylist() for column in held.columns), strict=True))
    said = zip(*(column.to_pylist() for column in kept.columns), strict=True)
    return rows.filter(pa.array([each not in known for each in said]))


def hold_unread(ledger: Ledger, named: pa.Table, country: str = "") -> None:
    """Hold back those in ``named`` (``namespace, value``), and nobody else, until what was said of them can be read."""
    wanted = set(identities_of(_whole(named["namespace"]), _whole(named["value"]), country).to_pylist())
    with ledger.reading() as t:
        if t.unread.all() == wanted:
            return
    with ledger.transaction() as t:
        t.unread.replace(wanted)


def with_meanings(rows: pa.Table) -> pa.Table:
    """``rows`` with their words for channels and purposes as those that campaigns use; one that names several becomes several."""
    count = rows.num_rows
    purpose, channel = (
        pc.fill_null(_whole(rows[name]).cast(pa.string()), default)
        if name in rows.column_names
        else pa.array([default] * count, pa.string())
        for name, default in (("purpose", _DEFAULTS["purpose"]), ("channel", _DEFAULTS["channel"]))
    )
    is_yes = pc.equal(_whole(rows["state"]), "granted").cast(pa.string())
    said = pc.binary_join_element_wise(purpose, channel, is_yes, _BETWEEN)
    distinct = pc.unique(said)
    meant = pa.array([_meant(*each.split(_BETWEEN)) for each in distinct.to_pylist()], pa.list_(pa.list_(pa.string())))
    meant = meant.take(pc.index_in(said, value_set=distinct))
    rows = rows.take(pc.list_parent_indices(meant))
    pairs = pc.list_flatten(meant)
    for place, name in enumerate(("purpose", "channel")):
        column = pc.list_element(pairs, place)
        at = rows.column_names.index(name) if name in rows.column_names else -1
        rows = rows.append_column(name, column) if at < 0 else rows.set_column(at, name, column)
    return rows


def _meant(purpose: str, channel: str, is_yes: str) -> list[list[str]]:
    yes = is_yes == "true"
    return [[p, c] for p in purposes_meant(purpose, is_yes=yes) for c in channels_meant(channel, is_yes=yes)]


def _numbered(rows: pa.Table, last: int) -> pa.Array:
    """Statements by numbers of their own; null for rows that stand alone."""
    if "statement" not in rows.column_names:
        return pa.nulls(rows.num_rows, pa.int64())
    given = _whole(rows["statement"])
    counted = pc.value_counts(given)
    several = counted.field("values").filter(pc.greater(counted.field("counts"), 1))
    return pc.add(pc.index_in(given, value_set=several.drop_null()).cast(pa.int64()), last + 1)


def _check(rows: pa.Table) -> None:
    missing = [name for name in _REQUIRED if name not in rows.column_names]
    if missing:
        raise Refused(
            sentence(
                "consents need the columns {names}; missing: {missing}",
                names=", ".join(_REQUIRED),
                missing=", ".join(missing),
            )
        )
    known = pc.is_in(rows["state"], value_set=pa.array(CONSENT_STATES))
    for name, is_good in [(name, pc.is_valid(rows[name])) for name in _REQUIRED] + [("state", known)]:
        place = pc.index(is_good.combine_chunks() if isinstance(is_good, pa.ChunkedArray) else is_good, False).as_py()
        if place >= 0:
            found = rows[name][place].as_py()
            raise Refused(
                sentence(
                    "row {row}: {name} is {value!r}; a state is one of {states}",
                    row=place + 1,
                    name=name,
                    value=found,
                    states=", ".join(CONSENT_STATES),
                )
            )


def _as_kept(rows: pa.Table, now: datetime, latest: datetime, actor: str, country: str) -> pa.Table:
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
            "identity": identities_of(text("namespace", None), text("value", None), country),
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
