"""Templates of a workspace: what somebody would read of one, and what could be better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import pyarrow as pa

from coterie.decide import CampaignDefinition
from coterie.deliver import CHANNELS, channel_advice
from coterie.errors import UnknownName
from coterie.profile import read_catalog
from coterie.run import parse_definition, segment_definitions, trait_definitions
from coterie.words import Sentence, each_into, sentence
from coterie.workspace.composing import composer_of
from coterie.workspace.delivering import find_readers, what_is_missing
from coterie.workspace.drafts import draft_of
from coterie.workspace.frame import Frame
from coterie.workspace.reading import reads
from coterie.workspace.records import TemplateShown, TriedOut
from coterie.workspace.stand import Stand

if TYPE_CHECKING:
    from coterie.compose import TemplateDefinition


_TEXTS = pa.list_(pa.string())
_LISTED = pa.schema(
    [
        *((name, pa.string()) for name in ("template", "description", "subject", "kind")),
        ("languages", _TEXTS),
        ("version", pa.int64()),
        ("changed_at", pa.timestamp("us")),
        ("author", pa.string()),
        ("used_by", _TEXTS),
    ]
)


class Templates:
    """What templates become; ``ws.templates``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def list(self) -> Frame:
        """The templates that are kept: ``template, description, subject, kind, languages, version, changed_at, author``, and ``used_by``, campaigns by name."""
        stand, used = self._stand, _used(self._stand.bodies("campaign"))
        with stand.ledger.reading() as t:
            kept = t.definitions.all("template")
        rows = [
            {
                "template": each.name,
                "description": each.body.get("description") or "",
                "subject": each.body.get("subject") or "",
                "kind": each.body.get("kind", "marketing"),
                "languages": [
                    each.body.get("language", "en"),
                    *cast("Mapping[str, object]", each.body.get("languages", {})),
                ],
                "version": each.version,
                "changed_at": each.created_at,
                "author": each.author,
                "used_by": used.get(each.name, []),
            }
            for each in kept.values()
        ]
        return Frame.of(rows, schema=_LISTED)

    @reads
    def preview(
        self,
        template: str | Mapping[str, object],
        person: str | int | None = None,
        *,
        language: str | None = None,
        lang: str | None = None,
    ) -> TemplateShown:
        """What ``person`` would read of a template, with advice; nothing is kept or sent.

        A template is named, or given as it would be written. A person is named by a key, an e-mail or any identifier, or by number; None is somebody of whom nothing is known.
        ``language`` is read instead of the person's own. Raises what saving the template would raise, and
        ``RenderRefused`` where it cannot be rendered for this person.
        """
        from coterie.compose import advice_on, check_template, compile_template, traits_named
        from coterie.workspace.people import People

        stand = self._stand
        definition = self._definition(template)
        traits = trait_definitions(stand.engine, stand.ledger)
        known = {*read_catalog(stand.engine).attributes, *(trait.name for trait in traits)}
        with stand.ledger.reading() as t:
            pools = t.coupons.first_codes()
        segments = [each.name for each in segment_definitions(stand.ledger)]
        advice = check_template(definition, traits=known, segments=segments, pools=pools)
        profile = None if person is None else People(stand).find(person)
        message = composer_of(stand, definition).preview(definition.name, profile, language=language)
        read = dict(message.headers)["Content-Language"]
        missing = what_is_missing(stand, definition.channel)
        told = channel_advice(definition.channel, message) if definition.channel in CHANNELS else []
        told += (
            [sentence("Nothing can leave on {channel} yet: {why}", channel=definition.channel, why=missing)]
            if missing
            else []
        )
        lacks: list[Sentence] = []
        if profile is not None:
            compiled = compile_template(definition, read)
            has, _ = find_readers(stand.engine)([profile]).get(profile, ({}, frozenset()))
            lacks = [
                _lack(trait, compiled.defaults.get(trait))
                for trait in sorted(traits_named(compiled))
                if has.get(trait) in (None, "")
            ]
        return TemplateShown(
            template=definition.name,
            profile_id=profile,
            language=read,
            languages=(definition.language, *definition.languages),
            subject=message.subject,
            html=message.html,
            text=message.text,
            advice=each_into([*told, *lacks, *advice, *advice_on(message)], lang or stand.lang),
        )

    def send_test(
        self,
        template: str | Mapping[str, object],
        to: str,
        person: str | int | None = None,
        *,
        language: str | None = None,
        dry_run: bool = False,
        lang: str | None = None,
    ) -> TriedOut:
        """Send a template, as ``person`` would read it, to an address of your own; it is no touch, no exposure and in no outbox.

        The subject is marked as a test, and its unsubscribe link names nobody. ``to`` is an address that nobody in the data has, or
        one that a user signs in with: for a customer's, a suppressed one, while sending is held, or where the settings do not say who
        writes, it is refused. With ``dry_run`` all is made and checked, and nothing leaves. The audit log keeps who tested what.
        """
        from coterie.workspace.people import People
        from coterie.workspace.trying import send_test

        stand, definition = self._stand, self._definition(template)
        profile = None if person is None else People(stand).find(person)
        lang = lang or stand.lang
        return send_test(stand, definition, to, profile, language=language, lang=lang, dry_run=dry_run)

    def _definition(self, template: str | Mapping[str, object]) -> TemplateDefinition:
        if not isinstance(template, str):
            return cast("TemplateDefinition", parse_definition("template", draft_of(template, "templates")))
        bodies = self._stand.bodies("template")
        if template not in bodies:
            raise UnknownName("template", template, bodies)
        return cast("TemplateDefinition", parse_definition("template", bodies[template]))


def _lack(trait: str, default: object) -> Sentence:
    if default in (None, ""):
        return sentence("profile.{trait} is not known of this person, and nothing stands there", trait=trait)
    return sentence("profile.{trait} is not known of this person; {default} stands there", trait=trait, default=default)


def _used(campaigns: Mapping[str, Mapping[str, object]]) -> dict[str, list[str]]:
    """Template → the campaigns that send it, by name."""
    found: dict[str, list[str]] = {}
    for name, body in sorted(campaigns.items()):
        written = cast("CampaignDefinition", parse_definition("campaign", body))
        for template in sorted({arm.template for arm in written.arms()}):
            found.setdefault(template, []).append(name)
    return found
