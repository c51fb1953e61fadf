"""Words for people, in English and Simplified Chinese.

English is the key. Chinese stands in ``words/zh/<room>.po``, one catalogue a room.
"""

from __future__ import annotations

from coterie.words.catalogue import say

__all__ = ["say"]
