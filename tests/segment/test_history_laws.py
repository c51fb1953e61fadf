"""Whatever happens between refreshes, the log is the difference of the sets, and sizes are theirs."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from tests.segment.hard_bases import TRAITS, rule, write_hard_base
from tests.segment.plain_python import Base

from coterie.engines import open_warehouse
from coterie.profile import TraitDefinition, build_profiles
from coterie.segment import Rule, SegmentDefinition, overlap, refresh


def news(engine, draw):
    """Something that happens to a base: orders come, people are merged, a person is forgotten."""
    people = engine.query("SELECT DISTINCT profile_id FROM identifiers ORDER BY 1")["profile_id"].to_pylist()
    one, other = draw.sample(people, 2)
    match draw.randint(0, 2):
        case 0:
            engine.execute(f"UPDATE orders SET status = 'completed', profile_id = {one} WHERE profile_id = {other}")
        case 1:
            for table in ("identifiers", "customer_records", "orders", "order_lines", "events"):
                engine.execute(f"UPDATE {table} SET profile_id = {one} WHERE profile_id = {other}")
        case 2:
            engine.execute(f"DELETE FROM identifiers WHERE profile_id = {one}")
    build_profiles(engine)


@pytest.mark.parametrize("seed", range(4))
def test_changes_and_sizes_are_those_of_the_sets(seed):
    draw = random.Random(seed)
    engine = open_warehouse(None, threads=2)
    zone, as_of = write_hard_base(engine, draw, profiles=25)
    pool = [{"name": f"s{n}", "rule": rule(draw, depth=9)} for n in range(8)]
    traits = [TraitDefinition.model_validate(each) for each in TRAITS]
    former = {}
    for turn in range(1, 6):
        segments = draw.sample(pool, draw.randint(1, 6))
        defined = [
            SegmentDefinition(name=s["name"], rule=Rule.model_validate(s["rule"]))
            for s in segments
            if "seg_" not in str(s)
        ]
        segments = [s for s in segments if "seg_" not in str(s)]
        found = refresh(engine, traits=traits, segments=defined, as_of=as_of, refresh_id=turn, zone=zone)
        base = Base(engine, as_of, zone, traits=TRAITS)
        now = {s["name"]: base.members(s["rule"]) for s in segments}
        logged = engine.query(
            f"SELECT segment, profile_id, change FROM membership_changes WHERE refresh_id = {turn}"
        ).to_pylist()
        for name in former.keys() | now.keys():
            before, after = former.get(name, set()), now.get(name, set())
            for change, wanted in (("entered", after - before), ("left", before - after)):
                got = [row["profile_id"] for row in logged if (row["segment"], row["change"]) == (name, change)]
                assert sorted(got) == sorted(wanted), (turn, name, change)
        assert {row["segment"] for row in logged} <= former.keys() | now.keys()
        sizes = engine.query(
            f"SELECT segment, size, base, as_of FROM segment_history WHERE refresh_id = {turn}"
        ).to_pylist()
        assert {(r["segment"], r["size"], r["base"], r["as_of"]) for r in sizes} == {
            (name, len(who), len(base.people), as_of) for name, who in now.items()
        }
        assert {each.name: (each.size, each.share) for each in found.segments} == {
            name: (len(who), len(who) / len(base.people)) for name, who in now.items()
        }
        for row in overlap(engine).to_pylist():
            one, other = now[row["segment"]], now[row["other"]]
            both, union = len(one & other), len(one | other)
            assert (row["size"], row["other_size"], row["both"]) == (len(one), len(other), both)
            assert row["jaccard"] == (both / union if union else None)
            assert (row["share"], row["other_share"]) == (
                both / len(one) if one else None,
                both / len(other) if other else None,
            )
        former, as_of = now, as_of + timedelta(days=draw.choice([1, 40]))
        news(engine, draw)
    engine.close()
