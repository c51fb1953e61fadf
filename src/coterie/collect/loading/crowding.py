"""Customer numbers of a file that stand beside several addresses or telephones: one person's, or typed for whoever had no number."""

from __future__ import annotations

import pyarrow as pa

from coterie.collect.loading.identity import named_by
from coterie.collect.loading.way import LoadUnderWay
from coterie.identifiers import CROWDED_FROM, matcher_for

_SPELT = {
    "email": "CASE WHEN contains(email, '@') THEN lower(trim(email)) END",
    "phone": r"CASE WHEN phone SIMILAR TO '(.*\d){6}.*' THEN right(regexp_replace(phone, '\D', '', 'g'), 8) END",
}
"""SQL by which two spellings of an address are mostly one; ``resolve`` reads them in full."""
_MOST_TOLD = 20


def count_crowded(loading: LoadUnderWay) -> None:
    """``namespace value`` → beside how many different addresses of one kind it stands, from ``CROWDED_FROM`` on; the most first.

    Numbers of accounts are told as such, and those that name nobody anyway are told so.
    """
    who, engine, settings = named_by(loading.kind, loading.fields), loading.engine, loading.terms.settings
    limited = {name: matcher_for(name, settings) for name in who}
    numbers = [name for name, each in limited.items() if each.addresses_at_most]
    kinds = [kind for kind in _SPELT if kind in who]
    if loading.terms.is_new or loading.accounts or not numbers or not kinds:
        return
    found: dict[str, int] = {}
    for name in numbers:
        beside = ", ".join(f"count(DISTINCT {_SPELT[kind]})" for kind in kinds)
        rows = engine.query(
            f"SELECT {name} AS value, greatest({beside}) AS beside FROM {loading.good} AND {name} IS NOT NULL "
            f"GROUP BY {name} HAVING beside >= {CROWDED_FROM} ORDER BY beside DESC, value LIMIT {_MOST_TOLD}"
        )
        matcher, values = limited[name], rows["value"].combine_chunks().cast(pa.string())
        is_nobody = matcher.is_blocked(matcher.normalize(values, settings.country)).to_pylist()
        pairs = zip(values.to_pylist(), rows["beside"].to_pylist(), is_nobody, strict=True)
        found |= {f"{name} {value}": n for value, n, nobody in pairs if not nobody}
    loading.crowded = dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_TOLD])
