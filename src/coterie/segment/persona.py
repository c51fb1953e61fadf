"""A segment described as a person, and the description in plain sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace

from coterie.domain import format_money
from coterie.profile import STAGES
from coterie.segment.contrasts import Contrast
from coterie.segment.favorites import Favorite, Worth
from coterie.segment.groups import Groups
from coterie.segment.persona_rules import Advice
from coterie.segment.trait_words import TraitWords
from coterie.words import say


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
    channels: tuple[Favorite, ...]
    product_level: str
    favorites: tuple[Favorite, ...]
    characteristic: tuple[Favorite, ...]
    reach: dict[str, float]
    stage: str | None
    strategy: tuple[Advice, ...]
    example_profile: int | None

    def name(self, locale: str = "en") -> str:
        """The segment's name."""
        return self.groups.name_of(self.segment, locale)

    def sentences(self, locale: str = "en") -> list[str]:
        """Size and value, stage, differences, a typical member, products, channels: what is known of each."""
        return [
            *_size(self, locale),
            *_differences(self, locale),
            *_typical(self, locale),
            *_purchases(self, locale),
        ]


def _comma(locale: str) -> str:
    return "、" if locale == "zh" else ", "


def _size(persona: Persona, locale: str) -> list[str]:
    worth, said = persona.worth, []
    said.append(
        say(
            "{name}: 1 customer, {share:.1%} of the base."
            if worth.members == 1
            else "{name}: {members:,} customers, {share:.1%} of the base.",
            locale,
            name=persona.name(locale),
            members=worth.members,
            share=worth.share,
        )
    )
    if worth.revenue:
        said.append(
            say(
                "They bring {revenue_share:.1%} of the revenue, {per_head} each: {index:.1f} times the average customer.",
                locale,
                revenue_share=worth.revenue_share,
                per_head=_money(persona, worth.per_head),
                index=worth.index,
            )
        )
    if persona.stage in STAGES and not persona.groups.is_lifecycle:
        said.append(say("Most are at the stage “{stage}”.", locale, stage=STAGES[str(persona.stage)].name(locale)))
    return said


def _money(persona: Persona, amount: float) -> str:
    if persona.words.currency:
        return format_money(amount, persona.words.currency, decimals=0 if abs(amount) >= 100 else None)
    return f"{amount:,.0f}" if abs(amount) >= 100 else f"{amount:,.2f}"


def _differences(persona: Persona, locale: str) -> list[str]:
    if not persona.highlights:
        return [say("Nothing sets them apart surely from the other customers.", locale)]
    return [say_difference(persona, found, locale) for found in persona.highlights[:5]]


def say_difference(persona: Persona, found: Contrast, locale: str = "en") -> str:
    """One difference as a sentence, with its size and interval."""
    name = persona.words.name(found.trait, locale)
    if found.category is not None:
        shares = {"name": name, "inside": found.inside, "outside": found.outside}
        lift = {"lift": found.effect, "low": found.low, "high": found.high}
        if found.category == "true":
            return say(
                "{name}: {inside:.0%} against {outside:.0%} of the others "
                "({lift:.1f} times the base, {low:.1f} to {high:.1f}).",
                locale,
                **shares,
                **lift,
            )
        return say(
            "{name} “{category}”: {inside:.0%} against {outside:.0%} of the others "
            "({lift:.1f} times the base, {low:.1f} to {high:.1f}).",
            locale,
            category=found.category,
            **shares,
            **lift,
        )
    return say(
        "{name}: {inside} on average against {outside} of the others "
        "({comparison}; d = {effect:+.2f}, {low:+.2f} to {high:+.2f}).",
        locale,
        name=name,
        inside=persona.words.amount(found.trait, found.inside, locale),
        outside=persona.words.amount(found.trait, found.outside, locale),
        comparison=_comparison(found, locale),
        effect=found.effect,
        low=found.low,
        high=found.high,
    )


def _comparison(found: Contrast, locale: str) -> str:
    if found.strength >= 0.8:
        return say("far higher", locale) if found.is_higher else say("far lower", locale)
    if found.strength >= 0.5:
        return say("clearly higher", locale) if found.is_higher else say("clearly lower", locale)
    return say("somewhat higher", locale) if found.is_higher else say("somewhat lower", locale)


def _typical(persona: Persona, locale: str) -> list[str]:
    known = [
        f"{persona.words.name(typical.trait, locale)} {persona.words.amount(typical.trait, typical.median, locale)}"
        if typical.median is not None
        else f"{persona.words.name(typical.trait, locale)} {typical.category} ({typical.share:.0%})"
        for typical in persona.typical
        if typical.median is not None or (typical.category != "true" and (typical.share or 0) >= 0.3)
    ]
    if not known:
        return []
    return [say("A typical one: {traits}.", locale, traits=_comma(locale).join(known[:7]))]


def _purchases(persona: Persona, locale: str) -> list[str]:
    said = []
    if persona.favorites:
        said.append(
            say(
                "They spend most on {products}.",
                locale,
                products=_listed(persona.favorites[:3], locale, lift=False),
            )
        )
    if persona.characteristic:
        said.append(
            say(
                "More than others they favor {products}.",
                locale,
                products=_listed(persona.characteristic[:3], locale, lift=True),
            )
        )
    if persona.channels:
        channels = tuple(replace(channel, name=say(channel.name, locale)) for channel in persona.channels[:3])
        said.append(say("They buy by {channels}.", locale, channels=_listed(channels, locale, lift=False)))
    return said


def _listed(favorites: tuple[Favorite, ...], locale: str, *, lift: bool) -> str:
    return _comma(locale).join(
        say("{name} (×{lift:.1f})", locale, name=favorite.name, lift=favorite.lift)
        if lift
        else say("{name} ({share:.0%})", locale, name=favorite.name, share=favorite.revenue_share)
        for favorite in favorites
    )
