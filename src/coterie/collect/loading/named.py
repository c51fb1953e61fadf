"""Whom values name that stand in the columns of identifiers: somebody, nobody, or several."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from coterie.identifiers import addresses_in, is_masked, matcher_for

if TYPE_CHECKING:
    from coterie.settings import WorkspaceSettings

SPELT_AT = r"(?i)\s*[(\[{]\s*(?:at|arroba)\s*[)\]}]\s*"
BETWEEN = r"[,;/|、；，]|\b(?:or|and|und|ou|et|y|o)\b"
"""What stands between several numbers in a cell."""


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


def pieces_of(namespace: str, text: str) -> list[str]:
    """Whoever else stands within ``text``: several addresses or numbers in a cell."""
    spelt = re.sub(SPELT_AT, "@", text)
    if namespace == "email":
        return list(addresses_in(spelt))
    return [piece.strip() for piece in re.split(BETWEEN, text) if piece.strip()] if namespace == "phone" else []
