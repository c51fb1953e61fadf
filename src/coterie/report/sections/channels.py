"""Which channel suits which segment."""

from __future__ import annotations

from coterie.report.charts import heat, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Section, finding, folded, note, table
from coterie.segment import Groups
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section | None:
    """The score matrix, the best channel of each segment, and the reasons."""
    matrix = facts.matrix
    if matrix is None or not matrix.cells:
        return None
    groups = facts.matrix_groups or Groups()
    seen = [
        c for c in matrix.channels if any(cell.channel == c and cell.evidence != "assumed" for cell in matrix.cells)
    ]
    shown = seen or list(matrix.channels)
    cells = [
        {
            "segment": groups.name_of(c.segment, lang),
            "channel": _label(facts, c.channel, lang),
            "score": c.score,
        }
        for c in matrix.cells
        if c.channel in shown
    ]
    best = {segment: matrix.best(segment, 1, evidenced=bool(seen)) for segment in matrix.segments}
    names = {cell[0].channel for cell in best.values() if cell}
    if len(names) == 1:
        sentence = say(
            "{channel} fits every segment best on the evidence at hand.",
            lang,
            channel=_label(facts, next(iter(names)), lang),
        )
    else:
        sentence = say("{n} different channels come first, depending on the segment.", lang, n=len(names))
    title = say("fit, 0 to 1", lang)
    body = finding(sentence) + picture(heat(cells, "channel", "segment", "score", title=title, number=".2f"), title)
    body += note(
        say(
            "Scores combine customer value, contact preference and channel capability; channels without evidence in"
            " this data are left out of the picture.",
            lang,
        )
    )
    head = [say(word, lang) for word in ("segment", "channel", "score", "why")]
    rows = [
        (groups.name_of(s, lang), _label(facts, c.channel, lang), f"{c.score:.2f}", " ".join(c.reasons(lang)))
        for s, cell in best.items()
        for c in cell
    ]
    body += folded(say("Why these channels", lang), table(head, rows, numbers=(2,)))
    return Section("channels", say("Channels and segments", lang), body)


def _label(facts: ReportFacts, channel: str, lang: str) -> str:
    return say(facts.channel_labels.get(channel, channel), lang)
