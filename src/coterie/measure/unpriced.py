"""Why amounts of orders are not known, where they are not."""

from __future__ import annotations

from coterie.domain import NotEstimable
from coterie.domain.meanings import EVENT_MEANINGS
from coterie.engines import AMOUNTS, Engine, unpriced_currencies


def unpriced(engine: Engine, event: str | None, value: str | None) -> NotEstimable | None:
    """The reason why ``value`` of ``event`` cannot be summed: it is money in currencies without a rate. None where it can."""
    if event not in EVENT_MEANINGS or value not in AMOUNTS:
        return None
    currencies = unpriced_currencies(engine)
    return (
        NotEstimable.because(
            "there is no rate for {currencies}",
            needs="rates of all currencies (`coterie rates load FILE`)",
            currencies=", ".join(currencies),
        )
        if currencies
        else None
    )
