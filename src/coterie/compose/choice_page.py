"""The page on which people choose what they get: plain HTML that works without scripts, on any width, in English and Chinese."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from itertools import groupby
from typing import Literal

from coterie.compose.way_out import contrast
from coterie.words import say

Locale = Literal["en", "zh"]
Said = Literal["", "saved", "stopped", "unsubscribed"]
"""What was done just before, which the page says first."""

_LANGUAGES: dict[Locale, tuple[str, str]] = {"en": ("en", "English"), "zh": ("zh-CN", "中文")}
_LEAST = 4.5
"""Contrast of letters to what is behind them that all can read (WCAG 2.2, 1.4.3)."""
_LEAST_EDGE = 3
"""As ``_LEAST``, of edges (1.4.11)."""

_STYLE = """
*{{box-sizing:border-box}}
body{{margin:0;background:#f4f5f7;color:#1c2430;font:16px/1.55 system-ui,-apple-system,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}}
header,main,footer{{max-width:40rem;margin:0 auto;padding:1rem}}
header{{display:flex;flex-wrap:wrap;gap:.5rem 1rem;justify-content:space-between;align-items:baseline}}
header strong{{font-size:1.15rem;overflow-wrap:anywhere}}
nav a,nav span{{display:inline-block;padding:.6rem .4rem}}
a{{color:#1c2430}}
section{{background:#fff;border:1px solid #d9dde3;border-radius:10px;padding:1.25rem;margin:0 0 1rem}}
h1{{font-size:1.5rem;line-height:1.3;margin:.2rem 0 1rem}}
section>p:first-child{{margin-top:0}}
h2{{font-size:1.1rem;margin:0 0 .5rem}}
fieldset{{border:0;border-top:1px solid #d9dde3;margin:0;padding:.9rem 0}}
legend{{padding:0;font-weight:600;float:left;width:100%}}
fieldset p{{clear:both;margin:.1rem 0 .3rem;color:#4a5565}}
label{{display:inline-flex;align-items:center;gap:.5rem;min-height:44px;padding-right:1.5rem}}
input[type=radio]{{width:1.25rem;height:1.25rem;margin:0;accent-color:{color}}}
button{{font:inherit;min-height:44px;padding:.55rem 1.2rem;border-radius:8px;border:1px solid #5a6675;background:#fff;color:#1c2430;cursor:pointer;max-width:100%}}
button.first{{background:{color};border-color:{edge};color:{on};font-weight:600}}
:focus-visible{{outline:3px solid #111;outline-offset:2px}}
.said{{border-left:6px solid {color};font-weight:600}}
footer{{color:#4a5565;font-size:.875rem;overflow-wrap:anywhere}}
footer a{{color:#4a5565}}
"""


@dataclass(frozen=True)
class OfferedChoice:
    """One choice: by which ``name`` it is sent back, what of, and what stands (``yes``, ``no`` or ``unsaid``)."""

    name: str
    channel: str
    label: str
    about: str
    state: str
    may_change: bool


@dataclass(frozen=True)
class Choosing:
    """What the page says: who writes, to which address (shortened), what can be chosen, and what the link takes back.

    ``address`` is None of somebody who was erased. ``ends`` is the name of the choice that is taken back, or empty where there is none.
    """

    business: str
    contact: str
    postal_address: str = ""
    privacy_url: str = ""
    color: str = "#1d4e89"
    address: str | None = None
    ends: str = ""
    choices: Sequence[OfferedChoice] = field(default_factory=tuple)


def choice_page(
    shown: Choosing, lang: Locale, said: Said = "", *, first: Literal["ending", "choices"] = "ending"
) -> str:
    """The page, in ``lang``; what was just done (``said``) comes first, then unsubscribing or the choices."""
    parts = [_said(shown, said, lang)]
    if shown.address is None:
        heading = say("You get nothing from us", lang)
        parts.append(
            _section(
                _p(
                    say(
                        "What we kept about you was erased. We do not write to you, and there is nothing to choose.",
                        lang,
                    )
                )
            )
        )
    else:
        heading = say("What you get from us", lang)
        ending, choices = _ending(shown, lang, said), _choices(shown, lang)
        parts += [ending, choices] if first == "ending" else [choices, ending]
        parts.append(_stopping(shown, lang))
    return _page(shown, lang, heading, parts)


def fault_page(business: Choosing, lang: Locale, heading: str, words: str) -> str:
    """A page that says why a link does nothing, and whom to ask."""
    asked = say(
        "Write to {contact} and say what you want to receive; a person will see to it.",
        lang,
        contact=escape(business.contact),
    )
    return _page(business, lang, heading, [_section(_p(escape(words)) + _p(asked))])


def style_source(color: str) -> str:
    """The source by which a content security policy lets the page's own style in, and no other."""
    return f"'sha256-{b64encode(sha256(_style(color).encode()).digest()).decode()}'"


def _style(color: str) -> str:
    readable = next((each for each in ("#ffffff", "#111111") if contrast(each, color) >= _LEAST), "#111111")
    edge = color if contrast(color, "#ffffff") >= _LEAST_EDGE else "#5a6675"
    return _STYLE.format(color=color, on=readable, edge=edge)


def _page(shown: Choosing, lang: Locale, heading: str, parts: Iterable[str]) -> str:
    tag = _LANGUAGES[lang][0]
    privacy = f'<br><a href="{escape(shown.privacy_url)}">{say("Privacy", lang)}</a>' if shown.privacy_url else ""
    address = f"{'，' if lang == 'zh' else ', '}{escape(shown.postal_address)}" if shown.postal_address else ""
    return (
        f'<!doctype html><html lang="{tag}"><head><meta charset="utf-8"><title>{heading} · {escape(shown.business)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex, nofollow">'
        f"<style>{_style(shown.color)}</style></head><body>"
        f"<header><strong>{escape(shown.business)}</strong>{_languages(lang)}</header>"
        f"<main><h1>{heading}</h1>{''.join(parts)}</main>"
        f"<footer>{escape(shown.business)}{address}{privacy}</footer></body></html>"
    )


def _languages(lang: Locale) -> str:
    links = "".join(
        f'<span lang="{tag}" aria-current="true">{name}</span>'
        if each == lang
        else f'<a href="?lang={each}" lang="{tag}" hreflang="{tag}">{name}</a>'
        for each, (tag, name) in _LANGUAGES.items()
    )
    return f'<nav aria-label="{say("Language", lang)}">{links}</nav>'


def _said(shown: Choosing, said: Said, lang: Locale) -> str:
    if not said:
        return ""
    words = {
        "saved": say("Saved. It holds from this moment on.", lang),
        "stopped": say("You get no more advertising from us, by no channel. It holds from this moment on.", lang),
        "unsubscribed": say("You are unsubscribed. It holds from this moment on.", lang),
    }[said]
    ended = _ended(shown)
    again = ""
    if said == "unsubscribed" and ended is not None and ended.state == "no" and ended.may_change:
        asked = say("That was a mistake: keep me subscribed", lang)
        again = _form(f'<button name="do" value="again">{asked}</button>')
    return f'<section class="said" role="status">{_p(words)}{again}</section>'


def _ended(shown: Choosing) -> OfferedChoice | None:
    return next((each for each in shown.choices if each.name == shown.ends), None)


def _ending(shown: Choosing, lang: Locale, said: Said) -> str:
    ended = _ended(shown)
    if ended is None or said:
        return ""
    what = {
        "what": escape(ended.label),
        "channel": _by_channel(ended.channel, lang),
        "address": escape(shown.address or ""),
    }
    if ended.state == "no":
        return _section(_p(say("{what} ({channel}) no longer go to {address}.", lang, **what)))
    asked = say("{what} ({channel}) go to {address}. You can end that with one press.", lang, **what)
    return _section(
        _p(asked) + _form(f'<button class="first" name="do" value="unsubscribe">{say("Unsubscribe", lang)}</button>')
    )


def _choices(shown: Choosing, lang: Locale) -> str:
    rows = "".join(_channel(channel, list(each), lang) for channel, each in groupby(shown.choices, lambda c: c.channel))
    save = f'<button class="first" name="do" value="save">{say("Save my choices", lang)}</button>'
    return _section(f"<h2>{say('Choose for yourself', lang)}</h2>{_form(rows + save)}")


def _channel(channel: str, choices: Sequence[OfferedChoice], lang: Locale) -> str:
    return "".join(_choice(each, _by_channel(channel, lang), lang) for each in choices)


def _choice(choice: OfferedChoice, channel: str, lang: Locale) -> str:
    name = escape(choice.name)
    about = f"<p>{escape(choice.about)}</p>" if choice.about else ""
    if not choice.may_change:
        told = say(
            "You get nothing here, since you, or somebody for you, ended it in another way. Only we can open it again.",
            lang,
        )
        return f"<fieldset><legend>{escape(choice.label)} · {channel}</legend>{about}<p>{told}</p></fieldset>"
    radios = "".join(
        _radio(choice, value, word) for value, word in (("yes", say("Yes", lang)), ("no", say("No", lang)))
    )
    was = f'<input type="hidden" name="was:{name}" value="{choice.state}">'
    return f"<fieldset><legend>{escape(choice.label)} · {channel}</legend>{about}<p>{radios}{was}</p></fieldset>"


def _radio(choice: OfferedChoice, value: str, word: str) -> str:
    checked = " checked" if choice.state == value else ""
    return f'<label><input type="radio" name="{escape(choice.name)}" value="{value}"{checked}>{word}</label>'


def _stopping(shown: Choosing, lang: Locale) -> str:
    if all(each.state == "no" for each in shown.choices):
        return ""
    told = say("No advertising from us any more, by no channel.", lang)
    button = f'<button name="do" value="stop">{say("Stop everything", lang)}</button>'
    return _section(f"<h2>{say('Stop everything', lang)}</h2>{_p(told)}{_form(button)}")


def _by_channel(channel: str, lang: Locale) -> str:
    known = {"email": say("E-mail", lang), "sms": say("SMS", lang)}
    return known.get(channel) or escape(channel)


def _form(inside: str) -> str:
    return f'<form method="post">{inside}</form>'


def _section(inside: str) -> str:
    return f"<section>{inside}</section>"


def _p(words: str) -> str:
    return f"<p>{words}</p>"


def choices_sent(fields: Iterable[tuple[str, str]]) -> Iterator[tuple[str, bool, bool]]:
    """The choices of a form that was sent back: name, whether it is wanted, whether that is other than what the page had shown.

    >>> list(choices_sent([("was:email/marketing", "yes"), ("email/marketing", "no"), ("do", "save")]))
    [('email/marketing', False, True)]
    """
    given = dict(fields)
    for name, value in given.items():
        if value in ("yes", "no") and f"was:{name}" in given:
            yield name, value == "yes", value != given[f"was:{name}"]
