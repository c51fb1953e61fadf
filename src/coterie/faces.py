"""Faces of rooms whose names load when first used, so that nobody pays for what a command does not need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module


def loaded_when_used(package: str, places: Mapping[str, str]) -> Callable[[str], object]:
    """The ``__getattr__`` of a package whose names stand in ``places``: name → module inside ``coterie``.

    >>> loaded_when_used("coterie.workspace", {"Frame": "workspace.frame"})("Frame").__name__
    'Frame'
    """
    hidden = [name for name, place in places.items() if f"{package}.{name}" == f"coterie.{place}"]
    assert not hidden, f"loading these modules hides what they hold: {hidden}"  # noqa: S101 - a mistake of ours

    def named(name: str) -> object:
        if name in places:
            return getattr(import_module(f"coterie.{places[name]}"), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return named
