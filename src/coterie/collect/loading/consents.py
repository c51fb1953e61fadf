"""Permissions given or withdrawn go to the ledger, not to the warehouse.

Whom refused rows about them name is told too, so that nobody is written to whose no was not understood.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from coterie.collect.kinds import GROUPS, KINDS, Kind
from coterie.collect.loading.refused import STRUCTURAL
from coterie.collect.loading.way import LoadUnderWay, Written
from coterie.domain.loading import Mapping
from coterie.engines import Engine
from coterie.errors import NotReady
from coterie.identifiers import addresses_in, is_masked, matcher_for

if TYPE_CHECKING:
    from coterie.settings import WorkspaceSettings

SEEN = "consent_rows"
_CELLS = re.compile(r"[,;\t|\r\n\"]+")
_AT = re.compile(r"\s*[(\[{]\s*(?:at|arroba)\s*[)\]}]\s*", re.IGNORECASE)
_ANYWHERE: dict[str, tuple[str, ...]] = {"email": (), "phone": ()}
"""Namespaces whose values are known for what they are in whatever column they stand."""
_BETWEEN = re.compile(r"[,;/|、；，]|\b(?:or|and|und|ou|et|y|o)\b")
_UNDATED = "CASE WHEN state = 'granted' THEN TIMESTAMP '1970-01-01' ELSE $now::TIMESTAMP END"


def stage_consents(loading: LoadUnderWay) -> None:
    """What the ledger was not told before, as ``record_consents`` takes it; marked as told in the warehouse.

    Who says neither yes nor no is taken and marked too, and the ledger is told nothing of it.

    A row is one statement about every identifier it has. One without an instant counts, where it is no yes, from now
    on; a yes is then older than any other answer, for nobody knows what was said since.
    """
    if loading.kind.table != "consents":
        return
    engine, kind, fields, stamp = loading.engine, loading.kind, loading.fields, loading.stamp
    engine.execute(
        f"CREATE TABLE IF NOT EXISTS {SEEN} (row_key VARCHAR, identifier_id BIGINT, source VARCHAR, batch_id BIGINT)"
    )
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
        f"SELECT unnest(named, recursive := true), state, coalesce(occurred_at, {_UNDATED}) AS occurred_at, channel, purpose, $source AS source, text, row_key "
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
    record_consents(ledger, told, now=stamp.loaded_at, actor=by, once=True, country=country)
    hold_unread(ledger, waiting_identities(loading.engine, settings), country)


def _of_somebody(rows: pa.Table, settings: WorkspaceSettings) -> pa.Table:
    """``rows`` without placeholders, and without unreadable values of statements that name somebody by another."""
    if not rows.num_rows:
        return rows
    nobody, unusable = judged(rows["namespace"], rows["value"], settings)
    named = pc.unique(rows["statement"].filter(pc.invert(unusable)))
    spare = pc.and_(unusable, pc.is_in(rows["statement"], value_set=named))
    return rows.filter(pc.invert(pc.or_(nobody, spare)))


def judged(
    namespaces: pa.ChunkedArray, values: pa.ChunkedArray, settings: WorkspaceSettings
) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Of each identifier whether it is a placeholder or masked, and whether it names nobody at all: that, or no value of its namespace."""
    nobody = pa.array([False] * len(values), pa.bool_())
    unusable = nobody
    for namespace in pc.unique(namespaces).to_pylist():
        matcher = matcher_for(namespace, settings)
        chosen = pc.equal(namespaces, namespace).combine_chunks()
        given = values.filter(chosen).combine_chunks().cast(pa.string())
        keys = matcher.normalize(given, settings.country)
        is_blocked, is_unknown = matcher.is_blocked(keys), pc.and_not(pc.is_null(keys), is_masked(given))
        unusable = pc.replace_with_mask(unusable, chosen, is_blocked)
        nobody = pc.replace_with_mask(nobody, chosen, pc.and_not(is_blocked, is_unknown))
    return pa.chunked_array([nobody]), pa.chunked_array([unusable])


def with_pieces(rows: pa.Table, settings: WorkspaceSettings) -> pa.Table:
    """``rows`` about consent, with whoever stands within values of refusals that name nobody as they are: two addresses in a cell."""
    if not rows.num_rows:
        return rows
    is_open = pc.and_(pc.not_equal(rows["state"], "granted"), judged(rows["namespace"], rows["value"], settings)[1])
    found = [
        (place, piece)
        for place in pc.indices_nonzero(is_open).to_pylist()
        for piece in _pieces(rows["namespace"][place].as_py(), rows["value"][place].as_py())
    ]
    if not found:
        return rows
    places, pieces = zip(*found, strict=True)
    further = rows.take(pa.array(places, pa.int64()))
    value = further.column_names.index("value")
    further = further.set_column(value, "value", pa.array(pieces, pa.string()))
    usable = pc.invert(judged(further["namespace"], further["value"], settings)[1])
    return pa.concat_tables([rows, further.filter(usable)])


def _pieces(namespace: str, text: str) -> list[str]:
    spelt = _AT.sub("@", text)
    if namespace == "email":
        return list(addresses_in(spelt))
    return [piece.strip() for piece in _BETWEEN.split(text) if piece.strip()] if namespace == "phone" else []


def waiting_identities(engine: Engine, settings: WorkspaceSettings) -> pa.Table:
    """``namespace, value`` of every identifier in rows about consent that wait in the quarantine.

    Where a row could not be cut into cells, every piece of it may be one.
    """
    waiting = engine.query(
        "SELECT q.raw, q.code, b.mapping FROM quarantine q JOIN batches b USING (batch_id) "
        "WHERE q.replayed_at IS NULL AND q.kind = 'consents'"
    )
    mappings = {text: _columns(Mapping.model_validate_json(text)) for text in set(waiting["mapping"].to_pylist())}
    found: set[tuple[str, str]] = set()
    for raw, code, mapping in zip(*(waiting[name].to_pylist() for name in ("raw", "code", "mapping")), strict=True):
        cells = json.loads(raw)
        columns = _ANYWHERE if code == "nobody" else mappings[mapping]
        found.update(_of_row(cells, columns, is_broken=code in {*STRUCTURAL, "nobody"}))
    namespaces, values = zip(*sorted(found), strict=True) if found else ((), ())
    named = pa.table({"namespace": pa.array(namespaces, pa.string()), "value": pa.array(values, pa.string())})
    return named.filter(pc.invert(judged(named["namespace"], named["value"], settings)[0]))


def _columns(mapping: Mapping) -> dict[str, tuple[str, ...]]:
    """Namespace → the columns that name it."""
    who = [name for name in KINDS["consents"].identities if name not in GROUPS]
    return {name: mapping.fields[name].columns for name in who if name in mapping.fields}


def _of_row(cells: object, columns: dict[str, tuple[str, ...]], *, is_broken: bool) -> set[tuple[str, str]]:
    if is_broken or not isinstance(cells, dict):
        text = cells if isinstance(cells, str) else json.dumps(cells, ensure_ascii=False)
        pieces = {piece.strip() for piece in _CELLS.split(_texts(cells) or text) if piece.strip()}
        emails = {("email", found) for found in addresses_in(_texts(cells) or text)}
        return emails | {(namespace, piece) for namespace in columns for piece in pieces}
    return {
        (namespace, piece)
        for namespace, several in columns.items()
        for column in several
        if (value := _inside(cells, column)) is not None and str(value).strip()
        for piece in (str(value).strip(), *_pieces(namespace, str(value)))
    }


def _texts(cells: object) -> str:
    """All that stands in a row, as one text."""
    if isinstance(cells, dict):
        return "\n".join(_texts(value) for value in cells.values())
    if isinstance(cells, list):
        return "\n".join(map(_texts, cells))
    return "" if cells is None else str(cells)


def _inside(cells: dict[str, object], column: str) -> object:
    """The value of a column; with dots, of one inside it."""
    if column in cells:
        return cells[column]
    found: object = cells
    for step in column.split("."):
        if isinstance(found, str):
            try:
                found = json.loads(found)
            except ValueError:
                return None
        found = found.get(step) if isinstance(found, dict) else None
    return found
