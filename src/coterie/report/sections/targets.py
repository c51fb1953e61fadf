"""Which segments to serve first."""

from __future__ import annotations

from coterie.report.facts import FEW, ReportFacts
from coterie.report.page import Absent, Section, finding, items, table
from coterie.report.wording import absent_because
from coterie.words import each_into, say, tell

COLUMNS = ("name", "score", "attractiveness", "ability", "explanation")


def draw(facts: ReportFacts, lang: str) -> Section | Absent:
    """Segments ranked by attractiveness × ability to serve."""
    title, found = say("Target segments", lang), facts.targets
    if found is None or found.ranking.num_rows < 2 or facts.has_few_buyers:
        usual = say(
            "Ranking takes two segments or more, and at least {n} {n|buyer|buyers} to value them by.", lang, n=FEW
        )
        return Absent(title, absent_because(facts, "targets", lang, usual))
    rows = found.ranking.to_pylist()
    is_served = any(row["ability"] is not None for row in rows)
    sentence = say(
        "“{name}” comes first on attractiveness and ability to serve, with {score:.2f} of 1; “{next}” follows with {second:.2f}."
        if is_served
        else "“{name}” comes first on attractiveness, with {score:.2f} of 1; “{next}” follows with {second:.2f}. How well they can be served is not known.",
        lang,
        name=rows[0]["name"],
        score=rows[0]["score"],
        next=rows[1]["name"],
        second=rows[1]["score"],
    )
    head = [say(column, lang) for column in COLUMNS]
    lines = [tuple(_cell(row[column], lang) for column in COLUMNS) for row in rows]
    return Section(
        "targets",
        title,
        finding(sentence) + table(head, lines, numbers=(1, 2, 3)) + items(each_into(found.notes, lang)),
        sentence,
    )


def _cell(value: object, lang: str) -> str:
    return "–" if value is None else f"{value:.2f}" if isinstance(value, float) else tell(value, lang)
