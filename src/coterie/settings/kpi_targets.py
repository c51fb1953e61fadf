"""What somebody wants a key figure to reach, every so long."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Every = Literal["day", "week", "month", "quarter", "year"]
"""How long a period of key figures is."""


class KpiTarget(BaseModel):
    """What a key figure is to reach in each day, week, month, quarter or year."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float = Field(
        allow_inf_nan=False,
        description="What is to be reached, in the figure's unit: shares as 0.3, money in `currency`; where lower is better, what is not to be passed.",
    )
    every: Every = Field("month", description="In how long: day, week, month, quarter or year.")
