"""How often laws are tried, and which of many cases: as many as `make test` has time for, or all of them, in `make test-all`."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import settings


def tries(few: int, many: int) -> int:
    """``many`` where the profile is ``searching``, else ``few``."""
    return many if settings.get_current_profile_name() == "searching" else few


def by_day(cases: Iterable[object], *chosen: object) -> list[object]:
    """All ``cases`` of a parametrized test, of which those that are not ``chosen`` (by id or first value) are for the night.

    Each takes the same way through the code, so that the chosen ones find a fault of the way, and the others one of their own.
    """
    found, left = [], set(chosen)
    for case in cases:
        values, marks, name = (case.values, case.marks, case.id) if isinstance(case, _Case) else ((case,), (), None)
        mine = left & {name, values[0]}
        left -= mine
        further = () if mine else (pytest.mark.slow,)
        found.append(pytest.param(*values, marks=(*marks, *further), id=name))
    assert not left, f"no such cases: {left}"
    return found


_Case = type(pytest.param())
