"""People's names, in Latin and Chinese script."""

from __future__ import annotations

import re
import unicodedata
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from coterie.identifiers.matching import Matcher
from coterie.identifiers.text import each, plain

_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "sir", "herr", "frau", "mme", "jr", "sr"})
_LETTERS_WITHOUT_ACCENT = str.maketrans(
    {"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"}
)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_HAN_TITLE = re.compile("(先生|女士|小姐|太太|老师|博士)$")


def _one_name(text: str) -> str | None:
    if _HAN.search(text):
        return _HAN_TITLE.sub("", re.sub(r"[\s··・.•‧]", "", text)) or None
    decomposed = unicodedata.normalize("NFD", text.casefold().translate(_LETTERS_WITHOUT_ACCENT))
    letters = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    words = re.findall(r"\w+", re.sub(r"['’`´]", "", letters))
    return " ".join(sorted(word for word in words if word not in _TITLES)) or None


def normalize(values: pa.StringArray, _country: str) -> pa.StringArray:
    """Names without case, accents, titles and punctuation, words in alphabetical order; Chinese names without spaces.

    Word order does not count (``Smith, John`` is ``John Smith``). Traditional and
    simplified characters stay different: which pairs are one surname is not a matter of
    spelling alone. Names never join anybody; two people may share one.
    """
    text = plain(values)
    return cast("pa.StringArray", each(text, pc.is_valid(text), _one_name))


MATCHER = Matcher("name", normalize, strength=90, joins=False)
