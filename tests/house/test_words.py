"""Every sentence for people exists in English and in Chinese."""

from __future__ import annotations

import ast
import re
import string

from babel.messages.pofile import read_po

from coterie.words import retell
from tests.house.house import SOURCE, modules
from tests.house.raised import VALUE, kinds, sentences

LIBRARIES = ("pydantic.po", "sqlglot.po", "yaml.po")
"""What libraries say of a value; much of it is of no use to the reader and left out in Chinese."""


def _catalogue(*, without: tuple[str, ...] = ()) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in sorted(f for f in (SOURCE / "words" / "zh").rglob("*.po") if f.name not in without):
        with file.open("rb") as stream:
            for message in read_po(stream, locale="zh_CN"):
                if message.id:
                    assert found.get(str(message.id), str(message.string)) == str(message.string), (file, message.id)
                    found[str(message.id)] = str(message.string)
    return found


def _said() -> dict[str, str]:
    return {
        node.args[0].value: f"{module.shown}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "say"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def _refused() -> dict[str, str]:
    """What ``NotEstimable`` is told, reason and needs alike."""
    return {
        text.value: f"{module.shown}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("NotEstimable", "NotEstimable.because")
        for text in (*node.args[:1], *(word.value for word in node.keywords if word.arg == "needs"))
        if isinstance(text, ast.Constant)
    }


def _fields(sentence: str) -> set[str]:
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_sentence_said_has_a_chinese_translation() -> None:
    catalogue = _catalogue()
    assert {s: where for s, where in _said().items() if s.strip() and not catalogue.get(s)} == {}


def test_every_reason_for_no_number_has_a_chinese_translation() -> None:
    catalogue = _catalogue()
    assert {s: where for s, where in _refused().items() if s and not catalogue.get(s)} == {}


def test_translations_fill_in_the_same_values() -> None:
    assert {s: t for s, t in _catalogue(without=LIBRARIES).items() if t and _fields(s) != _fields(t)} == {}
    assert {s: t for s, t in _catalogue().items() if _fields(t) - _fields(s)} == {}


def _is_english(told: str) -> bool:
    """Three English words in a row, outside code; names and formats are not meant."""
    return re.search(r"[a-z']{2,} [a-z']{2,} [a-z']{2,}", re.sub(r"`[^`]*`", "", told)) is not None


def test_every_error_is_told_in_chinese() -> None:
    told = {sentence: (where, retell(sentence, "zh")) for sentence, where in sentences().items()}
    assert len(told) > 200
    assert {s: where for s, (where, chinese) in told.items() if chinese == s or _is_english(chinese)} == {}


def test_every_kind_of_name_that_may_be_unknown_is_told_in_chinese() -> None:
    told = {kind: retell(f"no {kind} named 'x'; known: none yet", "zh") for kind in kinds()}
    assert len(told) > 30
    assert {
        kind: kinds()[kind] for kind, chinese in told.items() if kind.replace(VALUE.format(1), "").strip() in chinese
    } == {}
