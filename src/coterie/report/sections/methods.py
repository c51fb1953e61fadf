"""How the numbers came about."""

from __future__ import annotations

from collections.abc import Iterator

from coterie.report.facts import ReportFacts
from coterie.report.page import Section, items
from coterie.words import say


def draw(facts: ReportFacts, lang: str) -> Section:
    """Definitions and methods behind the parts that this report has."""
    return Section("methods", say("Method notes", lang), items(list(_notes(facts, lang))))


# fmt: off
def _notes(facts: ReportFacts, lang: str) -> Iterator[str]:
    yield say("Everything is computed as of {at:%Y-%m-%d %H:%M} ({zone}); facts at or after that instant do not count.", lang, at=facts.as_of, zone=facts.zone)
    if facts.campaigns:
        yield say("Only campaigns are read with what followed them, up to {at:%Y-%m-%d %H:%M} ({zone}).", lang, at=facts.written_at, zone=facts.zone)
    yield from _of_orders(facts, lang)
    present = {
        say("Lifetime value: BG/NBD (Fader, Hardie, Lee 2005) for orders, Gamma-Gamma (Fader, Hardie 2013) for their worth, by maximum likelihood; discounted to today.", lang): facts.model,
        say("Discovered groups: k-means on de-skewed, standardized traits; stability is the mean Jaccard similarity over bootstrap samples (Hennig 2007).", lang): facts.discovery,
        say("What sets a persona apart is shown only when it is both sure (corrected for the number of comparisons) and at least small (0.2 standard deviations).", lang): facts.personas[1:] or facts.rule_personas,
        say("Campaigns are read by intention to treat against a random holdout, with 95% intervals: of shares by score tests, of revenue by spread and skewness of both arms, adjusted for spend before the campaign.", lang): facts.campaigns,
        say("Past campaigns without a holdout are compared with customers who looked alike before; a placebo window before the contact shows what such a comparison is worth.", lang): facts.past,
    }
    yield from (sentence for sentence, part in present.items() if part)


def _of_orders(facts: ReportFacts, lang: str) -> Iterator[str]:
    if not facts.has_orders:
        return
    yield say("Net revenue is after discounts, with cancelled and returned orders taken off; those do not count as orders.", lang)
    yield say("Customers' revenue, by which stages, segments and personas are compared, is what stands after returns of the orders that name their customer.", lang)
    yield say("RFM scores cut each measure into equal shares of the buyers; equal values get equal scores.", lang)
    proposal = facts.lifecycle_proposal
    if proposal and facts.lifecycle and facts.lifecycle.definition != proposal.definition:
        yield say("Lifecycle thresholds are those that this workspace defines.", lang)
    elif proposal and proposal.is_from_own_gaps:
        yield say("Lifecycle thresholds come from the gaps between the orders of this base, stretched to each customer's own pace.", lang)
    else:
        yield say("Lifecycle thresholds are general ones, for this base is too small to learn its own pace from.", lang)
# fmt: on
