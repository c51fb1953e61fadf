"""People gain numbers: how likely they still buy, how often they will, and what that is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coterie.faces import loaded_when_used

if TYPE_CHECKING:
    from coterie.predict.contract import (
        ORDER_MODELS,
        SPEND_MODELS,
        DataFloor,
        Fit,
        Histories,
        OrderModel,
        SpendModel,
        Spends,
        histories,
    )
    from coterie.predict.lifetime_value import fit_lifetime_value, score_lifetime_value
    from coterie.predict.record import Accuracy, Decile, Holdout, HoldoutRefused, LifetimeValueModel, Remark, Week

__all__ = [
    "ORDER_MODELS",
    "SPEND_MODELS",
    "Accuracy",
    "DataFloor",
    "Decile",
    "Fit",
    "Histories",
    "Holdout",
    "HoldoutRefused",
    "LifetimeValueModel",
    "OrderModel",
    "Remark",
    "SpendModel",
    "Spends",
    "Week",
    "fit_lifetime_value",
    "histories",
    "score_lifetime_value",
]

__getattr__ = loaded_when_used(
    __name__,
    {
        "ORDER_MODELS": "predict.contract",
        "SPEND_MODELS": "predict.contract",
        "Accuracy": "predict.record",
        "DataFloor": "predict.contract",
        "Decile": "predict.record",
        "Fit": "predict.contract",
        "Histories": "predict.contract",
        "Holdout": "predict.record",
        "HoldoutRefused": "predict.record",
        "LifetimeValueModel": "predict.record",
        "OrderModel": "predict.contract",
        "Remark": "predict.record",
        "SpendModel": "predict.contract",
        "Spends": "predict.contract",
        "Week": "predict.record",
        "fit_lifetime_value": "predict.lifetime_value",
        "histories": "predict.contract",
        "score_lifetime_value": "predict.lifetime_value",
    },
)
