"""A number with how sure it is, or the reason there is none."""

from __future__ import annotations

from dataclasses import dataclass

from coterie.words import Sentence, into


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


def comparisons_of(arms: int, *, control: bool = True) -> int:
    """How many comparisons ``arms`` treated arms make: each against the ``control``, where there is one, and against each other.

    >>> [comparisons_of(n) for n in (1, 2, 3)], comparisons_of(3, control=False)
    ([1, 3, 6], 3)
    """
    return max(arms * control + arms * (arms - 1) // 2, 1)


@dataclass(frozen=True)
class NotEstimable:
    """Why there is no number, and what would make one possible; both are sentences.

    >>> NotEstimable("the holdout has 0 conversions", needs="25 or more")
    NotEstimable(reason='the holdout has 0 conversions', needs='25 or more')
    """

    reason: str
    needs: str = ""

    def __post_init__(self) -> None:
        for name in ("reason", "needs"):
            said = getattr(self, name)
            object.__setattr__(self, name, said if isinstance(said, Sentence) else Sentence(said))

    @classmethod
    def because(cls, reason: str, /, *, needs: str = "", **values: object) -> NotEstimable:
        """The same from sentences with ``{name}`` for values, so that it can be said in another language.

        >>> NotEstimable.because("the holdout has {count} conversions", needs="25 or more", count=0)
        NotEstimable(reason='the holdout has 0 conversions', needs='25 or more')
        """
        return cls(Sentence(reason, values), Sentence(needs, values))

    def into(self, locale: str) -> NotEstimable:
        """The same with its text in the language ``locale``."""
        return NotEstimable(into(self.reason, locale), into(self.needs, locale))


Readout = Estimate | NotEstimable
