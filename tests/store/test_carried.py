"""Who carried what, and what became of it, is counted alike on every ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa

from coterie.domain import Outcome

NOW = datetime(2026, 3, 1)


def test_what_each_carried_is_counted_by_domain(ledger):
    row = {"origin_kind": "campaign", "origin": "c", "occurrence": "", "channel": "email", "purpose": "marketing", "identities": "[]", "arm": "a", "variant": "v", "queued_at": NOW, "not_before": NOW}  # fmt: skip
    rows = [row | {"message_id": f"m{n}", "profile_id": n, "address": f"p{n}@X.example", "address_key": f"k{n}"} for n in range(3)]  # fmt: skip
    with ledger.transaction() as t:
        t.outbox.queue(pa.Table.from_pylist(rows))
        t.outbox.mark_sending(["m0", "m1", "m2"], batch="spare/1", now=NOW)
        t.outbox.record_outcomes([Outcome("m0", "sent", NOW), Outcome("m1", "failed", NOW, 550, "no", reason="bounced")])  # fmt: skip
        found = t.receipts.carried(NOW - timedelta(days=1)).to_pylist()
    assert [(r["channel"], r["carrier"], r["domain"], r["kind"], r["messages"]) for r in sorted(found, key=str)] == [
        ("email", "spare", "x.example", "bounced", 1),
        ("email", "spare", "x.example", "sent", 1),
    ]
