"""Where the facts come from, and how good they are."""

from __future__ import annotations

from coterie.domain.clock import to_local
from coterie.report.facts import ReportFacts
from coterie.report.page import Absent, Section, finding, folded, note, table
from coterie.report.wording import count
from coterie.words import say

COLUMNS = ("source", "table", "column", "finding")
CALLED = {
    "contacts": "campaign contacts",
    "products": "product list",
    "profile_id": "customer",
    "quarantine": "refused rows",
}


def draw(facts: ReportFacts, lang: str) -> Section | Absent:
    """The files behind the numbers, findings on the data, the worst first, and the whole table behind them."""
    title = say("Sources and data quality", lang)
    if facts.quality is None or not facts.quality.num_rows:
        return Absent(title, say("Nothing was loaded.", lang))
    rows = facts.quality.to_pylist()
    worst = [row for row in rows if row["severity"] in ("warning", "serious")]
    sentence = say(
        "{n} of {all} {all|check|checks} on the data found something to look at.", lang, n=len(worst), all=len(rows)
    )
    body = finding(sentence, is_warning=bool(worst)) + (_table(worst, lang) if worst else "")
    body += _sources(facts, lang) + folded(say("All checks", lang), _table(rows, lang))
    return Section("quality", title, body, ("" if lang == "zh" else " ").join([sentence, *_newest(facts, lang)]))


def _table(rows: list[dict[str, object]], lang: str) -> str:
    cells = [
        tuple(
            "–" if row[c] is None else _named(row[c], lang) if c in ("table", "column") else str(row[c])
            for c in COLUMNS
        )
        for row in rows
    ]
    return table([say(column, lang) for column in COLUMNS], cells)


def _named(kind: object, lang: str) -> str:
    """A table, a column or a kind of file as a reader calls it, such as ``order lines``."""
    return say(CALLED.get(str(kind), str(kind).replace("_", " ")), lang)


def _sources(facts: ReportFacts, lang: str) -> str:
    if facts.sources is None or not facts.sources.num_rows:
        return ""
    head = [say(word, lang) for word in ("source", "kind", "rows", "refused rows", "last loaded")]
    rows = [
        (
            row["source"],
            _named(row["kind"], lang),
            count(row["rows"]),
            count(row["refused"]),
            f"{to_local(row['loaded_at'], facts.zone):%Y-%m-%d %H:%M}",
        )
        for row in facts.sources.to_pylist()
    ]
    body = f"<h3>{say('Where the numbers come from', lang)}</h3>" + table(head, rows, numbers=(2, 3))
    return body + "".join(note(sentence) for sentence in _newest(facts, lang))


def _newest(facts: ReportFacts, lang: str) -> list[str]:
    at = facts.newest_fact_at
    return [say("The newest fact is of {at:%Y-%m-%d %H:%M} ({zone}).", lang, at=at, zone=facts.zone)] if at else []
