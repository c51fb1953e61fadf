"""Texts that name something in the data: what they name stands in the schema, so that a form can suggest the names there are."""

from __future__ import annotations

from typing import Annotated

from pydantic import WithJsonSchema


def naming(what: str) -> WithJsonSchema:
    """The schema of a text that names one ``what`` of the data.

    >>> naming("event").json_schema
    {'type': 'string', 'x-names': 'event'}
    """
    return WithJsonSchema({"type": "string", "x-names": what}, mode="validation")


EventName = Annotated[str, naming("event")]
PropertyName = Annotated[str, naming("property")]
"""A property of the events that are named beside it."""
