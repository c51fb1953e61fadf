"""Names and amounts of traits, and names of segments, as a reader writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coterie.domain import Money
from coterie.profile import STAGES, TraitDefinition, library
from coterie.segment.segmentations.naming import trait_words
from coterie.segment.segmentations.rfm_names import SEGMENTS
from coterie.words import Sentence, cased, own, sentence

_DIVISION = "segmentation."
_DIVISIONS = {"rfm": "RFM segment", "rfm_cell": "RFM cell", "lifecycle": "lifecycle stage"}


@dataclass(frozen=True)
class TraitWords:
    """How to name traits and write their values; ``currency`` is for those in money, ``segments`` has labels.

    >>> words = TraitWords()
    >>> words.name("shoe_size"), words.amount("shoe_size", 1234.5), words.amount("shoe_size", 0.123)
    ('shoe size', '1,234', '0.12')
    """

    definitions: dict[str, TraitDefinition] = field(default_factory=dict)
    currency: str = ""
    segments: Mapping[str, Sentence] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        definitions: Sequence[TraitDefinition] = (),
        currency: str = "",
        segments: Mapping[str, Sentence] | None = None,
    ) -> TraitWords:
        """The words of the ready traits and of ``definitions``, which come before those."""
        return cls({definition.name: definition for definition in (*library(), *definitions)}, currency, segments or {})

    def name(self, trait: str) -> Sentence:
        """The trait's label, or its name in words."""
        definition = self.definitions.get(trait)
        division = trait.removeprefix(_DIVISION)
        if definition is None and division in _DIVISIONS and division != trait:
            return sentence(_DIVISIONS[division])
        return definition.called if definition else trait_words(trait)

    def trait(self, name: str) -> Sentence:
        """The trait's name in the middle of a sentence.

        >>> TraitWords.of().trait("recency_days")
        'days since last order'
        """
        return cased(self.name(name), "lower")

    def segment(self, name: str) -> Sentence:
        """The segment's label, or its name."""
        return self.segments.get(name, Sentence(name))

    def limit(self, trait: str, value: float | str) -> Sentence:
        """What the trait is compared with: a number in its unit and never rounded, a part of RFM or the lifecycle by its name.

        >>> words = TraitWords.of(currency="GBP")
        >>> words.limit("revenue", 1000), words.limit("return_rate", 0.125), words.limit("recency_days", 30)
        ('£1,000', '12.5%', '30 days')
        >>> words.limit("segmentation.lifecycle", "at_risk"), words.limit("city", "active")
        ('At risk of lapsing', 'active')
        """
        if isinstance(value, str):
            if trait == f"{_DIVISION}lifecycle" and value in STAGES:
                return STAGES[value].name()
            if trait == f"{_DIVISION}rfm" and value in SEGMENTS:
                return SEGMENTS[value].name()
            return own({"en": value, "zh": value})
        unit = self.definitions[trait].unit if trait in self.definitions else ""
        if unit == "share":
            return sentence("{share:.10g}%", share=100 * value)
        if unit == "money" and self.currency and round(value, 2) == value:
            return sentence("{amount}", amount=Money(value, self.currency, 0 if value == int(value) else None))
        number = f"{value:,}" if isinstance(value, int) else f"{value:,.15g}"
        return _with_unit(number, unit)

    def amount(self, trait: str, value: float) -> Sentence:
        """A value with its unit; what sums of fractions leave of zero is zero.

        >>> TraitWords().amount("pace", -3.9e-16)
        '0'
        """
        value = round(value, 9) + 0.0
        unit = self.definitions[trait].unit if trait in self.definitions else ""
        if unit in {"share", "rate"}:
            return sentence("{share:.0%}", share=value)
        if unit in {"money", "currency"} and self.currency:
            return sentence("{amount}", amount=Money(value, self.currency, 0 if abs(value) >= 100 else None))
        number = (
            f"{value:,.0f}"
            if abs(value) >= 100 or value == int(value)
            else f"{value:.2g}"
            if abs(value) < 1
            else f"{value:.1f}"
        )
        return _with_unit(number, unit)


def _with_unit(number: str, unit: str) -> Sentence:
    if unit == "days":
        return sentence("{number} {number|day|days}", number=number)
    return sentence("{number}", number=number)
