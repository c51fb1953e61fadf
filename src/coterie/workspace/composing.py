"""What makes messages of a workspace's templates: its letterhead, its people, and drafts of templates beside those that are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from coterie.deliver.engagement import trackable
from coterie.domain import Message
from coterie.run import parse_definition
from coterie.workspace.delivering import find_readers, hears_replies
from coterie.workspace.stand import Stand

if TYPE_CHECKING:
    from coterie.compose import Composer, TemplateDefinition
    from coterie.compose.composer import Codes
    from coterie.compose.tracked_links import Allowed, LinkTracker


def composer_of(stand: Stand, *drafts: TemplateDefinition) -> Composer:
    """The composer of the templates that are kept; ``drafts`` stand for those of their names."""
    from coterie.compose import Composer, Letterhead

    bodies = stand.bodies("template")
    templates = {name: cast("TemplateDefinition", parse_definition("template", body)) for name, body in bodies.items()}
    letterhead = Letterhead(
        sender=stand.settings.sender,
        postal_address=stand.settings.postal_address,
        public_url=stand.settings.public_url,
        key=stand.key.derive("unsubscribe"),
        currency=stand.settings.currency,
        timezone=stand.settings.timezone,
    )
    return Composer(
        templates | {draft.name: draft for draft in drafts},
        letterhead=letterhead,
        find_readers=find_readers(stand.engine),
        tracker=tracker_of(stand),
        codes=_codes(stand),
        hears_replies=[name for name in stand.settings.delivery if hears_replies(stand, name)],
        clock=stand.clock,
    )


def _codes(stand: Stand) -> Codes:
    from coterie.compose.composer import Codes

    def find(messages: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        with stand.ledger.reading() as t:
            return t.coupons.codes_of(messages)

    with stand.ledger.reading() as t:
        return Codes(find, t.coupons.first_codes())


TRACKING_KEY = "tracking"
"""The use of the workspace's key that links of opens and clicks are made with."""


def tracker_of(stand: Stand) -> LinkTracker | None:
    """What measures opens and clicks and adds UTM parameters, as ``engagement`` says; None where it says nothing."""
    from coterie.compose.tracked_links import LinkTracker

    said = stand.settings.engagement
    if (said.opens, said.clicks, said.utm_source) == ("never", "never", ""):
        return None

    def allowed(messages: Sequence[Message]) -> Allowed:
        if (said.opens, said.clicks) == ("never", "never"):
            return (), ()
        with stand.ledger.reading() as t:
            opens, clicks = (
                trackable(t, stand.key, messages, each, now=stand.clock()) for each in (said.opens, said.clicks)
            )
        return opens, clicks

    return LinkTracker(
        stand.settings.public_url, stand.key.derive(TRACKING_KEY), allowed, said.utm_source, said.utm_hosts
    )
