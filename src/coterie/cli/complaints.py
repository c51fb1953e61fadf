"""Errors as sentences in the language of the command line."""

from __future__ import annotations

from coterie.cli.cells import heading
from coterie.cli.language import LOCALE
from coterie.errors import BadFile, CoterieError, UnknownName
from coterie.words import say

MOST = 12


def in_words(fault: CoterieError) -> str:
    """What ``fault`` says; in Chinese where the catalogue knows the sentence."""
    text = str(fault)
    if LOCALE == "en":
        return text
    if isinstance(fault, UnknownName):
        return _unknown(fault)
    if isinstance(fault.__cause__, UnknownName) and text.endswith(str(fault.__cause__)):
        return text.removesuffix(str(fault.__cause__)) + _unknown(fault.__cause__)
    if isinstance(fault, BadFile) and fault.file and text.startswith(f"{fault.file}: "):
        return f"{fault.file}：{say(text.removeprefix(f'{fault.file}: '), LOCALE)}"
    return say(text, LOCALE)


def _unknown(fault: UnknownName) -> str:
    told = say("no {kind} named {name!r}", LOCALE, kind=heading(fault.kind), name=fault.name)
    if fault.nearest:
        told += say("; did you mean {names}?", LOCALE, names=f" {say('or', LOCALE)} ".join(map(repr, fault.nearest)))
    known = ", ".join(fault.known[:MOST]) + (" …" if len(fault.known) > MOST else "")
    told += say(" known: {known}", LOCALE, known=known or say("none yet", LOCALE))
    place = f"{fault.where}: " if fault.where else ""
    return place + told + (say(fault.advice, LOCALE) + "。" if fault.advice else "")
