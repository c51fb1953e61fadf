"""What is said of a message that could be better, in either language."""

from __future__ import annotations

from typing import Any

import pytest

from coterie.compose import advice_on
from coterie.domain import Rendered

FINE = {
    "subject": "News for you",
    "text": "See what is new.",
    "html": '<p><a href="https://shop.example/new">See</a></p>',
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({}, [], id="nothing-where-all-is-well"),
        pytest.param({"subject": "x" * 61}, ["61 characters"], id="a-long-subject"),
        pytest.param({"subject": "BUY IT TODAY"}, ["shouts"], id="capitals"),
        pytest.param({"subject": "新品！！"}, ["shouts"], id="two-exclamation-marks"),
        pytest.param({"text": "You are a winner, act now"}, ["act now, winner"], id="words-of-spam"),
        pytest.param({"text": "Our breadwinners eat"}, [], id="a-word-inside-another"),
        pytest.param({"subject": "免费领取礼物"}, ["免费领取"], id="words-of-spam-in-chinese"),
        pytest.param({"html": '<a href="#">x</a>'}, ["'#' leads nowhere"], id="a-link-to-nowhere"),
        pytest.param({"html": '<a href="http://shop.example">x</a>'}, ["not encrypted"], id="a-plain-link"),
        pytest.param(
            {"html": '<a href="https://www.example.com/x">x</a>'}, ["no page of yours"], id="a-link-of-an-example"
        ),
        pytest.param(
            {"html": '<a href="https://localhost/x">x</a>'}, ["no page of yours"], id="a-link-to-this-machine"
        ),
        pytest.param(
            {
                "html": '<a href="https://example.com/unsubscribe/t">x</a>',
                "headers": (("List-Unsubscribe", "<https://example.com/unsubscribe/t>"),),
            },
            [],
            id="the-way-out-which-the-settings-say",
        ),
        pytest.param({"html": '<a href="mailto:a@shop.example">x</a>'}, [], id="an-address"),
        pytest.param(
            {"html": '<img src="a.png"><img src="b.png" alt="">'}, ["1 picture has"], id="a-picture-without-words"
        ),
        pytest.param({"html": "<p>x</p>" * 20_000}, ["Gmail cuts it off"], id="a-page-that-is-cut-off"),
    ],
)
def test_advice_names_what_could_be_better(changed: dict[str, Any], said: list[str]) -> None:
    found = advice_on(Rendered(**{**FINE, **changed}))
    assert len(found) == len(said), found
    for told, part in zip(found, said, strict=True):
        assert part in told
        assert told.told("zh") != told
