"""The way out of marketing: what a country's law asks, and a link that every reader of the finished page can see and follow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from html.parser import HTMLParser

import css_inline

from coterie.words import say

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_UNSHOWN = frozenset(
    ("head", "style", "script", "title", "template", "noscript", "textarea", "select", "option", "object", "svg")
)
_LINK = "https://link.invalid/"
_WORDS = re.compile(r">[^<&]*\w[^<&]*<")
_STYLE = re.compile(r"(<style[^>]*>)(.*?)(</style>)", re.DOTALL | re.IGNORECASE)
_CONDITION = re.compile(r"@(?:media|supports|container|layer|document|scope)\b[^{};]*\{", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_NUMBER = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|%|vw|vh)?")
_HEX = re.compile(r"#([0-9a-f]{3,8})")
_RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+)(%?))?")
_NAMED = {
    "white": (255, 255, 255), "black": (0, 0, 0), "snow": (255, 250, 250), "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245), "ghostwhite": (248, 248, 255), "gray": (128, 128, 128), "grey": (128, 128, 128),
    "silver": (192, 192, 192), "red": (255, 0, 0), "blue": (0, 0, 238), "navy": (0, 0, 128), "green": (0, 128, 0),
}  # fmt: skip
_TOO_PALE = 1.3
"""Contrast of letters to what is behind them under which nobody sees them (WCAG asks for 4.5)."""

_SMALLEST = 5.0
"""Height of letters in pixels under which nobody reads them."""

Color = tuple[int, int, int]
_ZERO_WIDTH = re.compile("[\\s\u00ad\u200b-\u200f\u2060\ufeff\u00a0]")
_FOOTER = "margin:16px auto;max-width:600px;font:12px/1.5 Arial,sans-serif;color:#666666;text-align:center;"


def shows_link(html: str, link: str) -> bool:
    """Whether a reader of ``html`` sees words, or a picture, that lead to ``link``.

    >>> shows_link('<p><a href="https://x.test/u">Stop</a></p>', "https://x.test/u")
    True
    >>> shows_link('<!-- <a href="https://x.test/u">Stop</a> --><p style="display:none"><a href="https://x.test/u">x</a></p>', "https://x.test/u")
    False
    """
    if link not in html and escape(link) not in html:
        return False
    # Pages of one template differ in words; their tags are looked at once.
    return _shows(_WORDS.sub(">t<", html.replace(escape(link), _LINK).replace(link, _LINK)))


@lru_cache(maxsize=512)
def _shows(tags: str) -> bool:
    page = _COMMENT.sub("", tags)
    return _is_seen_in(page) and (_CONDITION.search(page) is None or _is_seen_in(_under_conditions(page)))


def _is_seen_in(page: str) -> bool:
    looker = _Looker(_LINK)
    looker.feed(page)
    looker.close()
    return looker.found


def _under_conditions(page: str) -> str:
    """``page`` as where all conditions of its styles hold at once: narrow, dark, printed."""
    plain = _STYLE.sub(lambda found: found[1] + _unconditional(found[2]) + found[3], page)
    return css_inline.CSSInliner(load_remote_stylesheets=False).inline(plain)


def _unconditional(css: str) -> str:
    """``css`` with the rules that stand under conditions taken out of them."""
    while found := _CONDITION.search(css):
        end, depth = found.end(), 1
        while end < len(css) and depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        css = css[: found.start()] + css[found.end() : end - (not depth)] + css[end:]
    return css


def with_link(html: str, link: str, language: str) -> str | None:
    """``html`` with a line that leads to ``link``, where all see it; None when the page hides whatever is put into it."""
    line = f'<div style="{_FOOTER}"><a href="{escape(link)}" style="color:#666666;">{_word(language)}</a></div>'
    head, body, tail = html.rpartition("</body>")
    at_end = f"{head}{line}{body}{tail}" if body else html + line
    at_start = re.sub(r"(<body[^>]*>)", lambda found: found[1] + line, html, count=1, flags=re.IGNORECASE)
    return next((page for page in (at_end, at_start) if shows_link(page, link)), None)


def text_with_link(text: str, link: str, language: str) -> str:
    """``text`` with the link in a line of its own, where it has none."""
    return text if link in text else f"{text.rstrip()}\n\n{_word(language)}: {link}\n"


_SAYS_HOW = re.compile(r"\bSTOP\b|退订|拒收|回复?\s?(?:T|TD|R|N)\b", re.ASCII)
"""How texts say by which answer one is rid of them."""


def text_with_reply(text: str, country: str | None, language: str) -> str:
    """``text`` with the word by which an answer ends such messages, where it names none.

    >>> print(text_with_reply("New tea", "US", "en"))
    New tea
    Reply STOP to opt out
    >>> text_with_reply("新茶上市", "CN", "zh"), text_with_reply("Tea. STOP to end", "US", "en")
    ('新茶上市 回T退订', 'Tea. STOP to end')
    """
    if _SAYS_HOW.search(text):
        return text
    locale = "zh" if language.partition("-")[0] == "zh" else "en"
    word = "T" if (country or "").upper() == "CN" or (locale == "zh" and not country) else "STOP"
    between = " " if locale == "zh" else "\n"
    return f"{text}{between}{say('Reply {word} to opt out', locale, word=word)}"


def _word(language: str) -> str:
    return say("Unsubscribe", "zh" if language.partition("-")[0] == "zh" else "en")


@dataclass(frozen=True, slots=True)
class _Look:
    """How what stands inside an element looks."""

    tag: str = ""
    is_hidden: bool = False
    is_tiny: bool = False
    color: Color | None = (0, 0, 0)
    behind: Color | None = (255, 255, 255)
    leads: bool = False

    @property
    def is_seen(self) -> bool:
        return not (self.is_hidden or self.is_tiny or _is_pale(self.color, self.behind))


class _Looker(HTMLParser):
    def __init__(self, link: str) -> None:
        super().__init__(convert_charrefs=True)
        self.link, self.found = link, False
        self._looks = [_Look()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        look = _inside(self._looks[-1], tag, values, leads_to=self.link)
        if tag == "img":
            is_there = bool(values.get("src")) and values.get("width") not in {"0", "1"} and values.get("height") not in {"0", "1"}  # fmt: skip
            self.found = self.found or (look.leads and not look.is_hidden and is_there)
        if tag not in _VOID:
            self._looks.append(look)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # the slash means nothing to HTML

    def handle_endtag(self, tag: str) -> None:
        place = next((n for n in range(len(self._looks) - 1, 0, -1) if self._looks[n].tag == tag), None)
        if place is not None:
            del self._looks[place:]

    def handle_data(self, data: str) -> None:
        look = self._looks[-1]
        if look.leads and look.is_seen and _ZERO_WIDTH.sub("", data):
            self.found = True


def _inside(around: _Look, tag: str, values: dict[str, str], *, leads_to: str) -> _Look:
    style = _declarations(values.get("style", ""))
    is_link = tag == "a" and "href" in values
    color = _color(style.get("color") or values.get("color", "")) if style.get("color") or values.get("color") else None
    if color is None:
        color = (0, 0, 238) if is_link else around.color
    if _is_transparent(style.get("color", "")):
        return _Look(tag, is_hidden=True)
    size = style.get("font-size") or _size_of(style.get("font", ""))
    return _Look(
        tag,
        is_hidden=around.is_hidden or tag in _UNSHOWN or "hidden" in values or _hides(style),
        is_tiny=_is_tiny(size) if size else around.is_tiny,
        color=color,
        behind=_behind(style, values, around.behind),
        leads=(values.get("href", "").strip() == leads_to) if is_link else around.leads,
    )


def _declarations(style: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in style.lower().replace("!important", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if value.strip()}


def _hides(style: dict[str, str]) -> bool:
    is_cut = "hidden" in style.get("overflow", "") or "mso-hide" in style
    flat = any(_pixels(style.get(name, "")) == 0 for name in ("height", "max-height", "width", "max-width"))
    is_away = style.get("position") in {"absolute", "fixed"} and any(
        (_pixels(style.get(name, "")) or 0) <= -100 for name in ("left", "top", "right", "bottom")
    )
    return (
        style.get("display") == "none"
        or style.get("visibility") in {"hidden", "collapse"}
        or style.get("mso-hide") == "all"
        or (_pixels(style.get("opacity", "")) or 1) < 0.1
        or style.get("opacity", "").strip("0.%") == "" != style.get("opacity", "")
        or (is_cut and flat)
        or (_pixels(style.get("text-indent", "")) or 0) <= -100
        or is_away
        or re.sub(r"\s", "", style.get("clip", "")).startswith(("rect(0", "rect(1px,1px,1px"))
        or "scale(0" in re.sub(r"\s", "", style.get("transform", "")).replace("scale(0.", "")
        or re.search(r"inset\(\s*(5\d|[6-9]\d|100)%", style.get("clip-path", "")) is not None
    )


def _pixels(value: str) -> float | None:
    found = _NUMBER.match(value)
    return float(found[1]) if found else None


def _is_tiny(size: str) -> bool:
    found = _NUMBER.match(size)
    if found is None:
        return False
    unit = found[2] or "px"
    height = float(found[1]) * {"em": 16, "rem": 16, "%": 0.16, "pt": 1.33}.get(unit, 1)
    return height < _SMALLEST


def _size_of(font: str) -> str:
    found = _NUMBER.search(font)
    return found[0] if found and found[2] else ""


def _behind(style: dict[str, str], values: dict[str, str], around: Color | None) -> Color | None:
    """The color behind; None where a picture is."""
    if "background-image" in style or "url(" in style.get("background", "") or values.get("background"):
        return None
    said = style.get("background-color") or style.get("background") or values.get("bgcolor", "")
    return (_color(said) or around) if said and not _is_transparent(said) else around


def _is_transparent(said: str) -> bool:
    found = _RGB.search(said)
    return said == "transparent" or (found is not None and found[4] is not None and float(found[4]) < 0.1)


def _color(said: str) -> Color | None:
    said = said.strip().lower()
    if found := _HEX.search(said):
        digits = found[1] if len(found[1]) >= 6 else "".join(each * 2 for each in found[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
    if found := _RGB.search(said):
        return int(found[1]), int(found[2]), int(found[3])
    return next((_NAMED[word] for word in said.split() if word in _NAMED), None)


def _is_pale(color: Color | None, behind: Color | None) -> bool:
    if color is None or behind is None:
        return False
    return _contrast(color, behind) < _TOO_PALE


def contrast(letters: str, behind: str) -> float:
    """The contrast of two colors such as ``#1d4e89``, from 1 to 21 (WCAG 2.2).

    >>> round(contrast("#ffffff", "#000000")), round(contrast("#fff", "#fff"))
    (21, 1)
    """
    return _contrast(_color(letters) or (0, 0, 0), _color(behind) or (255, 255, 255))


def _contrast(one: Color, other: Color) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    parts = [part / 255 for part in color]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@dataclass(frozen=True)
class CountryPack:
    """``subject_prefix``: language → words every marketing subject begins with; ``law``: where that is written."""

    subject_prefix: Mapping[str, str]
    law: str


COUNTRY_PACKS: Mapping[str, CountryPack] = {
    "CN": CountryPack(
        subject_prefix={"zh": "广告：", "en": "AD: "},
        law="MIIT Order 38 (Measures for the Administration of Internet E-mail Services), article 13",
    ),
}


def with_prefix(subject: str, country: str | None, language: str) -> str:
    """``subject`` as ``country`` (ISO 3166) wants marketing to begin.

    >>> with_prefix("New tea", "CN", "en"), with_prefix("新茶上市", "CN", "zh"), with_prefix("New tea", "GB", "en")
    ('AD: New tea', '广告：新茶上市', 'New tea')
    """
    pack = COUNTRY_PACKS.get((country or "").upper())
    if pack is None:
        return subject
    prefix = pack.subject_prefix.get(language.partition("-")[0], pack.subject_prefix["en"])
    return subject if subject.startswith(prefix.rstrip(": ：")) else prefix + subject
