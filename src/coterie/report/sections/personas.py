"""Segments described as people."""

from __future__ import annotations

from html import escape

from coterie.report.facts import ReportFacts
from coterie.report.page import Section, folded, items
from coterie.segment import Persona
from coterie.words import say

PARTS = ("product", "price", "place", "promotion")


def draw(facts: ReportFacts, lang: str) -> Section | None:
    """A card a persona: who they are in sentences, and the strategy in 4P terms."""
    if not facts.personas:
        return None
    cards = "".join(_card(persona, lang) for persona in facts.personas)
    for persona in facts.rule_personas:
        cards += folded(say("Segment: {name}", lang, name=persona.name(lang)), _card(persona, lang))
    return Section("personas", say("Personas", lang), cards)


def _card(persona: Persona, lang: str) -> str:
    advice = {part: [each.say(lang) for each in persona.strategy if each.part == part] for part in PARTS}
    four = "".join(
        f"<p><b>{escape(say(part.capitalize(), lang))}</b><br>{escape(' '.join(sentences))}</p>"
        for part, sentences in advice.items()
        if sentences
    )
    said = items(persona.sentences(lang))
    return f'<div class="persona"><h3>{escape(persona.name(lang))}</h3>{said}<div class="four">{four}</div></div>'
