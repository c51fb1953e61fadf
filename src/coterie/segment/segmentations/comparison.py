"""Two segmentations of the same people side by side: agreement, and who goes where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pyarrow as pa

from coterie.engines import Engine
from coterie.errors import UnknownName
from coterie.words import Sentence, sentence


@dataclass(frozen=True)
class Comparison:
    """How far two segmentations agree on the profiles that both assign.

    ``adjusted_rand`` is 1 for the same division, about 0 for unrelated ones (Hubert & Arabie
    1985). ``flow`` has a row for every pair of parts that share profiles: ``from``, ``to``,
    ``profiles``, ``share`` of the first part. ``only_first`` and ``only_second`` profiles are
    assigned by one alone.
    """

    first: str
    second: str
    profiles: int
    only_first: int
    only_second: int
    adjusted_rand: float
    flow: pa.Table

    def say(self) -> Sentence:
        """The agreement in words."""
        if self.adjusted_rand >= 0.8:
            told = "“{first}” and “{second}” divide {profiles:,} {profiles|profile|profiles} almost alike (adjusted Rand {ari:.2f})."
        elif self.adjusted_rand >= 0.3:
            told = "“{first}” and “{second}” agree in part on {profiles:,} {profiles|profile|profiles} (adjusted Rand {ari:.2f})."
        else:
            told = "“{first}” and “{second}” divide {profiles:,} {profiles|profile|profiles} differently (adjusted Rand {ari:.2f})."
        values = {"first": self.first, "second": self.second, "profiles": self.profiles, "ari": self.adjusted_rand}
        return sentence(told, **values)


def compare_segmentations(engine: Engine, first: str, second: str) -> Comparison:
    """Two segmentations in ``assignments``; counted by the engine, whatever the size of the base.

    Raises ``UnknownName`` for one that has no members.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> for name, modulus in (("a", 2), ("b", 2), ("c", 3)):
    ...     engine.execute(
    ...         f"INSERT INTO assignments SELECT i, '{name}', 'part ' || i % {modulus}, NULL FROM range(60) t(i)"
    ...     )
    >>> compare_segmentations(engine, "a", "b").adjusted_rand
    1.0
    >>> round(compare_segmentations(engine, "a", "c").adjusted_rand, 2)
    -0.02
    """
    known = engine.query("SELECT DISTINCT segmentation FROM assignments").column(0).to_pylist()
    for name in (first, second):
        if name not in known:
            raise UnknownName("segmentation with members", name, known)
    flow = engine.query(
        """WITH a AS (SELECT profile_id, segment FROM assignments WHERE segmentation = $first),
                b AS (SELECT profile_id, segment FROM assignments WHERE segmentation = $second)
           SELECT a.segment AS "from", b.segment AS "to", count(*) AS profiles
           FROM a FULL JOIN b USING (profile_id) GROUP BY ALL ORDER BY profiles DESC, "from", "to" """,
        {"first": first, "second": second},
    ).to_pylist()
    shared = [row for row in flow if row["from"] is not None and row["to"] is not None]
    sizes: Counter[str] = Counter()
    for row in shared:
        sizes[row["from"]] += row["profiles"]
    return Comparison(
        first=first,
        second=second,
        profiles=sizes.total(),
        only_first=sum(row["profiles"] for row in flow if row["to"] is None),
        only_second=sum(row["profiles"] for row in flow if row["from"] is None),
        adjusted_rand=_adjusted_rand([(row["from"], row["to"], row["profiles"]) for row in shared]),
        flow=pa.table(
            {
                "from": pa.array([row["from"] for row in shared], pa.string()),
                "to": pa.array([row["to"] for row in shared], pa.string()),
                "profiles": pa.array([row["profiles"] for row in shared], pa.int64()),
                "share": pa.array([row["profiles"] / sizes[row["from"]] for row in shared], pa.float64()),
            }
        ),
    )


def _adjusted_rand(cells: list[tuple[str, str, int]]) -> float:
    rows: Counter[str] = Counter()
    columns: Counter[str] = Counter()
    for row, column, count in cells:
        rows[row] += count
        columns[column] += count
    pairs = _pairs(rows.total())
    together = sum(_pairs(count) for _, _, count in cells)
    in_rows, in_columns = (sum(_pairs(count) for count in side.values()) for side in (rows, columns))
    expected = in_rows * in_columns / pairs if pairs else 0.0
    most = (in_rows + in_columns) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def _pairs(count: int) -> float:
    return count * (count - 1) / 2
