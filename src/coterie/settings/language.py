"""The language a person reads, from the environment."""

from __future__ import annotations

import os
from typing import Literal

Locale = Literal["en", "zh"]


def read_locale() -> Locale:
    """``zh`` when ``COTERIE_LOCALE`` (else ``LC_ALL``, ``LC_MESSAGES`` or ``LANG``) begins with zh, else ``en``."""
    names = ("COTERIE_LOCALE", "LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((value for name in names if (value := os.environ.get(name))), "en")
    return "zh" if chosen.lower().startswith("zh") else "en"
