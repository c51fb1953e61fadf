"""The models by name."""

from __future__ import annotations

from coterie.predict.contract import OrderModel, SpendModel
from coterie.registry import Registry

ORDER_MODELS: Registry[OrderModel] = Registry("order_model", {"bgnbd": "coterie.predict.models.bgnbd:MODEL"})
SPEND_MODELS: Registry[SpendModel] = Registry(
    "spend_model", {"gamma_gamma": "coterie.predict.models.gamma_gamma:MODEL"}
)
