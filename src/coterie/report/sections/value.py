"""What customers will be worth."""

from __future__ import annotations

from coterie.predict import Holdout, HoldoutRefused
from coterie.report.charts import bars, lines, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Section, cards, finding, folded, items, note, table
from coterie.report.wording import count, money
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section | None:
    """Lifetime value in all and by part, and how the model did on orders it had not seen."""
    model = facts.model
    if model is None:
        return None
    worth = model.lifetime_value
    sentence = say(
        "In the next {days} days these customers are expected to order {orders:,.0f} times"
        ", worth {value} in contribution at a margin of {margin:.0%}.",
        lang,
        days=model.horizon_days,
        orders=model.expected_orders,
        value="–" if worth is None else money(worth, model.currency),
        margin=model.margin,
    )
    figures = [
        (count(model.customers), say("customers modelled", lang)),
        (count(model.repeat_buyers), say("repeat buyers", lang)),
        (f"{model.discount_rate:.0%}", say("discount rate a year", lang)),
    ]
    body = finding(sentence) + cards(figures)
    if facts.value is not None and facts.value.num_rows:
        rows = facts.value.to_pylist()
        title = say("mean lifetime value", lang)
        body += picture(bars(rows, "name", "lifetime_value", title=title, number=".3~s"), title)
    body += _checked(model.holdout, lang)
    remarks = [remark.text(lang) for remark in model.remarks]
    return Section("value", say("Lifetime value", lang), body + items(remarks))


def _checked(held: Holdout | HoldoutRefused, lang: str) -> str:
    if isinstance(held, HoldoutRefused):
        return note(
            say(
                "The model could not be checked on a holdout: {reason}; {needs}",
                lang,
                reason=held.reason,
                needs=held.needs,
            )
        )
    naive = held.baselines["own_rate"]
    error = held.cumulative_error
    sentence = say(
        "Fitted on the data up to {day} and asked about the {weeks:.0f} weeks after, it missed the total of repeat orders by"
        " {error:+.1%} and each customer by {mae:.2f} orders on average (going on at each one's own rate: {naive:.2f}).",
        lang,
        day=held.calibrated_to,
        weeks=held.weeks,
        error=error if error is not None else float("nan"),
        mae=held.model.mean_absolute_error,
        naive=naive.mean_absolute_error,
    )
    return finding(sentence, is_warning=not held.beats_baselines) + _tracking(held, lang) + _deciles(held, lang)


def _tracking(held: Holdout, lang: str) -> str:
    names = (("cumulative_actual", say("seen", lang)), ("cumulative_expected", say("expected", lang)))
    rows = [
        {"week": w.week, "orders": getattr(w, name), "series": words} for name, words in names for w in held.tracking
    ]
    drawing = lines(
        rows, "week", "orders", series="series", title=say("repeat orders so far", lang), x_title=say("week", lang)
    )
    start = next((w.week for w in held.tracking if w.is_holdout), None)
    words = say("Repeat orders seen and expected, week by week", lang)
    held_note = note(say("The holdout begins in week {week}.", lang, week=start)) if start is not None else ""
    return picture(drawing, words) + held_note


def _deciles(held: Holdout, lang: str) -> str:
    head = [say(word, lang) for word in ("tenth by prediction", "customers", "predicted orders each", "orders each")]
    rows = [(str(d.decile), count(d.customers), f"{d.predicted:.2f}", f"{d.actual:.2f}") for d in held.deciles]
    return folded(say("Predicted and actual orders by tenth of customers", lang), table(head, rows, numbers=(1, 2, 3)))
