"""A group of past contacts as compared, and what was found, in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from coterie.domain import Estimate, Money, NotEstimable, Readout
from coterie.measure.matching import Balance
from coterie.words import Sentence, joined, sentence

Verdict = Literal["credible", "indicative", "not credible", "not estimable"]

ASSUMPTIONS = (
    "contacted and not contacted customers who looked alike before would have spent alike without the contact",
    "what decided who was contacted is in the covariates, or does not matter for the outcome",
    "a contact changes nothing for those who did not get it",
)


@dataclass(frozen=True)
class PastComparison:
    """One group of past contacts, read three ways; amounts are per contacted profile over ``after``.

    ``before_after`` is the naive change; ``difference`` takes off the change of those not
    contacted; ``matched`` compares with those who looked alike. ``placebo`` is the matched
    reading of a window before the contact, where the truth is 0. ``total`` is the matched
    effect over the contacts it stands for; ``is_sampled`` tells that there were more. ``crossed`` is the share of the
    matched controls that the group contacted within their window. ``verdict`` says what the checks are worth.
    """

    group: str
    waves: int
    contacts: int
    compared: int
    controls: int
    left_out: int
    before_after: Readout
    difference: Readout
    matched: Readout
    relative: float | None
    total: Readout
    placebo: Readout
    overlap: float
    balance: tuple[Balance, ...]
    verdict: Verdict
    reasons: tuple[str, ...]
    after: timedelta
    before: timedelta
    unit: str
    is_sampled: bool = False
    crossed: float = 0.0
    assumptions: tuple[str, ...] = ASSUMPTIONS

    def sentences(self) -> tuple[Sentence, ...]:
        """The finding with what weakens it."""
        return comparison_sentences(self)


def comparison_sentences(found: PastComparison) -> tuple[Sentence, ...]:
    """The finding first, then the cruder readings, the checks and the assumptions."""
    said = [_headline(found)]
    if isinstance(found.matched, Estimate):
        said += [_cruder(found), _checked(found)]
        said += [sentence("What weakens it: {reason}.", reason=sentence(r)) for r in found.reasons]
        if found.crossed:
            said.append(
                sentence(
                    "The effect is that of a contact at that time against a later one or none: {share:.0%} of those compared with were contacted themselves within the {days} {days|day|days} that followed.",
                    share=found.crossed,
                    days=found.after.days,
                )
            )
    said.append(
        sentence(
            "Compared: {compared:,} of {contacts:,} {contacts|contact|contacts} in {waves} {waves|wave|waves}; the others had a contact of the same kind shortly before, too little history, or a window that is not over.",
            compared=found.compared,
            contacts=found.contacts,
            waves=found.waves,
        )
    )
    if found.is_sampled:
        said.append(sentence("There were too many contacts to compare all of them: this is a random sample."))
    said.append(sentence("It holds only if {assumptions}.", assumptions=joined(map(Sentence, found.assumptions), "; ")))
    return tuple(said)


def _amounts(estimate: Estimate, unit: str) -> dict[str, Money]:
    return {name: Money(getattr(estimate, name), unit) for name in ("value", "low", "high")}


def _headline(found: PastComparison) -> Sentence:
    matched = found.matched
    if isinstance(matched, NotEstimable):
        return sentence("What {group} did cannot be estimated: {reason}. What is needed: {needs}.", group=found.group, reason=matched.reason, needs=matched.needs)  # fmt: skip
    values: dict[str, object] = {"group": found.group, "days": found.after.days, "confidence": matched.confidence}
    values |= _amounts(matched, found.unit)
    if found.verdict == "not credible":
        return sentence(
            "{group}: the comparison is not credible. It shows {value} per contact over {days} {days|day|days} ({confidence:.0%} interval {low} to {high}), but also an effect before the contact, where there can be none.",
            **values,
        )
    if not matched.low <= 0 <= matched.high:
        return _difference(found, matched, values)
    return sentence(
        "{group}: no difference from matched customers can be told from chance: {value} per contact over {days} {days|day|days}, {confidence:.0%} interval {low} to {high}.",
        **values,
    )


def _difference(found: PastComparison, matched: Estimate, values: dict[str, object]) -> Sentence:
    """A difference clear of 0 in the words of its direction; the amount carries no sign beside "less"."""
    values = values | {"value": Money(abs(matched.value), found.unit)}
    if found.verdict == "indicative" and matched.value > 0:
        return sentence(
            "{group}: with reservations, contacted customers spent {value} more each over {days} {days|day|days} than matched customers who were not contacted at that time ({confidence:.0%} interval {low} to {high}, which does not cover what weakens it).",
            **values,
        )
    if found.verdict == "indicative":
        return sentence(
            "{group}: with reservations, contacted customers spent {value} less each over {days} {days|day|days} than matched customers who were not contacted at that time ({confidence:.0%} interval {low} to {high}, which does not cover what weakens it).",
            **values,
        )
    if matched.value > 0:
        return sentence(
            "{group}: contacted customers spent {value} more each over {days} {days|day|days} than matched customers who were not contacted at that time ({confidence:.0%} interval {low} to {high}).",
            **values,
        )
    return sentence(
        "{group}: contacted customers spent {value} less each over {days} {days|day|days} than matched customers who were not contacted at that time ({confidence:.0%} interval {low} to {high}).",
        **values,
    )


def _cruder(found: PastComparison) -> Sentence:
    return sentence(
        "Cruder readings: after less before {naive}; less the change of those not contacted {difference}.",
        naive=_short(found.before_after, found.unit),
        difference=_short(found.difference, found.unit),
    )


def _short(readout: Readout, unit: str) -> Sentence:
    if isinstance(readout, NotEstimable):
        return sentence("not estimable")
    return sentence("{value} ({low} to {high})", **_amounts(readout, unit))


def _checked(found: PastComparison) -> Sentence:
    worst = max((abs(b.after) for b in found.balance), default=0.0)
    was = max((abs(b.before) for b in found.balance), default=0.0)
    return sentence(
        "Checks: largest difference in what was known before {was:.2f} standard deviations, {worst:.2f} after matching; {overlap:.0%} of the contacted found a match; placebo before the contact {placebo}.",
        was=was,
        worst=worst,
        overlap=found.overlap,
        placebo=_short(found.placebo, found.unit),
    )
