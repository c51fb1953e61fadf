"""Which segments to serve first."""

from __future__ import annotations

from coterie.report.facts import ReportFacts
from coterie.report.page import Section, finding, note, table
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section | None:
    """Segments ranked by attractiveness × ability to serve."""
    if facts.targets is None or not facts.targets.num_rows:
        return None
    rows = facts.targets.to_pylist()
    sentence = say(
        "Serve {name} first: it scores highest on attractiveness and ability to serve.", lang, name=rows[0]["name"]
    )
    columns = [
        c for c in ("name", "score", "attractiveness", "ability", "explanation") if c in facts.targets.column_names
    ]
    head = [say(column, lang) for column in columns]
    numbers = tuple(place for place, column in enumerate(columns) if column in ("attractiveness", "ability", "score"))
    lines = [tuple(_cell(row[column]) for column in columns) for row in rows]
    body = finding(sentence) + table(head, lines, numbers=numbers)
    return Section("targets", say("Target segments", lang), body + note(say("Each score runs from 0 to 1.", lang)))


def _cell(value: object) -> str:
    return "–" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)
