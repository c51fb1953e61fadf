"""Past campaigns that had no holdout."""

from __future__ import annotations

from coterie.domain import Estimate
from coterie.measure import PastComparison
from coterie.report.charts import intervals, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Section, finding, folded, items, note, table
from coterie.report.wording import interval, reason
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section | None:
    """Three readings of rising care for each group of contacts, with the checks that say what they are worth."""
    if not facts.past:
        return None
    rows = [
        {"what": f"{p.group} · {words}", "value": r.value, "low": r.low, "high": r.high}
        for p in facts.past
        for words, r in _readings(p, lang)
        if isinstance(r, Estimate)
    ]
    warning = say(
        "Nobody was left out on purpose, so these are comparisons, not experiments; read them with their checks.", lang
    )
    body = finding(warning, is_warning=True)
    if rows:
        title = say("change in spend per contacted customer", lang)
        body += picture(intervals(rows, "what", "value", "low", "high", title=title, number="+.0f"), title)
    body += "".join(_group(p, facts, lang) for p in facts.past)
    body += folded(
        say("What has to hold for the matched reading", lang), items([say(a, lang) for a in facts.past[0].assumptions])
    )
    return Section("past", say("Past campaigns, compared", lang), body)


def _readings(found: PastComparison, lang: str) -> tuple[tuple[str, object], ...]:
    return (
        (say("before and after", lang), found.before_after),
        (say("against those not contacted", lang), found.difference),
        (say("against those who looked alike", lang), found.matched),
        (say("placebo: should be 0", lang), found.placebo),
    )


def _group(found: PastComparison, facts: ReportFacts, lang: str) -> str:
    sentences = found.sentences(lang)
    head = [say(word, lang) for word in ("reading", "estimate")]
    rows = [
        (words, interval(r, currency=facts.currency) if isinstance(r, Estimate) else reason(r))  # type: ignore[arg-type]
        for words, r in _readings(found, lang)
    ]
    counts = say(
        "{contacts:,} contacts, {compared:,} of them compared with {controls:,} others.",
        lang,
        contacts=found.contacts,
        compared=found.compared,
        controls=found.controls,
    )
    body = finding(sentences[0], is_warning=found.verdict != "credible") if sentences else ""
    return f"<h3>{found.group}</h3>" + body + note(counts) + table(head, rows) + items(sentences[1:])
