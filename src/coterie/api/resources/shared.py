"""What the requests of several resources hold."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field

Name = Annotated[str, Field(min_length=1, max_length=200, description="Its name.")]
INSTANT_ASKED = Annotated[
    str | None,
    Field(
        max_length=40,
        description="An instant, such as `2026-03-01` or `2026-03-01T10:00+01:00`; without an offset by the clock of the workspace.",
    ),
]
DryRun = Annotated[bool, Query(description="Say what would happen; change nothing.")]
