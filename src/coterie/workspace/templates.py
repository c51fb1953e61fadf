"""Templates of a workspace: what somebody would read of one, and what could be better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from coterie.errors import UnknownName
from coterie.profile import read_catalog
from coterie.run import parse_definition, segment_definitions, trait_definitions
from coterie.words import Sentence, each_into, sentence
from coterie.workspace.composing import composer_of
from coterie.workspace.delivering import find_readers
from coterie.workspace.drafts import draft_of
from coterie.workspace.reading import reads
from coterie.workspace.records import TemplateShown
from coterie.workspace.stand import Stand

if TYPE_CHECKING:
    from coterie.compose import TemplateDefinition


class Templates:
    """What templates become; ``ws.templates``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

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
        advice = check_template(
            definition, traits=known, segments=[each.name for each in segment_definitions(stand.ledger)]
        )
        profile = None if person is None else People(stand).find(person)
        message = composer_of(stand, definition).preview(definition.name, profile, language=language)
        read = dict(message.headers)["Content-Language"]
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
            advice=each_into([*lacks, *advice, *advice_on(message)], lang or stand.lang),
        )

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
