"""The base: who is there, and how revenue moved."""

from __future__ import annotations

from coterie.report.charts import months, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Section, cards, finding, note
from coterie.report.wording import count, money
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section:
    """Headline figures and revenue by month."""
    base = facts.base
    figures = [
        (count(base["profiles"]), say("customers", lang)),
        (count(base["buyers"]), say("have bought", lang)),
        (count(base["orders"]), say("orders", lang)),
        (money(base["revenue"], facts.currency), say("net revenue", lang)),
        (money(base["average_order"], facts.currency, decimals=2), say("mean order", lang)),
        (f"{base['repeat_share']:.0%}", say("of buyers came back", lang)),
    ]
    body = finding(_sentence(facts, lang)) + cards(figures)
    if facts.months is not None and facts.months.num_rows > 1:
        rows = [
            {"month": row["month"].isoformat(), "revenue": float(row["revenue"])} for row in facts.months.to_pylist()
        ]
        words = say("Net revenue by month", lang)
        body += picture(months(rows, "month", "revenue", title=words), words)
    anonymous = base["anonymous_orders"]
    if anonymous:
        body += note(
            say(
                "{n:,} orders ({share:.0%} of revenue) name no customer: they count in totals and belong to nobody.",
                lang,
                n=int(anonymous),
                share=base["anonymous_revenue_share"],
            )
        )
    return Section("overview", say("The base", lang), body)


def _sentence(facts: ReportFacts, lang: str) -> str:
    base = facts.base
    return say(
        "{buyers:,} of {profiles:,} customers have bought; together they placed {orders:,} orders worth {revenue}.",
        lang,
        buyers=int(base["buyers"]),
        profiles=int(base["profiles"]),
        orders=int(base["orders"]),
        revenue=money(base["revenue"], facts.currency),
    )
