"""Permissions given or withdrawn go to the ledger, not to the warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from coterie.collect.kinds import Kind
from coterie.collect.loading.identity import Stamp, identity_of
from coterie.collect.loading.staging import STAGED
from coterie.collect.loading.upsert import Written
from coterie.engines import Engine
from coterie.errors import NotReady

if TYPE_CHECKING:
    from coterie.store import Ledger

SEEN = "consent_rows"
_CHANNELS = {
    "e-mail": "email",
    "mail": "email",
    "邮件": "email",
    "电子邮件": "email",
    "邮箱": "email",
    "短信": "sms",
    "手机短信": "sms",
    "text": "sms",
}
_PURPOSES = {"营销": "marketing", "市场营销": "marketing", "推广": "marketing", "促销": "marketing"}
"""Words of files → the words that campaigns and channels use."""


def stage_consents(engine: Engine, kind: Kind, fields: tuple[str, ...], stamp: Stamp) -> tuple[Written, pa.Table]:
    """What the ledger was not told before, as ``record_consents`` takes it; marked as told in the warehouse."""
    engine.execute(
        f"CREATE TABLE IF NOT EXISTS {SEEN} (row_key VARCHAR, identifier_id BIGINT, source VARCHAR, batch_id BIGINT)"
    )
    namespace, value = identity_of(kind, fields)
    optional = {name: f"s.{name}" if name in fields else "NULL::VARCHAR" for name in ("purpose", "proof")}
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE _consents AS WITH said AS (SELECT "
        f"{namespace} AS namespace, {value} AS value, CASE WHEN s.granted THEN 'granted' ELSE 'denied' END AS state, "
        f"s.occurred_at, {_called('s.channel', _CHANNELS)} AS channel, "
        f"coalesce({_called(optional['purpose'], _PURPOSES)}, 'marketing') AS purpose, {optional['proof']} AS text "
        f"FROM {STAGED} s WHERE s._fault = 0) SELECT DISTINCT *, md5(concat_ws(chr(31), namespace, value, state, "
        "occurred_at::VARCHAR, channel, purpose, coalesce(text, ''))) AS row_key FROM said"
    )
    fresh = f"FROM _consents c ANTI JOIN {SEEN} USING (row_key)"
    rows = engine.query(
        "SELECT namespace, value, state, occurred_at, channel, purpose, $source AS source, text "
        f"{fresh} ORDER BY occurred_at, row_key",
        {"source": stamp.source},
    )
    engine.execute(
        f"INSERT INTO {SEEN} BY NAME SELECT c.row_key, i.identifier_id, $source AS source, $batch_id AS batch_id "
        f"{fresh} LEFT JOIN identifiers i ON i.namespace = c.namespace AND i.value = c.value",
        {"source": stamp.source, "batch_id": stamp.batch_id},
    )
    total = engine.query(f"SELECT count(*) FROM {STAGED} WHERE _fault = 0").column(0)[0].as_py()
    return Written(total - rows.num_rows, 0), rows


def _called(column: str, words: dict[str, str]) -> str:
    known = " ".join(f"WHEN '{word}' THEN '{name}'" for word, name in words.items())
    return f"CASE lower({column}) {known} ELSE lower({column}) END"


def tell_ledger(ledger: Ledger | None, rows: pa.Table, stamp: Stamp) -> None:
    """Append ``rows`` to the ledger; to be called last inside the warehouse's transaction.

    The ledger commits first, for the other order could forget a refusal. A kill between the
    two commits makes the next load tell it again; the ledger then keeps what it holds.
    """
    from coterie.protect import record_consents  # loads the ledger's libraries, which most loads never need

    if ledger is None:
        raise NotReady("consents are kept in the ledger, and none was given; load them through a workspace")
    record_consents(ledger, rows, now=stamp.loaded_at, actor=f"load of {stamp.source}", once=True)
