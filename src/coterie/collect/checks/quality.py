"""How good the facts are: completeness, validity, uniqueness, consistency, timeliness, accuracy, each with a sentence."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from coterie.collect.checks.between import check_between, check_naming, check_time
from coterie.collect.checks.columns import Found, check_columns
from coterie.collect.checks.rules import DIMENSIONS, TABLES
from coterie.engines import Engine
from coterie.words import Sentence, joined, sentence, tell

QUALITY_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("table", pa.string()),
        ("column", pa.string()),
        ("dimension", pa.string()),
        ("measure", pa.string()),
        ("checked", pa.int64()),
        ("failing", pa.int64()),
        ("share", pa.float64()),
        ("weight", pa.float64()),
        ("severity", pa.string()),
        ("finding", pa.string()),
    ]
)
_SEVERITIES = ("serious", "warning", "notice", "ok")
_LIMITS = {
    "completeness": (0.5, 0.8, 0.98),
    "timeliness": (0.5, 0.8, 0.999),
    "accuracy": (0.8, 0.98, 0.999),
}
_STRICT = (0.9, 0.98, 0.999)


def quality(engine: Engine, *, as_of: datetime, zone: str = "UTC", locale: str = "en") -> pa.Table:
    """What is good and what is not, one row a check.

    Columns: ``source``, ``table``, ``column`` (None for a whole table), ``dimension`` (see
    ``DIMENSIONS``), ``measure`` (the rule's name), ``checked`` and ``failing`` counts,
    ``share`` that passed, ``weight`` in the score of its dimension, ``severity`` (``ok``,
    ``notice``, ``warning`` or ``serious``) and ``finding``, a sentence told in ``locale``. Rows
    that were refused on loading count by reason under the table ``quarantine``. Worst
    first. ``as_of`` is the naive UTC instant at which timeliness is judged. Each table is
    scanned once for its columns, once for its days and once for each check across tables.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> engine.execute("INSERT INTO products (product_id, name, source) VALUES ('1', 'Tea', 'shop'), ('2', NULL, 'shop')")
    >>> rows = quality(engine, as_of=datetime(2026, 1, 1)).to_pylist()
    >>> [row["finding"] for row in rows if row["column"] == "name"]
    ['name is filled in 50.0% of 2 rows.']
    """
    rows = quality_findings(engine, as_of=as_of, zone=zone)
    told = [row | {"finding": tell(row["finding"], locale)} for row in rows]
    return pa.Table.from_pylist(told, QUALITY_SCHEMA)


def quality_findings(engine: Engine, *, as_of: datetime, zone: str = "UTC") -> list[dict[str, object]]:
    """The rows of ``quality``, whose findings are sentences."""
    tables = [table for table in TABLES if table in engine.tables()]
    found = [
        *(each for table in tables for each in check_columns(engine, table, as_of)),
        *(each for table in tables for each in check_time(engine, table, as_of, zone)),
        *check_between(engine),
        *check_naming(engine),
        *_refusals(engine),
        *_flagged(engine),
    ]
    rows = [_row(each) for each in found]
    rows.sort(key=lambda row: (_SEVERITIES.index(str(row["severity"])), row["source"], row["table"], row["share"]))
    return rows


def quality_by_source(findings: pa.Table, locale: str = "en") -> pa.Table:
    """The findings of ``quality`` summed up, one row a source, the largest first.

    Columns: ``source``, ``rows``, ``refused``, a score from 0 to 1 for each dimension
    (None where nothing could be checked), ``overall`` (their mean), and ``words``, which
    name the weakest dimension and its worst finding in ``locale``.
    """
    by_source: dict[str, list[dict[str, object]]] = {}
    for row in findings.to_pylist():
        by_source.setdefault(str(row["source"]), []).append(row)
    summed = [_summed(source, rows, locale) for source, rows in by_source.items()]
    schema = pa.schema(
        [
            ("source", pa.string()),
            ("rows", pa.int64()),
            ("refused", pa.int64()),
            *((dimension, pa.float64()) for dimension in DIMENSIONS),
            ("overall", pa.float64()),
            ("words", pa.string()),
        ]
    )
    return pa.Table.from_pylist(sorted(summed, key=lambda row: (-int(str(row["rows"])), row["source"])), schema)


def _summed(source: str, rows: list[dict[str, object]], locale: str) -> dict[str, object]:
    scores = {dimension: _score([row for row in rows if row["dimension"] == dimension]) for dimension in DIMENSIONS}
    known = {dimension: score for dimension, score in scores.items() if score is not None}
    overall = sum(known.values()) / len(known) if known else None
    refused = sum(_number(row["failing"]) for row in rows if row["table"] == "quarantine")
    counted = {str(row["table"]): int(_number(row["checked"])) for row in rows if row["measure"] == "filled"}
    return {
        "source": source,
        "rows": sum(counted.values()),
        "refused": int(refused),
        **scores,
        "overall": overall,
        "words": _in_words(known, rows, overall).told(locale),
    }


def _score(rows: list[dict[str, object]]) -> float | None:
    weight = sum(_number(row["weight"]) for row in rows)
    return sum(_number(row["weight"]) * _number(row["share"]) for row in rows) / weight if weight else None


def _in_words(scores: dict[str, float], rows: list[dict[str, object]], overall: float | None) -> Sentence:
    if overall is None:
        return sentence("Nothing could be checked.")
    grade = sentence("good" if overall >= 0.95 else "fair" if overall >= 0.85 else "poor")
    weakest = min(scores, key=lambda dimension: scores[dimension])
    worst = min(
        (row for row in rows if row["dimension"] == weakest and row["weight"]),
        key=lambda row: _number(row["share"]),
        default=None,
    )
    first = sentence("Quality is {grade} ({overall:.0%}).", grade=grade, overall=overall)
    if worst is None or scores[weakest] > 0.995:
        return first
    second = sentence(
        "Weakest is {dimension} ({score:.0%}): {finding}",
        dimension=sentence(weakest),
        score=scores[weakest],
        finding=worst["finding"],
    )
    return joined([first, second], " ")


def _number(value: object) -> float:
    return float(str(value)) if value is not None else 0.0


def _row(found: Found) -> dict[str, object]:
    share = 1 - found.failing / found.checked if found.share is None else found.share
    limits = _LIMITS.get(found.dimension, _STRICT)
    severity = next((name for name, limit in zip(_SEVERITIES, limits, strict=False) if share < limit), "ok")
    if not found.weight and severity != "ok":
        severity = "notice"
    values = {
        "checked": found.checked,
        "failing": found.failing,
        "share": share,
        "column": sentence(found.column.replace("_", " ")) if found.column else None,
        **found.values,
    }
    spoken = {name: sentence(str(value)) if name in found.spoken else value for name, value in values.items()}
    return {
        "source": found.source,
        "table": found.table,
        "column": found.column,
        "dimension": found.dimension,
        "measure": found.measure,
        "checked": found.checked,
        "failing": found.failing,
        "share": share,
        "weight": found.weight,
        "severity": severity,
        "finding": sentence(found.finding, **spoken),
    }


def _refusals(engine: Engine) -> list[Found]:
    """Rows refused on loading and not yet replayed, by source and reason, of all rows that came."""
    if not {"batches", "quarantine"} <= engine.tables():
        return []
    rows = engine.query(
        "WITH came AS (SELECT source, sum(rows) AS rows FROM batches GROUP BY source) "
        "SELECT came.source, came.rows, quarantine.code, count(quarantine.code) AS refused, "
        "any_value(quarantine.column_name) AS column_name "
        "FROM came LEFT JOIN quarantine ON quarantine.source = came.source AND quarantine.replayed_at IS NULL "
        "WHERE came.rows > 0 GROUP BY ALL ORDER BY ALL"
    )
    return [
        Found(
            source=row["source"],
            table="quarantine",
            column=None,
            dimension="validity",
            measure=f"refused_{row['code']}" if row["code"] else "refused",
            checked=int(row["rows"]),
            failing=int(row["refused"]),
            finding="{failing:,} of {checked:,} {checked|row|rows} {failing|was|were} refused on loading: {reason}."
            if row["code"]
            else "None of {checked:,} {checked|row|rows} was refused on loading.",
            values={"reason": (row["code"] or "").replace("_", " ")},
            spoken=("reason",),
        )
        for row in rows.to_pylist()
    ]


_BROKEN = {
    "unknown_event": "{failing:,} {failing|message|messages} of {event}, which the tracking plan does not name.",
    "missing_property": "{failing:,} {failing|message|messages} of {event} came without {property}, which the tracking plan requires.",
    "other_type": "In {failing:,} {failing|message|messages} of {event}, {property} was of another type than the tracking plan says.",
}


def _flagged(engine: Engine) -> list[Found]:
    """Messages that broke the newest version of their source's tracking plan that anything broke, and came in all the same."""
    if not {"messages", "tracking_violations"} <= engine.tables():
        return []
    rows = engine.query(
        "WITH came AS (SELECT source, count(*) AS n FROM messages GROUP BY source) "
        "SELECT v.source, v.code, v.event, v.property, v.messages, greatest(came.n, v.messages) AS n "
        "FROM tracking_violations AS v JOIN came USING (source) WHERE v.act = 'flagged' "
        "QUALIFY v.version = max(v.version) OVER (PARTITION BY v.source) ORDER BY ALL"
    )
    return [
        Found(
            source=row["source"],
            table="messages",
            column=row["property"] or None,
            dimension="validity",
            measure=row["code"],
            checked=int(row["n"]),
            failing=int(row["messages"]),
            finding=_BROKEN[row["code"]],
            values={"event": row["event"], "property": row["property"]},
        )
        for row in rows.to_pylist()
    ]
