"""Campaigns against their holdouts."""

from __future__ import annotations

from html import escape

from coterie.domain import Estimate, Readout
from coterie.measure import ArmEffect, CampaignReadout
from coterie.report.charts import intervals, picture
from coterie.report.facts import CampaignStory, ReportFacts
from coterie.report.page import Absent, Section, cards, figure, finding, items, table
from coterie.report.wording import because, count, interval, money
from coterie.words import each_into, say

STATES = ("sent", "failed", "unknown", "refused", "queued")


def draw(facts: ReportFacts, lang: str) -> Section | Absent:
    """Each campaign: what was sent, what it changed, how sure that is."""
    title = say("Campaigns, read against their holdouts", lang)
    if not facts.campaigns:
        return Absent(title, say("No campaign was sent from this workspace.", lang))
    body = "".join(_story(story, facts, lang) for story in facts.campaigns)
    colon = "：" if lang == "zh" else ": "
    gists = [f"{s.name}{colon}{found[0]}" for s in facts.campaigns if (found := each_into(s.readout.sentences(), lang))]
    return Section("campaigns", title, body, ("" if lang == "zh" else " ").join(gists[:3]))


def _story(story: CampaignStory, facts: ReportFacts, lang: str) -> str:
    readout = story.readout
    sentences = each_into(readout.sentences(), lang)
    body = f"<h3>{escape(story.name)}</h3>" + (finding(sentences[0]) if sentences else "")
    body += cards([(count(story.messages[s]), say(s, lang)) for s in STATES if story.messages.get(s)])
    head = [
        say(word, lang) for word in ("arm", "customers", "reached the goal", "rate", "revenue each, within the window")
    ]
    rows = [
        (
            say(arm.arm, lang),
            count(arm.exposed),
            count(arm.conversions),
            f"{arm.conversions / arm.exposed:.1%}" if arm.exposed else "–",
            money(arm.revenue / arm.exposed, facts.currency, decimals=2)
            if arm.exposed and arm.revenue is not None
            else "–",
        )
        for arm in readout.arms
    ]
    body += table(head, rows, numbers=(1, 2, 3, 4))
    if not readout.refusal:
        body += "".join(_effect(effect, readout, facts, lang) for effect in readout.effects)
    return body + items(sentences[1:])


def _effect(effect: ArmEffect, readout: CampaignReadout, facts: ReportFacts, lang: str) -> str:
    lifts = [
        (say("lift in conversion, percentage points", lang), effect.conversion),
    ]
    rows = [
        {"what": words, "value": 100 * found.value, "low": 100 * found.low, "high": 100 * found.high}
        for words, found in lifts
        if isinstance(found, Estimate)
    ]
    worth = [
        (say("revenue per customer, adjusted by earlier spend", lang), effect.revenue, False),
        (say("return on cost", lang), effect.roi, True),
    ]
    cells = [(words, _told(found, lang, as_points=True)) for words, found in lifts]
    cells += [
        (words, _told(found, lang, as_share=rate, currency=None if rate else facts.currency))
        for words, found, rate in worth
        if found is effect.roi or readout.facts.value
    ]
    head = [say(word, lang) for word in ("reading against the holdout", "estimate (95% interval)")]
    body = table(head, cells)
    if not rows:
        return body
    caption = say(
        "The point is the estimate, the bar its 95% interval; where the bar crosses the dashed line, no effect is possible too.",
        lang,
    )
    axis = say("lift in percentage points against the holdout", lang)
    return (
        figure(picture(intervals(rows, "what", "value", "low", "high", title=axis, number="+.1f"), caption), caption)
        + body
    )


def _told(
    found: Readout, lang: str, *, as_share: bool = False, as_points: bool = False, currency: str | None = None
) -> str:
    if not isinstance(found, Estimate):
        return because(found, lang)
    return interval(found, as_share=as_share, as_points=as_points, currency=currency)
