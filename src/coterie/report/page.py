"""One HTML page that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files

from coterie.words import say


@dataclass(frozen=True)
class Section:
    """A part of the page: ``key`` is its anchor, ``title`` its heading, ``body`` its HTML, ``gist`` its finding for the first page."""

    key: str
    title: str
    body: str
    gist: str = ""


@dataclass(frozen=True)
class Absent:
    """A part that these data cannot fill: ``reason`` says why, and what would fill it."""

    title: str
    reason: str


def page(title: str, subtitle: Sequence[str], sections: Sequence[Section], *, lang: str, footer: str) -> str:
    """The whole page as HTML text; ``subtitle`` and section bodies are HTML, the rest is text."""
    css = (files("coterie.report") / "page.css").read_text("utf-8")
    menu = "".join(f'<a href="#{s.key}">{escape(s.title)}</a>' for s in sections)
    body = "".join(f'<section id="{s.key}"><h2>{escape(s.title)}</h2>{s.body}</section>' for s in sections)
    lines, contents = "".join(f"<p>{line}</p>" for line in subtitle), escape(say("contents", lang), quote=True)
    return (
        f'<!doctype html><html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
        f"<title>{escape(title)}</title><style>{css}</style></head><body>"
        f"<header><div><h1>{escape(title)}</h1>{lines}</div></header>"
        f'<nav aria-label="{contents}"><div>{menu}</div></nav><main>{body}</main>'
        f"<footer><div>{footer}</div></footer></body></html>\n"
    )


def finding(sentence: str, *, is_warning: bool = False) -> str:
    """The sentence a reader should take away."""
    return f'<p class="finding{" warning" if is_warning else ""}">{escape(sentence)}</p>'


def note(sentence: str) -> str:
    """How a number came about, in small print."""
    return f'<p class="note">{escape(sentence)}</p>'


def figure(picture: str, caption: str) -> str:
    """A picture with the words beneath it that say what it shows."""
    return f"<figure>{picture}<figcaption>{escape(caption)}</figcaption></figure>"


def cards(figures: Sequence[tuple[str, str]]) -> str:
    """Figures with their words, side by side."""
    inner = "".join(
        f'<div class="card"><b>{escape(figure)}</b><span>{escape(words)}</span></div>' for figure, words in figures
    )
    return f'<div class="cards">{inner}</div>'


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = ()) -> str:
    """A table of text; the columns at ``numbers`` stand to the right, on a phone behind their headings."""

    def cell(place: int, tag: str, more: str, text: str) -> str:
        return f"<{tag}{' class=number' if place in numbers else ''}{more}>{escape(text)}</{tag}>"

    # A phone shows a row as lines of words, each figure behind its heading.
    labels = [f' data-label="{escape(words, quote=True)}"' for words in head]
    heads = "".join(cell(place, "th", " scope=col", words) for place, words in enumerate(head))
    body = "".join(
        f"<tr>{''.join(cell(place, 'td', labels[place], text) for place, text in enumerate(cells))}</tr>"
        for cells in rows
    )
    return f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def items(sentences: Sequence[str]) -> str:
    """A list of sentences."""
    return f"<ul>{''.join(f'<li>{escape(s)}</li>' for s in sentences)}</ul>" if sentences else ""


def folded(summary: str, body: str) -> str:
    """Something for the reader who wants more; ``body`` is HTML."""
    return f"<details><summary>{escape(summary)}</summary>{body}</details>"
