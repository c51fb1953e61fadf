"""The parts of the report, in reading order: one file each, and one line here."""

from __future__ import annotations

from collections.abc import Callable

from coterie.registry import Registry
from coterie.report.facts import ReportFacts
from coterie.report.page import Absent, Section

Draw = Callable[[ReportFacts, str], Section | Absent]
"""A part of the report in a language, or why there is none."""

ORDER = (
    "overview", "concentration", "lifecycle", "rfm", "value", "discovery", "segments", "personas", "targets", "channels",
    "campaigns", "past", "quality", "methods",
)  # fmt: skip

SECTIONS: Registry[Draw] = Registry("section", {name: f"coterie.report.sections.{name}:draw" for name in ORDER})
