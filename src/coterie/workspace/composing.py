"""What makes messages of a workspace's templates: its letterhead, its people, and drafts of templates beside those that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from coterie.run import parse_definition
from coterie.workspace.delivering import find_readers, hears_replies
from coterie.workspace.stand import Stand

if TYPE_CHECKING:
    from coterie.compose import Composer, TemplateDefinition


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
        hears_replies=[name for name in stand.settings.delivery if hears_replies(stand, name)],
        clock=stand.clock,
    )
