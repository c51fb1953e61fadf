"""Every name of a room's face is there, also where it loads when first used."""

from __future__ import annotations

from importlib import import_module

import pytest

from tests.house.house import SOURCE

ROOMS = sorted(p.parent.name for p in SOURCE.glob("*/__init__.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_every_name_of_a_face_loads(room: str) -> None:
    face = import_module(f"coterie.{room}")
    assert all(hasattr(face, name) for name in getattr(face, "__all__", ()))


@pytest.mark.parametrize("room", ROOMS)
def test_no_name_that_loads_when_used_is_also_a_module(room: str) -> None:
    """Once such a module is imported, it stands where the name should."""
    face = import_module(f"coterie.{room}")
    modules = {file.stem for file in (SOURCE / room).iterdir()}
    lazy = set(getattr(face, "__all__", ())) if hasattr(face, "__getattr__") else set()
    assert lazy & modules == set()
