"""Whom refused rows about consent name, so that nobody is written to whose no was not understood."""

from __future__ import annotations

import json
import re

import pyarrow as pa
import pyarrow.compute as pc

from coterie.collect.kinds import GROUPS, KINDS
from coterie.collect.loading.refused import STRUCTURAL
from coterie.domain.loading import Mapping
from coterie.engines import Engine
from coterie.identifiers import addresses_in, is_masked, matcher_for
from coterie.settings import WorkspaceSettings

_CELLS = re.compile(r"[,;\t|\r\n\"]+")
_AT = re.compile(r"\s*[(\[{]\s*(?:at|arroba)\s*[)\]}]\s*", re.IGNORECASE)
_ANYWHERE: dict[str, tuple[str, ...]] = {"email": (), "phone": ()}
"""Namespaces whose values are known for what they are in whatever column they stand."""
_BETWEEN = re.compile(r"[,;/|、；，]|\b(?:or|and|und|ou|et|y|o)\b")


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
