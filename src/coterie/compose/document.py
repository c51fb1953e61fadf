"""A template's body made ready once: MJML to HTML, styles inlined, values escaped for their places.

Liquid is set aside behind marks while MJML and the inliner work, and put back after,
so that neither can change it and one costly pass serves every recipient.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import css_inline
import mrml

from coterie.compose.places import Places
from coterie.compose.plaintext import text_of
from coterie.compose.tokens import liquid_tokens
from coterie.errors import BadDefinition, UnknownName
from coterie.words import sentence

_STEM = "q7liquid"
_MARK = re.compile(rf"(?:<!--|&lt;!--)?{_STEM}(\d+)z(?:-->|--&gt;)?")

_ELEMENT = re.compile("<[a-zA-Z]")
MOST_ELEMENTS = 5_000
"""A long newsletter has some hundred; at 15,000 within each other the parsers die."""

MJML_ELEMENTS = tuple(
    f"mj-{name}"
    for name in [
        "accordion",
        "accordion-element",
        "accordion-text",
        "accordion-title",
        "all",
        "attributes",
        "body",
        "breakpoint",
        "button",
        "carousel",
        "carousel-image",
        "class",
        "column",
        "divider",
        "font",
        "group",
        "head",
        "hero",
        "html-attributes",
        "image",
        "navbar",
        "navbar-link",
        "preview",
        "raw",
        "section",
        "social",
        "social-element",
        "spacer",
        "style",
        "table",
        "text",
        "title",
        "wrapper",
    ]
)
"""What MJML 4 has inside ``<mjml>``."""

PREHEADER_STYLE = "display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;"


@dataclass(frozen=True)
class Page:
    """A body as Liquid over finished HTML, and as Liquid over plain text."""

    html: str
    text: str


def make_page(body: str, *, preheader: str, footer: str, footer_text: str, language: str, where: str) -> Page:
    """The page of ``body``, which is MJML when it begins with ``<mjml`` and HTML otherwise.

    ``preheader`` and ``footer`` are Liquid over HTML put at the top and the end of the
    page. ``BadDefinition`` names what MJML, a link or a place does not allow.
    """
    if _STEM in body:
        raise BadDefinition(
            sentence("the word {word} is used by Coterie itself; choose another", word=_STEM), where=where
        )
    tokens: list[str] = []
    marked = _few(_set_aside(body.strip(), tokens, where), where)
    html = _inline(_few(_from_mjml(marked, where), where) if is_mjml(body) else _whole(marked, language), where)
    if is_mjml(body):
        html = html.replace('lang="und"', f'lang="{language}"')
    _refuse_lost(tokens, html, where)
    occurrences: list[str] = []
    numbered = _place_values(html, tokens, occurrences, where)
    plain = text_of(numbered, kept_comment=rf"{_STEM}\d+z")
    plain = re.sub(r"\{(?=[{%])", "{{ '{' }}", plain)
    page = _insert(numbered, preheader, footer)
    return Page(
        html=_put_back(page, occurrences),
        text=_put_back(plain, occurrences) + (f"\n\n-- \n{footer_text}\n" if footer_text else "\n"),
    )


def is_mjml(body: str) -> bool:
    """Whether ``body`` is MJML.

    >>> is_mjml("  <mjml><mj-body></mj-body></mjml>")
    True
    """
    return body.lstrip()[:5].lower() == "<mjml"


def _set_aside(body: str, tokens: list[str], where: str) -> str:
    places, pieces, at = Places(where), [], 0
    for token in liquid_tokens(body, where):
        literal = body[at : token.start]
        places.read(literal)
        pieces.append(literal)
        at = token.end
        if token.kind == "comment":
            continue
        if token.kind == "tag" and places.place == "tag":
            raise BadDefinition(
                sentence(
                    "{text} stands inside the tag <{element}>; put it around the element or inside quotes",
                    text=token.text,
                    element=places.element,
                ),
                where=where,
            )
        mark = f"{_STEM}{len(tokens)}z"
        tokens.append(token.text)
        pieces.append(f"<!--{mark}-->" if token.kind != "value" and places.place == "text" else mark)
    return "".join([*pieces, body[at:]])


def _few(html: str, where: str) -> str:
    """``html``, unless it has so many elements that, all inside each other, they would overflow the parsers' stack.

    How deep they really stand only those parsers know, for HTML closes some tags unasked and passes over others.
    """
    if len(_ELEMENT.findall(html)) > MOST_ELEMENTS:
        raise BadDefinition(
            sentence("the page has more than {n:,} {n|element|elements}; make it shorter", n=MOST_ELEMENTS), where=where
        )
    return html


def _from_mjml(marked: str, where: str) -> str:
    options = mrml.RenderOptions(fonts={})  # No web fonts: they would tell a third party who reads what.
    try:
        made = str(mrml.to_html(marked, mrml.ParserOptions(include_loader=mrml.noop_loader()), options).content)
    except OSError as fault:
        raise BadDefinition(
            sentence("this is not MJML: {why}", why=_MARK.sub("{…}", str(fault))), where=where
        ) from None
    stray = re.search(r"<(mj-[a-z-]+)", made)  # mrml passes on what it does not know
    if stray:
        raise UnknownName("MJML element", stray[1], MJML_ELEMENTS)
    return made


def _whole(marked: str, language: str) -> str:
    if re.search(r"<html[\s>]", marked, re.IGNORECASE):
        return marked
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title></title>'
    return f'<!doctype html><html lang="{language}"><head>{head}</head><body>{marked}</body></html>'


def _inline(html: str, where: str) -> str:
    inliner = css_inline.CSSInliner(keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)
    try:
        return inliner.inline(html)
    except (css_inline.InlineError, ValueError) as fault:
        raise BadDefinition(sentence("the styles cannot be read: {why}", why=fault), where=where) from None


def _refuse_lost(tokens: list[str], html: str, where: str) -> None:
    kept = {int(mark[1]) for mark in _MARK.finditer(html)}
    for number, token in enumerate(tokens):
        if number not in kept:
            raise BadDefinition(
                sentence("{token} stands where it would be lost; put it into text or <mj-raw>", token=token),
                where=where,
            )


def _place_values(html: str, tokens: list[str], occurrences: list[str], where: str) -> str:
    places, pieces, at = Places(where), [], 0
    for mark in _MARK.finditer(html):
        literal = html[at : mark.start()]
        places.read(literal)
        token = tokens[int(mark[1])]
        if token.startswith("{{"):
            trims = token[2] == "-", token[-3] == "-"
            shown = places.print_value(token[2:-2].strip("-").strip())
            token = f"{{{{{'-' if trims[0] else ''}{shown[2:-2]}{'-' if trims[1] else ''}}}}}"
        number = len(occurrences)
        is_comment = mark[0].startswith("<!--")
        occurrences.append(token)
        pieces += [literal, f"<!--{_STEM}{number}z-->" if is_comment else f"{_STEM}{number}z"]
        at = mark.end()
    places.read(html[at:])
    return "".join([*pieces, html[at:]])


def _insert(html: str, preheader: str, footer: str) -> str:
    if preheader:
        hidden = f'<div style="{PREHEADER_STYLE}">{preheader}</div>'
        html = re.sub(r"(<body[^>]*>)", lambda body: body[1] + hidden, html, count=1, flags=re.IGNORECASE)
    head, body, tail = html.rpartition("</body>")
    return f"{head}{footer}{body}{tail}" if body else html + footer


def _put_back(marked: str, occurrences: list[str]) -> str:
    return _MARK.sub(lambda mark: occurrences[int(mark[1])], marked)
