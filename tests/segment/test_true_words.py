"""Every sentence about segments is true of the people in them, on bases drawn in several shapes."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from coterie.engines import open_warehouse
from coterie.profile import assign_lifecycle, order_coverage, propose_lifecycle
from coterie.profile.lifecycle import lifecycle_stages
from coterie.segment import DiscoveryDefinition, Groups, discover, rfm
from coterie.segment.persona_rules import built_in_rules
from coterie.segment.personas import describe_personas
from coterie.segment.segmentations.naming import NOTABLE
from coterie.segment.targets import rank_targets

AS_OF = datetime(2026, 1, 1)
SIZE = 240


def _paces(shape: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Orders, days of the last one and mean amount of every customer."""
    if shape == "weekly":
        return rng.poisson(30, SIZE) + 1, rng.gamma(2, 3, SIZE), rng.gamma(3, 10, SIZE)
    if shape == "one-timers":
        return np.ones(SIZE, int), rng.uniform(1, 300, SIZE), rng.gamma(3, 10, SIZE)
    if shape == "two-kinds":
        good = rng.random(SIZE) < 0.3
        return (
            np.where(good, rng.poisson(20, SIZE), rng.poisson(1, SIZE)) + 1,
            np.where(good, rng.gamma(2, 5, SIZE), rng.uniform(100, 330, SIZE)),
            np.where(good, 80, 15) * rng.gamma(5, 0.2, SIZE),
        )
    return rng.geometric(0.2, SIZE), rng.gamma(1, 60, SIZE), rng.lognormal(3, 1, SIZE)


@pytest.fixture(scope="module", params=["weekly", "one-timers", "two-kinds", "heavy-tailed"])
def base(request):
    """A warehouse with orders, and its traits as a frame by profile."""
    rng = np.random.default_rng(len(request.param))
    orders, days, amounts = _paces(request.param, rng)
    engine = open_warehouse(None, threads=1)
    rows = [
        {
            "order_id": f"{person}-{nth}",
            "profile_id": person,
            "identifier_id": person,
            "occurred_at": AS_OF - timedelta(days=float(days[person]) + 10.0 * nth + 0.1),
            "revenue": round(float(amounts[person] * rng.gamma(4, 0.25)), 2),
            "status": "completed",
            "channel": ("web", "shop")[person % 3 == 0],
        }
        for person in range(SIZE)
        for nth in range(int(orders[person]))
    ]
    frame = pd.DataFrame(rows)
    engine.write("drawn", pa.Table.from_pandas(frame, preserve_index=False), append=False)
    engine.execute("INSERT INTO orders BY NAME SELECT * FROM drawn")
    engine.execute("INSERT INTO profiles (profile_id) SELECT DISTINCT profile_id FROM drawn")
    by = frame.groupby("profile_id")
    traits = pd.DataFrame({"orders": by.size().astype(float), "revenue": by.revenue.sum()})
    traits["average_order_value"] = traits.revenue / traits.orders
    traits["recency_days"] = (AS_OF - by.occurred_at.max()).dt.total_seconds() / 86400
    # A base whose two readings of discounts say the opposite of each other.
    traits["discount_share"] = 1 / (1 + traits.revenue.rank()) + rng.uniform(0, 0.01, SIZE)
    traits["discounted_orders_share"] = traits.revenue.rank(pct=True)
    traits["bought_often"] = traits.orders >= 3
    traits["likes_yoga"] = (rng.random(SIZE) < np.where(traits.orders > traits.orders.median(), 0.8, 0.1)).astype(float)
    engine.write("traits_drawn", pa.Table.from_pandas(traits.reset_index(), preserve_index=False), append=False)
    engine.execute("CREATE OR REPLACE VIEW traits AS SELECT * FROM traits_drawn")
    rfm(engine, as_of=AS_OF)
    assign_lifecycle(engine, as_of=AS_OF)
    found = discover(engine, DiscoveryDefinition(bootstraps=10, starts=3, largest_k=4), as_of=AS_OF)
    yield engine, traits, found
    engine.close()


def _members(engine, segmentation):
    rows = engine.query(
        "SELECT segment, profile_id FROM assignments WHERE segmentation = $name", {"name": segmentation}
    ).to_pylist()
    return pd.DataFrame(rows).set_index("profile_id").segment


@pytest.mark.parametrize("segmentation", ["rfm", "lifecycle", "discovered"])
def test_what_is_said_of_a_persona_holds_for_its_members(base, segmentation):
    engine, traits, _ = base
    parts, stages = _members(engine, segmentation), _members(engine, "lifecycle")
    for persona in describe_personas(engine, Groups(segmentation), as_of=AS_OF):
        inside = traits.loc[parts.index[parts == persona.segment]]
        outside = traits.drop(inside.index)
        assert persona.worth.members == len(inside)
        assert persona.worth.revenue_share == pytest.approx(inside.revenue.sum() / traits.revenue.sum())
        assert persona.worth.index == pytest.approx(inside.revenue.mean() / traits.revenue.mean())
        if persona.stage:
            assert (stages.loc[inside.index] == persona.stage).mean() > 0.5
        for found in persona.differences:
            if found.category is None:
                assert found.inside == pytest.approx(inside[found.trait].mean(), rel=1e-6)
                assert found.outside == pytest.approx(outside[found.trait].mean(), rel=1e-6)
            elif found.category == "true":
                assert (found.inside, found.outside) == (inside[found.trait].mean(), outside[found.trait].mean())
                assert found.low <= found.effect <= found.high
        _advice_holds(persona, inside, outside)


def _advice_holds(persona, inside, outside):
    roles = built_in_rules().roles
    surely = {found.trait: found.is_higher for found in persona.differences if found.category is None}
    for advice in persona.strategy:
        for fact, condition in advice.rule.when.items():
            if fact in roles and condition in ("high", "low"):
                known = [trait for trait in roles[fact] if trait in inside.columns]
                assert all(surely.get(trait, condition == "high") == (condition == "high") for trait in known)
                assert (inside[known[0]].mean() > outside[known[0]].mean()) == (condition == "high")
            if fact == "value_index":
                assert persona.worth.index >= float(condition.split()[1]) or condition.startswith("<")


def test_what_is_said_of_stages_holds_for_those_in_them(base):
    engine, traits, _ = base
    stages, proposal = _members(engine, "lifecycle"), propose_lifecycle(engine, as_of=AS_OF)
    definition, told = proposal.definition, " ".join(proposal.explain())
    orders = engine.query("SELECT profile_id, CAST(occurred_at AS DATE) AS day FROM orders").to_pandas()
    orders["day"] = pd.to_datetime(orders.day)
    days = orders.drop_duplicates().sort_values("day").groupby("profile_id").day
    counts = days.nunique()
    gaps = days.apply(lambda each: each.diff().dt.days.dropna().tolist())
    typical = definition.typical_gap_days
    stretch = gaps.map(lambda each: (sum(each) + 2 * typical) / (len(each) + 2) / typical).clip(
        definition.shortest_stretch, definition.longest_stretch
    )
    until = order_coverage(engine, AS_OF).until
    silence = (pd.Timestamp(until) - days.max()).dt.days / stretch
    for part in lifecycle_stages(engine, as_of=AS_OF).parts:
        inside = stages.index[stages == part.stage.key]
        assert (part.customers, part.customer_share) == (len(inside), pytest.approx(len(inside) / len(stages)))
        assert part.revenue == pytest.approx(traits.revenue.loc[inside].sum())
        assert part.revenue_share == pytest.approx(traits.revenue.loc[inside].sum() / traits.revenue.sum())
        if part.stage.key in ("at_risk", "dormant", "churned"):
            assert silence.loc[inside].min() >= getattr(definition, f"{part.stage.key}_after_days") - 1e-9
        else:
            assert silence.loc[inside].max() < definition.at_risk_after_days
        if part.stage.key == "loyal":
            assert counts.loc[inside].min() >= definition.loyal_orders
    if "at most one customer in four reaches" in told:
        assert (counts >= definition.loyal_orders).mean() <= 0.25


def test_a_group_is_named_by_what_its_members_have_more_or_less_of(base):
    engine, traits, found = base
    parts = _members(engine, "discovered")
    for part in found.parts:
        inside = parts.index[parts == part.part.key]
        for mark in part.part.marks:
            feature = next(feature for feature in found.model.features if feature.trait == mark.trait)
            values = feature.coordinates(traits[mark.trait].to_numpy())
            away = values[traits.index.isin(inside)].mean() - values.mean()
            assert abs(mark.deviation) < NOTABLE or np.sign(away) == np.sign(mark.deviation)
            if mark.share is not None:
                assert mark.share == pytest.approx(traits.loc[inside, mark.trait].mean(), abs=0.001)
    assert len({part.name() for part in found.parts}) == found.k


def test_the_lines_about_a_discovery_say_one_thing(base):
    _, _, found = base
    weakest = min(part.stability for part in found.parts)
    taken = next(figures for figures in found.evidence if figures.k == found.k)
    assert found.choice is not None
    told = found.choice.explain()
    assert taken.least_stability == pytest.approx(weakest)
    assert f"of 2 to {found.evidence[-1].k} tried" in told
    assert ("comes back" in told) <= (weakest >= 0.75)
    assert found.is_clear <= (weakest >= 0.75)
    if "data without any groups divide as well" in told:
        assert taken.silhouette <= taken.groupless


@pytest.mark.parametrize("segmentation", ["rfm", "discovered"])
def test_a_target_is_strong_where_others_are_weaker(base, segmentation):
    engine, _, _ = base
    parts = _members(engine, segmentation)
    ranking = rank_targets(engine, Groups(segmentation), as_of=AS_OF)
    for target in ranking.targets:
        told = ranking.explain(target)
        sizes = parts.value_counts()
        for name, size in (("strongest in size", sizes.max()), ("weakest in size", sizes.min())):
            if name in told:
                assert f"({sizes[target.segment]:,})" in told
                assert sizes.max() > sizes.min()
                assert (sizes[target.segment] >= (sizes.max() + sizes.min()) / 2) == (size == sizes.max())
        assert "reach" not in told
