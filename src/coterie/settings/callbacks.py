"""What providers may call this program with."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class CallbackSettings(BaseModel):
    """How calls of providers are taken, which tell what became of messages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    within_minutes: int = Field(
        720,
        ge=1,
        le=1_440,
        description="How far from now the instant that a call is signed with may be; five minutes at most for calls by Standard Webhooks.",
    )
