"""Which channel suits which segment."""

from __future__ import annotations

from coterie.allocate import ScoreMatrix
from coterie.report.charts import heat, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Absent, Section, figure, finding, folded, note, table
from coterie.report.wording import absent_because
from coterie.segment import Groups
from coterie.words import joined, say, tell


def draw(facts: ReportFacts, lang: str) -> Section | Absent:
    """The score matrix, the best channel of each segment, and the reasons."""
    matrix, title = facts.matrix, say("Channels and segments", lang)
    if matrix is None or not matrix.cells:
        usual = say("Matching takes customers who are divided into segments, and a register of channels.", lang)
        return Absent(title, absent_because(facts, "channels", lang, usual))
    seen = [
        c for c in matrix.channels if any(cell.channel == c and cell.evidence != "assumed" for cell in matrix.cells)
    ]
    if not seen:
        return Absent(
            title,
            say(
                "Orders name no channel, nobody was contacted and no address is known, so nothing here tells one channel from another.",
                lang,
            ),
        )
    sentence = tell(matrix.in_words(facts.channel_labels) or "", lang)
    body = finding(sentence) + _picture(matrix, seen, facts, lang)
    body += note(
        say(
            "Scores combine customer value, contact preference and channel capability; channels without evidence in"
            " this data are left out of the picture.",
            lang,
        )
    )
    unmapped = tell(matrix.facts.unmapped_in_words() or "", lang)
    body += note(unmapped) if unmapped else ""
    return Section("channels", title, body + _reasons(matrix, facts, lang), sentence)


def _picture(matrix: ScoreMatrix, seen: list[str], facts: ReportFacts, lang: str) -> str:
    groups = facts.matrix_groups or Groups()
    shown = [cell for cell in matrix.cells if cell.channel in seen]
    cells = [
        {"segment": groups.name_of(c.segment).told(lang), "channel": _label(facts, c.channel, lang), "score": c.score}
        for c in shown
    ]
    best = max(shown, key=lambda cell: cell.score)
    caption = say(
        "The best match is {channel} for “{segment}” ({score:.2f}). A score is a weighted judgement from 0 to 1, not a forecast of response.",
        lang,
        channel=_label(facts, best.channel, lang),
        segment=groups.name_of(best.segment).told(lang),
        score=best.score,
    )
    title = say("fit, 0 to 1", lang)
    return figure(picture(heat(cells, "channel", "segment", "score", title=title, number=".2f"), caption), caption)


def _reasons(matrix: ScoreMatrix, facts: ReportFacts, lang: str) -> str:
    groups = facts.matrix_groups or Groups()
    head = [say(word, lang) for word in ("segment", "channel", "score", "why")]
    rows = [
        (
            groups.name_of(s).told(lang),
            _label(facts, c.channel, lang),
            f"{c.score:.2f}",
            joined(c.reasons(), " ").told(lang),
        )
        for s in matrix.segments
        for c in matrix.best(s, 1, evidenced=True)
    ]
    return folded(say("Why these channels", lang), table(head, rows, numbers=(2,)))


def _label(facts: ReportFacts, channel: str, lang: str) -> str:
    return say(facts.channel_labels.get(channel, channel), lang)
