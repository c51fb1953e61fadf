"""Advice on a message as somebody would read it: what filters, phones and readers hold against it. Nothing here is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

from coterie.domain import Rendered
from coterie.settings.signing import leads_somewhere
from coterie.words import Sentence, sentence

MOST_IN_A_SUBJECT = 60
"""Characters of a subject that phones show, about."""
CUT_OFF = 102_000
"""Bytes of a page behind which Gmail shows no more."""
SUSPECT = (
    *("100% free", "act now", "cash bonus", "click here", "double your", "earn money", "free money", "guaranteed"),
    *("no obligation", "risk-free", "risk free", "this is not spam", "urgent", "winner", "you have been selected"),
    *("点击这里", "免费领取", "中奖", "恭喜您", "最后机会", "稳赚", "马上赚钱", "零风险"),
)
"""What filters of spam look for, in either language."""
_LED = re.compile(r"(https?|mailto|tel|sms):\S", re.IGNORECASE)


def advice_on(message: Rendered) -> list[Sentence]:
    """What could be better in ``message``, the subject first.

    >>> advice_on(Rendered(subject="WIN NOW!!", html="<a href='#'>x</a>", text="x"))[0]
    'The subject shouts (capitals or several exclamation marks), which filters of spam hold against it.'
    """
    return [told for look in LOOKS for told in look(message)]


def _long_subject(message: Rendered) -> Iterator[Sentence]:
    if len(message.subject) > MOST_IN_A_SUBJECT:
        yield sentence(
            "The subject has {count} {count|character|characters}; phones show about {most} of them.",
            count=len(message.subject),
            most=MOST_IN_A_SUBJECT,
        )


def _shouting(message: Rendered) -> Iterator[Sentence]:
    letters = [letter for letter in message.subject if letter.isalpha() and letter.lower() != letter.upper()]
    loud = sum(letter.isupper() for letter in letters)
    if (len(letters) > 5 and loud > 0.8 * len(letters)) or len(re.findall("[!！]", message.subject)) > 1:
        yield sentence(
            "The subject shouts (capitals or several exclamation marks), which filters of spam hold against it."
        )


def _suspect(message: Rendered) -> Iterator[Sentence]:
    said = f"{message.subject}\n{message.text}".lower()
    found = [words for words in SUSPECT if re.search(rf"(?<![a-z]){re.escape(words)}(?![a-z])", said)]
    if found:
        yield sentence("Filters of spam look for: {words}.", words=", ".join(found))


def _links_and_pictures(message: Rendered) -> Iterator[Sentence]:
    page = _Page()
    page.feed(message.html)
    page.close()
    of_every_message = " ".join(value for _, value in message.headers)
    for link in dict.fromkeys(page.links):
        if not _LED.match(link):
            yield sentence("The link {link!r} leads nowhere: begin it with https://.", link=link)
        elif link.lower().startswith("http:"):
            yield sentence("The link {link!r} is not encrypted: begin it with https://.", link=link)
        if link.lower().startswith("http") and not leads_somewhere(link) and link not in of_every_message:
            yield sentence("The link {link!r} leads to no page of yours: put your own there.", link=link)
    if page.undescribed:
        yield sentence(
            "{count} {count|picture has|pictures have} no description (alt); who sees no pictures reads nothing there.",
            count=page.undescribed,
        )


def _large(message: Rendered) -> Iterator[Sentence]:
    size = len(message.html.encode())
    if size > CUT_OFF:
        yield sentence(
            "The page has {size:,.0f} kB, and Gmail cuts it off after {most:,.0f}.",
            size=size / 1000,
            most=CUT_OFF / 1000,
        )


LOOKS: tuple[Callable[[Rendered], Iterator[Sentence]], ...] = (
    _long_subject,
    _shouting,
    _suspect,
    _links_and_pictures,
    _large,
)
"""What is looked at, in this order."""


class _Page(HTMLParser):
    """The links of a page, and how many of its pictures are not described."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.undescribed = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a" and "href" in found:
            self.links.append((found["href"] or "").strip())
        if tag == "img" and found.get("alt") is None and found.get("width") != "1":
            self.undescribed += 1
