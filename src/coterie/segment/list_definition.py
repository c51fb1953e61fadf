"""A list as people define it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ListDefinition(BaseModel):
    """A list that people, journeys and programs put people on and take them off. Rules ask for it with ``{in_list: name}``.

    Each change is an event of the person, ``List Joined`` or ``List Left``, the last of which counts: so it follows them
    through merges, and is erased with them.

    >>> ListDefinition(name="beta", label="Testers").name
    'beta'
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=100, description="What commands, rules and journeys call it."
    )
    label: str = Field("", max_length=200, description="What people call it; the name when absent.")
    description: str = Field("", description="What it is for, in words for colleagues.")
