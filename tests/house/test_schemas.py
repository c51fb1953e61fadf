"""Every title and description of a JSON Schema, of which forms are drawn, is there in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from babel.messages.pofile import read_po

from coterie.profile.schemas import PARTS, SENSE
from coterie.run import definition_schema
from coterie.workspace import part_schema, parts
from tests.house.house import SOURCE

CATALOGUE = SOURCE / "words" / "zh" / "parts" / "schemas.po"


def _catalogue() -> dict[str, str]:
    with CATALOGUE.open("rb") as stream:
        return {str(each.id): str(each.string) for each in read_po(stream) if each.id and each.context == SENSE}


def _texts(shape: object, *, named: bool = False) -> Iterator[str]:
    """Every title and description of the schemas in ``shape``; ``named`` where its keys are names of fields."""
    if isinstance(shape, dict):
        for key, each in shape.items():
            if key in ("title", "description") and not named:
                yield str(each)
            elif key not in ("default", "examples"):
                yield from _texts(each, named=not named and key in ("properties", "$defs"))
    elif isinstance(shape, list):
        for each in shape:
            yield from _texts(each)


@cache
def _installed(lang: str) -> list[dict[str, Any]]:
    """Every schema there is: of a file, which holds those of all kinds of definition, and of each part by one of its names."""
    by_place = {(part["kind"], part["place"]): part["name"] for part in parts()}
    return [definition_schema("", lang), *(part_schema(kind, name, lang) for (kind, _), name in by_place.items())]


def test_every_title_and_description_is_in_both_languages() -> None:
    drawn = {part for text in _texts(_installed("en")) for part in re.split(PARTS, text) if re.search("[a-zA-Z]", part)}
    known = _catalogue()
    assert len(drawn) > 500
    assert {text for text in drawn if not known.get(text)} == set()
    assert {text for text in known if text not in drawn} == set()


def test_a_schema_in_chinese_differs_in_its_texts_alone() -> None:
    english, chinese = _installed("en"), _installed("zh")
    told = list(_texts(chinese))
    assert len(told) == len(list(_texts(english))) > 2_000
    left = {text for text in told if re.search(r"[A-Za-z]{2}", text) and not re.search("[\u4e00-\u9fff]", text)}
    assert left <= {"RFM", "SMTP"}
    assert _silent(english) == _silent(chinese)


def _silent(shape: object, *, named: bool = False) -> object:
    """``shape`` without its texts."""
    if isinstance(shape, dict):
        kept = {key: each for key, each in shape.items() if named or key not in ("title", "description")}
        return {key: _silent(each, named=not named and key in ("properties", "$defs")) for key, each in kept.items()}
    return [_silent(each) for each in shape] if isinstance(shape, list) else shape
