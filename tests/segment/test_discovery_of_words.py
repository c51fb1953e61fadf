"""Discovery on columns of words: lists of interests, yes and no, steps of a scale; and how groups are then called."""

from __future__ import annotations

import json
from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import adjusted_rand_score
from tests.segment.test_discover import segments_of, traits_of

from coterie.segment.segmentations import DiscoveryDefinition, discover
from coterie.segment.segmentations.columns import CodedColumn, text_columns, things_of
from coterie.segment.segmentations.naming import Mark, trait_words
from coterie.segment.segmentations.preference import is_code

AS_OF = datetime(2026, 1, 1)
QUICK = DiscoveryDefinition(bootstraps=10, starts=3, largest_k=4)
TOPICS = (("yoga", "running", "hiking"), ("wine", "baking", "vegan"), ("gaming", "coding", "vr"))
STEPS = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")


def _interested(rng, n=240):
    truth = np.arange(n) % 3
    return truth, [list(rng.choice(TOPICS[group], 2, replace=False)) for group in truth]


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("; ".join, id="semicolons"),
        pytest.param(lambda things: ", ".join(things).title(), id="commas-and-capitals"),
        pytest.param("、".join, id="chinese-commas"),
        pytest.param(json.dumps, id="json"),
    ],
)
def test_interests_written_as_lists_make_the_groups_that_share_them(warehouse, written):
    truth, interests = _interested(np.random.default_rng(0))
    traits_of(warehouse, {"interests": [written(things) for things in interests]})
    found = discover(warehouse, QUICK, as_of=AS_OF)
    assert found.k == 3
    assert adjusted_rand_score(truth, list(segments_of(warehouse).values())) > 0.95
    told = {part.name().split(",")[0].split(" more")[0].lower() for part in found.parts}
    assert {next(n for n, topic in enumerate(TOPICS) if word in topic) for word in told} == {0, 1, 2}


def test_answers_in_words_are_steps_and_statements_are_told_by_how_far_people_agree(warehouse):
    rng = np.random.default_rng(0)
    truth = np.arange(200) % 2
    far = np.clip(np.round(1 + 2 * truth + rng.normal(size=200) * 0.4), 0, 4).astype(int)
    other = np.clip(np.round(3 - 2 * truth + rng.normal(size=200) * 0.4), 0, 4).astype(int)
    traits_of(
        warehouse,
        {
            "i_compare_prices_before_buying": [STEPS[n] for n in far],
            "brand_matters_more_to_me": [STEPS[n] for n in other],
        },
    )
    found = discover(warehouse, QUICK.model_copy(update={"k": 2}), as_of=AS_OF)
    assert adjusted_rand_score(truth, list(segments_of(warehouse).values())) > 0.9
    assert all(part.name().startswith("Agrees ") for part in found.parts)
    assert all("认同：" in part.name().told("zh") for part in found.parts)


@pytest.mark.parametrize(
    ("values", "read"),
    [
        pytest.param(["yes", "no"] * 30, ["flag"], id="yes-and-no"),
        pytest.param(["Yes", "No", "No internet service"] * 20, ["flag"], id="a-third-answer"),
        pytest.param(["never", "sometimes", "always"] * 20, ["scale"], id="how-often"),
        pytest.param(["a;b", "b;c", "c"] * 20, ["item"] * 3, id="a-list"),
        pytest.param([f"{n} High Street, Leeds" for n in range(60)], [], id="addresses"),
        pytest.param([f"Smith {n}, Ann {n}" for n in range(60)], [], id="names"),
        pytest.param(["red", "green", "blue"] * 20, ["level"] * 3, id="kinds"),
        pytest.param([None] * 60, [], id="nothing"),
    ],
)
def test_words_are_read_for_what_they_are(warehouse, values, read):
    traits_of(warehouse, {"said": pa.array(values, pa.string())})
    found = text_columns(warehouse, ["said"]).get("said", [])
    assert [column.reads for column in found] == read


@pytest.mark.parametrize("text", ['["Yoga", "red wine"]', "Yoga; red wine", "yoga,red wine ", "yoga|Red Wine"])
def test_the_query_reads_a_list_as_the_program_does(warehouse, text):
    traits_of(warehouse, {"tags": [text, "it's; wine", None]})
    for item in ("yoga", "red wine", "wine", "it's"):
        answer = warehouse.query(f"SELECT {CodedColumn(trait='tags', reads='item', item=item).sql()} AS n FROM traits")[
            "n"
        ]
        assert answer.to_pylist() == [float(item in things_of(text)), float(item in things_of("it's; wine")), 0.0]


@pytest.mark.parametrize(
    ("trait", "drawn"),
    [
        pytest.param(
            "tags", lambda rng: "; ".join(rng.choice([f"t{n}" for n in range(20)], 3, replace=False)), id="rare-yeses"
        ),
        pytest.param("industry", lambda rng: f"field {rng.integers(10)}", id="a-category"),
    ],
)
def test_words_weigh_no_more_than_one_quantity(warehouse, trait, drawn):
    rng = np.random.default_rng(0)
    truth = np.arange(300) % 3
    groups = {name: rng.normal(size=300) + 6 * truth for name in ("spend", "visits")}
    traits_of(warehouse, {**groups, trait: [drawn(rng) for _ in range(300)]})
    discover(warehouse, QUICK, as_of=AS_OF)
    assert adjusted_rand_score(truth, list(segments_of(warehouse).values())) > 0.9


@pytest.mark.parametrize(
    ("trait", "words"),
    [
        ("mnt_fish_products", "spend on fish products"),
        ("num_store_purchases", "store purchases"),
        ("number_of_cards", "cards"),
        ("purchases_trx", "purchases transactions"),
        ("no_show", "no show"),
        ("number", "number"),
    ],
)
def test_abbreviations_of_columns_are_spelled_out(trait, words):
    assert trait_words(trait) == words


def test_a_statement_about_phones_is_no_code():
    assert not is_code("i_buy_mostly_on_my_phone", np.array([1.0, 5.0, 4.0]))


def test_a_short_sentence_in_the_first_person_is_a_statement_too(warehouse):
    rng = np.random.default_rng(0)
    truth = np.arange(200) % 2
    answers = {
        name: np.clip(np.round(2 + 2 * truth + rng.normal(size=200) * 0.5), 1, 5)
        for name in ("i_compare_offers", "my_shop")
    }
    traits_of(warehouse, {name: values.astype(int) for name, values in answers.items()})
    found = discover(warehouse, QUICK.model_copy(update={"k": 2}), as_of=AS_OF)
    assert all(part.name().startswith("Agrees ") for part in found.parts)


@pytest.mark.parametrize("trait", ["purchases_frequency", "visits_rate", "share_of_orders"])
def test_how_often_things_come_is_high_or_low_and_not_many_or_few(trait):
    assert Mark(trait=trait, deviation=0.9).say().startswith("high ")


def test_a_count_with_a_long_name_is_no_statement(warehouse):
    rng = np.random.default_rng(0)
    truth = np.arange(200) % 2
    counts = {name: rng.poisson(1 + 4 * truth).clip(0, 9) for name in ("num_web_visits_this_month", "carts")}
    traits_of(warehouse, counts)
    found = discover(warehouse, QUICK.model_copy(update={"k": 2}), as_of=AS_OF)
    assert not any("grees" in part.name() for part in found.parts)
