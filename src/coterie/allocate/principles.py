"""The three principles by which a channel suits a segment, each a figure with its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from coterie.allocate.facts import BASE, CellFacts, ChannelFacts
from coterie.allocate.register import ChannelDefinition
from coterie.domain import Money
from coterie.words import Sentence, joined, sentence

CONTACTS_A_YEAR = 12
"""How often a profile is assumed to be contacted when the cost of a channel is held against its value."""

PRIOR_CONTACTS = 20
"""Contacts at the base's rate mixed into a segment's response, so that three replies of three are no 100 %."""

PRIOR_ORDERS = 20
"""Orders in the base's proportions mixed into a segment's, so that a channel is not ruled out by a few orders elsewhere."""


@dataclass(frozen=True)
class PrincipleFigure:
    """A score of 0-1, or None without evidence; the raw ``figures``; the reasons."""

    score: float | None
    sentences: tuple[Sentence, ...]
    figures: Mapping[str, float] = field(default_factory=dict)

    def in_words(self) -> Sentence:
        """The reasons as one text."""
        return joined(self.sentences, " ")


def judge_value(facts: ChannelFacts, segment: str, channel: ChannelDefinition, currency: str = "") -> PrincipleFigure:
    """Customer value: worthy profiles get the channels that give care, and no contact may cost more than it can earn.

    1 less the distance between the segment's place by value (0 lowest, 1 highest) and the
    channel's ``attention``, halved where the channel gives less than the segment deserves:
    a plain channel suits everybody somewhat, a costly one only the worthy. Never above
    what is left of the value after a year of contacts.
    """
    own = facts.segments[segment]
    values = sorted(f.value for name, f in facts.segments.items() if name != BASE)
    below, ties = sum(v < own.value for v in values), values.count(own.value)
    place = (below + (ties - 1) / 2) / (len(values) - 1) if len(values) > 1 else 0.5
    left = _left_after_cost(own.value, own.profiles, channel)
    gap = channel.attention - place
    fit = 1 - (gap if gap > 0 else -gap / 2)
    score = max(min(fit, left), 0.0)
    sentences = [
        Sentence(
            "a customer here is worth {worth} (no. {rank} of {segments} by value); the channel gives {attention:.0%} of the most personal attention there is."
            if own.value_is_lifetime
            else "a customer here brought {worth} in the period (no. {rank} of {segments} by value); the channel gives {attention:.0%} of the most personal attention there is.",
            {
                "worth": Money(own.value, currency, 0),
                "rank": sum(v > own.value for v in values) + 1,
                "segments": len(values),
                "attention": channel.attention,
            },
        )
    ]
    if left < fit - 0.05:
        sentences.append(
            Sentence(
                "A year of contacts would leave only {left:.0%} of that value, so customer value counts no more than that.",
                {"left": max(left, 0.0)},
            )
        )
    return PrincipleFigure(score, tuple(sentences), {"value": own.value, "place": place, "left_after_cost": left})


def _left_after_cost(value: float, profiles: int, channel: ChannelDefinition) -> float:
    if value <= 0:
        return 0.0
    cost = channel.cost.of(contacts=CONTACTS_A_YEAR * profiles, sales=value * profiles, months=12)
    return 1 - cost / (value * profiles)


def judge_preference(facts: ChannelFacts, segment: str, channel: ChannelDefinition) -> PrincipleFigure:
    """Contact preference: where the segment buys, and how it answers, as far as the data shows.

    For buying, its share of the segment's orders against the segment's favourite channel;
    for answering, the response after a contact against the base's (0.5 is the same). The
    mean where both are known, None where neither is.
    """
    found = [e for e in (_buying(facts, segment, channel), _answering(facts, segment, channel)) if e is not None]
    if not found:
        return PrincipleFigure(
            None, (Sentence("the data does not show how this segment takes to it, so this does not count."),)
        )
    figures = {name: value for e in found for name, value in e.figures.items()}
    sentences = tuple(each for e in found for each in e.sentences)
    return PrincipleFigure(sum(e.score or 0.0 for e in found) / len(found), sentences, figures)


def _buying(facts: ChannelFacts, segment: str, channel: ChannelDefinition) -> PrincipleFigure | None:
    usual = {name: cell.orders for (who, name), cell in facts.cells.items() if who == BASE and cell.orders}
    orders = {name: facts.cell(segment, name).orders for name in usual}
    total = sum(orders.values())
    if not channel.sells or channel.name not in usual or not total:
        return None
    share = orders[channel.name] / total
    mixed = {name: n + PRIOR_ORDERS * usual[name] / sum(usual.values()) for name, n in orders.items()}
    said = sentence(
        "{share:.0%} of its {orders:,} {orders|order|orders} with a known channel came through it.",
        share=share,
        orders=total,
    )
    return PrincipleFigure(mixed[channel.name] / max(mixed.values()), (said,), {"order_share": share})


def _answering(facts: ChannelFacts, segment: str, channel: ChannelDefinition) -> PrincipleFigure | None:
    own, base = facts.cell(segment, channel.name), facts.cell(BASE, channel.name)
    if not base.reached:
        return None
    redeems = base.redeemers > 0
    usual = _hits(base, redeems=redeems) / base.reached
    rate = (_hits(own, redeems=redeems) + PRIOR_CONTACTS * usual) / (own.reached + PRIOR_CONTACTS)
    score = rate / (rate + usual) if usual else 0.5
    said = Sentence(
        "of {reached:,} {reached|customer|customers} contacted this way {hits:,} redeemed a coupon within the window, against {usual:.1%} of the base."
        if redeems
        else "of {reached:,} {reached|customer|customers} contacted this way {hits:,} bought within the window, against {usual:.1%} of the base.",
        {"reached": own.reached, "hits": _hits(own, redeems=redeems), "usual": usual},
    )
    return PrincipleFigure(score, (said,), {"response": rate, "base_response": usual})


def _hits(cell: CellFacts, *, redeems: bool) -> int:
    return cell.redeemers if redeems else cell.responders


def judge_capability(facts: ChannelFacts, segment: str, channel: ChannelDefinition) -> PrincipleFigure:
    """Channel capability: what the channel can do, times whom of the segment it reaches in a month.

    The mean of measurability, personalization and immediacy from the register, times the
    reach, times the share of the segment that a month's capacity serves.
    """
    reach, said = _reach(facts, segment, channel)
    able = (channel.measurability + channel.personalization + channel.immediacy) / 3
    profiles = facts.segments[segment].profiles
    served = min(1.0, 30 * channel.capacity / profiles) if channel.capacity and profiles else 1.0
    sentences = [said]
    if served < 1:
        sentences.append(sentence("A month's capacity serves {served:.0%} of it.", served=served))
    sentences.append(
        Sentence(
            "Measuring {measurability:.0%}, personal content {personalization:.0%}, immediacy {immediacy:.0%} by the register.",
            channel.model_dump(include={"measurability", "personalization", "immediacy"}),
        )
    )
    return PrincipleFigure(able * reach * served, tuple(sentences), {"able": able, "reach": reach, "served": served})


def _reach(facts: ChannelFacts, segment: str, channel: ChannelDefinition) -> tuple[float, Sentence]:
    own = facts.segments[segment]
    held = [n for n in channel.needs if n in facts.namespaces]
    if held and own.profiles:
        reachable = max(own.reachable.get(n, 0) for n in held)
        share = reachable / own.profiles
        return share, sentence(
            "{share:.0%} of the segment have the address it needs ({count:,}), those who said no included.",
            share=share,
            count=reachable,
        )
    cell = facts.cell(segment, channel.name)
    met = max(cell.reached, cell.buyers)
    if met and own.profiles:
        share = met / own.profiles
        return share, sentence("it has met {share:.0%} of the segment in the period.", share=share)
    said = "whom it reaches is not in the data; the register says {share:.0%}."
    return channel.reach, sentence(said, share=channel.reach)
