"""A merge that a person undoes stays undone."""

from __future__ import annotations

import pytest
from tests.resolve.conftest import NOW, people

from coterie.errors import Refused
from coterie.resolve import list_merges, resolve, unmerge


def _newest(graph):
    return list_merges(graph.engine, limit=1)["merge_id"][0].as_py()


@pytest.fixture
def joined(graph):
    """Two people of two identifiers each, whom a third source says are one."""
    graph.row("customer_id:C1", "email:ann@x.com")
    graph.row("customer_id:C2", "email:bob@x.com")
    resolve(graph.engine)
    graph.before = graph.profiles()
    graph.row("customer_id:C1", "customer_id:C2", source="crm")
    resolve(graph.engine)
    return graph


def test_unmerging_restores_who_was_who(joined):
    assert len(joined.people()) == 1
    undone = unmerge(joined.engine, _newest(joined), lambda: NOW)
    assert joined.profiles() == joined.before
    assert (undone.kept_profile_id, undone.restored_profile_id, undone.moved) == (1, 3, 2)
    stray = joined.engine.query(
        "SELECT 1 FROM orders JOIN identifiers AS i USING (identifier_id) WHERE orders.profile_id <> i.profile_id"
    )
    assert stray.num_rows == 0


def test_an_undone_merge_is_not_made_again(joined):
    unmerge(joined.engine, _newest(joined))
    again = resolve(joined.engine)
    assert joined.profiles() == joined.before
    assert again.merged == 0


def test_new_evidence_between_the_two_joins_neither(joined):
    unmerge(joined.engine, _newest(joined))
    joined.row("customer_id:C1", "phone:415 555 0132")
    joined.row("customer_id:C2", "phone:415 555 0132")
    resolve(joined.engine)
    assert joined.people() == people(
        ["customer_id:C1", "email:ann@x.com"], ["customer_id:C2", "email:bob@x.com"], ["phone:415 555 0132"]
    )


@pytest.mark.parametrize(
    ("number", "email"), [("customer_id:C1", "email:ann@x.com"), ("customer_id:C2", "email:bob@x.com")]
)
def test_what_touches_one_of_the_two_stays_when_what_touches_both_is_let_go(joined, number, email):
    unmerge(joined.engine, _newest(joined))
    joined.row("customer_id:C1", "phone:415 555 0132")
    joined.row("customer_id:C2", "phone:415 555 0132")
    joined.row(email, "device_id:d1")
    resolve(joined.engine)
    assert people([number, email, "device_id:d1"], ["phone:415 555 0132"]) <= joined.people()


def test_new_evidence_about_one_of_the_two_joins_that_one(joined):
    unmerge(joined.engine, _newest(joined))
    joined.row("email:bob@x.com", "phone:415 555 0132")
    resolve(joined.engine)
    assert people(["customer_id:C2", "email:bob@x.com", "phone:415 555 0132"]) <= joined.people()


def test_equal_values_on_both_sides_stay_apart(graph):
    graph.row("customer_id:C1", "email:family@x.com")
    graph.row("customer_id:C2", "email:Family@X.com")
    resolve(graph.engine)
    same = next(each["merge_id"] for each in list_merges(graph.engine).to_pylist() if "same once" in each["evidence"])
    unmerge(graph.engine, same)
    resolve(graph.engine)
    assert graph.people() == people(["customer_id:C1", "email:family@x.com"], ["customer_id:C2", "email:Family@X.com"])


def test_who_joined_later_stays_with_the_side_joined(joined):
    merge = _newest(joined)
    joined.row("email:bob@x.com", "device_id:d1")
    resolve(joined.engine)
    unmerge(joined.engine, merge)
    assert people(["customer_id:C2", "email:bob@x.com", "device_id:d1"]) <= joined.people()


def test_undoing_twice_is_refused(joined):
    merge = _newest(joined)
    unmerge(joined.engine, merge, lambda: NOW)
    with pytest.raises(Refused, match=rf"merge {merge} was undone at 2026-01-02 03:04"):
        unmerge(joined.engine, merge)


def test_an_unknown_merge_is_refused_with_the_known_ones(joined):
    with pytest.raises(Refused, match="there is no merge 99; they are numbered 1 to 3"):
        unmerge(joined.engine, 99)


def test_nothing_to_undo_is_said(graph):
    with pytest.raises(Refused, match="nothing was merged yet"):
        unmerge(graph.engine, 1)
