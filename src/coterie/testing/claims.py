"""How a conformance suite says which promise is broken."""

from __future__ import annotations


def claim(holds: object, part: str, promise: str) -> None:
    """Raise ``AssertionError`` naming ``part`` and the ``promise`` that it breaks; nothing where it ``holds``.

    Suites use this rather than ``assert``, so that they also hold under ``python -O``.

    >>> claim(1 + 1 == 3, "sums", "one and one are three")
    Traceback (most recent call last):
    AssertionError: sums: one and one are three
    """
    if not holds:
        raise AssertionError(f"{part}: {promise}")
