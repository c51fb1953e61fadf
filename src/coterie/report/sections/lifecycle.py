"""Where customers stand in their relationship."""

from __future__ import annotations

from coterie.report.charts import bars, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Section, finding, items, table
from coterie.report.wording import count, money, share
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section | None:
    """Customers and revenue by stage, and why the thresholds are what they are."""
    found = facts.lifecycle
    if found is None or not found.parts:
        return None
    rows = [{"stage": part.stage.name(lang), "customers": part.customers} for part in found.parts]
    slipping = [part for part in found.parts if part.stage.key in ("at_risk", "dormant")]
    sentence = say(
        "{n:,} customers are slipping away (at risk or dormant); they brought {share} of all revenue so far.",
        lang,
        n=sum(part.customers for part in slipping),
        share=share(sum(part.revenue_share for part in slipping)),
    )
    head = [say(word, lang) for word in ("stage", "customers", "share", "revenue", "share of revenue", "who they are")]
    lines = [
        (
            part.stage.name(lang),
            count(part.customers),
            share(part.customer_share),
            money(part.revenue, facts.currency),
            share(part.revenue_share),
            part.stage.describe(lang),
        )
        for part in found.parts
    ]
    words = say("Customers by lifecycle stage", lang)
    body = finding(sentence) + picture(bars(rows, "stage", "customers", title=say("customers", lang)), words)
    body += table(head, lines, numbers=(1, 2, 3, 4))
    if facts.lifecycle_proposal:
        body += items(facts.lifecycle_proposal.explain(lang))
    return Section("lifecycle", say("Lifecycle", lang), body)
