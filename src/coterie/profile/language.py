"""What measures and operators are written with: values, windows, filters, comparisons, columns."""

from __future__ import annotations

from coterie.profile.filters import Comparison, Filters, PropertyFilter, check_operand, comparison_words
from coterie.profile.keys import drawn_key, smallest_identifier
from coterie.profile.naming import EventName, PropertyName, naming
from coterie.profile.parts import Node, parse
from coterie.profile.rows import column
from coterie.profile.schemas import schema_of, told
from coterie.profile.stages import column_table
from coterie.profile.values import Scalar, as_double, coerce, false_when_missing
from coterie.profile.windows import Duration, Windowed, duration_words, events_words, moved
from coterie.profile.zones import local_sql

__all__ = [
    "Comparison",
    "Duration",
    "EventName",
    "Filters",
    "Node",
    "PropertyFilter",
    "PropertyName",
    "Scalar",
    "Windowed",
    "as_double",
    "check_operand",
    "coerce",
    "column",
    "column_table",
    "comparison_words",
    "drawn_key",
    "duration_words",
    "events_words",
    "false_when_missing",
    "local_sql",
    "moved",
    "naming",
    "parse",
    "schema_of",
    "smallest_identifier",
    "told",
]
