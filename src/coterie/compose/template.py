"""A template made ready, checked against what is known, and rendered for one person or many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from liquid.template import BoundTemplate

from coterie.compose.definition import TemplateDefinition
from coterie.compose.document import make_page
from coterie.compose.filters import PLACE, PrintedPlace, readable
from coterie.compose.liquid import RenderRefused, parse, paths, render
from coterie.compose.plaintext import header_text, tidy_lines
from coterie.compose.way_out import shows_link, text_with_link, text_with_reply, with_link, with_prefix
from coterie.domain import Rendered
from coterie.errors import BadDefinition, UnknownName
from coterie.words import Sentence, say, sentence

VARIABLES: Mapping[str, tuple[str, ...]] = {
    "profile": (),
    "segments": (),
    "coupon": (),
    "campaign": ("name",),
    "sender": ("name", "address"),
    "unsubscribe_url": (),
    "preferences_url": (),
}
"""What a template may name; ``profile``, ``segments`` and ``coupon`` are checked against the workspace."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a message knows about its reader.

    ``traits`` and ``segments`` by name; ``coupons``, pool to the code of it; ``campaign``, ``unsubscribe_url`` and
    ``preferences_url`` of this message; ``sender_name`` and ``postal_address`` of the business. ``is_marketing`` is the
    purpose of the message; a template of marketing is so anyway. ``hears_replies`` where people can say no by answering. ``place`` is the business's
    currency and clock.
    """

    traits: Mapping[str, object] = field(default_factory=dict)
    segments: frozenset[str] = frozenset()
    coupons: Mapping[str, str] = field(default_factory=dict)
    campaign: str = ""
    sender_name: str = ""
    postal_address: str = ""
    unsubscribe_url: str = ""
    preferences_url: str = ""
    country: str | None = None
    is_marketing: bool = False
    hears_replies: bool = False
    place: PrintedPlace = field(default_factory=PrintedPlace)


@dataclass(frozen=True)
class CompiledTemplate:
    """One language of a template with MJML, styles and Liquid done once; make it with ``compile_template``."""

    definition: TemplateDefinition
    language: str
    defaults: Mapping[str, object]
    subject: BoundTemplate
    html: BoundTemplate
    text: BoundTemplate
    is_steady: bool = False
    shown: list[bool] = field(default_factory=list, repr=False, compare=False)

    def parts(self) -> tuple[BoundTemplate, BoundTemplate, BoundTemplate]:
        """Subject, HTML and text."""
        return self.subject, self.html, self.text


def compile_template(definition: TemplateDefinition, language: str | None = None) -> CompiledTemplate:
    """``definition`` made ready for readers of ``language``; ``BadDefinition`` says what is wrong and where."""
    found, words = definition.variant(language)
    name = definition.name if found == definition.language else f"{definition.name} ({found})"
    if definition.form == "text":
        nothing = parse("", escaping=False, where="")
        text_alone = parse(words.text or "", escaping=False, where=sentence("template {name}, text", name=name))
        return CompiledTemplate(definition, found, words.defaults, nothing, nothing, text_alone)
    html_footer, text_footer = _footers(definition, found, words.body or "")
    page = make_page(
        words.body or "",
        preheader=words.preheader or "",
        footer=html_footer,
        footer_text=text_footer,
        language=found,
        where=sentence("template {name}, body", name=name),
    )
    text = page.text if words.text is None else f"{words.text.strip()}\n\n-- \n{text_footer}\n"
    return CompiledTemplate(
        definition=definition,
        language=found,
        defaults=words.defaults,
        subject=parse(words.subject or "", escaping=False, where=sentence("template {name}, subject", name=name)),
        html=parse(page.html, escaping=True, where=sentence("template {name}, body", name=name)),
        text=parse(text, escaping=False, where=sentence("template {name}, text", name=name)),
        is_steady="{%" not in page.html,
    )


def check_template(
    definition: TemplateDefinition, *, traits: Iterable[str], segments: Iterable[str], pools: Iterable[str] = ()
) -> list[Sentence]:
    """Advice on a template; refuses what is wrong in any of its languages.

    ``UnknownName`` for a trait, segment or pool of coupons that is not in ``traits``, ``segments`` or ``pools``, with
    the nearest names; ``BadDefinition`` for Liquid, MJML, links and places that are wrong.
    The advice names traits that have no default.
    """
    known = {"profile": frozenset(traits), "segments": frozenset(segments), "coupon": frozenset(pools)}
    bare: set[str] = set()
    for language in (definition.language, *definition.languages):
        compiled = compile_template(definition, language)
        for part in compiled.parts():
            for path in paths(part):
                trait = _check_path(path, known, sentence("template {name}", name=definition.name))
                bare |= {trait} - set(compiled.defaults) if trait else set()
        for trait in compiled.defaults:
            if trait not in known["profile"]:
                raise UnknownName("trait", trait, known["profile"])
        _try_empty(compiled)
    return [
        sentence("profile.{trait} has no default in the template; people who lack it see nothing there", trait=trait)
        for trait in sorted(bare)
    ]


def traits_named(compiled: CompiledTemplate) -> frozenset[str]:
    """The traits that a template prints or asks about.

    >>> hello = TemplateDefinition(name="hello", subject="Hi {{ profile.first_name }}", body="<p>Hi</p>")
    >>> sorted(traits_named(compile_template(hello)))
    ['first_name']
    """
    return _named(compiled, "profile")


def pools_named(compiled: CompiledTemplate) -> frozenset[str]:
    """The pools of coupons of which a template prints a code, or asks about one.

    >>> hello = TemplateDefinition(name="hello", subject="Yours: {{ coupon.spring }}", body="<p>Hi</p>")
    >>> sorted(pools_named(compile_template(hello)))
    ['spring']
    """
    return _named(compiled, "coupon")


def _named(compiled: CompiledTemplate, root: str) -> frozenset[str]:
    found = (path for part in compiled.parts() for path in paths(part))
    return frozenset(str(path[1]) for path in found if path[0] == root and len(path) > 1)


_KINDS = {"profile": "trait", "segments": "segment", "coupon": "coupon pool"}
"""Variable → what its parts are names of."""


def _check_path(path: tuple[object, ...], known: Mapping[str, frozenset[str]], where: str) -> str:
    root = str(path[0])
    if root not in VARIABLES:
        raise UnknownName("template variable", root, VARIABLES)
    if root in ("unsubscribe_url", "preferences_url"):
        return ""
    name = path[1] if len(path) > 1 else None
    if not isinstance(name, str):
        raise BadDefinition(
            sentence(
                "{name} is used as a whole; name what of it, such as {example}.first_name", name=root, example=root
            ),
            where=where,
        )
    if root in _KINDS and name not in known[root]:
        advice = "make one with `coterie coupons add`" if root == "coupon" else ""
        raise UnknownName(_KINDS[root], name, known[root], advice=advice)
    if VARIABLES[root] and name not in VARIABLES[root]:
        raise UnknownName(sentence("{name} variable", name=root), name, VARIABLES[root])
    return name if root == "profile" else ""


def _try_empty(compiled: CompiledTemplate) -> None:
    try:
        link, codes = "https://shop.example/unsubscribe/tried", dict.fromkeys(pools_named(compiled), "X")
        render_one(compiled, Context(coupons=codes, unsubscribe_url=link, is_marketing=True))
    except RenderRefused as fault:
        raise BadDefinition(sentence("{fault} (tried for a person without traits)", fault=fault.sentence), where=sentence("template {name}", name=compiled.definition.name)) from None  # fmt: skip


def render_one(compiled: CompiledTemplate, context: Context) -> Rendered:
    """What one person reads; ``RenderRefused`` when the template cannot be rendered for them.

    A trait that is missing, null or empty takes the template's default. Values are
    escaped for where they land; the subject is always one plain line.
    """
    variables = _variables(compiled, context)
    if compiled.definition.form == "text":
        return Rendered(subject="", text=_text_alone(compiled, context, variables))
    subject = header_text(render(compiled.subject, variables))
    if not subject:
        raise RenderRefused("the subject is empty for this person; give its traits defaults")
    html, text = render(compiled.html, variables), _no_controls(render(compiled.text, variables))
    if context.is_marketing or compiled.definition.kind == "marketing":
        subject = with_prefix(subject, context.country, compiled.language)
        html, text = _with_way_out(compiled, html, text, context.unsubscribe_url)
    return Rendered(subject=subject, html=html, text=tidy_lines(text) + "\n")


def _text_alone(compiled: CompiledTemplate, context: Context, variables: Mapping[str, object]) -> str:
    text = tidy_lines(_no_controls(render(compiled.text, dict(variables)))).strip()
    if not text:
        raise RenderRefused("the text is empty for this person; give its traits defaults")
    if not (context.is_marketing or compiled.definition.kind == "marketing"):
        return text
    if context.hears_replies:
        return text_with_reply(text, context.country, compiled.language)
    link = context.unsubscribe_url
    return text_with_link(text, link, compiled.language).strip() if link else text


def _with_way_out(compiled: CompiledTemplate, html: str, text: str, link: str) -> tuple[str, str]:
    """A marketing page and text in which the reader finds ``link``, whatever the template did with it."""
    if not link:
        return html, text
    if not (compiled.is_steady and compiled.shown):  # values are escaped, so tags alone change what is seen
        compiled.shown[:] = [shows_link(html, link)]
    if not compiled.shown[0]:
        added = with_link(html, link, compiled.language)
        if added is None:
            raise RenderRefused(
                "the page hides the unsubscribe link wherever it is put; close its comments and hidden parts"
            )
        html = added
    return html, text_with_link(text, link, compiled.language)


def render_many(compiled: CompiledTemplate, contexts: Sequence[Context]) -> list[Rendered | RenderRefused]:
    """Each person's message, or why there is none; one who fails does not hold up the others."""
    made: list[Rendered | RenderRefused] = []
    for context in contexts:
        try:
            made.append(render_one(compiled, context))
        except RenderRefused as fault:
            made.append(fault)
    return made


def _variables(compiled: CompiledTemplate, context: Context) -> dict[str, object]:
    traits: dict[str, object] = dict(compiled.defaults)
    for name, value in context.traits.items():
        shown = readable(value)
        if shown is not None and shown != "":
            traits[name] = shown
    return {
        "profile": traits,
        "segments": dict.fromkeys(context.segments, True),
        "coupon": context.coupons,
        "campaign": {"name": context.campaign},
        "sender": {"name": context.sender_name, "address": context.postal_address or None},
        "unsubscribe_url": context.unsubscribe_url,
        "preferences_url": context.preferences_url,
        PLACE: context.place,
    }


_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _no_controls(text: str) -> str:
    return _CONTROLS.sub("", text)


def _footers(definition: TemplateDefinition, language: str, body: str) -> tuple[str, str]:
    locale = "zh" if language.partition("-")[0] == "zh" else "en"
    sent_by = say("Sent by {name}", locale, name="{{ sender.name }}")
    comma = "，" if locale == "zh" else ", "
    lines = [f"{sent_by}{{% if sender.address %}}{comma}{{{{ sender.address }}}}{{% endif %}}"]
    html = lines[0]
    if definition.kind == "marketing" and "unsubscribe_url" not in body:
        word = say("Unsubscribe", locale)
        lines.append(f"{word}: {{{{ unsubscribe_url }}}}")
        html += f' · <a href="{{{{ unsubscribe_url }}}}" style="color:#666666;">{word}</a>'
    style = "margin:24px auto;max-width:600px;font:12px/1.5 Arial,sans-serif;color:#666666;text-align:center;"
    return f'<div style="{style}">{html}</div>', "\n".join(lines)
