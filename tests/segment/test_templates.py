"""What the ready segments promise."""

from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from coterie.profile import STAGES, build_profiles, ready_traits
from coterie.segment import refresh
from coterie.segment.segmentations import rfm
from coterie.segment.templates import ready_templates, template_library

AS_OF = datetime(2026, 1, 1)


def people_of(warehouse, **columns):
    size = len(next(iter(columns.values())))
    warehouse.drop("profiles")
    warehouse.write("profiles", pa.table({"profile_id": list(range(size)), **columns}), append=False)


def test_every_family_of_criteria_has_templates():
    assert {template.family for template in template_library()} == {
        "demographic", "geographic", "psychographic", "behavioral", "benefit",
        "value", "lifecycle", "loyalty", "technographic", "firmographic",
    }  # fmt: skip
    names = [template.name for template in template_library()]
    assert len(names) == len(set(names))


def test_every_template_compiles_where_its_data_is(warehouse):
    """A base that has everything a template may ask for supports every template."""
    size = 60
    texts = {
        "gender", "age_band", "income_band", "household_size", "kids_count", "home_ownership", "education", "occupation",
        "marital_status", "country", "region", "city", "persona", "loyalty_tier", "device", "industry", "company_size",
        "account_type", "nps_group", "favorite_store", "favorite_category", "favorite_brand", "favorite_channel",
    }  # fmt: skip
    numbers = {
        "age", "income", "employees", "survey_score", "orders", "orders_365d", "orders_prior_90d", "orders_change_90d",
        "average_order_value", "weekend_share", "preferred_hour", "messages_sent", "messages_opened", "open_rate",
        "return_rate", "discount_share", "mean_unit_price", "categories_bought", "revenue", "tenure_days", "overdue_ratio",
        "stores_visited", "channels_used",
    }  # fmt: skip
    people_of(
        warehouse,
        **{name: ["a", "b"] * (size // 2) for name in sorted(texts)},
        **{name: [float(n) for n in range(size)] for name in sorted(numbers)},
        birth_date=[datetime(1990, 1, 1)] * size,
    )
    for name in ("Ticket Opened", "Product Viewed", "Product Added", "Coupon Redeemed"):
        warehouse.execute(
            f"INSERT INTO events BY NAME SELECT 1 AS profile_id, '{name}' AS name, TIMESTAMP '2025-12-01' AS occurred_at"
        )
    warehouse.execute(
        """INSERT INTO orders BY NAME SELECT 'o' || profile_id AS order_id, profile_id, 'completed' AS status,
           TIMESTAMP '2025-12-01' AS occurred_at, 10 AS revenue FROM profiles"""
    )
    for segmentation in ("rfm", "lifecycle"):
        warehouse.execute(f"INSERT INTO assignments SELECT profile_id, '{segmentation}', 'new', NULL FROM profiles")
    for score in ("lifetime_value", "p_alive"):
        warehouse.execute(f"INSERT INTO scores BY NAME SELECT profile_id, '{score}' AS score, 1 AS value FROM profiles")
    offered = {ready.template.name for ready in ready_templates(warehouse)}
    assert {template.name for template in template_library()} - offered == set()


def test_nothing_is_offered_without_data(warehouse):
    assert len(ready_templates(warehouse)) == 0


@pytest.mark.parametrize(
    ("values", "names"),
    [
        pytest.param(
            ["York"] * 20 + ["Hull"] * 30 + ["Leeds"] * 5,
            ["city_hull", "city_york"],
            id="commonest-first-rare-left-out",
        ),
        pytest.param(["北京"] * 30 + ["上海"] * 20, ["city_1", "city_2"], id="chinese-values-are-numbered"),
        pytest.param(
            ["St-Ives"] * 30 + ["st ives"] * 20, ["city_st_ives", "city_st_ives_2"], id="alike-names-are-told-apart"
        ),
        pytest.param([None] * 50, [], id="an-empty-column-offers-nothing"),
    ],
)
def test_values_come_from_the_data(warehouse, values, names):
    people_of(warehouse, city=pa.array(values, pa.string()))
    ready = list(ready_templates(warehouse))
    assert [one.name for one in ready] == names
    if names:
        assert ready[0].definition("zh").label.startswith("城市：")


def test_a_number_and_a_text_of_one_name_get_different_templates(warehouse):
    people_of(warehouse, age=[20, 40, 70] * 10)
    assert [one.name for one in ready_templates(warehouse)] == ["under_30", "age_30_to_59", "age_60_and_over"]
    people_of(warehouse, age=["20-29", "30-59", "60+"] * 10)
    assert {one.name for one in ready_templates(warehouse)} == {"age_20_29", "age_30_59", "age_60"}


def test_ready_segments_of_real_orders_refresh_to_what_they_say(retail, retail_as_of):
    rfm(retail, as_of=retail_as_of)
    build_profiles(retail)
    ready = ready_templates(retail)
    found = refresh(
        retail,
        traits=ready_traits(retail),
        segments=[one.definition() for one in ready],
        as_of=retail_as_of,
        refresh_id=1,
    )
    sizes = {segment.name: segment.size for segment in found.segments}
    recent = retail.query(
        """SELECT count(DISTINCT profile_id) AS n FROM orders WHERE status = 'completed'
           AND occurred_at >= $since AND occurred_at < $as_of""",
        {"as_of": retail_as_of, "since": retail_as_of - timedelta(days=30)},
    )["n"][0].as_py()
    assert sizes["bought_in_last_30_days"] == recent
    champions = retail.query(
        "SELECT count(*) AS n FROM assignments WHERE segmentation = 'rfm' AND segment = 'champions'"
    )
    assert sizes["rfm_champions"] == champions["n"][0].as_py()
    assert sizes["top_hundred_by_revenue"] == 100


def test_a_table_of_ready_segments_speaks_both_languages(warehouse):
    people_of(warehouse, gender=["f", "m"] * 20)
    warehouse.execute("INSERT INTO assignments SELECT profile_id, 'lifecycle', 'at_risk', NULL FROM profiles")
    english, chinese = (ready_templates(warehouse).table(locale).to_pylist() for locale in ("en", "zh"))
    assert english[0]["definition"].splitlines()[0] == "name: gender_f"
    assert (english[-1]["label"], chinese[-1]["label"]) == (f"Stage: {STAGES['at_risk'].name()}", "阶段：有流失风险")
    assert all(en["family"] != zh["family"] for en, zh in zip(english, chinese, strict=True))
