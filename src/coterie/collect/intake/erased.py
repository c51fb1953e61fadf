"""Messages about people who were erased since: known before anything of them is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from coterie.collect.intake.messages import Received, text_of
from coterie.collect.intake.rows import whom_of
from coterie.collect.loading.erased import find_erased
from coterie.protect.erasure import named_in

if TYPE_CHECKING:
    from coterie.store import Ledger


def erased_messages(ledger: Ledger, messages: Sequence[Received], country: str) -> set[int]:
    """The places of those ``messages`` that name somebody who was erased after what they tell of.

    A stamp that is no instant may be old, as may be what cannot be read.
    """
    with ledger.reading() as t:
        if not t.erased:
            return set()
    named: list[tuple[int, str, str]] = []
    for place, each in enumerate(messages):
        if each.refusal:
            named += [(place, *told) for told in named_in(each.raw.decode("utf-8", "replace"), None)]
            continue
        named += [
            (place, namespace, str(value)) for namespace, value in whom_of(each.message).items() if value is not None
        ]
        if (previous := text_of(each.message.previous_id)) is not None:
            named += [(place, namespace, previous) for namespace in ("customer_id", "device_id")]
    found = find_erased(ledger, [each[1] for each in named], [each[2] for each in named], country)
    return {
        place
        for (place, _, _), erased_at in zip(named, found, strict=True)
        if erased_at is not None and not _is_after(messages[place].occurred_at, erased_at)
    }


def _is_after(told: datetime | str, erased_at: datetime) -> bool:
    return isinstance(told, datetime) and told > erased_at
