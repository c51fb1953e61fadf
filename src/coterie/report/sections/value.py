"""What customers will be worth."""

from __future__ import annotations

from coterie.predict import Holdout, HoldoutRefused, LifetimeValueModel, telling
from coterie.report.charts import amounts, bars, lines, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Absent, Section, cards, figure, finding, folded, items, table
from coterie.report.wording import count, share, short_money
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section | Absent:
    """Lifetime value in all and by part, and how the model did on orders it had not seen."""
    model, title = facts.model, say("Lifetime value", lang)
    if model is None and not facts.base["buyers"]:
        return Absent(title, say("No customer has ordered.", lang))
    if model is None:
        return Absent(title, say("No model was fitted; `coterie predict fit lifetime-value` fits one.", lang))
    sentence = ("" if lang == "zh" else " ").join(filter(None, [_sentence(model, lang), _beaten(model.holdout, lang)]))
    figures = [
        (count(model.customers), say("customers modelled", lang)),
        (count(model.repeat_buyers), say("repeat buyers", lang)),
        (share(model.margin), say("margin assumed", lang)),
        (share(model.discount_rate), say("discount rate a year", lang)),
    ]
    body = finding(sentence) + cards(figures) + _checked(model.holdout, lang) + _by_part(facts, lang)
    remarks = [remark.said.told(lang) for remark in model.remarks]
    joint = "" if lang == "zh" else " "
    beaten = _beaten(model.holdout, lang)
    # What lost to a naive guess leads no report: the first page says that, and not the number.
    gist = beaten or joint.join([sentence, *_in_short(model.holdout, lang)])
    return Section("value", title, body + items(remarks), gist)


def _beaten(held: Holdout | HoldoutRefused, lang: str) -> str:
    if isinstance(held, HoldoutRefused) or not held.is_beaten:
        return ""
    return say(
        "On weeks it had not seen the forecast of lifetime value did no better than a simple guess; do not plan on it.",
        lang,
    )


def _in_short(held: Holdout | HoldoutRefused, lang: str) -> list[str]:
    """How sure the forecast is, for the first page."""
    if isinstance(held, HoldoutRefused):
        return [say("It could not be checked on orders it had not seen.", lang)]
    if held.model.bias is None:
        return []
    return [
        say(
            "On {weeks:.0f} {weeks|week|weeks} it had not seen, its total was off by {error:+.1%}.",
            lang,
            weeks=held.weeks,
            error=held.model.bias,
        )
    ]


def _sentence(model: LifetimeValueModel, lang: str) -> str:
    worth = model.lifetime_value
    if worth is None:
        return say(
            "In the {days} {days|day|days} after {last} these customers are expected to order about {orders} {orders|time|times}; what the orders are worth could not be modelled.",
            lang,
            days=model.horizon_days,
            last=model.observed_to,
            orders=_ordered(model, lang),
        )
    return say(
        "In the {days} {days|day|days} after {last} these customers are expected to order about {orders} {orders|time|times}, worth about {value} in contribution at an assumed margin of {margin:.0%}.",
        lang,
        days=model.horizon_days,
        last=model.observed_to,
        orders=_ordered(model, lang),
        value=_worth(model, worth, lang),
        margin=model.margin,
    )


def _ordered(model: LifetimeValueModel, lang: str) -> str:
    about, span = _about(model.expected_orders), model.expected_orders_range
    return about if span is None else _within(about, _about(span[0]), _about(span[1]), lang)


def _worth(model: LifetimeValueModel, worth: float, lang: str) -> str:
    about, span = short_money(worth, model.currency, lang), model.lifetime_value_range
    if span is None:
        return about
    low, high = (short_money(end, model.currency, lang) for end in span)
    return _within(about, low, high, lang)


def _within(about: str, low: str, high: str, lang: str) -> str:
    return say("{about} ({low} to {high})", lang, about=about, low=low, high=high)


def _about(number: float) -> str:
    """A forecast in three figures: more would claim what nobody knows."""
    return f"{float(f'{number:.3g}'):,.0f}"


def _by_part(facts: ReportFacts, lang: str) -> str:
    if facts.value is None or not facts.value.num_rows:
        return ""
    found = facts.value.to_pylist()
    rows = [{**row, "said": short_money(row["lifetime_value"], facts.currency, lang)} for row in found]
    title = say("mean lifetime value, {currency}", lang, currency=facts.currency)
    first, last = rows[0], rows[-1]
    caption = say(
        "A customer of “{first}” is expected to be worth {most} on average, one of “{last}” {least}.",
        lang,
        first=first["name"],
        most=first["said"],
        last=last["name"],
        least=last["said"],
    )
    return figure(
        picture(bars(rows, "name", "lifetime_value", title=title, said="said", ticks=amounts(lang)), caption), caption
    )


def _checked(held: Holdout | HoldoutRefused, lang: str) -> str:
    if isinstance(held, HoldoutRefused):
        sentence = say(
            "How sure: unknown. The model could not be checked on a holdout: {reason}; needed: {needs}.",
            lang,
            reason=held.why.reason,
            needs=held.why.needs,
        )
        return finding(sentence, is_warning=True)
    naive = held.baselines["own_rate"].mean_absolute_error
    sentence = say(
        "How sure: fitted on the data up to {day} and asked about the {weeks:.0f} {weeks|week|weeks} after, it missed their total of repeat orders by"
        " {error} and each customer by {mae:.2f} orders on average (going on at each one's own rate: {naive:.2f}).",
        lang,
        day=held.calibrated_to,
        weeks=held.weeks,
        error="–" if held.model.bias is None else f"{held.model.bias:+.1%}",
        mae=held.model.mean_absolute_error,
        naive=naive,
    )
    return finding(sentence, is_warning=not held.beats_baselines) + _tracking(held, lang) + _deciles(held, lang)


def _tracking(held: Holdout, lang: str) -> str:
    """What was seen, and from the last week that the model had seen on what it foretold."""
    if held.split is None:
        return ""
    names = (("cumulative_actual", say("seen", lang)), ("cumulative_foretold", say("expected", lang)))
    rows = [
        {"week": week.week, "orders": orders, "series": words}
        for name, words in names
        for week in held.tracking
        if (orders := getattr(week, name)) is not None
    ]
    drawing = lines(
        rows, "week", "orders", series="series", title=say("repeat orders so far", lang), x_title=say("week", lang),
        mark=held.split.week, lang=lang,
    )  # fmt: skip
    [caption] = (each.told(lang) for each in telling.tracking_in_words(held))
    return figure(picture(drawing, caption), caption)


def _deciles(held: Holdout, lang: str) -> str:
    head = [say(word, lang) for word in ("tenth by prediction", "customers", "predicted orders each", "orders each")]
    rows = [(str(d.decile), count(d.customers), f"{d.predicted:.2f}", f"{d.actual:.2f}") for d in held.deciles]
    return folded(say("Predicted and actual orders by tenth of customers", lang), table(head, rows, numbers=(1, 2, 3)))
