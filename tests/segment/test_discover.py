"""What discovery promises, against published figures and real bases."""

from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws import by_day, tries

from coterie.errors import NotReady, Refused, UnknownName
from coterie.segment.segmentations import DiscoveryDefinition, discover
from coterie.segment.segmentations.candidates import draw_sample
from coterie.segment.segmentations.clustering import CLUSTERERS
from coterie.segment.segmentations.evidence import EvidenceForK, choose
from coterie.segment.segmentations.features import fit_feature, skewness
from coterie.segment.segmentations.model import (
    DiscoveredModel,
    assign_discovered,
    kept_model,
    reassign_discovered,
)
from coterie.segment.segmentations.naming import trait_words
from coterie.segment.segmentations.phrases import PHRASES
from coterie.words import each_into, say

AS_OF = datetime(2026, 1, 1)
MALL = DiscoveryDefinition(traits=("income", "spending"), preprocess="none", bootstraps=200)


def traits_of(warehouse, columns):
    size = len(next(iter(columns.values())))
    warehouse.write("people", pa.table({"profile_id": list(range(1, size + 1)), **columns}), append=False)
    warehouse.execute("CREATE OR REPLACE VIEW traits AS SELECT * FROM people")


def segments_of(warehouse, name="discovered"):
    rows = warehouse.query(
        "SELECT profile_id, segment FROM assignments WHERE segmentation = $name ORDER BY 1", {"name": name}
    )
    return dict(zip(rows["profile_id"].to_pylist(), rows["segment"].to_pylist(), strict=True))


def three_clouds(warehouse, each=60):
    rng = np.random.default_rng(1)
    centers = np.repeat([[0, 0], [10, 0], [0, 10]], each, axis=0)
    points = centers + rng.normal(size=centers.shape)
    traits_of(warehouse, {"spend": points[:, 0], "visits": points[:, 1]})


def test_mall_customers_fall_into_the_five_published_segments(mall):
    found = discover(mall, MALL, as_of=AS_OF)
    assert found.k == 5
    assert [round(figures.silhouette, 4) for figures in found.evidence] == [
        0.2969, 0.4676, 0.4932, 0.5539, 0.5398, 0.5264, 0.4558,
    ]  # fmt: skip
    five = found.evidence[3]
    assert five.inertia == pytest.approx(44448.46, abs=0.01)
    assert five.calinski_harabasz == pytest.approx(247.36, abs=0.01)
    assert five.davies_bouldin == pytest.approx(0.5726, abs=0.0001)
    assert five.sizes == (22, 23, 35, 39, 81)
    assert sorted(part.stability for part in found.parts) == pytest.approx([0.968, 0.974, 0.976, 0.982, 1.0], abs=0.015)
    assert {part.label for part in found.parts} == {"highly stable"}
    assert found.warnings() == []


@pytest.mark.parametrize("seed", by_day(range(4), 2))
def test_mall_has_five_segments_with_the_default_preparation_and_any_seed(mall, seed):
    found = discover(mall, DiscoveryDefinition(traits=("income", "spending"), seed=seed, bootstraps=20), as_of=AS_OF)
    assert found.k == 5
    assert {part.name() for part in found.parts} == {
        "Middling throughout",
        "Very high spending, high income",
        "Very low spending, high income",
        "Very low income, low spending",
        "Very low income, high spending",
    }


@pytest.mark.parametrize(
    ("load", "preprocess", "ari"),
    [
        pytest.param("load_iris", "none", 0.7302, id="iris"),
        pytest.param("load_wine", "standardize", 0.8975, id="wine-standardized"),
    ],
)
def test_known_flowers_and_wines_are_found_as_well_as_published(warehouse, load, preprocess, ari):
    from sklearn import datasets
    from sklearn.metrics import adjusted_rand_score

    loaded = getattr(datasets, load)()
    columns = {f"measure_{place}": loaded.data[:, place] for place in range(loaded.data.shape[1])}
    traits_of(warehouse, columns)
    discover(
        warehouse, DiscoveryDefinition(traits=tuple(columns), k=3, preprocess=preprocess, bootstraps=10), as_of=AS_OF
    )
    assert adjusted_rand_score(loaded.target, list(segments_of(warehouse).values())) == pytest.approx(ari, abs=1e-4)


def test_the_same_seed_gives_the_same_segments_whatever_the_order_of_rows(mall):
    definition = DiscoveryDefinition(traits=("income", "spending"), k=5, bootstraps=10)
    first = discover(mall, definition, as_of=AS_OF).model
    mall.execute("CREATE OR REPLACE VIEW traits AS SELECT * FROM mall ORDER BY hash(profile_id)")
    assert discover(mall, definition, as_of=AS_OF).model == first


def test_a_stored_model_puts_everybody_where_the_fit_did(mall):
    found = discover(mall, DiscoveryDefinition(bootstraps=10), as_of=AS_OF)
    before = segments_of(mall)
    again = DiscoveredModel.model_validate_json(found.model.model_dump_json())
    assert assign_discovered(mall, again, as_of=AS_OF) == 200
    assert segments_of(mall) == before
    raw = mall.query("SELECT age, income, spending FROM traits ORDER BY profile_id")
    points = np.column_stack([raw[feature.trait].to_numpy() for feature in again.features]).astype(float)
    in_numpy = [again.parts[place].key for place in again.nearest(again.coordinates(points))]
    assert in_numpy == list(before.values())


@settings(max_examples=tries(8, 40), deadline=None)
@given(
    values=st.lists(st.floats(-1e4, 1e6) | st.none(), min_size=12, max_size=60).filter(
        lambda found: len({value for value in found if value is not None}) > 2
    ),
    reshape=st.sampled_from(["none", "log", "power"]),
    power=st.floats(-2, 4),
)
def test_sql_and_numpy_compute_the_same_coordinates(values, reshape, power):
    from coterie.engines import open_warehouse

    raw = np.array([np.nan if value is None else value for value in values])
    feature = fit_feature("x", raw).model_copy(update={"reshape": reshape, "power": power, "mean": 0.5, "spread": 2.0})
    engine = open_warehouse(None)
    engine.write(
        "people", pa.table({"place": list(range(len(values))), "x": pa.array(values, pa.float64())}), append=False
    )
    in_sql = engine.query(f"SELECT {feature.expression()} AS c FROM people ORDER BY place")["c"].to_numpy()
    engine.close()
    assert in_sql == pytest.approx(feature.coordinates(raw), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("method", sorted(CLUSTERERS))
def test_every_method_finds_three_clouds(warehouse, method):
    three_clouds(warehouse)
    found = discover(warehouse, DiscoveryDefinition(method=method, k=3, bootstraps=10), as_of=AS_OF)
    parts = list(segments_of(warehouse).values())
    assert [len(set(parts[start : start + 60])) for start in (0, 60, 120)] == [1, 1, 1]
    assert sorted(part.customers for part in found.parts) == [60, 60, 60]


def test_new_profiles_join_the_parts_that_are_there(warehouse):
    three_clouds(warehouse)
    found = discover(warehouse, DiscoveryDefinition(bootstraps=10), as_of=AS_OF)
    warehouse.execute("INSERT INTO people VALUES (500, 10.1, 0.2), (501, -0.3, 9.5)")
    assert reassign_discovered(warehouse, as_of=AS_OF) == ["discovered"]
    now = segments_of(warehouse)
    assert (now[500], now[501]) == (now[61], now[121])
    assert len(now) == 182
    warehouse.execute("CREATE OR REPLACE VIEW traits AS SELECT profile_id, spend FROM people")
    assert reassign_discovered(warehouse, as_of=AS_OF) == []
    assert len(segments_of(warehouse)) == 182
    assert kept_model(warehouse, "discovered").model == found.model


def test_traits_that_hardly_anybody_has_are_refused(warehouse):
    traits_of(
        warehouse, {"a": pa.array([None] * 45 + [1.0, 2, 3, 4, 5]), "b": pa.array([None] * 45 + [1.0, 2, 3, 4, 5])}
    )
    with pytest.raises(Refused, match="at least 10 profiles that know half of a, b; there are 5"):
        discover(warehouse, DiscoveryDefinition(traits=("a", "b")), as_of=AS_OF)


def test_profiles_that_lack_most_traits_belong_to_no_segment(warehouse):
    three_clouds(warehouse)
    warehouse.execute("INSERT INTO people VALUES (181, NULL, NULL), (182, 10, NULL), (183, 'NaN', NULL)")
    found = discover(warehouse, DiscoveryDefinition(bootstraps=10), as_of=AS_OF)
    assert found.k == 3
    assert (found.base, found.assigned) == (183, 181)
    assert 181 not in segments_of(warehouse)
    assert 182 in segments_of(warehouse)
    assert "2 profiles lack more than half of the traits used and belong to no segment." in found.notes()


def test_a_sample_is_fitted_and_everybody_assigned(warehouse):
    three_clouds(warehouse, each=400)
    found = discover(warehouse, DiscoveryDefinition(sample=200, bootstraps=10), as_of=AS_OF)
    assert (found.sampled, found.assigned, found.k) == (200, 1200, 3)
    assert sorted(part.customers for part in found.parts) == [400, 400, 400]


def test_useless_traits_are_left_out_with_the_reason(warehouse):
    rng = np.random.default_rng(2)
    spend = rng.normal(size=200)
    traits_of(
        warehouse,
        {
            "spend": spend,
            "visits": rng.normal(size=200),
            "spend_in_cents": spend * 100,
            "country_code": np.ones(200),
            "always": np.ones(200),
            "rare": np.where(np.arange(200) < 150, np.nan, 1.0),
            "name": [str(n) for n in range(200)],
        },
    )
    sample = draw_sample(warehouse, None, size=200, seed=0, preprocess="full")
    assert [feature.trait for feature in sample.features] == ["spend", "visits"]
    assert {out.trait: out.explain() for out in sample.left_out} == {
        "rare": "rare is missing for 75% of the profiles.",
        "country_code": "country code is a code, not a quantity.",
        "always": "always is the same for 100% of the profiles.",
        "spend_in_cents": "spend in cents moves with spend (correlation 1.00).",
    }


@pytest.mark.parametrize(
    ("values", "reshape"),
    [
        pytest.param(np.linspace(0, 1, 100), "none", id="even"),
        pytest.param(np.exp(np.random.default_rng(0).normal(3, 1.5, 500)), "log", id="money-like"),
        pytest.param(-np.exp(np.random.default_rng(0).normal(3, 1.5, 500)), "log", id="negative-too"),
        pytest.param(np.random.default_rng(0).beta(1, 12, 500), "power", id="small-shares"),
    ],
)
def test_skewed_traits_are_de_skewed_and_others_left_alone(values, reshape):
    feature = fit_feature("x", values)
    assert feature.reshape == reshape
    assert abs(feature.skewness_after) <= max(1, abs(skewness(values)))


@pytest.mark.parametrize(
    ("definition", "error", "message"),
    [
        pytest.param({"traits": ("incomes",)}, UnknownName, "did you mean 'income'", id="unknown-trait"),
        pytest.param({"traits": ("gender",)}, Refused, "only 2 different pictures", id="one-category-of-two-words"),
        pytest.param({"traits": ("income",), "k": 200}, Refused, "200 segments were asked for", id="too-many"),
        pytest.param({"traits": ("income",), "k": 1}, Refused, "1 segment was asked for", id="one"),
    ],
)
def test_what_cannot_be_discovered_is_refused_in_words(mall, definition, error, message):
    with pytest.raises(error, match=message):
        discover(mall, DiscoveryDefinition(**definition), as_of=AS_OF)


def test_without_traits_or_people_the_reason_is_told(warehouse):
    with pytest.raises(NotReady, match="no traits yet"):
        discover(warehouse, as_of=AS_OF)
    traits_of(warehouse, {"spend": [1.0, 2.0, 3.0]})
    with pytest.raises(Refused, match="at least 10 profiles; there are 3"):
        discover(warehouse, as_of=AS_OF)
    traits_of(warehouse, {"spend": [1.0] * 20})
    with pytest.raises(Refused, match="spend is the same for 100% of the profiles"):
        discover(warehouse, as_of=AS_OF)


def figures(k, silhouette, stability, groupless=0.2, sizes=(50, 50)):
    return EvidenceForK(k, silhouette, 1, 1, 1, stability, groupless, sizes)


@pytest.mark.parametrize(
    ("evidence", "k", "is_sound"),
    [
        pytest.param([(2, 0.9, 1), (3, 0.5, 0.9), (4, 0.3, 0.9)], 3, True, id="two-are-a-split"),
        pytest.param([(3, 0.5, 0.9), (4, 0.46, 0.9)], 4, True, id="finer-when-sure"),
        pytest.param([(3, 0.5, 0.9), (4, 0.46, 0.8)], 3, True, id="not-finer-when-less-sure"),
        pytest.param([(3, 0.5, 0.59), (4, 0.3, 0.7)], 4, True, id="unstable-is-passed-over"),
        pytest.param([(3, 0.5, 0.4), (4, 0.3, 0.5)], 3, False, id="nothing-sound-is-said"),
        pytest.param([(3, 0.5, 0.9, 0.55), (4, 0.45, 0.9, 0.4)], 4, True, id="no-better-than-groupless-is-passed-over"),
        pytest.param([(3, 0.5, 0.9, 0.55), (4, 0.45, 0.9, 0.5)], 3, False, id="nothing-stands-out"),
        pytest.param([(2, 0.5, 0.8, 0.55), (3, 0.4, 0.5, 0.45)], 2, False, id="none-that-fails-beside-one-that-holds"),
        pytest.param(
            [(2, 0.5, 0.8, 0.55), (3, 0.4, 0.5, 0.3), (4, 0.3, 0.7, 0.35)], 4, False, id="nor-beside-a-finer-one"
        ),
    ],
)
def test_the_number_of_segments_is_chosen_by_the_evidence(evidence, k, is_sound):
    choice = choose([figures(*row) for row in evidence], smallest_k=3, least_share=0.01)
    assert (choice.k, choice.is_sound) == (k, is_sound)


CLOUDS = [
    pytest.param(lambda rng: rng.normal(size=(400, 6)), id="a-ball"),
    pytest.param(lambda rng: rng.uniform(size=(400, 2)), id="an-even-square"),
    pytest.param(lambda rng: rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], 400), id="a-cigar"),
    pytest.param(lambda rng: rng.normal(size=(400, 1)), id="a-line"),
]


@pytest.mark.parametrize("cloud", by_day(CLOUDS, "an-even-square", "a-line"))
def test_one_group_is_called_one(warehouse, cloud):
    points = cloud(np.random.default_rng(0))
    traits_of(warehouse, {f"noise_{place}": points[:, place] for place in range(points.shape[1])})
    found = discover(warehouse, DiscoveryDefinition(bootstraps=10), as_of=AS_OF)
    assert not found.choice.is_sound
    assert "No natural groups are in sight" in found.notes()[0]
    assert "未见自然形成的群体" in each_into(found.notes(), "zh")[0]


def test_segments_asked_for_in_one_group_are_called_cuts(warehouse):
    points = np.random.default_rng(0).uniform(size=(400, 2))
    traits_of(warehouse, {"a": points[:, 0], "b": points[:, 1]})
    found = discover(warehouse, DiscoveryDefinition(k=4, bootstraps=10), as_of=AS_OF)
    assert any("blend into one another" in warning for warning in found.warnings())


def test_two_groups_are_not_hidden_behind_more(warehouse):
    rng = np.random.default_rng(0)
    traits_of(warehouse, {name: rng.normal(size=400) + 9 * (np.arange(400) % 2) for name in ("a", "b")})
    found = discover(warehouse, DiscoveryDefinition(traits=("a", "b"), bootstraps=10), as_of=AS_OF)
    assert found.k == 2
    asked = discover(warehouse, DiscoveryDefinition(traits=("a", "b"), k=3, bootstraps=10), as_of=AS_OF)
    assert asked.k == 3


def test_every_phrase_is_translated():
    for phrases in PHRASES.values():
        assert all(say(phrase, "zh") != phrase for phrase in phrases)


def test_everything_said_is_translated(mall):
    found = discover(mall, DiscoveryDefinition(bootstraps=10), as_of=AS_OF)
    assert all(zh != en for zh, en in zip(each_into(found.notes(), "zh"), found.notes(), strict=True))
    assert "income" in found.parts[0].name().told("zh") or found.parts[0].name().told("zh") != found.parts[0].name()
    assert trait_words("age_band") == "age band"


def test_parts_that_only_their_centers_tell_apart_have_names_of_their_own(warehouse):
    rng = np.random.default_rng(0)
    traits_of(warehouse, {"a": rng.normal(size=1600) + 40 * (np.arange(1600) % 16), "b": rng.normal(size=1600)})
    found = discover(warehouse, DiscoveryDefinition(traits=("a", "b"), k=16, bootstraps=10), as_of=AS_OF)
    for locale in ("en", "zh"):
        names = [part.name().told(locale) for part in found.parts]
        assert len(set(names)) == 16
        assert any(name.endswith(" (2)") for name in names)
