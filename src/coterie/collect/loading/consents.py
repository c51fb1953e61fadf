"""Permissions given or withdrawn go to the ledger, not to the warehouse.

Whom refused rows about them name (``waiting``) is told too, so that nobody is written to whose no was not understood.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from coterie.collect.kinds import GROUPS, Kind
from coterie.collect.loading.named import judged, pieces_of
from coterie.collect.loading.waiting import waiting_identities
from coterie.collect.loading.way import LoadUnderWay, Written
from coterie.engines import local_time
from coterie.errors import NotReady
from coterie.identifiers import are_domains

if TYPE_CHECKING:
    from coterie.settings import WorkspaceSettings

SEEN = "consent_rows"
_UNDATED = "CASE WHEN state = 'granted' THEN TIMESTAMP '1970-01-01' ELSE $now::TIMESTAMP END"


def stage_consents(loading: LoadUnderWay) -> None:
    """What the ledger was not told before, as ``record_consents`` takes it; marked as told in the warehouse.

    Who says neither yes nor no is taken and marked too, and the ledger is told nothing of it.

    A row is one statement about every identifier it has. A no that is dated by a day counts from the end of it. One without
    an instant counts, where it is no yes, from now on; a yes is then older than any other answer, for nobody knows what was said since.
    """
    if loading.kind.table != "consents":
        return
    engine, kind, fields, stamp = loading.engine, loading.kind, loading.fields, loading.stamp
    engine.execute(
        f"CREATE TABLE IF NOT EXISTS {SEEN} (row_key VARCHAR, identifier_id BIGINT, source VARCHAR, batch_id BIGINT)"
    )
    settings = loading.terms.settings
    said_at = "s.occurred_at" if "occurred_at" in fields else "NULL::TIMESTAMP"
    optional = {name: f"s.{name}" if name in fields else "NULL::VARCHAR" for name in ("purpose", "proof")}
    consents = engine.aside(
        "consents",
        f"WITH said AS (SELECT DISTINCT {_named(kind, fields)} AS named, "
        f"s.granted AS state, {said_at} AS occurred_at, lower(s.channel) AS channel, "
        f"coalesce(lower({optional['purpose']}), 'marketing') AS purpose, {optional['proof']} AS text "
        f"FROM {loading.staged.table} s WHERE s._fault = 0) SELECT *, md5(concat_ws(chr(31), named::VARCHAR, state, "
        "coalesce(occurred_at::VARCHAR, ''), channel, purpose, coalesce(text, ''))) AS row_key FROM said",
    )
    fresh = f"FROM {consents} c ANTI JOIN {SEEN} USING (row_key)"
    loading.told = engine.query(
        "SELECT namespace, value, state, occurred_at, channel, purpose, source, text, row_key AS statement FROM ("
        f"SELECT unnest(named, recursive := true), state, coalesce({_of_its_day(settings.timezone)}, {_UNDATED}) AS occurred_at, channel, purpose, $source AS source, text, row_key "
        f"{fresh} WHERE state <> 'silent') ORDER BY occurred_at, row_key, namespace, value",
        {"source": stamp.source, "now": stamp.loaded_at},
    )
    told = engine.query(f"SELECT count(*) {fresh}").column(0)[0].as_py()
    engine.execute(
        f"INSERT INTO {SEEN} BY NAME SELECT c.row_key, i.identifier_id, $source AS source, $batch_id AS batch_id "
        f"{fresh} LEFT JOIN identifiers i ON i.namespace = c.named[1].namespace AND i.value = c.named[1].value",
        {"source": stamp.source, "batch_id": stamp.batch_id},
    )
    total = engine.query(f"SELECT count(*) FROM {loading.good}").column(0)[0].as_py()
    loading.written = Written(total - told, 0)


def _of_its_day(zone: str) -> str:
    """SQL for when a row was said: a no that is dated by a day alone may have come after anything else of that day."""
    is_day = f"state <> 'granted' AND {local_time('occurred_at', zone)}::TIME = TIME '00:00:00'"
    return f"CASE WHEN {is_day} THEN occurred_at + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND ELSE occurred_at END"


def _named(kind: Kind, fields: tuple[str, ...]) -> str:
    """SQL for all identifiers of a row; a household only where nothing else is named."""
    who = [name for name in kind.identities if name in fields]

    def those(names: list[str]) -> str:
        pairs = ", ".join(f"{{'namespace': '{name}', 'value': s.{name}}}" for name in names if name != "email")
        # A no holds for each of several addresses in one cell.
        emails = (
            "list_transform(CASE WHEN regexp_matches(s.email, '@.*@') THEN list_filter(regexp_split_to_array(s.email, '[\\s,;|/]+'), "
            "lambda part: contains(part, '@')) ELSE [s.email] END, lambda part: {'namespace': 'email', 'value': part})"
        )
        every = f"list_concat([{pairs}], {emails})" if "email" in names else f"[{pairs}]"
        return f"list_filter({every}, lambda each: each.value IS NOT NULL)"

    alone, groups = [n for n in who if n not in GROUPS], [n for n in who if n in GROUPS]
    if not alone or not groups:
        return those(who)
    return f"CASE WHEN len({those(alone)}) > 0 THEN {those(alone)} ELSE {those(groups)} END"


def tell_ledger(loading: LoadUnderWay) -> None:
    """Append what it was not told to the ledger, and hold back whom waiting rows name; the last act of the warehouse's transaction.

    The ledger commits first, for the other order could forget a refusal. A kill between the
    two commits makes the next load tell it again; the ledger then keeps what it holds.
    """
    from coterie.protect import hold_unread, record_consents  # their libraries are needed by few loads

    if loading.told is None or loading.terms.dry_run:
        return
    ledger, settings, stamp = loading.terms.ledger, loading.terms.settings, loading.stamp
    if ledger is None:
        raise NotReady("consents are kept in the ledger, and none was given; load them through a workspace")
    told = _of_somebody(with_pieces(loading.told, settings), settings)
    by, country = f"load of {stamp.source}", settings.country
    record_consents(
        ledger, told, now=stamp.loaded_at, actor=by, once=True, is_heard_now=loading.terms.is_heard_now, country=country
    )
    hold_unread(ledger, waiting_identities(loading.engine, settings), country)


def _of_somebody(rows: pa.Table, settings: WorkspaceSettings) -> pa.Table:
    """``rows`` without placeholders, and without unreadable values of statements that name somebody by another.

    A whole domain is nobody's address, and stays: what is said of it is said of everybody there.
    """
    if not rows.num_rows:
        return rows
    nobody, unusable = judged(rows["namespace"], rows["value"], settings)
    named = pc.and_(pc.equal(rows["namespace"], "email"), are_domains(rows["value"].cast(pa.string()).combine_chunks()))
    nobody, unusable = (pc.and_not(each, named) for each in (nobody, unusable))
    named = pc.unique(rows["statement"].filter(pc.invert(unusable)))
    spare = pc.and_(unusable, pc.is_in(rows["statement"], value_set=named))
    return rows.filter(pc.invert(pc.or_(nobody, spare)))


def with_pieces(rows: pa.Table, settings: WorkspaceSettings) -> pa.Table:
    """``rows`` about consent, with whoever stands within values of refusals that name nobody as they are: two addresses in a cell."""
    if not rows.num_rows:
        return rows
    is_open = pc.and_(pc.not_equal(rows["state"], "granted"), judged(rows["namespace"], rows["value"], settings)[1])
    found = [
        (place, piece)
        for place in pc.indices_nonzero(is_open).to_pylist()
        for piece in pieces_of(rows["namespace"][place].as_py(), rows["value"][place].as_py())
    ]
    if not found:
        return rows
    places, pieces = zip(*found, strict=True)
    further = rows.take(pa.array(places, pa.int64()))
    value = further.column_names.index("value")
    further = further.set_column(value, "value", pa.array(pieces, pa.string()))
    usable = pc.invert(judged(further["namespace"], further["value"], settings)[1])
    return pa.concat_tables([rows, further.filter(usable)])
