"""How good the data are."""

from __future__ import annotations

from coterie.report.facts import ReportFacts
from coterie.report.page import Section, finding, folded, note, table
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section | None:
    """Findings on the data, the worst first, and the whole table behind them."""
    if facts.quality is None or not facts.quality.num_rows:
        return None
    rows = facts.quality.to_pylist()
    worst = [row for row in rows if row["severity"] in ("warning", "serious")]
    sentence = say("{n} of {all} checks on the data found something to look at.", lang, n=len(worst), all=len(rows))
    columns = ("source", "table", "column", "finding")
    head = [say(column, lang) for column in columns]

    def lines(chosen: list[dict[str, object]]) -> list[tuple[str, ...]]:
        return [tuple("–" if row[c] is None else str(row[c]) for c in columns) for row in chosen]

    body = finding(sentence, is_warning=bool(worst)) + (table(head, lines(worst)) if worst else "")
    body += folded(say("All checks", lang), table(head, lines(rows)))
    freshness = say("Newest fact: {at}.", lang, at=facts.newest_fact_at) if facts.newest_fact_at else ""
    return Section("quality", say("Data quality", lang), body + note(freshness))
