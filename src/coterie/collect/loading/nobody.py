"""Placeholders and masked values among the identifiers of a file, told when it is loaded."""

from __future__ import annotations

import pyarrow as pa

from coterie.collect.kinds import Kind
from coterie.collect.loading.identity import named_by
from coterie.collect.loading.staging import STAGED
from coterie.engines import Engine
from coterie.identifiers import MASK, matcher_for
from coterie.settings import WorkspaceSettings

_SUSPECT = {"email": "NOT contains({name}, '@')", "phone": "length({name}) < 9 OR NOT regexp_matches({name}, '[1-9]')"}
_WITHOUT_DIGITS = "length({name}) < 40 AND NOT regexp_matches({name}, '[1-9]')"
_MOST = 1_000


def count_nobody(engine: Engine, kind: Kind, fields: tuple[str, ...], settings: WorkspaceSettings) -> dict[str, int]:
    """``namespace value`` → good rows of ``_staged`` whose value names nobody, such as ``guest``; the most frequent first.

    Masked values are many and say little, so that all of them are counted as ``***``.
    Only what looks like it is judged, so that a load costs no more; ``quality`` judges all.
    """
    found: dict[str, int] = {}
    for name in named_by(kind, fields):
        suspect = _SUSPECT.get(name, _WITHOUT_DIGITS).format(name=name)
        masked = f"regexp_matches({name}, '{MASK}') AND NOT contains({name}, '<')"
        rows = engine.query(
            f"SELECT CASE WHEN {masked} THEN '***' ELSE {name} END AS value, count(*) AS n FROM {STAGED} "
            f"WHERE _fault = 0 AND {name} IS NOT NULL AND ({suspect} OR {masked}) "
            f"GROUP BY ALL ORDER BY n DESC, value LIMIT {_MOST}"
        )
        matcher, values = matcher_for(name, settings), rows["value"].combine_chunks().cast(pa.string())
        is_nobody = matcher.is_blocked(matcher.normalize(values, settings.country))
        chosen = rows.filter(is_nobody).to_pylist()
        found |= {f"{name} {row['value']}": row["n"] for row in chosen}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
