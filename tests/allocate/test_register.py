"""A register is data: read, checked and priced."""

import pytest

from coterie.allocate import ChannelCost, channel_register, ready_channels
from coterie.errors import BadDefinition, UnknownName
from coterie.words import say

CHANNEL = {
    "name": "email",
    "label": "E-mail",
    "kind": "owned",
    "contacts": True,
    "reach": 0.5,
    "measurability": 1,
    "personalization": 1,
    "immediacy": 1,
    "attention": 0.2,
}


def test_the_ready_register_holds_all_four_kinds():
    assert {c.kind for c in ready_channels().channels} == {"owned", "paid", "traditional", "partner"}


def test_every_ready_channel_has_a_chinese_name():
    assert [c.name for c in ready_channels().channels if say(c.label, "zh") == c.label] == []


@pytest.mark.parametrize(
    ("cost", "amount"),
    [
        pytest.param({"model": "free"}, 0, id="free"),
        pytest.param({"model": "fixed", "amount": 100}, 600, id="a-month"),
        pytest.param({"model": "per_contact", "amount": 0.5}, 1000, id="a-contact"),
        pytest.param({"model": "per_mille", "amount": 20}, 40, id="a-thousand-impressions"),
        pytest.param({"model": "percent_of_sales", "amount": 0.1}, 500, id="of-sales"),
    ],
)
def test_each_cost_model_prices_half_a_year(cost, amount):
    assert ChannelCost(**cost).of(contacts=2000, sales=5000, months=6) == pytest.approx(amount)


@pytest.mark.parametrize(
    ("channels", "words"),
    [
        pytest.param([CHANNEL | {"contacts": False}], "sells or contacts", id="does-nothing"),
        pytest.param([CHANNEL, CHANNEL | {"name": "mail", "aliases": ["EMAIL"]}], "means both", id="alias-taken"),
        pytest.param([CHANNEL | {"reach": 2}], "less than or equal to 1", id="share-above-one"),
        pytest.param([CHANNEL | {"colour": "red"}], "Extra inputs", id="unknown-field"),
    ],
)
def test_a_bad_register_says_what_and_where(channels, words):
    with pytest.raises(BadDefinition, match=words):
        channel_register({"channels": channels}, where="mine.yaml")


def test_an_unknown_channel_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'email'"):
        ready_channels()["emial"]
