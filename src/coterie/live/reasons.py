"""Why a turn has to look at everybody."""

from __future__ import annotations


class Everybody(Exception):
    """Only a refresh of everybody is exact here; ``str()`` names the reason in a word or two, for counting."""
