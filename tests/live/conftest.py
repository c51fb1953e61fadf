"""What twins are told of."""

from __future__ import annotations

import pytest

from coterie.profile import ready

FEW = ("recency_days", "orders", "revenue_30d", "order_value_spread", "frequency_score", "median_interval_days")


@pytest.fixture
def few_ready_traits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small library of ready traits, one of each way to hang on time and on others: all of them take seconds to compile."""
    some = tuple(each for each in ready.library() if each.name in FEW)
    monkeypatch.setattr(ready, "library", lambda: some)
