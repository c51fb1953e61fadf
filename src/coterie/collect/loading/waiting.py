"""Whom rows about consent name that wait in the quarantine: nobody is written to whose no was not understood."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from coterie.collect.kinds import GROUPS, KINDS
from coterie.collect.loading.named import BETWEEN, SPELT_AT, judged
from coterie.collect.loading.refused import STRUCTURAL
from coterie.domain.loading import Mapping
from coterie.engines import Engine, literal
from coterie.identifiers import addresses_in

if TYPE_CHECKING:
    from coterie.settings import WorkspaceSettings

_ANYWHERE = ("email", "phone")
"""Namespaces whose values are known for what they are in whatever column they stand."""
_ENDS = r"[,;\t|\r\n\"]+"
"""What stands between the cells of a row that could not be cut into them."""
_WAITING = "FROM quarantine q JOIN batches b USING (batch_id) WHERE q.replayed_at IS NULL AND q.kind = 'consents'"
_UNCUT = f"(q.code IN ({', '.join(map(literal, sorted(STRUCTURAL)))}) OR json_type(q.raw) <> 'OBJECT')"
_TEXTS = "(SELECT string_agg(json_extract_string(atom, '$'), chr(10)) FROM json_tree(q.raw) WHERE atom IS NOT NULL)"
_BARE = r"^[^\s@<>()\[\]{}\"',;:|/\\]+@[^\s@<>()\[\]{}\"',;:|/\\]+$"
_APART = "|"
"""What no address holds, so that many texts are looked through as one."""


def waiting_identities(engine: Engine, settings: WorkspaceSettings) -> pa.Table:
    """``namespace, value`` of every identifier in rows about consent that wait in the quarantine.

    Where a row could not be cut into cells, or names nobody, every piece of it may be one.
    """
    found: dict[str, list[pa.Array]] = {}
    for text in engine.query(f"SELECT DISTINCT b.mapping {_WAITING}")["mapping"].to_pylist():
        columns = dict(_columns(Mapping.model_validate_json(text)))
        whole, of = (
            engine.query(
                f"SELECT DISTINCT q.code = 'nobody' AS is_nobody, {_TEXTS} AS text {_WAITING} AND b.mapping = $mapping "
                f"AND (q.code = 'nobody' OR {_UNCUT})",
                {"mapping": text},
            ),
            f"{_WAITING} AND b.mapping = $mapping AND q.code <> 'nobody' AND NOT {_UNCUT}",
        )
        for is_nobody, namespaces in ((True, _ANYWHERE), (False, tuple(columns))):
            texts = _filled(whole["text"].filter(pc.equal(whole["is_nobody"], is_nobody)))
            found.setdefault("email", []).append(_addresses(texts))
            for namespace in namespaces:
                found.setdefault(namespace, []).append(_split(texts, _ENDS))
        for namespace, places in columns.items():
            cells = " UNION ".join(f"SELECT {_cell(place)} AS value {of}" for place in places)
            values = _filled(engine.query(cells, {"mapping": text})["value"])
            found.setdefault(namespace, []).extend((values, _further(namespace, values)))
    named = [
        pa.table({"namespace": pa.array([namespace] * len(values), pa.string()), "value": values})
        for namespace, parts in sorted(found.items())
        for values in [_filled(pa.chunked_array(parts, pa.string()))]
    ]
    every = pa.concat_tables(
        named or [pa.table({"namespace": pa.array([], pa.string()), "value": pa.array([], pa.string())})]
    )
    return every.filter(pc.invert(judged(every["namespace"], every["value"], settings)[0]))


def _columns(mapping: Mapping) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Namespaces, and the columns that name them."""
    for name in KINDS["consents"].identities:
        if name not in GROUPS and name in mapping.fields and mapping.fields[name].columns:
            yield name, mapping.fields[name].columns


def _cell(column: str) -> str:
    """SQL: the text of a column of ``q.raw``; with dots, of one inside it, also where that was written as text."""
    inside = "q.raw"
    for step in column.split("."):
        inside = _at(f"TRY_CAST(json_extract_string({inside}, '$') AS JSON)", step)
    return f"json_extract_string(coalesce({_at('q.raw', column)}, {inside}), '$')"


def _at(cells: str, name: str) -> str:
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    return f"json_extract({cells}, {literal(pointer)})"


def _filled(values: pa.ChunkedArray) -> pa.Array:
    """Each value once, without blanks at its ends and without the empty ones."""
    kept = pc.unique(pc.utf8_trim_whitespace(values.cast(pa.string()))).drop_null()
    return kept.filter(pc.not_equal(kept, ""))


def _split(values: pa.Array, between: str) -> pa.Array:
    return pc.list_flatten(pc.split_pattern_regex(values, between))


def _addresses(texts: pa.Array) -> pa.Array:
    return pa.array(addresses_in(_APART.join(texts.to_pylist())), pa.string())


def _further(namespace: str, values: pa.Array) -> pa.Array:
    """Whoever else stands within ``values``: several addresses or numbers in a cell."""
    if namespace == "email":
        odd = values.filter(pc.invert(pc.match_substring_regex(values, _BARE)))
        return _addresses(pc.replace_substring_regex(odd, SPELT_AT, "@"))
    return _split(values, BETWEEN) if namespace == "phone" else pa.array([], pa.string())
