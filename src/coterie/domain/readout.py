"""A number with how sure it is, or the reason there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from coterie.words import say


@dataclass(frozen=True)
class Estimate:
    """``value`` with its interval ``low``–``high`` at ``confidence``.

    ``unit`` is what a reader would write behind the number (``share``, ``USD``,
    ``orders`` …); ``method`` names the estimator; ``n`` counts the profiles behind it;
    ``assumptions`` are sentences that must hold for the number to mean what it says.
    """

    value: float
    low: float
    high: float
    confidence: float = 0.95
    unit: str = ""
    method: str = ""
    n: int = 0
    p_value: float | None = None
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotEstimable:
    """Why there is no number, and what would make one possible.

    >>> NotEstimable("the holdout has 0 conversions", needs="25 or more")
    NotEstimable(reason='the holdout has 0 conversions', needs='25 or more')
    """

    reason: str
    needs: str = ""
    _said: tuple[str, str, Mapping[str, object]] | None = field(default=None, repr=False, compare=False)

    @classmethod
    def because(cls, reason: str, /, *, needs: str = "", **values: object) -> NotEstimable:
        """The same from sentences with ``{name}`` for values, so that it can be said in another language.

        >>> NotEstimable.because("the holdout has {count} conversions", needs="25 or more", count=0)
        NotEstimable(reason='the holdout has 0 conversions', needs='25 or more')
        """
        return cls(say(reason, **values), say(needs, **values), (reason, needs, values))

    @property
    def sentences(self) -> tuple[str, str, Mapping[str, object]]:
        """Reason and needs as they stand in the catalogue, and the values they are said with."""
        return self._said or (self.reason, self.needs, {})

    def in_words(self, locale: str = "en") -> tuple[str, str]:
        """Reason and needs in the reader's language."""
        reason, needs, values = self.sentences
        return say(reason, locale, **values), say(needs, locale, **values) if needs else ""


Readout = Estimate | NotEstimable
