"""Where in a page each printed value lands, and so how it must be escaped.

HTML escaping suffices in text and in a quoted attribute. It does not in a link
(``javascript:``), a style, a script, an event attribute or a bare tag; a value there is
given the filter it needs, or the template is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from coterie.errors import BadDefinition
from coterie.words import sentence

LINK_ATTRIBUTES = frozenset((
    "href", "src", "action", "background", "formaction", "poster", "cite", "longdesc", "xlink:href", "data", "srcset",
))  # fmt: skip
FORBIDDEN_ELEMENTS = frozenset(("script", "iframe", "object", "embed", "base", "frame", "frameset", "applet"))
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_OPENING = re.compile(
    r"<(!--\[if[^\]]*\]>(?:<!-->)?|!\[endif\]-->|!--<!\[endif\]-->|!--|/?[a-z][a-z0-9:-]*|!)", re.IGNORECASE
)
_SPACE = frozenset(" \t\r\n\f/")


@dataclass
class Places:
    """Reads a page piece by piece and knows where it stands.

    ``place`` is ``text``, ``tag``, ``attribute``, ``raw`` (inside style) or ``comment``.
    """

    where: str
    place: str = "text"
    element: str = ""
    attribute: str = ""
    value: str = ""
    _quote: str = ""
    _name: list[str] = field(default_factory=list)

    def read(self, text: str) -> None:
        """Move on over ``text``; ``BadDefinition`` when it holds what no e-mail may hold."""
        at = 0
        while at < len(text):
            at = getattr(self, f"_read_{self.place}")(text, at)

    def print_value(self, expression: str) -> str:
        """The Liquid that prints ``expression`` here; ``BadDefinition`` where no value may stand."""
        if self.place in {"text", "comment"}:
            return "{{ " + expression + " }}"
        if self.place != "attribute":
            if self.place == "raw":
                raise BadDefinition(sentence("{{{{ {value} }}}} stands in a style sheet; values may stand in text or quoted attributes", value=expression), where=self.where)  # fmt: skip
            raise BadDefinition(sentence("{{{{ {value} }}}} stands in the tag <{element}> outside quotes; values may stand in text or quoted attributes", value=expression, element=self.element), where=self.where)  # fmt: skip
        if self.attribute in {"style", "srcdoc"}:
            raise BadDefinition(sentence("{{{{ {value} }}}} stands in a {attribute} attribute; choose a class with {{% if %}} instead", value=expression, attribute=self.attribute), where=self.where)  # fmt: skip
        before, self.value = self.value, self.value + "\0"
        if self.attribute not in LINK_ATTRIBUTES:
            return "{{ " + expression + " }}"
        if not before.strip():
            return "{{ " + expression + " | link }}"
        if not ("\0" in before or before.lstrip()[0] in "/#?" or _SCHEME.match(before)):
            raise BadDefinition(sentence("the link {link!r} + {{{{ {value} }}}} could become anything; begin it with https://", link=before, value=expression), where=self.where)  # fmt: skip
        escaped = re.search(r"\|\s*(url_encode|link_part)\s*$", expression)
        return "{{ " + expression + ("" if escaped else " | link_part") + " }}"

    def _read_text(self, text: str, at: int) -> int:
        opening = _OPENING.search(text, at)
        if not opening:
            return len(text)
        name = opening[1].lower()
        if name == "!--":
            self.place = "comment"
        elif name.startswith("!") and len(name) > 1:
            pass  # Outlook's conditional comments hold ordinary HTML.
        else:
            self.element, self.place, self._name = name, "tag", []
            if name in FORBIDDEN_ELEMENTS:
                raise BadDefinition(
                    sentence("<{element}> does not work in e-mail and is not allowed", element=name), where=self.where
                )
        return opening.end()

    def _read_comment(self, text: str, at: int) -> int:
        end = text.find("-->", at)
        if end < 0:
            return len(text)
        self.place = "text"
        return end + 3

    def _read_raw(self, text: str, at: int) -> int:
        end = re.compile(f"</{self.element}", re.IGNORECASE).search(text, at)
        if not end:
            return len(text)
        self.place, self.element, self._name = "tag", f"/{self.element}", []
        return end.end()

    def _read_tag(self, text: str, at: int) -> int:
        sign = text[at]
        if sign == ">":
            self.place = "raw" if self.element == "style" else "text"
        elif sign in "\"'":
            self._begin_attribute(sign)
        elif sign in _SPACE:
            if self._name and self._name[-1] != "=":
                self._name.append(" ")
        else:
            if self._name and self._name[-1] == " " and sign != "=":
                self._name = []
            self._name.append(sign)
            self._refuse_unquoted()
        return at + 1

    def _begin_attribute(self, quote: str) -> None:
        self.attribute = "".join(self._name).partition("=")[0].strip().lower()
        self.place, self.value, self._quote, self._name = "attribute", "", quote, []
        if self.attribute.startswith("on"):
            raise BadDefinition(
                sentence("the attribute {name} runs a script; e-mail may not", name=self.attribute), where=self.where
            )

    def _refuse_unquoted(self) -> None:
        name, equals, value = "".join(self._name).partition("=")
        name = name.strip().lower()
        if equals and name.startswith("on"):
            raise BadDefinition(
                sentence("the attribute {name} runs a script; e-mail may not", name=name), where=self.where
            )
        if value and name in LINK_ATTRIBUTES:
            self._check_link(value)

    def _read_attribute(self, text: str, at: int) -> int:
        end = text.find(self._quote, at)
        self.value += text[at : end if end >= 0 else len(text)]
        if end < 0:
            return len(text)
        if self.attribute in LINK_ATTRIBUTES:
            self._check_link(self.value)
        self.place = "tag"
        return end + 1

    def _check_link(self, value: str) -> None:
        from html import unescape

        plain = re.sub(r"[\x00-\x20]", "", unescape(value))
        scheme = _SCHEME.match(plain)
        if scheme and scheme[1].lower() in {"javascript", "vbscript", "data", "file"} and self.element != "img":
            raise BadDefinition(
                sentence("the link {link!r} is not one that e-mail may hold", link=value[:60]), where=self.where
            )
