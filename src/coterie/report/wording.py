"""Numbers as a report writes them."""

from __future__ import annotations

from coterie.domain import Estimate, NotEstimable, Readout, format_money


def count(number: float) -> str:
    """A whole number with thousands separated.

    >>> count(1234.0)
    '1,234'
    """
    return f"{number:,.0f}"


def money(amount: float, currency: str, *, decimals: int = 0) -> str:
    """Money, without cents unless asked for.

    >>> money(4596039.58, "USD")
    '$4,596,040'
    """
    return format_money(amount, currency, decimals=decimals)


def share(part: float) -> str:
    """A share as a percentage: one digit below ten percent, else none.

    >>> share(0.0345), share(0.42)
    ('3.5%', '42%')
    """
    return f"{part:.1%}" if abs(part) < 0.1 else f"{part:.0%}"


def interval(readout: Readout, *, as_share: bool = False, currency: str | None = None) -> str:
    """An estimate with its interval; a dash where there is none.

    >>> interval(Estimate(0.08, 0.03, 0.13), as_share=True)
    '+8.0% (+3.0% … +13.0%)'
    """
    if isinstance(readout, NotEstimable):
        return "–"

    def shown(number: float) -> str:
        if as_share:
            return f"{number:+.1%}"
        return format_money(number, currency) if currency else f"{number:,.2f}"

    return f"{shown(readout.value)} ({shown(readout.low)} … {shown(readout.high)})"


def reason(readout: Readout) -> str:
    """Why there is no number, with what would be needed; empty for an estimate."""
    if isinstance(readout, Estimate):
        return ""
    return f"{readout.reason}; {readout.needs}" if readout.needs else readout.reason
