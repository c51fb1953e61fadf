"""Models of a workspace: fit, keep, show."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Literal, overload

import pyarrow as pa

from coterie.domain import NotEstimable, Progress
from coterie.errors import NotReady, UnknownName
from coterie.predict import Holdout, LifetimeValueModel, fit_lifetime_value
from coterie.words import sentence
from coterie.workspace.frame import Frame
from coterie.workspace.reading import reads
from coterie.workspace.records import ModelExplained, WouldFit
from coterie.workspace.stand import Stand
from coterie.workspace.telling import model_explained

KNOWN = ("lifetime-value",)
_FITS = pa.schema(
    [
        *((name, pa.string()) for name in ("kind", "name")),
        ("number", pa.int64()),
        ("fitted_at", pa.timestamp("us")),
        ("as_of", pa.timestamp("us")),
        ("profiles", pa.int64()),
        *((name, pa.string()) for name in ("made_by", "author", "validation")),
    ]
)


def _text(validation: object) -> str | None:
    return None if validation is None else json.dumps(validation, sort_keys=True)


def is_forecast_sound(stand: Stand) -> bool:
    """Whether the lifetime value kept last, if any, did not lose to a naive guess on its holdout."""
    kept = stand.kept("model", "lifetime-value")
    held = LifetimeValueModel.model_validate(kept).holdout if kept else None
    return not (isinstance(held, Holdout) and held.is_beaten)


class Models:
    """Fitting and reading models; ``ws.predict``."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    @overload
    def fit(
        self,
        model: str = "lifetime-value",
        *,
        horizon_days: int = 365,
        dry_run: Literal[False] = False,
        progress: Progress | None = None,
    ) -> LifetimeValueModel | NotEstimable: ...

    @overload
    def fit(
        self, model: str = "lifetime-value", *, horizon_days: int = 365, dry_run: bool, progress: Progress | None = None
    ) -> LifetimeValueModel | NotEstimable | WouldFit: ...

    def fit(
        self,
        model: str = "lifetime-value",
        *,
        horizon_days: int = 365,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> LifetimeValueModel | NotEstimable | WouldFit:
        """Fit ``model``, check it on a holdout, score everybody and keep the record; ``NotEstimable`` below its floor."""
        if model not in KNOWN:
            raise UnknownName("model", model, KNOWN)
        stand = self._stand
        if dry_run:
            with stand.brought():
                return WouldFit(model, stand.present, horizon_days)
        stand.bring_people()
        as_of = stand.present
        with stand.engine.tidied(), stand.engine.transaction():
            fitted = fit_lifetime_value(
                stand.engine,
                as_of=as_of,
                horizon_days=horizon_days,
                margin=stand.settings.margin,
                discount_rate=stand.settings.discount_rate,
                currency=stand.settings.currency,
                zone=stand.settings.timezone,
                order_model=stand.settings.models.orders,
                spend_model=stand.settings.models.spending,
                progress=progress,
            )
            if isinstance(fitted, LifetimeValueModel):
                stand.keep(
                    "model",
                    model,
                    fitted.model_dump(mode="json"),
                    as_of=as_of,
                    profiles=fitted.customers,
                    validation=fitted.holdout.model_dump(mode="json", exclude={"deciles", "tracking"}),
                )
        return fitted

    @reads
    def fits(self) -> Frame:
        """Every fit that was kept, of models and of discoveries: when and by whom, on what, by which Coterie, and how it stood the test."""
        with self._stand.ledger.reading() as t:
            found = t.fits.all()
        rows = [{name: value for name, value in asdict(fit).items() if name != "body"} for fit in found]
        return Frame(pa.Table.from_pylist([row | {"validation": _text(row["validation"])} for row in rows], _FITS))

    @reads
    def show(self, model: str = "lifetime-value") -> LifetimeValueModel:
        """The newest fit of ``model``; raises ``NotReady`` before the first."""
        if model not in KNOWN:
            raise UnknownName("model", model, KNOWN)
        found = self._stand.kept("model", model)
        if found is None:
            raise NotReady(
                sentence("the model {name} has not been fitted yet; run `coterie predict fit {name}`", name=model)
            )
        return LifetimeValueModel.model_validate(found)

    def explain(self, model: str | LifetimeValueModel = "lifetime-value", *, lang: str | None = None) -> ModelExplained:
        """What a fitted model says in sentences and tables: the newest fit of that name, or one that was just made."""
        found = self.show(model) if isinstance(model, str) else model
        return model_explained(found, self._stand.settings.timezone, lang or self._stand.lang)
