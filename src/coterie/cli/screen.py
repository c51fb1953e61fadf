"""A terminal to which data cannot speak: control characters in names and values are shown, not obeyed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

_SHOWN = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)}
_UNSHOWN = dict.fromkeys(
    [
        0x7F,
        *range(0x80, 0xA0),
        0x61C,
        0x200E,
        0x200F,
        *range(0x2028, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xD800, 0xE000),
    ],
    0xFFFD,
)
_HARMLESS = _SHOWN | _UNSHOWN


def harmless(text: str) -> str:
    r"""``text`` with control characters, changes of direction and halves of letters made visible, length kept.

    >>> harmless("no\x1b[2Jway")
    'no␛[2Jway'
    """
    return text.translate(_HARMLESS)


def harmless_json(text: str) -> str:
    """The JSON ``text`` with what a terminal could obey, or not print, written as escapes."""
    return re.sub(
        "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", lambda m: f"\\u{ord(m[0]):04x}", text
    )


class Screen(Console):
    """A console whose text is harmless, whatever it shows; colours and widths are its own."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The pieces of ``renderable``."""
        for piece in super().render(renderable, options):
            yield piece if piece.control else Segment(harmless(piece.text), piece.style)
