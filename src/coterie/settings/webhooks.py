"""Who is told of what happens, by requests of our own."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class WebhookSettings(BaseModel):
    """One receiver of entries into and exits from segments."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(max_length=2_000, description="Where it is told: an https address.")
    segments: tuple[str, ...] = Field((), description="Only of these segments; of all if not given.")
    private: bool = Field(
        False,
        description="Whether the address may be http, or of this machine or network; on purpose, never by default.",
    )
