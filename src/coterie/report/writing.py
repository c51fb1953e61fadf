"""The report as a file."""

from __future__ import annotations

from html import escape
from pathlib import Path

from coterie.domain import Progress, Quiet
from coterie.report.facts import ReportFacts
from coterie.report.page import Section, page
from coterie.report.sections import ORDER, SECTIONS
from coterie.words import say


def write_report(output: Path, facts: ReportFacts, *, lang: str = "en", progress: Progress | None = None) -> Path:
    """Write one self-contained HTML page and return where it is.

    It names no outside address and runs no script. A section without facts is left out.
    """
    progress = progress or Quiet()
    progress.stage(say("report", lang), len(ORDER))
    sections: list[Section] = []
    for name in ORDER:
        drawn = SECTIONS[name](facts, lang)
        sections += [drawn] if drawn else []
        progress.advance()
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(
        page(facts.name, _subtitle(facts, lang), sections, lang=lang, footer=_footer(facts, lang)), "utf-8"
    )
    return output


def _subtitle(facts: ReportFacts, lang: str) -> list[str]:
    lines = [escape(say("Customers as of {day}", lang, day=facts.as_of.date()))]
    if facts.is_historic:
        lines.append(escape(say("The data end here; this is history, not today.", lang)))
    return lines + [
        f'<span class="badge">{escape(say("note", lang))}</span> {escape(remark)}' for remark in facts.remarks
    ]


def _footer(facts: ReportFacts, lang: str) -> str:
    return escape(say("Written by Coterie on {at:%Y-%m-%d %H:%M} UTC.", lang, at=facts.written_at))
