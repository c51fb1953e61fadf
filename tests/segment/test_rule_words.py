"""Rules as people read them: by labels and in units, in either language."""

from __future__ import annotations

import pytest

from coterie.profile import TraitDefinition
from coterie.segment import SegmentDefinition

SPENT = TraitDefinition.model_validate(
    {
        "name": "spent_90d",
        "label": "Spent in 90 days",
        "unit": "money",
        "value": {"sum": "revenue", "event": "Order Completed", "within": "90d"},
    }
)
VIP = SegmentDefinition.model_validate({"name": "vip", "label": "VIP", "rule": {"trait": "spent_90d", ">=": 1000}})


@pytest.mark.parametrize(
    ("rule", "told", "told_in_chinese"),
    [
        pytest.param({"trait": "spent_90d", ">=": 1000}, "spent in 90 days ≥ £1,000", "spent in 90 days 至少 £1,000"),
        pytest.param({"trait": "orders", ">=": 5}, "orders ≥ 5", "订单数至少 5", id="a-ready-trait"),
        pytest.param({"trait": "return_rate", "<": 0.125}, "return rate < 12.5%", "退货率小于 12.5%", id="a-share"),
        pytest.param({"trait": "recency_days", ">": 30}, "days since last order > 30 days", "距上次下单天数大于 30 天"),
        pytest.param({"trait": "revenue", ">=": 1234567.125}, "revenue ≥ 1,234,567.125", "消费总额至少 1,234,567.125"),
        pytest.param({"trait": "city", "=": "Oslo"}, "city = Oslo", "城市等于 Oslo", id="a-given-attribute"),
        pytest.param({"top": 10, "percent": True, "trait": "revenue"}, "top 10% by revenue", "消费总额最高的 10%"),
        pytest.param({"not": {"in_segment": "vip"}}, "not (in segment VIP)", "不满足（属于细分 VIP）", id="a-segment"),
    ],
)
def test_a_rule_is_told_by_labels_and_in_units(rule, told, told_in_chinese):
    asked = SegmentDefinition.model_validate({"name": "asked", "rule": rule})
    given = {"traits": [SPENT], "segments": [VIP, asked], "currency": "GBP"}
    assert asked.words(**given) == told
    assert asked.words(**given).told("zh") == told_in_chinese
    assert asked.rule == SegmentDefinition.model_validate(asked.model_dump()).rule
