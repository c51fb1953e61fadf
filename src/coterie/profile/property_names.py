"""Which properties of its events a measure reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from coterie.profile.measures import EventMeasure, Measure
from coterie.profile.naming import PropertyName, naming

_PROPERTY = naming("property")


def named_properties(measure: Measure) -> Iterator[tuple[str, str]]:
    """Event and property of each that ``measure`` and those inside it read themselves, filters included.

    >>> spent = Measure.model_validate({"sum": "revenue", "event": "Order Completed", "where": {"store": "Oslo"}})
    >>> list(named_properties(spent))
    [('Order Completed', 'store'), ('Order Completed', 'revenue')]
    """
    if isinstance(measure, EventMeasure):
        named = [each.property for each in measure.where]
        fields = type(measure).model_fields
        named += [
            str(value)
            for field, kind in fields.items()
            if (_PROPERTY in kind.metadata or PropertyName in get_args(kind.annotation))
            and (value := getattr(measure, field)) is not None
        ]
        yield from ((measure.event, name) for name in dict.fromkeys(named))
    for child in measure.children():
        yield from named_properties(child)
