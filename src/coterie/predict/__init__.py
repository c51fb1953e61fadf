"""People gain numbers: how likely they still buy, how often they will, and what that is worth."""

from __future__ import annotations

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
