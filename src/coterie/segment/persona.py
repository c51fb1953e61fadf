"""A segment described as a person, and the description in plain sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace

from coterie.domain import Money
from coterie.profile import STAGES
from coterie.segment.contrasts import Contrast
from coterie.segment.favorites import FavoriteThing, Worth
from coterie.segment.groups import Groups
from coterie.segment.persona_rules import Advice
from coterie.segment.trait_words import TraitWords
from coterie.words import Sentence, joined, sentence


@dataclass(frozen=True)
class Typical:
    """What is usual in the segment: the median of a number, or the commonest category with its share."""

    trait: str
    median: float | None = None
    category: str | None = None
    share: float | None = None


@dataclass(frozen=True)
class Persona:
    """One segment as a person.

    ``differences`` are sure and at least small (|d| or |h| ≥ 0.2), strongest first; ``highlights``
    are those of them that say something new, leaving out traits that move with a stronger one.
    ``favorites`` are what most of its revenue goes to; ``characteristic`` what it gives a surely
    larger share of its spending to than the base. ``reach`` is the share of members with an
    identifier, by namespace. ``example_profile`` is the member nearest to all its medians.
    """

    segment: str
    groups: Groups
    words: TraitWords
    worth: Worth
    differences: tuple[Contrast, ...]
    highlights: tuple[Contrast, ...]
    typical: tuple[Typical, ...]
    channels: tuple[FavoriteThing, ...]
    product_level: str
    favorites: tuple[FavoriteThing, ...]
    characteristic: tuple[FavoriteThing, ...]
    reach: dict[str, float]
    stage: str | None
    strategy: tuple[Advice, ...]
    example_profile: int | None

    def name(self) -> Sentence:
        """The segment's name."""
        return self.groups.name_of(self.segment)

    def sentences(self) -> list[Sentence]:
        """Size and value, stage, differences, a typical member, products, channels: what is known of each."""
        return [
            *_size(self),
            *_differences(self),
            *_typical(self),
            *_purchases(self),
        ]


def _size(persona: Persona) -> list[Sentence]:
    worth, said = persona.worth, []
    said.append(
        sentence(
            "{name}: {members:,} {members|customer|customers}, {share:.1%} of the base.",
            name=persona.name(),
            members=worth.members,
            share=worth.share,
        )
    )
    if worth.revenue:
        said.append(
            sentence(
                "They bring {revenue_share:.1%} of the revenue, {per_head} each: {index:.1f} times the average customer.",
                revenue_share=worth.revenue_share,
                per_head=_money(persona, worth.per_head),
                index=worth.index,
            )
        )
    if persona.stage in STAGES and not persona.groups.is_lifecycle:
        said.append(sentence("Most are at the stage “{stage}”.", stage=STAGES[str(persona.stage)].name()))
    return said


def _money(persona: Persona, amount: float) -> Money:
    return Money(amount, persona.words.currency, 0 if abs(amount) >= 100 else None)


def _differences(persona: Persona) -> list[Sentence]:
    if not persona.highlights:
        return [sentence("Nothing sets them apart surely from the other customers.")]
    return [say_difference(persona, found) for found in persona.highlights[:5]]


def say_difference(persona: Persona, found: Contrast) -> Sentence:
    """One difference as a sentence, with its size and interval."""
    name = persona.words.name(found.trait)
    if found.category is not None:
        shares = {"name": name, "inside": found.inside, "outside": found.outside}
        lift = {"lift": found.effect, "low": found.low, "high": found.high}
        if found.category == "true":
            return sentence(
                "{name}: {inside:.0%} against {outside:.0%} of the others "
                "({lift:.1f} times the base, {low:.1f} to {high:.1f}).",
                **shares,
                **lift,
            )
        return sentence(
            "{name} “{category}”: {inside:.0%} against {outside:.0%} of the others "
            "({lift:.1f} times the base, {low:.1f} to {high:.1f}).",
            category=found.category,
            **shares,
            **lift,
        )
    return sentence(
        "{name}: {inside} on average against {outside} of the others "
        "({comparison}; d = {effect:+.2f}, {low:+.2f} to {high:+.2f}).",
        name=name,
        inside=persona.words.amount(found.trait, found.inside),
        outside=persona.words.amount(found.trait, found.outside),
        comparison=_comparison(found),
        effect=found.effect,
        low=found.low,
        high=found.high,
    )


def _comparison(found: Contrast) -> Sentence:
    if found.strength >= 0.8:
        return sentence("far higher") if found.is_higher else sentence("far lower")
    if found.strength >= 0.5:
        return sentence("clearly higher") if found.is_higher else sentence("clearly lower")
    return sentence("somewhat higher") if found.is_higher else sentence("somewhat lower")


def _typical(persona: Persona) -> list[Sentence]:
    known = [
        sentence(
            "{trait} {amount}",
            trait=persona.words.name(typical.trait),
            amount=persona.words.amount(typical.trait, typical.median),
        )
        if typical.median is not None
        else sentence(
            "{trait} {category} ({share:.0%})",
            trait=persona.words.name(typical.trait),
            category=typical.category,
            share=typical.share,
        )
        for typical in persona.typical
        if typical.median is not None or (typical.category != "true" and (typical.share or 0) >= 0.3)
    ]
    if not known:
        return []
    return [sentence("A typical one: {traits}.", traits=joined(known[:7], ", "))]


def _purchases(persona: Persona) -> list[Sentence]:
    said = []
    if persona.favorites:
        said.append(
            sentence(
                "They spend most on {products}.",
                products=_listed(persona.favorites[:3], lift=False),
            )
        )
    if persona.characteristic:
        said.append(
            sentence(
                "More than others they favor {products}.",
                products=_listed(persona.characteristic[:3], lift=True),
            )
        )
    if persona.channels:
        channels = tuple(replace(channel, name=sentence(channel.name)) for channel in persona.channels[:3])
        said.append(sentence("They buy by {channels}.", channels=_listed(channels, lift=False)))
    return said


def _listed(favorites: tuple[FavoriteThing, ...], *, lift: bool) -> Sentence:
    named = (
        sentence("{name} (×{lift:.1f})", name=favorite.name, lift=favorite.lift)
        if lift
        else sentence("{name} ({share:.0%})", name=favorite.name, share=favorite.revenue_share)
        for favorite in favorites
    )
    return joined(named, ", ")
