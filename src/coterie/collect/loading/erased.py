"""Rows about people who were erased are left out: nothing that is older than an erasure brings anybody back.

A row that names an erased person by any identifier is refused, unless its own instant is after the erasure; a row that has
none may be old. The quarantine keeps nothing of it, whatever else is wrong with it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from coterie.collect.loading.refused import INSTANTS, REASONS
from coterie.collect.loading.way import LoadUnderWay
from coterie.errors import Transient
from coterie.identifiers import addresses_in, identities_of
from coterie.protect.erasure import named_in
from coterie.words import Sentence, kept

if TYPE_CHECKING:
    from coterie.store import Ledger

CODE = "erased"
_FAULT = 65_000
"""The number of this fault among those of a row, above all that readings count."""


def find_erased(ledger: Ledger, namespaces: list[str], values: list[str], country: str) -> list[datetime | None]:
    """When whoever each identifier names was erased; None for all others."""
    with ledger.reading() as t:
        if not values or not t.erased:
            return [None] * len(values)
        named = identities_of(pa.array(namespaces, pa.string()), pa.array(values, pa.string()), country).to_pylist()
        known = t.erased.among(set(named))
    return [known.get(name) for name in named]


def leave_out_erased(loading: LoadUnderWay) -> None:
    """Refuse the rows that name somebody who was erased after what they tell of; of those that are refused anyway keep no more than that."""
    ledger = loading.terms.ledger
    if ledger is None or loading.terms.is_new:  # what comes in over HTTP is looked at as messages
        return
    with ledger.reading() as t:
        loading.erased_before = t.erased.count()
    if not loading.erased_before:
        return
    _forget_refused(loading, ledger)
    engine, staged = loading.engine, loading.staged
    told = next((name for name in INSTANTS if name in loading.fields), None)
    conditions = []
    for name in (name for name in loading.kind.identities if name in loading.fields):
        values = engine.query(f"SELECT DISTINCT {name} AS value FROM {loading.good} AND {name} IS NOT NULL")["value"]
        found = _erased_among(ledger, name, values.to_pylist(), loading.terms.settings.country)
        if not found:
            continue
        gone = engine.aside(
            "gone", pa.table({"value": list(found), "erased_at": pa.array(list(found.values()), pa.timestamp("us"))})
        )
        newer = f" AND ({told} > g.erased_at) IS NOT TRUE" if told else ""
        conditions.append(f"EXISTS (SELECT 1 FROM {gone} AS g WHERE g.value = {staged.table}.{name}{newer})")
    if not conditions:
        return
    engine.execute(f"UPDATE {staged.table} SET _fault = {_FAULT} WHERE _fault = 0 AND ({' OR '.join(conditions)})")
    line = "_line" if staged.with_lines else "-1 - rowid"
    engine.execute(
        f"INSERT INTO {loading.refused} SELECT {line}, NULL, NULL, $code, $reason, '{{}}', NULL FROM {staged.table} WHERE _fault = {_FAULT}",
        {"code": CODE, "reason": kept(Sentence(REASONS[CODE]))},
    )
    count = engine.query(f"SELECT count(*) AS n FROM {staged.table} WHERE _fault = {_FAULT}")["n"][0].as_py()
    loading.staged = replace(staged, faulty=staged.faulty + count)


def _forget_refused(loading: LoadUnderWay, ledger: Ledger) -> None:
    engine, mapping = loading.engine, loading.mapping.model_dump_json()
    rows = engine.query(f"SELECT line, told, raw FROM {loading.refused}").to_pylist()
    named = [(place, *told) for place, row in enumerate(rows) for told in named_in(row["raw"] or "", mapping)]
    found = find_erased(
        ledger, [each[1] for each in named], [each[2] for each in named], loading.terms.settings.country
    )
    lines = {
        rows[place]["line"]
        for (place, _, _), erased_at in zip(named, found, strict=True)
        if erased_at is not None and not ((told := rows[place]["told"]) and told > erased_at)
    }
    if lines:
        engine.execute(
            f"UPDATE {loading.refused} SET column_name = NULL, value = NULL, code = $code, reason = $reason, raw = '{{}}' "
            "WHERE line IN (SELECT unnest($lines))",
            {"code": CODE, "reason": kept(Sentence(REASONS[CODE])), "lines": sorted(lines)},
        )


def _erased_among(ledger: Ledger, namespace: str, values: list[str], country: str) -> dict[str, datetime]:
    """Values, and of several addresses in a cell each, that name somebody who was erased, and when."""
    pieces = [
        (value, piece)
        for value in values
        for piece in ((value, *addresses_in(value)) if namespace == "email" and value.count("@") > 1 else (value,))
    ]
    erased = find_erased(ledger, [namespace] * len(pieces), [piece for _, piece in pieces], country)
    return {value: at for (value, _), at in zip(pieces, erased, strict=True) if at is not None}


def check_nobody_was_erased(loading: LoadUnderWay) -> None:
    """Raise ``Transient`` where somebody was erased since the rows were looked at; nobody can be while they are written."""
    ledger = loading.terms.ledger
    if ledger is None or loading.terms.is_new:
        return
    with ledger.reading() as t:
        if t.erased.count() != loading.erased_before:
            raise Transient("somebody was erased while the rows were read, so nothing was loaded; do it again")


def without_erased(loading: LoadUnderWay) -> None:
    """Take rows of erased people out of the quarantine, where they waited; to be called by a replay."""
    loading.engine.execute(
        f"DELETE FROM quarantine WHERE quarantine_id IN (SELECT line FROM {loading.refused} WHERE code = $code)",
        {"code": CODE},
    )
