"""Past campaigns that had no holdout."""

from __future__ import annotations

from html import escape

from coterie.domain import Estimate, Readout
from coterie.measure import PastComparison
from coterie.report.charts import intervals, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Absent, Section, figure, finding, items, note, table
from coterie.report.wording import absent_because, because, interval
from coterie.words import each_into, say


def draw(facts: ReportFacts, lang: str) -> Section | Absent:
    """Three readings of rising care for each group of contacts, with the checks that say what they are worth."""
    title = say("Past campaigns, compared", lang)
    if not facts.past:
        usual = say("No contacts of past campaigns were loaded, or too few to compare.", lang)
        return Absent(title, absent_because(facts, "past", lang, usual))
    warning = say(
        "Nobody was left out on purpose, so these are comparisons, not experiments; read them with their checks.", lang
    )
    body = finding(warning, is_warning=True) + _picture(facts, lang)
    body += "".join(_group(p, facts, lang) for p in facts.past)
    body += note(say("What has to hold for the matched reading", lang))
    body += items([say(assumption, lang) for assumption in facts.past[0].assumptions])
    return Section("past", title, body, _gist(facts.past, lang))


def _gist(past: tuple[PastComparison, ...], lang: str) -> str:
    clear = [p for p in past if isinstance(p.matched, Estimate) and not p.matched.low <= 0 <= p.matched.high]
    credible = [p.group for p in clear if p.verdict == "credible"]
    if not clear:
        return say(
            "Of {n} {n|kind|kinds} of past campaigns, none shows a difference that chance could not explain.",
            lang,
            n=len(past),
        )
    if not credible:
        return say(
            "Of {n} {n|kind|kinds} of past campaigns, {clear} differ from matched customers, but the checks do not let that be called an effect.",
            lang,
            n=len(past),
            clear=len(clear),
        )
    return say(
        "Of {n} {n|kind|kinds} of past campaigns, these credibly changed spending: {names}.",
        lang,
        n=len(past),
        names=("、" if lang == "zh" else ", ").join(credible),
    )  # fmt: skip


def _picture(facts: ReportFacts, lang: str) -> str:
    rows = [
        {"what": f"{p.group} · {words}", "value": r.value, "low": r.low, "high": r.high}
        for p in facts.past
        for words, r in _readings(p, lang)
        if isinstance(r, Estimate)
    ]
    if not rows:
        return ""
    axis = say("change in spend per contacted customer, {currency}", lang, currency=facts.currency)
    caption = say(
        "Points are estimates, bars 95% intervals. Believe the reading against customers who looked alike, and only where the placebo's bar crosses 0.",
        lang,
    )
    drawing = intervals(rows, "what", "value", "low", "high", title=axis, number="+.0f")
    return figure(picture(drawing, caption), caption)


def _readings(found: PastComparison, lang: str) -> tuple[tuple[str, Readout], ...]:
    return (
        (say("before and after", lang), found.before_after),
        (say("against those not contacted", lang), found.difference),
        (say("against those who looked alike", lang), found.matched),
        (say("placebo: should be 0", lang), found.placebo),
    )


def _group(found: PastComparison, facts: ReportFacts, lang: str) -> str:
    sentences = each_into(found.sentences(), lang)
    head = [say(word, lang) for word in ("reading", "estimate (95% interval)")]
    rows = [
        (words, interval(r, currency=facts.currency) if isinstance(r, Estimate) else because(r, lang))
        for words, r in _readings(found, lang)
    ]
    counts = say(
        "{contacts:,} {contacts|contact|contacts}, {compared:,} of them compared with {controls:,} {controls|other|others}.",
        lang,
        contacts=found.contacts,
        compared=found.compared,
        controls=found.controls,
    )
    body = finding(sentences[0], is_warning=found.verdict != "credible") if sentences else ""
    # The table has the cruder readings, and the assumptions of the last sentence stand once below all groups.
    checks = sentences[2:-1] if isinstance(found.matched, Estimate) else sentences[1:-1]
    return f"<h3>{escape(found.group)}</h3>" + body + note(counts) + table(head, rows) + items(checks)
