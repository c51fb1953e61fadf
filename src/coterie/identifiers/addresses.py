"""E-mail addresses within other text."""

from __future__ import annotations

import re

_OUTSIDE = r"\s@<>()\[\]{}\"'“”‘’,;:|/\\"
_INSIDE = re.compile(rf"(?<![^{_OUTSIDE}]|@)[^{_OUTSIDE}]+@[^{_OUTSIDE}]+\.[^{_OUTSIDE}.]+(?!@)")


def addresses_in(text: str) -> tuple[str, ...]:
    """Every address that stands somewhere in ``text``, once.

    >>> addresses_in("Ann (ann@x.de), Bo <BO@x.de>; Ann@x.de")
    ('ann@x.de', 'BO@x.de')
    """
    whole = re.sub(r"\s*@\s*", "@", text.replace("%40", "@").replace("＠", "@"))
    found: dict[str, str] = {}
    for each in _INSIDE.findall(whole):
        found.setdefault(each.lower(), each)
    return tuple(found.values())
