"""What a person's page tells beside traits: what they said and what it means for each channel, and since when they are in segments."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from coterie.decide import purposes_open
from coterie.domain.consenting import EVERYWHERE, MARKETING
from coterie.identifiers import domains_of
from coterie.protect import address_keys, are_addresses, reason_in_words
from coterie.segment import membership
from coterie.store import Transaction
from coterie.words import Sentence
from coterie.workspace.frame import Frame
from coterie.workspace.records import ConsentsShown
from coterie.workspace.stand import Stand

_CHANNELS = {"email": "email", "sms": "phone"}
"""Channels that everybody can be asked about, and what has to be known of somebody to be reached by each."""

_BATCHES = "SELECT source, loaded_at, any_value(file) AS file FROM batches WHERE file IS NOT NULL GROUP BY ALL HAVING count(DISTINCT file) = 1"
_MEANT = Sentence("A message may go.")
_PROOF = (
    "consent_id",
    "identity",
    "purpose",
    "channel",
    "state",
    "occurred_at",
    "effective_at",
    "expires_at",
    "recorded_at",
    "source",
    "actor",
    "text_version",
    "text_hash",
    "statement",
)


def consents_of(stand: Stand, profile: int, lang: str) -> ConsentsShown:
    """What ``profile`` said, row by row of the ledger, and for each purpose and channel whether a message may go now."""
    with stand.ledger.reading() as t:
        t.prove()
        first = _open(stand, t, profile, "email", MARKETING)
        identities = pa.array(first["identities"][0].as_py() or [], pa.string())
        said = t.consents.of([*identities.to_pylist(), *domains_of(identities)[0].to_pylist()])
        rows = [
            {"channel": channel, "purpose": purpose} | _told(_open(stand, t, profile, channel, purpose))
            for channel, purpose in _pairs(stand, profile, said)
        ]
        keys = address_keys(stand.key, identities.filter(are_addresses(identities))).to_pylist()
        blocks = [
            {name: each[name] for name in ("channel", "reason", "source", "actor", "occurred_at", "is_lifted")}
            for key in sorted(set(keys))
            for each in t.suppressions.of(key).to_pylist()
        ]
    told = [{name: row[name] for name in ("channel", "purpose", "address", "may", "reason", "why")} for row in rows]
    return ConsentsShown(profile, Frame.of(told, lang), _with_files(stand, said), Frame.of(blocks, lang, _BLOCKS))


_BLOCKS = pa.schema(
    [
        *((name, pa.string()) for name in ("channel", "reason", "source", "actor")),
        ("occurred_at", pa.timestamp("us")),
        ("is_lifted", pa.bool_()),
    ]
)


def _open(stand: Stand, t: Transaction, profile: int, channel: str, purpose: str) -> pa.Table:
    meant = f"SELECT CAST({int(profile)} AS BIGINT) AS profile_id"
    now, country = stand.clock(), stand.settings.country
    return purposes_open(stand.engine, t, stand.key, meant, channel, purpose, now=now, country=country)


def _told(found: pa.Table) -> dict[str, object]:
    row: dict[str, object] = found.select(["address", "address_key", "reason"]).to_pylist()[0]
    reason = row["reason"]
    return row | {"may": reason is None, "why": _MEANT if reason is None else reason_in_words(str(reason))}


def _pairs(stand: Stand, profile: int, said: pa.Table) -> list[tuple[str, str]]:
    """Channel and purpose of everything that was said, and marketing by whatever the person could be reached by."""
    held = stand.engine.query(
        "SELECT DISTINCT namespace FROM profile_identifiers WHERE profile_id = $profile", {"profile": profile}
    )["namespace"].to_pylist()
    named = _named(said["channel"].to_pylist())
    channels = {name for name, needed in _CHANNELS.items() if needed in held} | named | {"email"}
    purposes = _named(said["purpose"].to_pylist()) | {MARKETING}
    spoken = set(zip(said["channel"].to_pylist(), said["purpose"].to_pylist(), strict=True))
    return sorted(
        (channel, purpose)
        for channel in channels
        for purpose in purposes
        if purpose == MARKETING or {(channel, purpose), (EVERYWHERE, purpose)} & spoken
    )


def _named(words: Iterable[str]) -> set[str]:
    return {word for word in words if word != EVERYWHERE}


def _with_files(stand: Stand, said: pa.Table) -> Frame:
    """The rows with the ``file`` that each was loaded from, where that is known."""
    kept = said.select(list(_PROOF))
    files = {(row["source"], row["loaded_at"]): row["file"] for row in stand.engine.query(_BATCHES).to_pylist()}
    places = zip(kept["source"].to_pylist(), kept["recorded_at"].to_pylist(), strict=True)
    file = pa.array([files.get(place) for place in places], pa.string())
    return Frame(
        kept.append_column("file", file).sort_by([("effective_at", "descending"), ("consent_id", "descending")])
    )


def segments_since(stand: Stand, profile: int) -> Frame:
    """The segments that ``profile`` is in: ``segment``, ``since`` (null where it was in from the first refresh that has a log)."""
    names = membership.segments_of(stand.engine, [profile]).get(profile, [])
    entered = membership.entered_at(stand.engine, profile)
    rows = [{"segment": name, "since": entered.get(name)} for name in names]
    return Frame.of(rows, schema=pa.schema([("segment", pa.string()), ("since", pa.timestamp("us"))]))
