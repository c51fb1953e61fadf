"""How often laws are tried: as often as `make test` has time for, or as often as finds what is rare, in `make test-all`."""

from __future__ import annotations

from hypothesis import settings


def tries(few: int, many: int) -> int:
    """``many`` where the profile is ``searching``, else ``few``."""
    return many if settings.get_current_profile_name() == "searching" else few
