"""The parts of the report, in reading order: one file each, and one line here."""

from __future__ import annotations

from collections.abc import Callable

from coterie.registry import Registry
from coterie.report.facts import ReportFacts
from coterie.report.page import Absent, Section

Draw = Callable[[ReportFacts, str], Section | Absent]
"""A part of the report in a language, or why there is none; ``coterie.testing.sections`` checks it."""

ORDER = (
    "overview", "concentration", "lifecycle", "rfm", "value", "discovery", "segments", "personas", "targets", "channels",
    "campaigns", "past", "quality", "methods",
)  # fmt: skip

SECTIONS: Registry[Draw] = Registry("section", {name: f"coterie.report.sections.{name}:draw" for name in ORDER})


def in_order() -> list[str]:
    """The names of all parts as they are read; those of strangers come before the last, which explains the others.

    >>> in_order() == list(ORDER)
    True
    """
    return [*ORDER[:-1], *(name for name in SECTIONS if name not in ORDER), ORDER[-1]]
