"""Every step of a journey does what steps promise."""

from __future__ import annotations

import pytest

from coterie.decide.journeys.step import STEPS
from coterie.testing.steps import check_step

EXAMPLES: dict[str, dict[str, object]] = {
    "wait": {"wait": "90min"},
    "wait_until": {"wait_until": "02:30", "days": ["mon", "sun"], "zone": "timezone"},
    "wait_for": {"wait_for": {"event": "Order Completed"}, "at_most": "2d", "then": [{"id": "b", "leave": "done"}]},
    "branch": {"branch": [{"if": {"rule": {"trait": "city", "=": "Oslo"}}, "steps": [{"id": "b", "wait": "1h"}]}]},
    "split": {"split": {"plain": 1, "coupon": 3}, "into": {"plain": [{"id": "b", "wait": "1h"}]}},
    "message": {"message": "hello"},
    "emit": {"emit": "Cart Reminded", "properties": {"way": "mail"}},
    "task": {"task": "Call", "assign": "sales"},
    "set_trait": {"set_trait": "plan", "to": "gold"},
    "increment_trait": {"increment_trait": "visits", "by": -1.5},
    "unset_trait": {"unset_trait": "plan"},
    "add_to_list": {"add_to_list": "beta"},
    "take_from_list": {"take_from_list": "beta"},
    "enrol_in": {"enrol_in": "care"},
    "leave_journey": {"leave_journey": "care"},
    "leave": {"leave": "done"},
    "go_to": {"go_to": "a"},
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_keeps_its_promises(name: str) -> None:
    check_step({"id": "a", **EXAMPLES[name]})
