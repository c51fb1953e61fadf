"""Who entered and who left segments, told from a few people's flags before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MOVES = pa.schema(
    [("segment", pa.string()), ("profile_id", pa.int64()), ("change", pa.string()), ("reason", pa.string())]
)


def beside(
    found: pa.Table,
    former: pa.Table,
    columns: Sequence[str],
    named: Mapping[str, str],
    *,
    otherwise: bool | None = None,
) -> pa.Table:
    """The rows to come of people who were ``found``: of the columns ``named`` what was found under that name, of others what they had.

    ``otherwise`` stands where the ``former`` rows have nothing for somebody.

    >>> found = pa.table({"profile_id": [1, 2], "segment.new": [True, False]})
    >>> former = pa.table({"profile_id": [2], "best": [True]})
    >>> beside(found, former, ["profile_id", "new", "best"], {"new": "segment.new"}).to_pylist()
    [{'profile_id': 1, 'new': True, 'best': None}, {'profile_id': 2, 'new': False, 'best': True}]
    """
    places = pc.index_in(found["profile_id"], value_set=former["profile_id"].combine_chunks())

    def column(name: str) -> pa.ChunkedArray:
        if name in named or name == "profile_id":
            return found[named.get(name, name)]
        had = former[name].take(places)
        return had if otherwise is None else pc.fill_null(had, otherwise)

    return pa.table({name: column(name) for name in columns})


def moves(before: pa.Table, after: pa.Table) -> pa.Table:
    """A row for each segment that somebody entered or left, as ``MOVES``; both have ``profile_id`` and the same flags, of which NULL is out.

    Who is only in ``before`` is gone, and has left all segments.

    >>> before = pa.table({"profile_id": [2, 3], "new": [True, True]})
    >>> after = pa.table({"profile_id": [1, 2], "new": [True, False]})
    >>> [tuple(row.values()) for row in moves(before, after).to_pylist()]
    [('new', 1, 'entered', 'rule'), ('new', 2, 'left', 'rule'), ('new', 3, 'left', 'profile gone')]
    """
    people = after["profile_id"].combine_chunks()
    gone = before.filter(pc.invert(pc.is_in(before["profile_id"], value_set=people)))
    was = before.take(pc.drop_null(pc.index_in(people, value_set=before["profile_id"].combine_chunks())))
    told = []
    here = np.isin(people.to_numpy(), before["profile_id"].to_numpy())
    for name in after.column_names:
        if name == "profile_id":
            continue
        now, then = _flags(after[name]), np.zeros(len(people), bool)
        then[here] = _flags(was[name])
        told += [
            _moved(name, people.filter(pa.array(now & ~then)), "entered", "rule"),
            _moved(name, people.filter(pa.array(then & ~now)), "left", "rule"),
            _moved(name, gone["profile_id"].filter(pa.array(_flags(gone[name]))), "left", "profile gone"),
        ]
    return pa.concat_tables([MOVES.empty_table(), *(each for each in told if each.num_rows)])


def _flags(column: pa.ChunkedArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(pc.fill_null(column, False).to_numpy(), dtype=bool)


def _moved(segment: str, people: pa.Array | pa.ChunkedArray, change: str, reason: str) -> pa.Table:
    count = len(people)
    return pa.table([[segment] * count, people, [change] * count, [reason] * count], schema=MOVES)
