"""Recency, frequency and money."""

from __future__ import annotations

from coterie.report.charts import amounts, bars, heat, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Absent, Section, figure, finding, note, table
from coterie.report.wording import absent_because, count, share, short_money
from coterie.segment import RfmResult
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section | Absent:
    """The heat map, and the named parts with size and revenue."""
    found, title = facts.rfm, say("RFM: recency, frequency, money", lang)
    if found is None or not found.with_orders:
        usual = say("Nobody's orders can be scored." if facts.base["buyers"] else "No customer has ordered.", lang)
        return Absent(title, absent_because(facts, "rfm", lang, usual))
    best = max(found.parts, key=lambda part: part.revenue)
    sentence = say(
        "{name}: {customers} of the customers bring {revenue} of customers' revenue.",
        lang,
        name=best.segment.name().told(lang),
        customers=share(best.customer_share),
        revenue=share(best.revenue_share),
    )
    body = finding(sentence, is_warning=facts.has_few_buyers) + _grid(found, lang) + _revenue(found, facts, lang)
    head = [
        say(w, lang)
        for w in ("segment", "customers", "share", "share of revenue", "median days since order", "median orders")
    ]
    rows = [
        (
            part.segment.name().told(lang),
            count(part.customers),
            share(part.customer_share),
            share(part.revenue_share),
            "–" if part.median_recency_days is None else count(part.median_recency_days),
            "–" if part.median_orders is None else count(part.median_orders),
        )
        for part in found.parts
    ]
    body += table(head, rows, numbers=(1, 2, 3, 4, 5)) + _names_rank(found, facts, lang)
    return Section("rfm", title, body, sentence)


_ABSENT = ("about_to_sleep", "at_risk", "cannot_lose", "hibernating", "lost")
"""Parts whose names speak of absence."""


def _names_rank(found: RfmResult, facts: ReportFacts, lang: str) -> str:
    """That the names rank buyers among themselves, where the stages of the lifecycle say otherwise of half a part or more."""
    if facts.lifecycle is None or facts.lifecycle.is_held_back:
        return ""
    at_risk = facts.lifecycle.definition.at_risk_after_days
    churned = facts.lifecycle.definition.churned_after_days
    known = {part.segment: part.median_recency_days for part in found.parts if part.median_recency_days is not None}
    lately = [part.name().told(lang) for part, days in known.items() if part.key in _ABSENT and days < at_risk]
    gone = [part.name().told(lang) for part, days in known.items() if part.key != "lost" and days > churned]
    said = []
    if lately:
        said.append(
            say(
                "The names of the parts rank buyers against one another: half or more of {names} have been silent for less than the {days:,.0f} {days|day|days} after which a customer counts as at risk here.",
                lang,
                names=_quoted(lately, lang),
                days=at_risk,
            )
        )
    if gone:
        said.append(
            say(
                "Half or more of {names} have been silent for more than the {days:,.0f} {days|day|days} after which a customer counts as churned here.",
                lang,
                names=_quoted(gone, lang),
                days=churned,
            )
        )
    return "".join(note(sentence) for sentence in said)


def _quoted(names: list[str], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(f"“{name}”" for name in names)


def _grid(found: RfmResult, lang: str) -> str:
    cells = found.heat_map()
    drawing = heat(
        [{name: int(cell[name]) for name in ("recency", "frequency", "customers")} for cell in cells],
        "frequency", "recency", "customers",
        title=say("customers", lang), x_title=say("frequency score", lang), y_title=say("recency score", lang),
    )  # fmt: skip
    caption = found.in_words()[-1].told(lang)
    return figure(picture(drawing, caption), caption)


def _revenue(found: RfmResult, facts: ReportFacts, lang: str) -> str:
    earning = sorted((part for part in found.parts if part.revenue > 0), key=lambda part: -part.revenue)
    if not earning:
        return note(say("No part has brought revenue.", lang))
    rows = [
        {
            "part": part.segment.name().told(lang),
            "revenue": part.revenue,
            "said": short_money(part.revenue, facts.currency, lang),
        }
        for part in earning
    ]
    top = earning[:3]
    caption = say(
        "{names}: together {share} of customers' revenue, {amount}.",
        lang,
        names=("、" if lang == "zh" else ", ").join(part.segment.name().told(lang) for part in top),
        share=share(sum(part.revenue_share for part in top)),
        amount=short_money(sum(part.revenue for part in top), facts.currency, lang),
    )
    title = say("revenue of completed orders, {currency}", lang, currency=facts.currency)
    return figure(
        picture(bars(rows, "part", "revenue", title=title, said="said", ticks=amounts(lang)), caption), caption
    )
