"""Placeholders and masked values among the identifiers of a file, told when it is loaded."""

from __future__ import annotations

import pyarrow as pa

from coterie.collect.kinds import Kind
from coterie.collect.loading.identity import named_by, seen
from coterie.engines import Engine
from coterie.identifiers import MASK, matcher_for
from coterie.settings import WorkspaceSettings

_SUSPECT = {"email": "NOT contains(value, '@')", "phone": "length(value) < 9 OR NOT regexp_matches(value, '[1-9]')"}
_WITHOUT_DIGITS = "length(value) < 40 AND NOT regexp_matches(value, '[1-9]')"
_MASKED = f"(regexp_matches(value, '{MASK}') AND NOT contains(value, '<'))"
_MOST = 1_000


def count_nobody(engine: Engine, kind: Kind, fields: tuple[str, ...], settings: WorkspaceSettings) -> dict[str, int]:
    """``namespace value`` → good rows whose value names nobody, such as ``guest``; the most frequent first.

    Masked values are many and say little, so that all of them are counted as ``***``.
    Only what looks like it is judged, so that a load costs no more; ``quality`` judges all.
    """
    found: dict[str, int] = {}
    for name in named_by(kind, fields):
        suspect = _SUSPECT.get(name, _WITHOUT_DIGITS)
        rows = engine.query(
            f"SELECT CASE WHEN {_MASKED} THEN '***' ELSE value END AS value, sum(n)::BIGINT AS n FROM {seen(name)} "
            f"WHERE {suspect} OR {_MASKED} GROUP BY ALL ORDER BY n DESC, value LIMIT {_MOST}"
        )
        matcher, values = matcher_for(name, settings), rows["value"].combine_chunks().cast(pa.string())
        is_nobody = matcher.is_blocked(matcher.normalize(values, settings.country))
        chosen = rows.filter(is_nobody).to_pylist()
        found |= {f"{name} {row['value']}": row["n"] for row in chosen}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
