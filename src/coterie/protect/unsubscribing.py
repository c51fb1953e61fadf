"""A person used the unsubscribe link of a message."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from coterie.domain.consenting import MARKETING
from coterie.protect.addresses import address_keys
from coterie.protect.consent import add_consents
from coterie.protect.keys import WorkspaceKey
from coterie.protect.suppression import suppress_keys
from coterie.store import Ledger


def unsubscribe(
    ledger: Ledger,
    key: WorkspaceKey,
    message_id: str,
    *,
    now: datetime,
    source: str = "unsubscribe link",
    actor: str = "the person",
) -> bool:
    """Take back the consent that a message was sent on; whether the message is known.

    The consent of its purpose on its channel is withdrawn for every identifier of the
    person. Direct marketing is also suppressed at every address of the person (GDPR 21(3)
    admits no exception), so that no later import brings it back. Doing it twice is as once.
    """
    with ledger.transaction() as t:
        message = t.outbox.find(message_id)
        if message is None:
            return False
        said = [identity.partition(":") for identity in message.identities]
        count = len(said)
        earlier = t.consents.of(message.identities)["effective_at"].to_pylist()
        said_at = max([now, *earlier])  # a clock that was set back makes no answer older than what it answers
        rows = {
            "namespace": [namespace for namespace, _, _ in said],
            "value": [value for _, _, value in said],
            "state": ["withdrawn"] * count,
            "purpose": [message.purpose] * count,
            "channel": [message.channel] * count,
            "source": [f"{source}, message {message_id}"] * count,
            "occurred_at": pa.array([said_at] * count, pa.timestamp("us")),
        }
        add_consents(t, pa.table(rows), now=now, actor=actor, in_our_words=True)
        if message.purpose == MARKETING:
            every = set(address_keys(key, pa.array(message.identities, pa.string())).to_pylist())
            standing = set(t.suppressions.active(message.channel, every)["address_key"].to_pylist())
            fresh = sorted((every | {message.address_key}) - standing)
            suppress_keys(t, message.channel, fresh, reason="unsubscribed", source=source, now=now, actor=actor)
    return True
