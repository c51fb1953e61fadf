"""Columns as the texts that JSON has for their values."""

from __future__ import annotations

import json
from json.encoder import encode_basestring_ascii

import pyarrow as pa
import pyarrow.compute as pc

_TOLD_OTHERWISE = r"[^ !#-\[\]-~]"
"""What a text holds that JSON does not write as it stands."""


def json_texts(column: pa.ChunkedArray) -> pa.Array:
    r"""Each value as ``json.dumps`` writes it, instants as ``YYYY-MM-DD hh:mm:ss.ffffff``, claims as 0 and 1; absent ones stay absent.

    >>> json_texts(pa.chunked_array([["a", None, "é"]])).to_pylist()
    ['"a"', None, '"\\u00e9"']
    """
    values = column.combine_chunks()
    if pa.types.is_timestamp(values.type):
        return _quoted(pc.cast(values, pa.string()))
    if pa.types.is_integer(values.type):
        return pc.cast(values, pa.string())
    if pa.types.is_boolean(values.type):
        return pc.cast(pc.cast(values, pa.int8()), pa.string())
    if pa.types.is_floating(values.type):
        distinct = values.dictionary_encode()
        return pa.array([json.dumps(each) for each in distinct.dictionary.to_pylist()], pa.string()).take(
            distinct.indices
        )
    if pc.any(pc.match_substring_regex(values, _TOLD_OTHERWISE)).as_py():
        return pa.array(
            [None if each is None else encode_basestring_ascii(each) for each in values.to_pylist()], pa.string()
        )
    return _quoted(values)


def _quoted(texts: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise('"', texts, '"', "")
