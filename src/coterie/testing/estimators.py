"""What every estimator of a campaign's effect must do."""

from __future__ import annotations

from pydantic import BaseModel

from coterie.domain import Estimate, NotEstimable
from coterie.measure.contract import Estimator
from coterie.measure.moments import Moments
from coterie.testing.claims import claim


def check_estimator(kind: type[Estimator], control: Moments, treated: Moments) -> None:
    """Assert the contract on two arms that differ: settings, an interval around its value, no effect of nothing.

    Raises ``AssertionError`` naming the promise that is broken.

    >>> from coterie.measure import ESTIMATORS
    >>> control, treated = Moments.of([1.0, 2.0, 2.0, 3.0]), Moments.of([3.0, 4.0, 4.0, 6.0])
    >>> check_estimator(ESTIMATORS["difference_of_means"], control, treated)
    """
    claim(issubclass(kind, BaseModel) and bool(kind.design), kind.__name__, "declares settings and the design it needs")
    fields = kind.model_json_schema()["properties"] if issubclass(kind, BaseModel) else {}
    claim(
        all(field.get("description") for field in fields.values()),
        kind.__name__,
        "a form can be drawn from its settings",
    )
    claim(set(kind.variables) <= set(control.sums), kind.__name__, "asks for moments that there are")
    narrow, wide = (kind(confidence=share).estimate(control, treated) for share in (0.8, 0.99))  # type: ignore[call-arg]
    if isinstance(narrow, NotEstimable) or isinstance(wide, NotEstimable):
        raise AssertionError(f"{kind.__name__}: no estimate from two plain arms")  # noqa: TRY004 - a broken promise, not a wrong type
    claim(wide.low < narrow.low < narrow.value < narrow.high < wide.high, kind.__name__, "surer is wider")
    same = kind().estimate(control, control)
    claim(isinstance(same, Estimate) and abs(same.value) < 1e-9, kind.__name__, "equal arms have no effect")
    nobody = Moments(0, dict.fromkeys(control.sums, 0.0), dict.fromkeys(control.products, 0.0))
    for arms in ((nobody, treated), (control, nobody)):
        claim(isinstance(kind().estimate(*arms), NotEstimable), kind.__name__, "an empty arm is no estimate")
