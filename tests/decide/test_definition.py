from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from pydantic import ValidationError

from coterie.decide import CampaignDefinition, check_campaign
from coterie.errors import UnknownName
from tests.decide.conftest import campaign


class Event:
    properties: ClassVar = {"revenue": "number"}


KNOWN = {
    "segments": ["vip", "recent"],
    "lists": ["beta"],
    "templates": ["hello"],
    "events": {"Order Completed": Event()},
    "traits": ["timezone"],
}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"audience": {}}, "names segments or lists, or says everybody", id="nobody-meant"),
        pytest.param({"audience": {"segments": ["vip"], "everybody": True}}, "one of the two", id="some-and-everybody"),
        pytest.param({"template": None}, "names a template, or variants", id="nothing-to-say"),
        pytest.param({"variants": [{"name": "a", "template": "hello"}]}, "one of the two", id="said-twice"),
        pytest.param({"goal": {"within": 14}}, "needs its unit", id="days-or-seconds"),
        pytest.param({"goal": {"within": "14"}}, "needs its unit", id="a-number-in-quotes"),
        pytest.param({"frequency_caps": [{"times": 1, "within": 7.0}]}, "needs its unit", id="a-cap-without-unit"),
        pytest.param(
            {"template": None, "variants": [{"name": "holdout", "template": "hello"}]}, "differ", id="a-false-holdout"
        ),
        pytest.param({"holdout": 1}, "less than 1", id="all-held-out"),
        pytest.param({"holdout": -0.1}, "greater than or equal to 0", id="a-negative-holdout"),
        pytest.param({"goal": {"within": "P0D"}}, "greater than 0", id="no-window"),
        pytest.param({"frequency_caps": [{"times": 1}]}, "within (P7D) or per", id="a-cap-without-window"),
        pytest.param(
            {"frequency_caps": [{"times": 1, "within": "P1D", "per": "day"}]}, "one of the two", id="two-windows"
        ),
        pytest.param({"quiet_hours": {"start": "08:00", "end": "08:00"}}, "same time", id="always-quiet"),
        pytest.param({"holdut": 0.2}, "Extra inputs", id="a-misspelt-field"),
        pytest.param({"name": "Spring Sale!"}, "match pattern", id="a-name-that-cannot-be-a-link"),
        pytest.param({"basis": "whim"}, "opt_in", id="an-unknown-basis"),
    ],
)
def test_a_definition_that_cannot_be_is_refused(changes, words):
    with pytest.raises(ValidationError) as fault:
        campaign(**changes)
    assert words in str(fault.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"audience": {"segments": ["vpi"]}}, "no segment named 'vpi'; did you mean 'vip'", id="segment"),
        pytest.param(
            {"audience": {"segments": ["vip"], "exclude": ["recnt"]}}, "did you mean 'recent'", id="excluded-segment"
        ),
        pytest.param({"template": "helo"}, "no template named 'helo'; did you mean 'hello'", id="template"),
        pytest.param({"goal": {"event": "Order Complete"}}, "did you mean 'Order Completed'", id="event"),
        pytest.param(
            {"quiet_hours": {"start": "21:00", "end": "08:00", "zone": "timezon"}}, "did you mean 'timezone'", id="zone"
        ),
        pytest.param({"goal": {"value": "revenu"}}, "did you mean 'revenue'", id="property"),
    ],
)
def test_unknown_names_come_with_the_nearest(changes, words):
    with pytest.raises(UnknownName) as fault:
        check_campaign(campaign(**changes), **KNOWN)
    assert words in str(fault.value)


def test_variants_share_what_the_holdout_leaves():
    two = [{"name": "a", "template": "hello", "weight": 1}, {"name": "b", "template": "hello", "weight": 3}]
    assert campaign(template=None, variants=two, holdout=0.2).shares() == {
        "holdout": 0.2,
        "a": pytest.approx(0.2),
        "b": pytest.approx(0.6),
    }
    assert campaign(holdout=0).shares() == {"message": 1.0}


def test_a_definition_survives_json():
    whole = campaign(
        frequency_caps=[{"times": 2, "within": "P7D"}, {"times": 1, "per": "day", "channel": "email"}],
        quiet_hours={"start": "21:00", "end": "08:00"},
        starts_at="2026-03-11T09:00:00+08:00",
        cost={"per_contact": 0.01, "fixed": 10},
    )
    assert CampaignDefinition.model_validate(whole.model_dump(mode="json")) == whole
    assert whole.starts_at == datetime(2026, 3, 11, 1)
    assert whole.goal.within == timedelta(days=30)
