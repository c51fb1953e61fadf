"""Segments described as people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from coterie.report.facts import FEW, ReportFacts
from coterie.report.page import Absent, Section, finding, folded, items, note
from coterie.report.wording import share
from coterie.segment import Persona
from coterie.words import each_into, say

PARTS = ("product", "price", "place", "promotion")
_ASIDE = re.compile(r"; d = [^)]*|；d = [^）]*")
"""The size of a difference and its interval, which stand back in a card."""


def draw(facts: ReportFacts, lang: str) -> Section | Absent:
    """A card a persona: who they are in sentences, and the strategy in 4P terms."""
    title = say("Personas", lang)
    if facts.base["profiles"] < FEW:
        return Absent(title, say("With so few customers a persona would be a description of single people.", lang))
    if len(facts.personas) < 2 and not facts.rule_personas:
        return Absent(title, say("There are not two groups of customers to tell apart.", lang))
    body, sentence = "", ""
    if len(facts.personas) > 1:
        sentence = _sentence(facts.personas, lang)
        body = finding(sentence) + note(
            say(
                "Who they are is measured; the four lines below each are advice from general rules, to be tried against a holdout.",
                lang,
            )
        )
        body += "".join(_card(persona, lang) for persona in facts.personas)
    for persona in facts.rule_personas:
        body += folded(say("Segment: {name}", lang, name=persona.name().told(lang)), _card(persona, lang))
    return Section("personas", title, body, sentence)


def _sentence(personas: Sequence[Persona], lang: str) -> str:
    best = personas[0]
    if not best.worth.revenue:
        largest = max(personas, key=lambda persona: persona.worth.members)
        return say(
            "{n} {n|group is|groups are} described; the largest, “{name}”, holds {share} of the base.",
            lang,
            n=len(personas),
            name=largest.name().told(lang),
            share=share(largest.worth.share),
        )
    return say(
        "The most valuable persona is “{name}”: {share} of the base bring {revenue} of customers' revenue.",
        lang,
        name=best.name().told(lang),
        share=share(best.worth.share),
        revenue=share(best.worth.revenue_share),
    )


def _card(persona: Persona, lang: str) -> str:
    advice = {part: [each.say().told(lang) for each in persona.strategy if each.part == part] for part in PARTS}
    joint = "" if lang == "zh" else " "
    four = "".join(
        f"<p><b>{escape(say(part.capitalize(), lang))}</b><br>{escape(joint.join(sentences))}</p>"
        for part, sentences in advice.items()
        if sentences
    )
    said = _ASIDE.sub(r'<span class="aside">\g<0></span>', items(each_into(persona.sentences(), lang)))
    return (
        f'<div class="persona"><h3>{escape(persona.name().told(lang))}</h3>{said}<div class="four">{four}</div></div>'
    )
