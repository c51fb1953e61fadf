"""Refresh: what is written, what is logged, what is refused."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest

from coterie.engines import open_warehouse
from coterie.errors import BadDefinition, NotReady, Refused, UnknownName
from coterie.profile import TraitDefinition, build_profiles
from coterie.profile.language import parse
from coterie.segment import (
    Rule,
    SegmentDefinition,
    explain,
    faults,
    members,
    membership,
    overlap,
    preview,
    refresh,
    sql_of,
)
from coterie.segment.lists import upload_list
from coterie.testing.bases import AS_OF, write_small_base
from coterie.words import each_into

SPENT = TraitDefinition.model_validate({"name": "spent", "value": {"sum": "revenue", "event": "Order Completed"}})


def segment(name, rule):
    return SegmentDefinition.model_validate({"name": name, "rule": rule})


RECENT = segment("recent", {"did": "Order Completed", "within": "30d"})
RICH = segment("rich", {"trait": "spent", ">=": 200})
BOTH = segment("both", {"all": [{"in_segment": "rich"}, {"in_segment": "recent"}]})


@pytest.fixture
def engine():
    opened = open_warehouse(None, threads=2)
    write_small_base(opened)
    yield opened
    opened.close()


def run(engine, segments, *, days=0, refresh_id=1, traits=(SPENT,)):
    return refresh(engine, traits=traits, segments=segments, as_of=AS_OF + timedelta(days=days), refresh_id=refresh_id)


def members_of(engine, name):
    return set(members(engine, name).column("profile_id").to_pylist())


def test_the_log_replayed_gives_the_memberships(engine):
    run(engine, [RECENT, RICH, BOTH])
    run(engine, [RECENT, RICH, BOTH], days=40, refresh_id=2)
    engine.execute("DELETE FROM orders WHERE profile_id % 7 = 0")
    engine.execute("DELETE FROM identifiers WHERE profile_id % 11 = 0")
    build_profiles(engine)
    last = run(engine, [RICH, BOTH, RECENT], days=41, refresh_id=3)
    assert last.left > 0
    standing = {}
    for row in engine.query("SELECT * FROM membership_changes ORDER BY refresh_id").to_pylist():
        group = standing.setdefault(row["segment"], set())
        assert (row["profile_id"] in group) == (row["change"] == "left"), row
        (group.add if row["change"] == "entered" else group.discard)(row["profile_id"])
    assert standing == {name: members_of(engine, name) for name in ("recent", "rich", "both")}
    gone = engine.query("SELECT DISTINCT reason FROM membership_changes WHERE profile_id % 11 = 0 AND refresh_id = 3")
    assert gone.column(0).to_pylist() == ["profile gone"]


def test_the_segments_of_some_are_those_of_the_long_form(engine):
    assert membership.segments_of(engine, [1]) == {}, "before the first refresh"
    run(engine, [RECENT, RICH, BOTH])
    everybody = engine.query("SELECT profile_id FROM profiles")["profile_id"].to_pylist()
    long = {}
    for row in engine.query("SELECT * FROM memberships ORDER BY segment").to_pylist():
        long.setdefault(row["profile_id"], []).append(row["segment"])
    assert membership.segments_of(engine, everybody) == long
    assert any(len(names) == 3 for names in long.values())
    one = next(iter(long))
    assert membership.segments_of(engine, [one, 10**9]) == {one: long[one]}


def test_only_what_changed_is_logged(engine):
    first = run(engine, [RECENT, RICH])
    assert first.entered == sum(each.size for each in first.segments) > 0
    again = run(engine, [RECENT, RICH], refresh_id=2)
    assert (again.entered, again.left) == (0, 0)
    assert again.segments[0].size == first.segments[0].size


def test_a_dropped_segment_is_left_by_everybody(engine):
    first = run(engine, [RECENT, RICH])
    result = run(engine, [RECENT], refresh_id=2)
    assert result.left == next(each.size for each in first.segments if each.name == "rich")
    reasons = engine.query("SELECT DISTINCT segment, reason FROM membership_changes WHERE refresh_id = 2").to_pylist()
    assert reasons == [{"segment": "rich", "reason": "segment dropped"}]


def test_history_keeps_every_size(engine):
    run(engine, [RECENT])
    run(engine, [RECENT], days=20, refresh_id=2)
    rows = engine.query("SELECT * FROM segment_history ORDER BY refresh_id").to_pylist()
    assert [row["base"] for row in rows] == [60, 60]
    assert rows[1]["size"] == len(members_of(engine, "recent"))


def test_a_refresh_repeated_for_its_instant_adds_nothing(engine):
    run(engine, [RECENT])
    tables = ("segment_history", "membership_changes", "membership_flags")
    first = [engine.query(f"SELECT * FROM {table} ORDER BY ALL") for table in tables]
    run(engine, [RECENT], refresh_id=2)
    assert [engine.query(f"SELECT * FROM {table} ORDER BY ALL") for table in tables] == first


def test_the_view_traits_holds_given_and_computed_side_by_side(engine):
    run(engine, [RECENT])
    assert {"profile_id", "city", "age", "spent"} <= set(engine.columns("traits"))
    assert engine.query("SELECT COUNT(*) AS n FROM traits").column(0)[0].as_py() == 60


def test_a_refusal_leaves_everything_as_it_was(engine):
    run(engine, [RECENT])
    before = engine.query("SELECT * FROM membership_flags ORDER BY profile_id")
    with pytest.raises(UnknownName):
        run(engine, [RECENT, segment("bad", {"trait": "spend", ">": 1})], refresh_id=2)
    assert engine.query("SELECT * FROM membership_flags ORDER BY profile_id") == before


def test_a_fault_half_way_leaves_everything_as_it_was(engine, monkeypatch):
    run(engine, [RECENT])
    before = engine.query("SELECT * FROM membership_changes")
    monkeypatch.setattr(import_module("coterie.segment.refresh"), "refresh_traits_view", lambda _engine: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run(engine, [RECENT, RICH], days=50, refresh_id=2)
    assert engine.query("SELECT * FROM membership_changes") == before
    assert list(engine.columns("membership_flags")) == ["profile_id", "recent"]


def test_nobody_and_everybody_are_said(engine):
    result = run(
        engine, [segment("none", {"trait": "age", ">": 999}), segment("all", {"none": [{"trait": "age", ">": 999}]})]
    )
    assert result.warnings() == ("segment none matches nobody", "segment all matches everybody")
    assert each_into(result.warnings(), "zh") == ("细分 none 没有任何成员", "细分 all 包含所有客户")


@pytest.mark.parametrize(
    ("segments", "message"),
    [
        pytest.param([segment("x", {"all": [{"did": "Order Completed"}, {"trait": "spendt", ">": 1}]})], "segment x.rule.all.1.trait: no trait named 'spendt'; did you mean 'spent'", id="trait-with-its-place"),
        pytest.param([segment("x", {"in_segment": "recen"}), RECENT], "no segment named 'recen'; did you mean 'recent'", id="segment"),
        pytest.param([segment("x", {"in_segment": "y"}), segment("y", {"not": {"in_segment": "x"}})], "segments need each other: x → y → x", id="cycle"),
        pytest.param([segment("x", {"in_segment": "x"})], "x → x", id="a-segment-of-itself"),
        pytest.param([segment("x", {"did": "Order Complet"})], "did you mean 'Order Completed'", id="event"),
        pytest.param([segment("x", {"trait": "city", ">": 3})], "3 cannot be compared with a value of type text", id="type"),
        pytest.param([segment("x", {"trait": "city", "matches": "(?=a)"})], "no regular expression that can be used here", id="pattern"),
        pytest.param([segment("x", {"trait": "city", "matches": "a++"})], "no regular expression that can be used here", id="pattern-of-python"),
        pytest.param([segment("x", {"trait": "city", "matches": "("})], "is no regular expression", id="broken-pattern"),
        pytest.param([segment("x", {"trait": "age", "includes": "1"})], "`includes` needs a list", id="list"),
        pytest.param([segment("x", {"in_list": "fair"})], "no list named 'fair'; known: none yet", id="uploaded-list"),
        pytest.param([RECENT, RECENT], "two segments are named 'recent'", id="twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(engine, segments, message):
    with pytest.raises((UnknownName, BadDefinition)) as caught:
        run(engine, segments)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        pytest.param({"didd": "Order Completed"}, "no operator named 'didd'; did you mean 'did'", id="operator"),
        pytest.param({"trait": "orders", ">>": 5}, "no operator named '>>'", id="operator-beside-a-trait"),
        pytest.param(
            {"all": [{"did": "A"}, {"did": "B", "withn": "3d"}]},
            "rule.of.1.withn: Extra inputs are not permitted",
            id="field-with-its-place",
        ),
        pytest.param({"profiles": ["ann@example.com"]}, "write namespace:value", id="a-key-without-a-namespace"),
        pytest.param({"all": []}, "rule.of: Tuple should have at least 1 item", id="empty-group"),
        pytest.param({"did": "A", "at_least": 3, "at_most": 2}, "nobody can meet it", id="impossible-count"),
        pytest.param({"random": "s", "start": 0.5, "end": 0.5}, "nobody can be in between", id="empty-share"),
        pytest.param({"trait": "age", "<": 10**400}, "more than 38 digits", id="number"),
        pytest.param("x and y", "a mapping is needed", id="text"),
    ],
)
def test_what_cannot_be_read_is_refused(rule, message):
    with pytest.raises(BadDefinition) as caught:
        parse(SegmentDefinition, {"name": "x", "rule": rule})
    assert message in str(caught.value)


def test_a_name_taken_by_a_given_attribute_is_refused(engine):
    taken = TraitDefinition.model_validate({"name": "city", "value": {"count": "Order Completed"}})
    with pytest.raises(BadDefinition, match="taken by a given attribute"):
        faults.check_definitions(engine, traits=[taken])


def test_preview_agrees_with_refresh_and_explanation(engine):
    run(engine, [RECENT, RICH, BOTH])
    rule = Rule.model_validate({"any": [{"in_segment": "both"}, {"trait": "spent", "between": [10, 50]}]})
    seen = preview(engine, rule, as_of=AS_OF, sample=1000)
    run(engine, [RECENT, RICH, BOTH, SegmentDefinition(name="tried", rule=rule)], refresh_id=2)
    assert set(seen.sample) == members_of(engine, "tried")
    for person in range(1, 61):
        told = explain(engine, rule, person, as_of=AS_OF, traits=[SPENT], segments=[RECENT, RICH, BOTH])
        assert told.holds == (person in seen.sample)


def test_a_preview_reads_no_trait_or_segment_that_is_defined_otherwise_since(engine):
    run(engine, [RECENT, RICH, BOTH])
    spent = TraitDefinition.model_validate({"name": "spent", "value": {"count": "Order Completed"}})
    recent = segment("recent", {"did": "Order Completed", "within": "7d"})
    for rule in ({"trait": "spent", ">=": 3}, {"in_segment": "recent"}, {"in_segment": "both"}):
        tried = segment("tried", rule)
        seen = preview(engine, tried.rule, as_of=AS_OF, traits=[spent], segments=[recent, RICH, BOTH], sample=99)
        again = open_warehouse(None, threads=2)
        write_small_base(again)
        run(again, [recent, RICH, BOTH, tried], traits=[spent])
        assert set(seen.sample) == members_of(again, "tried"), rule
        again.close()


@pytest.mark.parametrize("event", ["orders", "Products", "segments 0", "tally rows", "traits_0", "profiles", "Scores"])
def test_an_event_may_be_named_as_a_table_or_a_stage_is(engine, event):
    engine.execute(
        "INSERT INTO events BY NAME SELECT 'x' AS event_id, 9 AS profile_id, $event AS name, "
        "TIMESTAMP '2024-06-01' AS occurred_at, CAST({'category': 'a'} AS VARIANT) AS properties",
        {"event": event},
    )
    favorite = {"favorite": "category", "event": "Product Purchased"}
    rule = {"all": [{"did": event}, {"any": [{"trait": favorite, "is_set": True}, {"trait": favorite, "is_set": False}]},
                    {"op": "top", "trait": {"count": event}, "value": 1}]}  # fmt: skip
    run(engine, [segment("did_it", rule)])
    assert members_of(engine, "did_it") == {9}


def test_a_value_beside_its_limit_is_not_shown_as_the_limit(engine):
    engine.execute("UPDATE orders SET revenue = 66.6666 WHERE status = 'completed'")
    mean = {"mean": "revenue", "event": "Order Completed"}
    person = preview(engine, Rule.model_validate({"trait": mean, "is_set": True}), as_of=AS_OF).sample[0]
    for limit, shown in ((66.67, "66.667"), (66.6667, "66.6666"), (66.6666, "66.6666"), (60, "66.67")):
        told = explain(engine, Rule.model_validate({"trait": mean, "<": limit}), person, as_of=AS_OF)
        assert (told.holds, told.value) == (limit > 66.6666, shown)


def test_an_explanation_names_each_condition_and_the_value_that_decided(engine):
    run(engine, [RECENT, RICH, BOTH])
    person = min(members_of(engine, "rich") - members_of(engine, "recent"))
    told = explain(engine, BOTH, person, as_of=AS_OF, traits=[SPENT], segments=[RECENT, RICH])
    lines = list(told.lines())
    assert lines[0] == "✗ all of:"
    assert lines[1] == "  ✓ in segment rich"
    assert lines[2].startswith("    ✓ spent ≥ 200 (is: ")
    assert lines[-1] == "    ✗ orders in the last 30 days: ≥ 1 (is: 0)"
    chinese = explain(engine, BOTH, person, as_of=AS_OF, traits=[SPENT], segments=[RECENT, RICH])
    assert list(each_into(chinese.lines(), "zh"))[-1] == "    ✗ 最近 30 天内完成订单：≥ 1 次（实际：0）"
    with pytest.raises(UnknownName, match="no profile named '12345'"):
        explain(engine, RECENT, 12345, as_of=AS_OF)


def test_sql_shows_every_stage_by_name_and_the_values_in_place(engine):
    shown = sql_of(engine, RECENT.rule, as_of=AS_OF)
    assert "$" not in shown
    assert 'WITH "order_completed" AS' in shown
    assert "2024-06-01 12:00:00" in shown
    assert set(engine.query(shown).column(0).to_pylist()) == set(
        preview(engine, RECENT.rule, as_of=AS_OF, sample=99).sample
    )


def test_overlap_counts_each_pair_once(engine):
    run(engine, [RECENT, RICH, segment("none", {"trait": "age", ">": 999})])
    rows = {(row["segment"], row["other"]): row for row in overlap(engine).to_pylist()}
    assert set(rows) == {("recent", "rich"), ("recent", "none"), ("rich", "none")}
    here, there = members_of(engine, "recent"), members_of(engine, "rich")
    assert rows["recent", "rich"]["both"] == len(here & there)
    assert rows["recent", "rich"]["jaccard"] == pytest.approx(len(here & there) / len(here | there))
    assert rows["rich", "none"]["share"] == 0
    assert rows["rich", "none"]["other_share"] is None


def test_an_uploaded_list_follows_people_through_merges(engine):
    kept = upload_list(engine, "fair", ["customer_id:3", "5", "nobody", "3"])
    assert (kept.keys, kept.known, kept.unknown) == (4, 3, ("nobody",))
    rule = Rule.model_validate({"in_list": "fair"})
    assert preview(engine, rule, as_of=AS_OF).sample == (3, 5)
    engine.execute("UPDATE identifiers SET profile_id = 4 WHERE profile_id = 5")
    build_profiles(engine)
    assert preview(engine, rule, as_of=AS_OF).sample == (3, 4)
    with pytest.raises(Refused, match="none of its 1 key is"):
        upload_list(engine, "fair", ["zzz"])


@pytest.mark.parametrize(("start", "end", "wanted"), [(1 - 1e-12, 1, 0), (0, 1 - 1e-12, 60)])
def test_a_split_beside_the_end_holds_as_many_as_its_share(engine, start, end, wanted):
    rule = Rule.model_validate({"random": "s", "start": start, "end": end})
    assert preview(engine, rule, as_of=AS_OF).size == wanted


def test_random_splits_that_touch_divide_the_base_the_same_way_every_time(engine):
    thirds = [{"random": "salt", "start": start, "end": end} for start, end in ((0, 1 / 3), (1 / 3, 2 / 3), (2 / 3, 1))]
    parts = [set(preview(engine, Rule.model_validate(rule), as_of=AS_OF, sample=99).sample) for rule in thirds]
    assert sum(map(len, parts)) == 60
    assert set.union(*parts) == set(range(1, 61))
    from hashlib import md5

    rows = engine.query("SELECT profile_id, min(lower(namespace || ':' || value)) AS key FROM identifiers GROUP BY 1")
    keys = {row["profile_id"]: row["key"] for row in rows.to_pylist()}
    low = {n for n, key in keys.items() if int(md5(f"salt:{key}".encode()).hexdigest()[:8], 16) < 16**8 / 3}
    assert parts[0] == low


def test_before_any_refresh_members_are_not_ready(engine):
    with pytest.raises(NotReady, match="coterie refresh"):
        members(engine, "recent")


def test_a_rule_reads_scores_and_segmentations_as_last_written(engine):
    engine.execute(
        "INSERT INTO scores BY NAME SELECT 7 AS profile_id, 'm' AS model, 'churn' AS score, 0.9 AS value, TIMESTAMP '2024-01-01' AS as_of UNION ALL SELECT 7, 'm', 'churn', 0.2, TIMESTAMP '2024-02-01' UNION ALL SELECT 8, 'm', 'churn', 0.9, TIMESTAMP '2024-02-01'"
    )
    engine.execute(
        "INSERT INTO assignments BY NAME SELECT 9 AS profile_id, 'lifecycle' AS segmentation, 'new' AS segment, TIMESTAMP '2024-01-01' AS as_of"
    )
    assert preview(engine, Rule.model_validate({"trait": "score.churn", ">": 0.5}), as_of=AS_OF).sample == (8,)
    assert preview(
        engine, Rule.model_validate({"trait": "segmentation.lifecycle", "=": "new"}), as_of=AS_OF
    ).sample == (9,)
    with pytest.raises(UnknownName, match="did you mean 'score.churn'"):
        preview(engine, Rule.model_validate({"trait": "score.chrn", ">": 0.5}), as_of=AS_OF)
