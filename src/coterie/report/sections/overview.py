"""The base: who is there, and how revenue moved."""

from __future__ import annotations

from coterie.report.charts import months, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Section, cards, figure, finding, note
from coterie.report.wording import count, money, share, short_money
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section:
    """Headline figures and revenue by month."""
    base, sentence = facts.base, _sentence(facts, lang)
    figures = [(count(base["profiles"]), say("customers", lang))]
    if base["orders"]:
        figures += [
            (count(base["buyers"]), say("have bought", lang)),
            (count(base["orders"]), say("orders", lang)),
            (money(base["revenue"], facts.currency, lang=lang), say("net revenue", lang)),
            (money(base["average_order"], facts.currency, decimals=2, lang=lang), say("mean order", lang)),
        ]
    if base["buyers"]:
        figures.append((share(base["repeat_share"]), say("of buyers ordered more than once", lang)))
    body = finding(sentence) + cards(figures) + _few(facts, lang) + _by_month(facts, lang)
    if base["anonymous_orders"]:
        body += note(
            say(
                "{n:,} {n|order|orders} ({share} of net revenue) {n|names|name} no customer: {n|it counts in totals and belongs|they count in totals and belong} to nobody."
                if base["anonymous_revenue_share"] >= 0
                else "{n:,} {n|order names|orders name} no customer: {n|it counts in totals and belongs|they count in totals and belong} to nobody.",
                lang,
                n=int(base["anonymous_orders"]),
                share=share(base["anonymous_revenue_share"]),
            )
        )
    if base["unmatched_returns"]:
        body += note(
            say(
                "Returns worth {amount} name nobody, or no order of theirs is known: they are taken off net revenue and off no customer's.",
                lang,
                amount=money(base["unmatched_returns"], facts.currency, lang=lang),
            )
        )
    return Section("overview", say("The base", lang), body, sentence)


def _sentence(facts: ReportFacts, lang: str) -> str:
    base = facts.base
    if not base["orders"]:
        return say(
            "{profiles:,} {profiles|customer is|customers are} known; no completed orders were loaded, so what they buy and are worth cannot be said.",
            lang,
            profiles=int(base["profiles"]),
        )
    if not base["buyers"]:
        return say(
            "{orders:,} {orders|order|orders} worth {revenue} {orders|was|were} loaded, but none names its customer.",
            lang,
            orders=int(base["orders"]),
            revenue=money(base["revenue"], facts.currency, lang=lang),
        )
    if base["named_revenue"] is None:
        return say(
            "{buyers:,} of {profiles:,} {profiles|customer|customers} {buyers|has|have} bought; together they placed {orders:,} {orders|order|orders}. What these are worth is not known.",
            lang,
            buyers=int(base["buyers"]),
            profiles=int(base["profiles"]),
            orders=int(base["named_orders"]),
        )
    everybody = base["buyers"] == base["profiles"]
    return say(
        "All {buyers:,} {buyers|customer has|customers have} bought; together they placed {orders:,} {orders|order|orders} worth {revenue} net of returns."
        if everybody
        else "{buyers:,} of {profiles:,} {profiles|customer|customers} {buyers|has|have} bought; together they placed {orders:,} {orders|order|orders} worth {revenue} net of returns.",
        lang,
        buyers=int(base["buyers"]),
        profiles=int(base["profiles"]),
        orders=int(base["named_orders"]),
        revenue=money(base["named_revenue"], facts.currency, lang=lang),
    )


def _few(facts: ReportFacts, lang: str) -> str:
    if not facts.has_orders or not facts.has_few_buyers:
        return ""
    return finding(
        say(
            "Only {n} {n|customer has|customers have} bought: read every share in this report as a count of single people, not as a pattern.",
            lang,
            n=int(facts.base["buyers"]),
        ),
        is_warning=True,
    )


def _by_month(facts: ReportFacts, lang: str) -> str:
    if facts.months is None or facts.months.num_rows < 2:
        return ""
    found = facts.months.to_pylist()
    title = say("net revenue by month, {currency}", lang, currency=facts.currency)
    rows = [{"month": row["month"].isoformat(), "revenue": float(row["revenue"])} for row in found]
    begins = facts.first_order_at
    is_first_whole = begins is None or begins.day == 1
    whole = found if is_first_whole else found[1:]
    said = []
    if len(whole) > 1:
        best, worst = max(whole, key=lambda row: row["revenue"]), min(whole, key=lambda row: row["revenue"])
        said.append(
            say(
                "The best whole month, which is the last, was {best:%Y-%m} with {most}; the weakest {worst:%Y-%m} with {least}."
                if best is whole[-1]
                else "The best whole month was {best:%Y-%m} with {most}, the weakest {worst:%Y-%m} with {least}; the last, {last:%Y-%m}, brought {latest}.",
                lang,
                best=best["month"],
                most=short_money(best["revenue"], facts.currency, lang),
                worst=worst["month"],
                least=short_money(worst["revenue"], facts.currency, lang),
                last=whole[-1]["month"],
                latest=short_money(whole[-1]["revenue"], facts.currency, lang),
            )
        )
    if not is_first_whole:
        said.append(
            say(
                "The data begin on {day:%Y-%m-%d}, so the first month may not be whole.", lang, day=facts.first_order_at
            )
        )
    caption = ("" if lang == "zh" else " ").join(said)
    return figure(picture(months(rows, "month", "revenue", title=title, lang=lang), f"{title}. {caption}"), caption)
