"""A sentence keeps its id and values wherever it goes, and is told in any language from there."""

from __future__ import annotations

import copy
import pickle
from datetime import datetime

import pytest
from pydantic import BaseModel

from coterie.domain import Money, NotEstimable
from coterie.words import Sentence, cased, into, joined, own, sentence
from coterie.workspace import Frame

SENT = sentence("{count:,} {count|message was|messages were} sent.", count=1200)
KINDS = [
    pytest.param(SENT, id="with-values"),
    pytest.param(joined([SENT, SENT], " "), id="joined"),
    pytest.param(own({"en": "Big spenders", "zh": "大客户"}), id="of-its-writer"),
    pytest.param(cased(Sentence("Orders"), "lower"), id="cased"),
]


@pytest.mark.parametrize("said", KINDS)
def test_in_another_language_it_is_the_same_sentence(said: Sentence) -> None:
    chinese = said.into("zh")
    assert str(chinese) == said.told("zh")
    assert (chinese.id, chinese.values) == (said.id, said.values)
    assert chinese.told("en") == chinese.into("en") == said


@pytest.mark.parametrize("said", KINDS)
def test_copies_and_pickles_are_sentences(said: Sentence) -> None:
    for made in (copy.deepcopy(said.into("zh")), pickle.loads(pickle.dumps(said.into("zh")))):
        assert made == said.told("zh")
        assert made.told("en") == said


def test_a_space_stands_in_chinese_only_behind_latin_letters() -> None:
    assert joined(["A.", "B"], " ").told("zh") == "A. B"
    assert joined([Sentence("customers"), "B"], " ").told("zh") == "客户B"


def test_a_list_of_names_is_joined_as_the_language_joins_it() -> None:
    told = sentence("They spend most on {products}.", products=joined(["tea", "coffee"], ", "))
    assert (told, told.told("zh")) == ("They spend most on tea, coffee.", "他们花费最多的是 tea、coffee。")


def test_money_is_a_value_that_is_written_where_it_is_told() -> None:
    said = sentence(
        "{contacts:,} {contacts|message|messages}, expected cost {cost}.", contacts=3, cost=Money(0.3, "CNY")
    )
    assert said == "3 messages, expected cost ¥0.30."
    assert said.facts == {"contacts": 3, "cost": Money(0.3, "CNY")}
    assert "¥0.30" in said.told("zh")


def test_what_cannot_be_estimated_says_so_in_sentences() -> None:
    found = NotEstimable.because("the holdout has {count} conversions", count=0)
    assert isinstance(found.reason, Sentence)
    assert found.reason.values == {"count": 0}
    assert isinstance(NotEstimable("nobody bought").reason, Sentence)


def test_a_field_of_a_model_takes_it_as_it_is() -> None:
    class Kept(BaseModel):
        said: Sentence

    assert Kept(said=SENT).said is SENT
    assert Kept.model_validate({"said": "customers"}).said.told("zh") == "客户"
    assert Kept(said=SENT).model_dump_json() == '{"said":"1,200 messages were sent."}'


def test_a_frame_hands_sentences_back_told_in_its_language() -> None:
    frame = Frame.of([{"n": 1, "finding": SENT}, {"n": 2, "finding": into("customers", "en")}], "zh")
    assert frame.arrow["finding"].to_pylist() == [SENT.told("zh"), "客户"]
    assert [row["finding"].values for row in frame] == [{"count": 1200}, {}]
    assert isinstance(frame[-1]["finding"], Sentence)
    assert isinstance(frame["finding"][0], Sentence)
    assert frame[1:].rows()[0]["finding"].told("en") == "customers"


def test_an_instant_is_a_value_too() -> None:
    said = sentence("Refreshed as of {as_of:%Y-%m-%d %H:%M}.", as_of=datetime(2026, 1, 2, 3, 4))
    assert said.values["as_of"] == datetime(2026, 1, 2, 3, 4)
    assert "2026-01-02 03:04" in said.told("zh")
