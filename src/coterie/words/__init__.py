"""Words for people, in English and Simplified Chinese.

A ``Sentence`` is made where a fact is known, from English with ``{name}`` for its values, and is
told in the reader's language at the door. English is the key. Chinese stands in gettext
catalogues, ``words/zh/<room>.po``, and for errors in ``words/zh/errors/<room>.po``.
"""

from __future__ import annotations

from coterie.words.borrowed import found_instead, pydantic_says, quoted, sql_says, system_says, yaml_says
from coterie.words.keeping import keeps, kept, matched, restored
from coterie.words.sentences import Sentence, cased, each_into, into, joined, own, say, sentence, tell, word

__all__ = [
    "Sentence",
    "cased",
    "each_into",
    "found_instead",
    "into",
    "joined",
    "keeps",
    "kept",
    "matched",
    "own",
    "pydantic_says",
    "quoted",
    "restored",
    "say",
    "sentence",
    "sql_says",
    "system_says",
    "tell",
    "word",
    "yaml_says",
]
