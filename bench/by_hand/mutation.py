"""What a change by hand declares."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """A change of one place, and the test that must fail by it."""

    name: str
    file: str
    old: str
    new: str
    test: str
