"""Consents that the ledger keeps in spellings of earlier versions, said once more as identifiers are spelt now."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from coterie.identifiers import MATCHERS, identities_of
from coterie.store import Ledger

_DONE = "consents spelt by"
_SAME = ("purpose", "channel", "state", "effective_at", "expires_at")


def respell_consents(ledger: Ledger, *, now: datetime, country: str, actor: str = "coterie") -> int:
    """Say again under its spelling of today what stands under another (``email:ann <ann@x>``); how many rows.

    Nothing is taken away, and done once for each way of spelling. ``country`` is where phone
    numbers without a country code are dialled.
    """
    rules = " ".join(MATCHERS[name].rules(country) for name in sorted(MATCHERS))
    with ledger.reading() as t:
        if t.facts.get(_DONE) == rules:
            return 0
    with ledger.transaction() as t:
        rows = t.consents.between(1, t.consents.last()).combine_chunks()
        fresh = _fresh(rows, country) if rows.num_rows else rows
        if fresh.num_rows:
            again = fresh.drop_columns(["consent_id", "seal"])
            for name, value in (("recorded_at", pa.scalar(now, pa.timestamp("us"))), ("actor", pa.scalar(actor))):
                column = pa.array([value.as_py()] * again.num_rows, again.schema.field(name).type)
                again = again.set_column(again.column_names.index(name), name, column)
            first, last = t.consents.add(again)
            t.audit.append("consents respelt", f"{first}-{last}", {"rows": again.num_rows}, actor=actor, at=now)
        t.facts.put(_DONE, rules)
    return int(fresh.num_rows)


def _fresh(rows: pa.Table, country: str) -> pa.Table:
    """Those of ``rows`` that are spelt otherwise now, under that spelling, where it does not say the same already."""
    identities = pa.concat_arrays(rows["identity"].chunks).cast(pa.string())
    parts = pc.split_pattern(identities, ":", max_splits=1)
    namespaces, values = pc.list_element(parts, 0), pc.list_element(parts, 1)
    spelt = identities_of(namespaces, values, country)
    known = set(zip(identities.to_pylist(), *(rows[name].to_pylist() for name in _SAME), strict=True))
    found = rows.set_column(rows.column_names.index("identity"), "identity", spelt).filter(
        pc.not_equal(spelt, identities)
    )
    said = zip(*(found[name].to_pylist() for name in ("identity", *_SAME)), strict=True)
    return found.filter(pa.array([each not in known for each in said], pa.bool_()))
