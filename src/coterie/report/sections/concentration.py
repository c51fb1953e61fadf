"""How far revenue rests on few customers."""

from __future__ import annotations

from coterie.domain import NotEstimable
from coterie.report.charts import lines, picture
from coterie.report.facts import ReportFacts
from coterie.report.page import Section, finding, note
from coterie.report.wording import share
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section | None:
    """The Lorenz curve and the share of the top tenth."""
    found = facts.concentration
    if found is None:
        return None
    title = say("Value concentration", lang)
    if isinstance(found, NotEstimable):
        return Section("concentration", title, note(f"{found.reason}; {found.needs}"))
    rows: list[dict[str, object]] = [
        {"x": 100 * row["buyers"], "y": 100 * row["revenue"], "s": say("actual", lang)}
        for row in found.lorenz.to_pylist()
    ]
    rows += [{"x": x, "y": x, "s": say("if all were equal", lang)} for x in (0, 100)]
    drawing = lines(
        rows, "x", "y", series="s", title=say("% of revenue", lang), x_title=say("% of buyers, smallest first", lang)
    )
    sentence = say(
        "The best tenth of buyers brings {top} of the revenue (Gini coefficient {gini:.2f}).",
        lang,
        top=share(found.top_decile),
        gini=found.gini,
    )
    return Section("concentration", title, finding(sentence) + picture(drawing, sentence))
