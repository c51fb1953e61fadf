"""Campaigns against their holdouts."""

from __future__ import annotations

from html import escape

from coterie.domain import Estimate
from coterie.measure import ArmEffect
from coterie.report.charts import intervals, picture
from coterie.report.facts import CampaignStory, ReportFacts
from coterie.report.page import Section, cards, finding, items, note, table
from coterie.report.wording import count, interval, share
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section | None:
    """Each campaign: what was sent, what it changed, how sure that is."""
    if not facts.campaigns:
        return None
    body = "".join(_story(story, facts, lang) for story in facts.campaigns)
    return Section("campaigns", say("Campaigns, read against their holdouts", lang), body)


def _story(story: CampaignStory, facts: ReportFacts, lang: str) -> str:
    readout = story.readout
    sentences = readout.sentences(lang)
    body = f"<h3>{escape(story.name)}</h3>" + (finding(sentences[0]) if sentences else "")
    states = ("sent", "failed", "unknown", "refused", "queued")
    body += cards([(count(story.messages.get(s, 0)), say(s, lang)) for s in states if story.messages.get(s, 0)])
    head = [say(word, lang) for word in ("arm", "customers", "reached the goal", "rate", "revenue each")]
    rows = [
        (
            say(arm.arm, lang),
            count(arm.exposed),
            count(arm.conversions),
            share(arm.conversions / arm.exposed) if arm.exposed else "–",
            f"{arm.revenue / arm.exposed:,.2f}" if arm.exposed else "–",
        )
        for arm in readout.arms
    ]
    body += table(head, rows, numbers=(1, 2, 3, 4))
    body += "".join(_effect(effect, facts, lang) for effect in readout.effects)
    return body + items(sentences[1:])


def _effect(effect: ArmEffect, facts: ReportFacts, lang: str) -> str:
    figures = [
        (say("lift in conversion", lang), effect.conversion),
        (say("the same, adjusted by earlier spend", lang), effect.conversion_adjusted),
    ]
    rows = [
        {"what": words, "value": found.value, "low": found.low, "high": found.high}
        for words, found in figures
        if isinstance(found, Estimate)
    ]
    if not rows:
        return ""
    drawing = intervals(rows, "what", "value", "low", "high", title=say("percentage points against the holdout", lang))
    said = say(
        "Revenue per customer: {revenue}; return on cost: {roi}.",
        lang,
        revenue=interval(effect.revenue_adjusted, currency=facts.currency),
        roi=interval(effect.roi),
    )
    return picture(drawing, say("Lift with its 95% interval", lang)) + note(said)
