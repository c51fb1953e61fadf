"""How far revenue rests on few customers."""

from __future__ import annotations

from coterie.domain import NotEstimable
from coterie.report.charts import lines, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Absent, Section, figure, finding
from coterie.report.wording import because, count, share
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section | Absent:
    """The Lorenz curve and the share of the top tenth."""
    found, title = facts.concentration, say("Value concentration", lang)
    if found is None or isinstance(found, NotEstimable):
        return Absent(title, because(found, lang) or say("No completed orders that name their customer.", lang))
    curve = {round(100 * row["buyers"]): row["revenue"] for row in found.lorenz.to_pylist()}
    rows: list[dict[str, object]] = [{"x": x, "y": 100 * y, "s": say("actual", lang)} for x, y in curve.items()]
    rows += [{"x": x, "y": x, "s": say("if all were equal", lang)} for x in (0, 100)]
    drawing = lines(
        rows, "x", "y", series="s", title=say("% of revenue", lang), x_title=say("% of buyers, smallest first", lang)
    )
    sentence = say(
        "The best tenth of {n} {n|buyer|buyers} brings {top} of their net revenue (Gini coefficient {gini:.2f}).",
        lang,
        n=count(found.buyers),
        top=share(found.top_decile),
        gini=found.gini,
    )
    caption = say(
        "The curve adds buyers up from the smallest: the smaller half brings {half} of the revenue, the best fifth {fifth}, the best hundredth {hundredth}.",
        lang,
        half=share(curve[50]),
        fifth=share(1 - curve[80]),
        hundredth=share(1 - curve[99]),
    )
    body = finding(sentence, is_warning=facts.has_few_buyers) + figure(picture(drawing, caption), caption)
    return Section("concentration", title, body, sentence)
