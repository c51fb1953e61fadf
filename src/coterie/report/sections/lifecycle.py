"""Where customers stand in their relationship."""

from __future__ import annotations

from coterie.profile import LifecyclePart
from coterie.report.charts import bars, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Absent, Section, figure, finding, items, table
from coterie.report.wording import count, money, share
from coterie.words import each_into, say

SLIPPING = ("at_risk", "dormant")


def draw(facts: ReportFacts, lang: str) -> Section | Absent:
    """Customers and revenue by stage, and why the thresholds are what they are."""
    found, title = facts.lifecycle, say("Lifecycle", lang)
    if found is None or not found.parts or not (facts.has_orders or found.is_of_activity):
        return Absent(title, say("Stages are told by the gaps between orders, and no customer has ordered.", lang))
    if found.is_held_back and facts.lifecycle_proposal:
        return Absent(title, facts.lifecycle_proposal.why_held_back().told(lang))
    sentence = (_active if found.is_of_activity else _sentence)(found.parts, lang)
    rows = [
        {
            "stage": p.stage.name().told(lang),
            "customers": p.customers,
            "said": f"{p.customers:,} ({share(p.customer_share)})",
        }
        for p in found.parts
    ]
    columns = ("stage", "customers", "share", "revenue", "share of revenue", "who they are")
    of_money = () if found.is_of_activity else (3, 4)
    kept = [place for place in range(len(columns)) if place in of_money or place not in (3, 4)]
    head = [say(columns[place], lang) for place in kept]
    lines = [
        (
            part.stage.name().told(lang),
            count(part.customers),
            share(part.customer_share),
            money(part.revenue, facts.currency),
            share(part.revenue_share),
            part.stage.describe().told(lang),
        )
        for part in found.parts
    ]
    largest = max(found.parts, key=lambda part: part.customers)
    caption = say(
        "The largest stage is “{stage}” with {n:,} {n|customer|customers}, {share} of the base.",
        lang,
        stage=largest.stage.name().told(lang),
        n=largest.customers,
        share=share(largest.customer_share),
    )
    drawing = bars(rows, "stage", "customers", title=say("customers", lang), said="said")
    body = (
        finding(sentence)
        + figure(picture(drawing, caption), caption)
        + table(head, [tuple(line[place] for place in kept) for line in lines], numbers=(1, 2, *of_money))
    )
    if facts.lifecycle_proposal:
        body += items(each_into(facts.lifecycle_proposal.explain(), lang))
    return Section("lifecycle", title, body, sentence)


def _active(parts: tuple[LifecyclePart, ...], lang: str) -> str:
    """How many are slipping and gone, of people who have ordered nothing."""
    keys = {"slipping": SLIPPING, "gone": ("churned",)}
    n = {name: sum(part.customers for part in parts if part.stage.key in held) for name, held in keys.items()}
    told = "Nobody has ordered, so stages are told by what people did: {slipping:,} {slipping|is|are} silent for longer than is usual, {gone:,} {gone|counts|count} as churned."
    return say(told, lang, slipping=n["slipping"], gone=n["gone"])


def _sentence(parts: tuple[LifecyclePart, ...], lang: str) -> str:
    slipping = [part for part in parts if part.stage.key in SLIPPING]
    customers = sum(part.customers for part in slipping)
    joint = "" if lang == "zh" else " "
    return joint.join([_slipping(slipping, customers, lang), *_churned(parts, lang)])


def _churned(parts: tuple[LifecyclePart, ...], lang: str) -> list[str]:
    return [
        say(
            "{n:,} {n|customer|customers} ({part} of the base) {n|counts|count} as churned, with {share} of customers' revenue so far.",
            lang,
            n=part.customers,
            part=share(part.customer_share),
            share=share(part.revenue_share),
        )
        for part in parts
        if part.stage.key == "churned" and part.customers > 1
    ]


def _slipping(slipping: list[LifecyclePart], customers: int, lang: str) -> str:
    if not customers:
        return say("No customer is at risk or dormant by the thresholds below.", lang)
    return say(
        "{n:,} {n|customer|customers} ({part} of the base) {n|has|have} been silent for longer than is usual, at risk or dormant; they brought {share} of customers' revenue so far.",
        lang,
        n=customers,
        part=share(sum(part.customer_share for part in slipping)),
        share=share(sum(part.revenue_share for part in slipping)),
    )
