"""Numbers and reasons as a report writes them."""

from __future__ import annotations

from coterie.domain import Estimate, NotEstimable, Readout, format_money
from coterie.report.facts import ReportFacts
from coterie.words import say, tell

_STEPS = {"en": ((1e9, "bn"), (1e6, "M"), (1e3, "k")), "zh": ((1e8, "亿"), (1e4, "万"))}


def count(number: float) -> str:
    """A whole number with thousands separated.

    >>> count(1234.0)
    '1,234'
    """
    return f"{number:,.0f}"


def money(amount: float | None, currency: str, *, decimals: int = 0, lang: str = "en") -> str:
    """Money, without cents unless asked for; in words where it is not known.

    >>> money(4596039.58, "USD")
    '$4,596,040'
    """
    return say("not known", lang) if amount is None else format_money(amount, currency, decimals=decimals)


def short_money(amount: float, currency: str, lang: str = "en") -> str:
    """Money in three figures, as a picture or a caption says it.

    >>> short_money(4596039.58, "USD"), short_money(-1234.4, "EUR"), short_money(12.345, "USD")
    ('$4.60M', '-€1,230', '$12.30')
    >>> short_money(4596039.58, "CNY", "zh")
    '¥460万'
    """
    rounded = float(f"{amount:.3g}")
    size, unit = next(((size, unit) for size, unit in _STEPS[lang] if abs(rounded) >= max(size, 1e4)), (1.0, ""))
    scaled = rounded / size
    decimals = 0 if abs(scaled) >= 100 or not scaled else 1 if unit and abs(scaled) >= 10 else 2
    return format_money(scaled, currency, decimals=decimals) + unit


def share(part: float) -> str:
    """A share as a percentage: one digit below ten percent, else none.

    >>> share(0.0345), share(0.42), share(0.0), share(0.0001)
    ('3.5%', '42%', '0%', '<0.1%')
    """
    if 0 < part < 0.0005:
        return "<0.1%"
    return f"{part:.1%}" if 0 < abs(part) < 0.0995 else f"{part:.0%}"


def interval(readout: Estimate, *, as_share: bool = False, as_points: bool = False, currency: str | None = None) -> str:
    """An estimate with its interval; ``as_points`` for a difference of shares, in percentage points.

    >>> interval(Estimate(0.08, 0.03, 0.13), as_share=True), interval(Estimate(0.08, 0.03, 0.13), as_points=True)
    ('+8.0% (+3.0% … +13.0%)', '+8.0 (+3.0 … +13.0)')
    """

    def shown(number: float) -> str:
        if as_points:
            return f"{100 * number:+.1f}"
        if as_share:
            return f"{number:+.1%}"
        return format_money(number, currency) if currency else f"{number:,.2f}"

    return f"{shown(readout.value)} ({shown(readout.low)} … {shown(readout.high)})"


def because(readout: Readout | None, lang: str) -> str:
    """Why there is no number, with what would be needed; empty for an estimate."""
    if not isinstance(readout, NotEstimable):
        return ""
    if not readout.needs:
        return f"{tell(readout.reason, lang)}."
    return say("{reason}; needed: {needs}.", lang, reason=readout.reason, needs=readout.needs)


def absent_because(facts: ReportFacts, section: str, lang: str, usual: str) -> str:
    """Why ``section`` has nothing to show: what was found when asking for its facts, else the ``usual`` reason."""
    found = facts.reasons.get(section)
    return say("{usual} ({why})", lang, usual=usual, why=found) if found and facts.has_orders else usual
