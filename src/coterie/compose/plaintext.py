"""A page as text for people whose mail program, or eyes, prefer it, links kept; and values made fit for a header line."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "thead",
        "tfoot",
        "tr",
        "ul",
        "li",
    ]
)
_SILENT = frozenset(("head", "style", "script", "title", "template"))
_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "ul", "ol", "table"))
_LINE, _PARAGRAPH = "\x01", "\x02"
_BREAKS = re.compile(r"[ \x01\x02]*[\x01\x02][ \x01\x02]*")
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")


_NO_SIGNS = {1: None, 2: None}


class _Reader(HTMLParser):
    def __init__(self, kept_comment: re.Pattern[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.kept_comment = kept_comment
        self.silent = 0
        self.hidden: list[str] = []
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if self.hidden:
            self.hidden.extend([tag] if tag == self.hidden[0] else [])
        elif "display:none" in values.get("style", "").replace(" ", ""):
            self.hidden.append(tag)
        elif tag in _SILENT:
            self.silent += 1
        elif tag == "br":
            self.pieces.append("\n")
        elif tag in _BLOCKS:
            self.pieces.append(_PARAGRAPH if tag in _PARAGRAPHS else _LINE)
            self.pieces.extend(["- "] if tag == "li" else [])
        elif tag == "a":
            self.links.append((values.get("href", ""), len(self.pieces)))
        elif tag == "img" and values.get("alt"):
            self.pieces.append(f"{values['alt']} ")
        elif tag in {"td", "th"}:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            if tag == self.hidden[0]:
                self.hidden.pop()
        elif tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _BLOCKS:
            self.pieces.append(_PARAGRAPH if tag in _PARAGRAPHS else _LINE)
        elif tag == "a" and self.links:
            href, start = self.links.pop()
            shown = "".join(self.pieces[start:]).strip()
            target = href.removeprefix("mailto:")
            if href and not href.startswith("#") and target != shown:
                self.pieces.append(f" ({target})" if shown else target)

    def handle_data(self, data: str) -> None:
        if not self.silent and not self.hidden:
            self.pieces.append(_SPACES.sub(" ", data.translate(_NO_SIGNS)))

    def handle_comment(self, data: str) -> None:
        if self.kept_comment.fullmatch(data):
            self.pieces.append(f"<!--{data}-->")


def text_of(html: str, *, kept_comment: str = r"(?!)") -> str:
    r"""The words of ``html`` as lines of text; a link becomes ``words (address)``.

    What the page hides stays hidden; pictures give their ``alt``. Comments that match
    ``kept_comment`` stay in place.

    >>> text_of('<h1>Sale</h1><p>See the <a href="https://shop.example">shop</a>.</p><ul><li>Tea</ul>')
    'Sale\n\nSee the shop (https://shop.example).\n\n- Tea'
    """
    reader = _Reader(re.compile(kept_comment))
    reader.feed(html)
    reader.close()
    joined = re.sub(r"([\x01\x02 ]+)((?:<!--[^>]*-->)+)([\x01\x02 ]+)", _break_once, "".join(reader.pieces))
    joined = _BREAKS.sub(lambda run: "\n\n" if _PARAGRAPH in run[0] else "\n", joined)
    lines = [_SPACES.sub(" ", line).strip() for line in joined.split("\n")]
    return tidy_lines("\n".join(lines))


def tidy_lines(text: str) -> str:
    r"""``text`` without idle blank lines.

    >>> tidy_lines("\n a\n\n\n\nb ")
    'a\n\nb'
    """
    return re.sub(r"\n[ \t]*\n[ \t\n]*\n|\n[ \t]*\n", "\n\n", text.strip())


def _break_once(run: re.Match[str]) -> str:
    # A line that holds Liquid alone must not leave an empty line behind each time it is passed.
    if not run[1].strip(" "):
        return run[0]
    before = _PARAGRAPH if _PARAGRAPH in run[1] else _LINE
    return before + run[2] + (_PARAGRAPH if _PARAGRAPH in run[3] and before == _LINE else "")


LONGEST_HEADER = 250
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\xa0\u1680\u2028\u2029]+")
_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udfff]")


def header_text(value: str) -> str:
    r"""``value`` as one line: controls become spaces, direction marks go, encoded words are broken.

    >>> header_text("Hi\r\nBcc: evil@x.test")
    'Hi Bcc: evil@x.test'
    >>> header_text("=?utf-8?q?a=0D=0ABcc:_evil@x.test?=")
    '= ?utf-8?q?a=0D=0ABcc:_evil@x.test? ='
    """
    line = _CONTROLS.sub(" ", _UNSEEN.sub("", value)).strip()
    line = line.replace("=?", "= ?").replace("?=", "? =")
    return line if len(line) <= LONGEST_HEADER else line[: LONGEST_HEADER - 1].rstrip() + "…"
