"""The words of one message, ready for a channel."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rendered:
    """What one person will read.

    ``subject`` and every header are single lines without control characters. ``html`` is
    empty for channels of plain text; ``text`` always stands. ``headers`` are further
    headers by name, such as ``List-Unsubscribe``.
    """

    subject: str
    text: str
    html: str = ""
    headers: tuple[tuple[str, str], ...] = ()
