"""What a column of traits says in numbers: a quantity, a yes or no, a step of a scale, or whether a list or a category names a thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from coterie.engines import Engine, identifier, literal

Reading = Literal["number", "flag", "scale", "item", "level"]

_YES = ("yes", "y", "true", "t", "1", "on", "ja", "oui", "si", "sí", "是", "有", "对", "√", "x")
_NO = ("no", "n", "false", "f", "0", "off", "nein", "non", "否", "没有", "无", "不", "×")
_MOST_ANSWERS = 4
"""Besides yes and no a column may say “no such service” and the like: who does not say yes has it not."""

_LOOKED_AT = 2000
_BETWEEN = "[;|,、，；]"
_LONGEST = 40
_LEAST_WITH_SEVERAL = 0.1
_LEAST_EACH = 5
MOST_LEVELS = 12
"""A column of more different words than these is no category that divides a base: its words are read one by one nowhere."""


class CodedColumn(BaseModel):
    """One number about everybody: of which trait, read how; ``item`` is the thing that a list or category is asked for.

    >>> CodedColumn(trait="interests", reads="item", item="yoga").word
    'yoga'
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    trait: str
    reads: Reading = "number"
    item: str = ""

    @property
    def key(self) -> str:
        """What tells it from the others of a discovery."""
        return f"{self.trait}: {self.item}" if self.reads in {"item", "level"} else self.trait

    @property
    def word(self) -> str:
        """What it asks for: the thing of a list, or a category with its word; empty where the trait's own name says it.

        >>> CodedColumn(trait="pay_plan", reads="level", item="Pro").word
        'pay plan: Pro'
        """
        if self.reads == "level":
            return f"{self.trait.replace('_', ' ')}: {self.item}"
        return self.item if self.reads == "item" else ""

    def sql(self) -> str:
        """An expression over ``traits``, DOUBLE; NULL where nothing is known.

        >>> CodedColumn(trait="age").sql()
        'CAST("age" AS DOUBLE)'
        """
        column = identifier(self.trait)
        words = f"lower(trim(CAST({column} AS VARCHAR)))"
        if self.reads == "flag":
            return f"CASE WHEN {words} IN ({_quoted(_YES)}) THEN 1.0::DOUBLE WHEN {words} <> '' THEN 0.0::DOUBLE END"
        if self.reads == "scale":
            steps = " ".join(
                f"WHEN {words} IN ({_quoted(step)}) THEN {place}.0::DOUBLE"
                for place, step in enumerate(_scale_of(self.item), 1)
            )
            return f"CASE {steps} END"
        if self.reads == "item":
            # Who names nothing at all does not name this.
            return f"CASE WHEN list_contains({_list_of(words)}, {literal(self.item.lower())}) THEN 1.0::DOUBLE ELSE 0.0::DOUBLE END"
        if self.reads == "level":
            return f"CASE WHEN {words} = {literal(self.item.lower())} THEN 1.0::DOUBLE WHEN {words} <> '' THEN 0.0::DOUBLE END"
        return f"CAST({column} AS DOUBLE)"


def text_columns(engine: Engine, traits: Sequence[str]) -> dict[str, list[CodedColumn]]:
    """What columns of words say in numbers, by trait: those that hold yes and no, steps of a scale, lists or categories.

    Judged by at most 2,000 profiles. A category is a column of 2 to 12 different words, each of which at least five profiles have
    or which together leave out no more than a twentieth. A list is a column in which a tenth or more of those who say
    something name several things, and the things come again: an address or a name is none.

    >>> from coterie.engines import open_warehouse
    >>> engine = open_warehouse(None)
    >>> engine.execute("CREATE VIEW traits AS SELECT i AS profile_id, CASE WHEN i % 2 = 0 THEN 'a;b' ELSE 'b;c' END AS tags, "
    ...     "CASE WHEN i % 3 = 0 THEN 'yes' ELSE 'no' END AS loan, 'Street ' || i || ', Leeds' AS address FROM range(60) t(i)")
    >>> {trait: [column.item for column in found] for trait, found in text_columns(engine, ["tags", "loan", "address"]).items()}
    {'tags': ['b', 'a', 'c'], 'loan': ['']}
    """
    if not traits:
        return {}
    columns = ", ".join(identifier(trait) for trait in traits)
    rows = engine.query(f"SELECT {columns} FROM traits ORDER BY hash(profile_id), profile_id LIMIT {_LOOKED_AT}")
    found = {trait: _read(trait, rows[trait].to_pylist()) for trait in traits}
    return {trait: made for trait, made in found.items() if made}


def _read(trait: str, values: Sequence[object]) -> list[CodedColumn]:
    said = [str(value).strip().lower() for value in values if value is not None and str(value).strip()]
    answers = set(said)
    if len(answers) < 2:
        return []
    if len(answers) <= _MOST_ANSWERS and answers & set(_YES) and answers & set(_NO):
        return [CodedColumn(trait=trait, reads="flag")]
    for name, scale in _scales().items():
        if len(answers) > 2 and answers <= {word for step in scale for word in step}:
            return [CodedColumn(trait=trait, reads="scale", item=name)]
    if items := _items(said):
        return [CodedColumn(trait=trait, reads="item", item=item) for item in items]
    return [CodedColumn(trait=trait, reads="level", item=level) for level in _levels(values)]


def _levels(values: Sequence[object]) -> list[str]:
    """The words of a category as they are mostly written, the commonest first; none where words hardly come again, or are numbers."""
    spelt = Counter(str(value).strip() for value in values if value is not None and str(value).strip())
    counts: Counter[str] = Counter()
    for text, n in spelt.items():
        counts[text.lower()] += n
    often = {word: n for word, n in counts.items() if n >= _LEAST_EACH}
    few = 2 <= len(counts) <= MOST_LEVELS and all(len(word) <= _LONGEST for word in counts)
    if not few or len(often) < 2 or sum(often.values()) < _OFTEN * sum(counts.values()) or all(map(_is_number, counts)):
        return []
    shown = {text.lower(): text for text, _ in reversed(spelt.most_common())}
    return [shown[word] for word in sorted(often, key=lambda word: (-often[word], word))]


_OFTEN = 0.95


def _is_number(word: str) -> bool:
    return word.replace(".", "", 1).replace(",", "", 1).lstrip("-").isdecimal()


def _items(said: Sequence[str]) -> list[str]:
    """The things that lists name, most often named first; none where the texts are no lists."""
    lists = [things_of(text) for text in said]
    if sum(len(things) > 1 for things in lists) < _LEAST_WITH_SEVERAL * len(lists):
        return []
    counts = Counter(thing for things in lists for thing in things)
    again = {thing: n for thing, n in counts.items() if n >= _LEAST_EACH and len(thing) <= _LONGEST}
    if len(again) < 2 or sum(again.values()) < sum(counts.values()) / 2:
        return []
    # A place after a street comes again, too; of a list most come whole.
    whole = sum(all(thing in again for thing in things) for things in lists)
    return sorted(again, key=lambda thing: (-again[thing], thing)) if 2 * whole >= len(lists) else []


def things_of(text: str) -> list[str]:
    """The things that a list in text names, each once: 'a; b', 'a, b', '["a", "b"]'.

    >>> things_of('["yoga", "wine"]'), things_of("Yoga; wine|bbq"), things_of("瑜伽、红酒")
    (['yoga', 'wine'], ['yoga', 'wine', 'bbq'], ['瑜伽', '红酒'])
    """
    bare = re.sub(r"[\[\]{}\"']", "", text.lower())
    return list(dict.fromkeys(thing for thing in (part.strip() for part in re.split(_BETWEEN, bare)) if thing))


def _list_of(words: str) -> str:
    """The same in SQL."""
    bare = f"regexp_replace({words}, '[\\[\\]{{}}\"'']', '', 'g')"
    return f"list_transform(string_split_regex({bare}, {literal(_BETWEEN)}), lambda thing: trim(thing))"


@cache
def _scales() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Every scale under its highest word."""
    text = (files("coterie.segment.segmentations") / "scales.yaml").read_text("utf-8")
    return {
        str(scale[-1][0]): tuple(tuple(str(word).lower() for word in step) for step in scale)
        for scale in yaml.safe_load(text)
    }


def _scale_of(name: str) -> tuple[tuple[str, ...], ...]:
    return _scales()[name]


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(literal(word) for word in words)
