"""What of a campaign can be known before it is launched: what is missing, what cannot be made, and how long its texts are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

import pyarrow as pa
import pyarrow.compute as pc

from coterie.decide import CampaignDefinition, CampaignPlan
from coterie.decide.journeys import JourneyDefinition
from coterie.deliver import CHANNELS, Channel, Unsendable, form_of, pieces_of
from coterie.domain import Message, Origin, Rendered
from coterie.errors import CoterieError, Refused
from coterie.run import parse_definition
from coterie.words import Sentence, sentence
from coterie.workspace.composing import composer_of
from coterie.workspace.delivering import channel_of, what_is_missing
from coterie.workspace.stand import Stand

if TYPE_CHECKING:
    from coterie.compose import TemplateDefinition

MOST_TRIED = 300
"""Messages that are made to see what becomes of them."""


def check_forms(
    stand: Stand, sender: CampaignDefinition | JourneyDefinition, drafts: Mapping[tuple[str, str], object] | None = None
) -> None:
    """Raise ``Refused`` where a template that is sent, kept or among ``drafts`` by kind and name, is not of the form that its channel carries."""
    for name, channel in sender.sends():
        draft = (drafts or {}).get(("template", name))
        template = _template(stand, name) if draft is None else cast("TemplateDefinition", draft)
        if template is not None and channel in CHANNELS:
            check_form(template, channel)


def check_form(template: TemplateDefinition, channel: str) -> None:
    """Raise ``Refused`` where ``channel`` does not carry such a template."""
    wanted = form_of(channel)
    if wanted == template.form:
        return
    if wanted == "text":
        told = "{channel} carries plain text alone: the template {template} has to have a text, and no subject, preheader or body"
    else:
        told = "{channel} carries a page: the template {template} has to have a subject and a body"
    raise Refused(sentence(told, channel=channel, template=template.name))


def warnings_of(stand: Stand, plan: CampaignPlan) -> Iterator[Sentence]:
    """Why messages of the plan could not leave as things are, with how many people that touches."""
    channel = plan.campaign.channel
    missing = what_is_missing(stand, channel)
    if missing is not None:
        yield sentence(
            "Nothing can leave on {channel} yet, and {count:,} {count|person|people} would wait: {why}",
            channel=channel,
            count=plan.contacts,
            why=missing,
        )
    try:
        check_forms(stand, plan.campaign)
    except Refused as fault:
        yield sentence(
            "It cannot be sent, and {count:,} {count|person|people} would get nothing: {why}",
            count=plan.contacts,
            why=fault.sentence,
        )


def tried_out(stand: Stand, plan: CampaignPlan) -> Iterator[Sentence]:
    """What became of the first messages of the plan when they were made: how many parts they have, how many cannot be made."""
    templates = [arm.template for arm in plan.campaign.arms()]
    if any(_template(stand, name) is None for name in templates) or plan.campaign.channel not in CHANNELS:
        return
    tries = _tries(stand, plan)
    if not tries:
        return
    lost = [each.why for each in tries if each.why]
    if lost:
        yield sentence(
            "{bad:,} of the first {tried:,} {tried|message|messages} cannot be made, and whoever they are for would get nothing: {why}",
            bad=len(lost),
            tried=len(tries),
            why=lost[0],
        )
    pieces = [each.pieces for each in tries if each.pieces is not None]
    if pieces:
        yield sentence(
            "Of {tried:,} {tried|text|texts} made to try, {one:,} {one|has|have} 1 part, the longest has {most:,}; "
            "about {total:,} {total|part is|parts are} paid for in all.",
            tried=len(pieces),
            one=pieces.count(1),
            most=max(pieces),
            total=round(sum(pieces) / len(pieces) * plan.contacts),
        )


class _Try(NamedTuple):
    why: Sentence | None
    pieces: int | None


def _tries(stand: Stand, plan: CampaignPlan) -> list[_Try]:
    messages = _messages(plan)
    try:
        channel: Channel | None = channel_of(stand, plan.campaign.channel)
    except CoterieError:
        channel = None  # what is missing is said by itself
    return [
        _tried(stand, plan.campaign.channel, channel, message, rendered)
        for message, rendered in zip(messages, composer_of(stand).render(messages), strict=True)
    ]


def _tried(stand: Stand, name: str, channel: Channel | None, message: Message, rendered: Rendered | str) -> _Try:
    if not isinstance(rendered, Rendered):
        return _Try(Sentence(rendered) if not isinstance(rendered, Sentence) else rendered, None)
    try:
        if channel is not None:
            channel.seal(message, rendered, at=stand.clock())
    except Unsendable as fault:
        return _Try(fault.sentence, None)
    return _Try(None, pieces_of(name, rendered))


def _messages(plan: CampaignPlan) -> Sequence[Message]:
    templates = {arm.name: arm.template for arm in plan.campaign.arms()}
    people: pa.Table = plan.people.filter(pc.is_in(plan.people["arm"], value_set=pa.array([*templates]))).slice(
        0, MOST_TRIED
    )
    return [
        Message(
            f"plan-{row['profile_id']}",
            Origin("test", plan.campaign.name),
            row["profile_id"],
            plan.campaign.channel,
            plan.campaign.purpose,
            row["address"],
            row["address_key"],
            row["arm"],
            templates[row["arm"]],
        )
        for row in people.select(["profile_id", "address", "address_key", "arm"]).to_pylist()
    ]


def _template(stand: Stand, name: str) -> TemplateDefinition | None:
    body = stand.bodies("template").get(name)
    return None if body is None else cast("TemplateDefinition", parse_definition("template", body))
