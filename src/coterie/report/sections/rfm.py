"""Recency, frequency and money."""

from __future__ import annotations

from collections import defaultdict

from coterie.report.charts import bars, heat, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Section, finding, note, table
from coterie.report.wording import count, money, share
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section | None:
    """The heat map, and the named parts with size and revenue."""
    found = facts.rfm
    if found is None or not found.with_orders:
        return None
    best = max(found.parts, key=lambda part: part.revenue)
    sentence = say(
        "{name}: {customers} of the customers bring {revenue} of the revenue.",
        lang,
        name=best.segment.name(lang),
        customers=share(best.customer_share),
        revenue=share(best.revenue_share),
    )
    customers: dict[tuple[int, int], int] = defaultdict(int)
    for cell in found.cells:
        customers[cell.recency, cell.frequency] += cell.customers
    scores = sorted({score for pair in customers for score in pair})
    grid = [
        {"recency": str(r), "frequency": str(f), "customers": customers.get((r, f), 0)}
        for r in reversed(scores)
        for f in scores
    ]
    drawing = heat(
        grid, "frequency", "recency", "customers",
        title=say("customers", lang), x_title=say("frequency score", lang), y_title=say("recency score", lang),
    )  # fmt: skip
    body = finding(sentence) + picture(drawing, say("Customers by recency and frequency score", lang))
    body += note(say("Scores run from 1 to {n}; {n} is most recent and most frequent.", lang, n=found.definition.tiles))
    revenue = [{"part": p.segment.name(lang), "revenue": p.revenue} for p in found.parts if p.revenue > 0]
    body += picture(
        bars(revenue, "part", "revenue", title=say("revenue", lang), number=".3~s"), say("Revenue by RFM segment", lang)
    )
    head = [
        say(w, lang)
        for w in ("segment", "customers", "share", "share of revenue", "median days since order", "median orders")
    ]
    rows = [
        (
            part.segment.name(lang),
            count(part.customers),
            share(part.customer_share),
            share(part.revenue_share),
            "–" if part.median_recency_days is None else count(part.median_recency_days),
            "–" if part.median_orders is None else count(part.median_orders),
        )
        for part in found.parts
    ]
    body += table(head, rows, numbers=(1, 2, 3, 4, 5))
    body += note(say("Revenue of the best part: {amount}.", lang, amount=money(best.revenue, facts.currency)))
    return Section("rfm", say("RFM", lang), body)
