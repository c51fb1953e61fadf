"""No more than so many a second, however often they are asked for."""

from __future__ import annotations

import pytest

from coterie.deliver.ahead import Pace
from coterie.deliver.providers.smtp import SmtpProvider
from coterie.settings import SmtpSettings


@pytest.mark.parametrize("rate", [0.5, 1, 3, 20, 200, 1000])
@pytest.mark.parametrize("step", [0.001, 0.013, 0.4])
def test_a_second_never_holds_more_than_the_rate_and_those_taken_together(rate: float, step: float) -> None:
    pace = Pace(SmtpProvider(SmtpSettings(per_second=rate)))
    taken: list[float] = []
    for tick in range(int(20 / step)):
        now = 1000 + tick * step
        turns = int(pace.turns(now))
        pace.take(turns, now)
        taken += [now] * turns
    together = max(1, int(rate * 0.1))
    busiest = max(sum(begin <= at < begin + 1 for at in taken) for begin in sorted(set(taken))[:200])
    assert busiest <= rate + together
    if step * rate * 10 <= together:
        assert len(taken) >= 20 * rate * 0.9


def test_idle_time_is_not_saved_up() -> None:
    pace = Pace(SmtpProvider(SmtpSettings(per_second=2)))
    pace.take(1, 0.0)
    assert pace.turns(3600.0) == 1


def test_without_a_rate_nobody_waits() -> None:
    pace = Pace(SmtpProvider(SmtpSettings()))
    pace.take(1_000_000, 0.0)
    assert (pace.turns(0.0), pace.wait(0.0)) == (float("inf"), 0.0)
