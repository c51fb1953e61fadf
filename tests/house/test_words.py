"""Every sentence for people exists in English and in Chinese."""

from __future__ import annotations

import ast
import re
import string
from functools import cache

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from coterie.words.sentences import filled
from tests.house.house import SOURCE, modules
from tests.house.raised import Key, put_together, sentences

FOREIGN = tuple(
    f"{folder}.po"
    for folder in ("errors/pydantic", "errors/sqlglot", "errors/liquid", "errors/system", "errors/usage", "parts/yaml")
)
"""What libraries and the system say of a value; much of it is of no use to the reader and left out in Chinese."""
SCHEMAS = "parts/schemas.po"
"""Titles and descriptions, texts without values; tests/house/test_schemas.py knows which there have to be."""


@cache
def _messages() -> tuple[tuple[str, Message], ...]:
    """Every entry of the catalogues with its file."""
    found = []
    for file in sorted((SOURCE / "words" / "zh").rglob("*.po")):
        with file.open("rb") as stream:
            found += [
                (file.relative_to(SOURCE / "words" / "zh").as_posix(), message)
                for message in read_po(stream, locale="zh_CN")
                if message.id
            ]
    return tuple(found)


def _catalogue(*, without: tuple[str, ...] = ()) -> dict[Key, str]:
    """Sense and English → Chinese."""
    found: dict[Key, str] = {}
    for file, message in _messages():
        if file not in without and isinstance(message.id, str):
            key = (message.context or "", message.id)
            assert found.get(key, message.string) == message.string, (file, message.id)
            found[key] = str(message.string)
    return found


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
    return {re.split(r"[.\[|]", name)[0] for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_sentence_has_a_chinese_translation() -> None:
    catalogue = _catalogue()
    assert len(sentences()) > 700
    assert {k: where for k, where in sentences().items() if not catalogue.get(k)} == {}


def test_errors_are_raised_with_sentences() -> None:
    """``sentence("… {name} …", name=…)`` rather than an f-string: that cannot be told in another language."""
    assert put_together() == []


def test_every_reason_for_no_number_has_a_chinese_translation() -> None:
    catalogue = _catalogue()
    assert {s: where for s, where in _refused().items() if s and not catalogue.get(("", s))} == {}


def test_translations_fill_in_the_same_values() -> None:
    def differ(catalogue: dict[Key, str]) -> dict[Key, str]:
        return {k: t for k, t in catalogue.items() if k[0] != "pattern" and _fields(t) - _fields(k[1])}

    assert differ(_catalogue(without=(SCHEMAS,))) == {}
    ours = _catalogue(without=(*FOREIGN, SCHEMAS))
    assert {k: t for k, t in ours.items() if t and k[0] != "pattern" and _fields(k[1]) != _fields(t)} == {}


def test_no_english_is_left_in_chinese() -> None:
    assert {k: t for k, t in _catalogue().items() if _is_english(t)} == {}


def _is_english(told: str) -> bool:
    """Three English words in a row, outside code; names and formats are not meant."""
    return re.search(r"[a-z']{2,} [a-z']{2,} [a-z']{2,}", re.sub(r"`[^`]*`", "", told)) is not None


def test_every_translation_of_an_error_is_of_one_that_is_raised() -> None:
    written = {n.value for m in modules() for n in ast.walk(m.tree) if isinstance(n, ast.Constant)}
    ours = [(file, m.id) for file, m in _messages() if file.startswith("errors/") and file not in FOREIGN]
    assert len(ours) > 300
    assert [(file, english) for file, english in ours if english not in written] == []


DOORS = ("cli", "report", "compose", "words")
"""Where a sentence is told: the command line, the report, a message to a customer; and ``say`` itself."""


def test_below_the_doors_nobody_tells_a_sentence_at_once() -> None:
    """A room hands a ``Sentence`` over, with its values; whoever has a reader tells it."""
    told = [
        f"{module.shown}:{call.lineno}"
        for module in modules()
        if module.shown.removeprefix("src/coterie/").split("/")[0] not in DOORS
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "say"
    ]
    assert told == []


ONE_OF_MANY = re.compile(r"(?<![\d.,/–])\b1 (?:[a-z-]+ )?([a-z]+)\b")
"""What stands behind a lone 1, with a word between or without."""

NO_PLURALS = frozenset(
    [
        "as",
        "brings",
        "costs",
        "differs",
        "fits",
        "grows",
        "has",
        "is",
        "its",
        "lacks",
        "lies",
        "names",
        "pays",
        "repeats",
        "s",
        "sells",
        "spells",
        "stands",
        "takes",
        "was",
    ]
)
"""Verbs and the like that end in s."""


class _Number(float):
    """1 or 2, written so whatever a sentence asks of it."""

    def __format__(self, spec: str) -> str:
        is_whole = "." not in spec or spec.endswith((".0f", "%d"))
        return f"{int(self)}" if is_whole else format(float(self), spec)


@pytest.mark.parametrize("number", [1, 2])
def test_a_number_and_its_word_agree(number: int) -> None:
    """Each sentence of ours told with 1, or 2, for every value, in English."""
    told = {}
    for _, english in _catalogue(without=(*FOREIGN, SCHEMAS)):
        numbers = [*re.findall(r"\{(\w+)[:|]", english), "n", "count", "k", "rows", "days"]
        values = {name: _Number(number) if name in numbers else "X" for name in _fields(english)}
        if values and all(map(str.isidentifier, values)):
            told[english] = filled(english, values, "en")
    assert len(told) > 500
    wrong = {
        english: said
        for english, said in told.items()
        for word in ONE_OF_MANY.findall(said)
        if number == 1 and word.endswith("s") and not word.endswith("ss") and word not in NO_PLURALS
    }
    assert wrong == {}
    assert {
        e: s for e, s in told.items() if number == 2 and re.search(r"\b2 (?:row|customer|message|day|group)\b", s)
    } == {}


PUT_TOGETHER = (
    r".* \((heading|check|kind|direction|cost_model)\)",  # cli/cells.py: a word that is a heading in one sense only
    r"((\{file\}|line \{line\}|column \{column!r\}|value \{value!r\})(, )?){2,4}",  # errors.py: where in a file
    r"(segmentation|campaign|channel|kpi) \{name\}",  # errors.py: a part of a definition
    r"(mean|(relative )?(difference|lift)).* \(.*\)",  # measure: what is estimated, and how
    r"(value|size|growth|reach|response|cost) scaled",  # segment/targets.py: a column for each criterion
)
"""Messages whose English stands nowhere as a whole, with where it is put together."""
LIBRARIES = {"token", "type", "liquid"}
"""Senses of words that other libraries say."""


def test_every_message_of_the_catalogues_is_said_somewhere() -> None:
    trees = [module.tree for module in modules()]
    trees += [ast.parse(file.read_text("utf-8")) for file in (SOURCE.parents[1] / "examples").rglob("*.py")]
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    written = {node.value for node in nodes if isinstance(node.value, str)}
    root = SOURCE.parents[1]
    files = [
        f for part in ("src", "examples", "docs") for e in ("py", "yaml", "md") for f in (root / part).rglob(f"*.{e}")
    ]
    text = "\n".join([*(file.read_text("utf-8") for file in files), *written])

    def is_said(english: str) -> bool:
        return (
            english in written
            or any(re.fullmatch(form, english, re.DOTALL) for form in PUT_TOGETHER)
            or any(each in text for each in (english, english.replace(" ", "_")))
        )

    ours = [
        (file, message)
        for file, message in _messages()
        if file not in (*FOREIGN, SCHEMAS, "columns.po") and message.context not in LIBRARIES  # columns are of the data
    ]
    assert len(ours) > 2000
    assert [(file, message.id) for file, message in ours if not is_said(str(message.id))] == []
