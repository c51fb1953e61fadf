"""How the numbers came about."""

from __future__ import annotations

from coterie.report.facts import ReportFacts
from coterie.report.page import Section, items
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section:
    """Definitions and methods behind every section."""
    as_of = say("Everything is computed as of {at}; facts at or after that instant do not count.", lang, at=facts.as_of)
    return Section(
        "methods",
        say("Method notes", lang),
        items(
            [
                as_of,
                say("Revenue is net of discounts; cancelled and returned orders are taken off totals and do not count as orders.", lang),
                say("RFM scores cut each measure into equal shares of the buyers; equal values get equal scores.", lang),
                say("Lifecycle thresholds come from the gaps between the orders of this base, stretched to each customer's own pace.", lang),
                say("Lifetime value: BG/NBD (Fader, Hardie, Lee 2005) for orders, Gamma-Gamma (Fader, Hardie 2013) for their worth, by maximum likelihood; discounted to today.", lang),
                say("Discovered groups: k-means on de-skewed, standardized traits; stability is the mean Jaccard similarity over bootstrap samples (Hennig 2007).", lang),
                say("What sets a persona apart is shown only when it is both sure (corrected for the number of comparisons) and at least small (0.2 standard deviations).", lang),
                say("Campaigns are read by intention to treat against a random holdout, with 95% intervals by the delta method; the adjusted reading uses spend before the campaign (CUPED, Deng et al. 2013).", lang),
                say("Past campaigns without a holdout are compared with customers who looked alike before; a placebo window before the contact shows what such a comparison is worth.", lang),
            ]
        ),
    )  # fmt: skip
