"""Look a sentence up in the reader's language."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def read_chinese(folder: str = "") -> dict[str, str]:
    """English → Chinese, from all catalogues in ``words/zh/`` or in a folder there."""
    from babel.messages.pofile import read_po  # a reader of English never pays for the import

    sentences: dict[str, str] = {}
    for file in sorted((files("coterie.words") / "zh" / folder).iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".po"):
            with file.open("rb") as stream:
                sentences |= {str(m.id): str(m.string) for m in read_po(stream, locale="zh_CN") if m.id and m.string}
    return sentences


def say(sentence: str, locale: str = "en", /, **values: object) -> str:
    """``sentence`` in the language ``locale``, with ``{name}`` filled from ``values``.

    ``sentence`` is the English text and the key of the catalogue; a sentence without a
    translation comes back in English. Values are placed with ``str.format``, so
    ``{size:,}`` works.

    >>> say("{size:,} customers", size=1200)
    '1,200 customers'
    >>> say("customers", "zh")
    '客户'
    """
    found = read_chinese().get(sentence, sentence) if locale == "zh" else sentence
    return found.format(**values) if values else found
