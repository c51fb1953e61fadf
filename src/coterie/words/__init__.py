"""Words for people, in English and Simplified Chinese.

English is the key. Chinese stands in ``words/zh/<room>.po``, one catalogue a room, and
for the sentences of errors in ``words/zh/errors/<room>.po``.
"""

from __future__ import annotations

from coterie.words.catalogue import say
from coterie.words.retelling import retell

__all__ = ["retell", "say"]
