"""The language of the command line, chosen once for the process."""

from __future__ import annotations

from coterie.settings import read_locale

LOCALE = read_locale()
