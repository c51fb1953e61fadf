"""The catalogues, gettext's own, and a look-up in them."""

from __future__ import annotations

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable

COMPILED = "coterie.mo"
"""All catalogues of a language in one, as a built wheel has it."""


def compiled(folder: Traversable) -> bytes:
    """The catalogues (``.po``) in ``folder`` and the folders of it, as one file that gettext reads."""
    from babel.messages import Catalog  # a reader of English never pays for the import
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    whole = Catalog(locale="zh_CN", charset="utf-8")
    for file in _catalogues(folder):
        with file.open("rb") as stream:
            for message in read_po(stream, locale="zh_CN"):
                if message.id:
                    whole.add(message.id, message.string, context=message.context)
    written = io.BytesIO()
    write_mo(written, whole)
    return written.getvalue()


def _catalogues(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            found += _catalogues(entry)
        elif entry.name.endswith(".po"):
            found.append(entry)
    return found


@cache
def catalogue(locale: str) -> NullTranslations:
    """What is known in the language ``locale``: compiled once a process, or with the wheel."""
    folder = files("coterie.words") / locale
    if locale == "en" or not folder.is_dir():
        return NullTranslations()
    built = folder / COMPILED
    return GNUTranslations(io.BytesIO(built.read_bytes() if built.is_file() else compiled(folder)))


def find(id: str, sense: str, locale: str) -> str:  # noqa: A002
    """The sentence ``id`` in the language ``locale``, or itself."""
    if not id:
        return id
    known = catalogue(locale)
    return known.pgettext(sense, id) if sense else known.gettext(id)
