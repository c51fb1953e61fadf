"""What each measure says of hand-made people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from coterie.engines import open_warehouse
from coterie.errors import BadDefinition, UnknownName
from coterie.profile import Plan, TraitDefinition, build_profiles, describe_traits, read_catalog, ready_traits
from coterie.profile.language import parse

AS_OF = datetime(2024, 7, 1)
DAY = timedelta(days=1)


def order(person, days_ago, revenue=10, store="a", status="completed", discount=0):
    return {
        "order_id": f"{person}-{days_ago}-{store}",
        "profile_id": person,
        "occurred_at": AS_OF - days_ago * DAY,
        "revenue": revenue,
        "discount": discount,
        "store": store,
        "status": status,
    }


ORDERS = [
    *(
        order(1, days, revenue, store)
        for days, revenue, store in [(100, 10, "a"), (40, 20, "b"), (30, 30, "b"), (10, 60, "a")]
    ),
    order(1, 0, 999),
    order(1, -5, 999),
    order(1, 20, -15, status="returned"),
    order(2, 365, 50, discount=10),
    order(None, 3, 12345),
    order(None, 1, 7),
]
PEOPLE = [1, 2, 3]


@pytest.fixture(scope="module")
def engine():
    opened = open_warehouse(None, threads=2)
    opened.write(
        "identifiers",
        pa.table(
            {
                "identifier_id": PEOPLE,
                "namespace": ["customer_id"] * 3,
                "value": ["1", "2", "3"],
                "profile_id": PEOPLE,
                "first_seen_at": [AS_OF] * 3,
            }
        ),
    )
    opened.execute("ALTER TABLE customer_records ADD COLUMN born_on DATE")
    opened.execute("ALTER TABLE customer_records ADD COLUMN city VARCHAR")
    records = [
        {
            "profile_id": 1,
            "identifier_id": 1,
            "updated_at": AS_OF - 9 * DAY,
            "born_on": date(1990, 7, 1),
            "city": "Oslo",
        },
        {"profile_id": 1, "identifier_id": 1, "updated_at": AS_OF - 5 * DAY, "born_on": None, "city": "Bergen"},
        {"profile_id": 2, "identifier_id": 2, "updated_at": AS_OF, "born_on": None, "city": None},
    ]
    opened.write("customer_records", pa.Table.from_pylist(records))
    opened.write("orders", pa.Table.from_pylist(ORDERS))
    opened.write("order_lines", pa.Table.from_pylist([
        {"order_id": "x", "profile_id": 1, "occurred_at": AS_OF - n * DAY, "product_id": product, "revenue": revenue, "status": "completed"}
        for n, product, revenue in [(5, "p1", 1), (6, "p2", 9), (7, "p2", 9), (8, "p1", 1), (9, "p3", 2)]
    ]))  # fmt: skip
    opened.write(
        "products", pa.table({"product_id": ["p1", "p2"], "name": ["Tea", "Nails"], "category": ["food", "tools"]})
    )
    opened.execute(
        "INSERT INTO events BY NAME SELECT 'v' || n AS event_id, 1 AS profile_id, 'Product Viewed' AS name, "
        "TIMESTAMP '2024-06-20' + to_days(CAST(n AS INT)) AS occurred_at, {'amount': n / 10, 'huge': 1e30, 'tag': 't' || (n % 2)}::VARIANT AS properties FROM range(1, 4) AS t(n)"
    )
    build_profiles(opened)
    yield opened
    opened.close()


def value_of(engine, measure, person=1, extra=()):
    traits = [parse(TraitDefinition, {"name": name, "value": value}) for name, value in (*extra, ("asked", measure))]
    plan = Plan(read_catalog(engine), AS_OF, traits)
    plan.add_traits()
    statement = plan.statement()
    rows = engine.query(statement, plan.parameters).to_pylist()
    return next(row["asked"] for row in rows if row["profile_id"] == person)


EVENT = {"event": "Order Completed"}
SPENT = ("spent", {"sum": "revenue", **EVENT})
COUNT = ("times", {"count": "Order Completed"})


@pytest.mark.parametrize(
    ("measure", "wanted"),
    [
        pytest.param({"count": "Order Completed"}, 4, id="the-moment-of-asking-and-the-future-do-not-count"),
        pytest.param({"count": "Order Completed", "within": "30d"}, 2, id="the-far-edge-of-a-window-counts"),
        pytest.param({"count": "Order Completed", "within": "40d", "until": "30d"}, 1, id="a-window-that-ends-earlier-leaves-its-end-out"),
        pytest.param({"count": "Order Completed", "during": "last_month"}, 2, id="last-month-is-june"),
        pytest.param({"count": "Order Completed", "during": "last_quarter"}, 3, id="last-quarter-is-april-to-june"),
        pytest.param({"count": "Order Completed", "since": date(2024, 6, 1), "before": date(2024, 6, 21)}, 1, id="fixed-dates"),
        pytest.param({"count": "Order Completed", "where": {"store": "b", "revenue": {">": 20}}}, 1, id="filters-all-hold"),
        pytest.param({"count": "Order Refunded"}, 1, id="returns-are-an-event-of-their-own"),
        pytest.param({"sum": "revenue", **EVENT}, 120.0, id="sum"),
        pytest.param({"mean": "revenue", **EVENT}, 30.0, id="mean"),
        pytest.param({"median": "revenue", **EVENT}, 25.0, id="median"),
        pytest.param({"min": "revenue", **EVENT}, 10.0, id="min"),
        pytest.param({"max": "occurred_at", **EVENT}, AS_OF - 10 * DAY, id="max-of-instants"),
        pytest.param({"stddev": "revenue", **EVENT}, pytest.approx(21.60246899), id="spread-of-a-sample"),
        pytest.param({"distinct": "store", **EVENT}, 2, id="distinct"),
        pytest.param({"list": "store", **EVENT}, ["a", "b"], id="list-is-sorted"),
        pytest.param({"first": "store", **EVENT}, "a", id="first"),
        pytest.param({"last": "revenue", **EVENT}, 60, id="last"),
        pytest.param({"favorite": "store", **EVENT}, "a", id="a-tie-goes-to-the-value-seen-last"),
        pytest.param({"favorite": "store", "weight": "revenue", **EVENT}, "a", id="favorite-by-weight"),
        pytest.param({"favorite_share": "store", "weight": "revenue", **EVENT}, pytest.approx(70 / 120), id="share-by-weight"),
        pytest.param({"favorite_share": "store", "value": "b", **EVENT}, 0.5, id="share-of-a-given-value"),
        pytest.param({"favorite_share": "store", "value": "zzz", **EVENT}, 0.0, id="share-of-a-value-never-seen"),
        pytest.param({"favorite": "category", "event": "Product Purchased"}, "food", id="a-lookup-in-products"),
        pytest.param({"lookup": "product_name", "by": {"last": "product_id", "event": "Product Purchased"}}, "Tea", id="name-of-the-last-product"),
        pytest.param({"since_last": "Order Completed"}, 10.0, id="recency"),
        pytest.param({"since_first": "Order Completed"}, 100.0, id="tenure"),
        pytest.param({"interval": "Order Completed"}, 30.0, id="mean-interval"),
        pytest.param({"interval": "Order Completed", "statistic": "median"}, 20.0, id="median-interval"),
        pytest.param({"interval": "Order Completed", "statistic": "max"}, 60.0, id="longest-interval"),
        pytest.param({"decayed": "Order Completed", "half_life": "10d", "within": "35d"}, pytest.approx(0.5 + 0.125), id="halved-every-ten-days"),
        pytest.param({"trend": "Order Completed", "every": "30d", "periods": 2}, 1.0, id="the-far-edge-belongs-to-the-younger-span"),
        pytest.param({"trend": "Order Completed", "property": "revenue", "every": "30d", "periods": 4}, pytest.approx((-1.5 * 10 + 0.5 * 20 + 1.5 * 90) / 5), id="slope-of-revenue"),
        pytest.param({"ratio": ["spent", "times"]}, 30.0, id="ratio"),
        pytest.param({"formula": "spent / (times - 4)"}, None, id="division-by-zero-is-missing"),
        pytest.param({"formula": "LN(times - 4)"}, None, id="logarithm-of-zero-is-missing"),
        pytest.param({"formula": "POWER(0 - times, 0.5)"}, None, id="root-of-less-than-nothing-is-missing"),
        pytest.param({"formula": "COALESCE(EXP(800), 7)"}, 7.0, id="an-overflow-inside-is-missing-there"),
        pytest.param({"formula": "ROUND(spent, -1)"}, 120.0, id="rounded-to-tens"),
        pytest.param({"formula": "EXP(700) * EXP(700)"}, None, id="beyond-all-numbers-is-missing"),
        pytest.param({"percentile": {"tile": "spent", "tiles": 3}}, 1.0, id="a-rank-of-a-rank"),
        pytest.param({"favorite_share": "revenue", "value": 10, **EVENT}, 0.25, id="share-of-a-number"),
        pytest.param({"count": "Order Completed", "since": "2024-06-01T02:00:00+02:00"}, 2, id="a-fixed-instant-with-an-offset"),
        pytest.param({"formula": "COALESCE(score_that + 1, 7)"}, UnknownName, id="unknown-name-in-a-formula"),
        pytest.param({"formula": "CASE WHEN times > 3 AND city = 'Bergen' THEN 1 ELSE 0 END"}, 1.0, id="case-in-a-formula"),
        pytest.param({"case": [{"when": "times > 9", "then": "many"}, {"when": "times > 3", "then": "some"}]}, "some", id="case"),
        pytest.param({"trait": "city"}, "Bergen", id="the-latest-record-wins"),
        pytest.param({"trait": "born_on"}, date(1990, 7, 1), id="a-later-record-without-a-value-does-not"),
        pytest.param({"age": "born_on", "unit": "years"}, pytest.approx(34, abs=0.01), id="age-in-years"),
        pytest.param({"sum": "amount", "event": "Product Viewed"}, 0.6, id="tenths-add-up-exactly"),
        pytest.param({"sum": "huge", "event": "Product Viewed"}, pytest.approx(3e30), id="numbers-beyond-19-digits-count"),
        pytest.param({"favorite": "hour", "event": "Product Viewed"}, 0, id="hour-of-the-day"),
        pytest.param({"percentile": "spent"}, 1.0, id="the-highest-of-three-is-at-1"),
        pytest.param({"tile": "spent", "tiles": 3}, 3, id="tile-of-three"),
        pytest.param({"rank": "spent"}, 1, id="rank-1-is-the-greatest"),
    ],
)  # fmt: skip
def test_a_measure_of_somebody_who_buys(engine, measure, wanted):
    if wanted is UnknownName:
        with pytest.raises(UnknownName, match="trait asked.value.formula: no trait named 'score_that'"):
            value_of(engine, measure, extra=(SPENT, COUNT))
    else:
        assert value_of(engine, measure, extra=(SPENT, COUNT)) == wanted


@pytest.mark.parametrize(
    ("measure", "wanted"),
    [
        pytest.param({"count": "Order Completed"}, 0, id="no-events-count-0"),
        pytest.param({"sum": "revenue", **EVENT}, 0.0, id="no-events-sum-to-0"),
        pytest.param({"distinct": "store", **EVENT}, 0, id="no-different-values"),
        pytest.param({"mean": "revenue", **EVENT}, None, id="no-mean"),
        pytest.param({"since_last": "Order Completed"}, None, id="no-recency"),
        pytest.param({"favorite": "store", **EVENT}, None, id="no-favorite"),
        pytest.param({"favorite_share": "store", "value": "b", **EVENT}, None, id="no-share"),
        pytest.param({"interval": "Order Completed"}, None, id="no-interval"),
        pytest.param({"trend": "Order Completed"}, 0.0, id="no-trend-is-flat"),
        pytest.param({"list": "store", **EVENT}, None, id="no-list"),
        pytest.param({"percentile": {"since_last": "Order Completed"}}, None, id="no-rank-without-a-value"),
        pytest.param(
            {"case": [{"when": "city = 'Oslo'", "then": 1}], "otherwise": 2},
            2,
            id="a-condition-on-nothing-does-not-hold",
        ),
    ],
)
def test_a_measure_of_somebody_without_any_event(engine, measure, wanted):
    assert value_of(engine, measure, person=3) == wanted


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        pytest.param({"count": "Order Complete"}, "trait asked.value.event: no event named 'Order Complete'; did you mean 'Order Completed'", id="event"),
        pytest.param({"sum": "revenu", **EVENT}, "asked.value.property: no property of 'Order Completed' named 'revenu'; did you mean 'revenue'", id="property"),
        pytest.param({"count": "Order Completed", "where": {"stor": "a"}}, "asked.value.where.stor: no property", id="property-in-a-filter"),
        pytest.param({"sum": "store", **EVENT}, "`sum` of 'store', which is text", id="sum-of-text"),
        pytest.param({"count": "Order Completed", "where": {"revenue": "many"}}, "'many' cannot be compared with a value of type number", id="text-for-a-number"),
        pytest.param({"ratio": ["asked", "city"]}, "traits need each other: asked → asked", id="a-trait-of-itself"),
        pytest.param({"ratio": ["times", "city"]}, "a ratio needs numbers, this is text", id="ratio-of-text"),
        pytest.param({"formula": "times +"}, "is no formula", id="broken-formula"),
        pytest.param({"formula": "(SELECT 1)"}, "is not allowed in a formula", id="no-subquery-in-a-formula"),
        pytest.param({"formula": "read_text('/etc/passwd')"}, "is not allowed in a formula", id="no-function-but-the-few"),
        pytest.param({"formula": "times; DROP TABLE orders"}, "is not allowed in a formula", id="one-expression-only"),
        pytest.param({"age": "city"}, "an age needs a date", id="age-of-text"),
        pytest.param({"trend": "Order Completed", "within": "30d"}, "a trend looks at its own span", id="a-trend-with-a-window"),
    ],
)  # fmt: skip
def test_a_definition_that_cannot_be_is_refused_with_its_place(engine, measure, message):
    with pytest.raises((BadDefinition, UnknownName)) as caught:
        value_of(engine, measure, extra=(COUNT,))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"name": "x", "value": {"cuont": "Order Completed"}}, "no measure named 'cuont'; did you mean 'count'", id="measure"),
        pytest.param({"name": "X y", "value": {"count": "Order Completed"}}, "x.yaml: name: String should match", id="name"),
        pytest.param({"name": "x", "value": {"count": "Order Completed", "within": "soon"}}, "'soon' is no duration; write 90d", id="duration"),
        pytest.param({"name": "x", "value": {"count": "Order Completed", "within": "9d", "during": "today"}}, "either rolling", id="two-windows"),
        pytest.param({"name": "x", "value": {"count": "A", "sum": "b"}}, "count and sum cannot stand side by side", id="two-measures"),
        pytest.param({"name": "x", "value": {"ratio": ["a", {"sum": "b"}]}}, "x.yaml: value.of.1.event: Field required", id="the-place-inside"),
    ],
)  # fmt: skip
def test_a_definition_that_cannot_be_read_says_where(given, message):
    with pytest.raises(BadDefinition) as caught:
        parse(TraitDefinition, given, where="x.yaml")
    assert message in str(caught.value)


def test_ready_traits_are_those_that_the_data_supports(engine):
    names = {trait.name for trait in ready_traits(engine)}
    assert {
        "recency_days",
        "orders",
        "revenue",
        "return_rate",
        "favorite_store",
        "favorite_category",
        "discount_share",
    } <= names
    assert not names & {"favorite_channel", "tickets", "nps_group", "messages_sent", "basket_size"}
    for trait in ready_traits(engine):
        assert set(trait.value.named_traits()) <= names
        assert trait.called.told("zh") != trait.label, trait.name


def test_two_orders_in_a_minute_make_nobody_overdue_by_thousands(engine):
    ready = {trait.name: trait for trait in ready_traits(engine)}
    names = ("recency_days", "mean_interval_days", "overdue_ratio")
    rows = [order(3, days, store=f"{days}") for days in (30, 30 + 1 / 1440)]
    engine.write("orders", pa.Table.from_pylist(rows))
    try:
        plan = Plan(read_catalog(engine), AS_OF, [ready[name] for name in names])
        plan.add_traits()
        statement = plan.statement()
        found = engine.query(statement, plan.parameters).to_pylist()
    finally:
        engine.execute("DELETE FROM orders WHERE profile_id = 3")
    [three] = [row for row in found if row["profile_id"] == 3]
    assert three["mean_interval_days"] < 0.001
    assert three["overdue_ratio"] == three["recency_days"] == 30


def test_a_description_counts_what_is_missing_and_names_what_feeds_it(engine):
    engine.create("traits_computed", "SELECT 1 AS profile_id, CAST(2.5 AS DOUBLE) AS asked UNION ALL SELECT 2, NULL")
    build_profiles(engine)
    asked = TraitDefinition.model_validate({"name": "asked", "label": "Asked", "value": {"mean": "revenue", **EVENT}})
    found = {each.name: each for each in describe_traits(engine, [asked], as_of=AS_OF)}
    assert found["asked"].missing_share == pytest.approx(2 / 3)
    assert (found["asked"].mean, found["asked"].quantiles[2]) == (2.5, 2.5)
    assert found["asked"].newest_at == AS_OF - DAY
    assert found["asked"].lineage.events == ("Order Completed",)
    assert found["city"].top[0].value == "Bergen"
    engine.drop("traits_computed")
    build_profiles(engine)


def test_instants_with_a_zone_are_read_in_utc():
    from coterie.profile.language import coerce

    zoned = datetime(2024, 7, 1, 2, tzinfo=UTC)
    assert coerce(zoned.isoformat(), "instant") == zoned.replace(tzinfo=None)
