"""The report as a file."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from coterie.domain import Progress, Quiet
from coterie.report.facts import ReportFacts
from coterie.report.page import Absent, Section, page, table
from coterie.report.sections import SECTIONS, in_order
from coterie.words import say, sentence, tell
from coterie.writing import write_whole


def write_report(output: Path, facts: ReportFacts, *, lang: str = "en", progress: Progress | None = None) -> Path:
    """Write one self-contained HTML page and return where it is.

    It names no outside address and runs no script. It opens with the finding of every part;
    a part without facts is named at the end, with the reason.
    """
    progress = progress or Quiet()
    names = in_order()
    progress.stage(sentence("report"), len(names))
    drawn: list[Section] = []
    absent: list[Absent] = []
    for name in names:
        part = SECTIONS[name](facts, lang)
        if isinstance(part, Section):
            drawn.append(part)
        else:
            absent.append(part)
        progress.advance()
    parts = [_brief(drawn, lang), *drawn]
    if absent:
        parts.insert(-1, _missing(absent, lang))
    output.parent.mkdir(parents=True, exist_ok=True)
    write_whole(output, page(facts.name, _subtitle(facts, lang), parts, lang=lang, footer=_footer(facts, lang)))
    return output


def _brief(sections: Sequence[Section], lang: str) -> Section:
    lines = "".join(
        f'<li><a href="#{section.key}">{escape(section.title)}</a><span>{escape(section.gist)}</span></li>'
        for section in sections
        if section.gist
    )
    return Section("brief", say("In brief", lang), f'<ol class="brief">{lines}</ol>')


def _missing(absent: Sequence[Absent], lang: str) -> Section:
    rows = [(part.title, part.reason) for part in absent]
    head = [say(word, lang) for word in ("part", "why it is not here")]
    return Section("absent", say("Not in this report", lang), table(head, rows))


def _subtitle(facts: ReportFacts, lang: str) -> list[str]:
    lines = [escape(say("Customer report as of {day}", lang, day=facts.as_of.date()))]
    if facts.is_historic:
        lines.append(escape(say("The data end here; this is history, not today.", lang)))
    return lines + [
        f'<span class="badge">{escape(say("note", lang))}</span> {escape(tell(remark, lang))}'
        for remark in facts.remarks
    ]


def _footer(facts: ReportFacts, lang: str) -> str:
    return escape(
        say("Written by Coterie on {at:%Y-%m-%d %H:%M} ({zone}).", lang, at=facts.written_at, zone=facts.zone)
    )
