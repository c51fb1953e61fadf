"""Whatever is loaded, merged and undone, in whatever order, people stay themselves."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.laws import tries
from tests.resolve.conftest import Graph
from tests.resolve.oracle import groups, within_limits

from coterie.engines import open_warehouse
from coterie.resolve import list_merges, resolve, unmerge
from coterie.settings import IdentitySettings, WorkspaceSettings

NAMESPACES = ("customer_id", "email", "phone")  # the surest first, as their matchers have it
LIMITS = {"customer_id": 2, "email": 3, "phone": 3}
SHARED = {"email": 2, "phone": 2, "customer_id": 9}
SETTINGS = WorkspaceSettings(identity=IdentitySettings(shared_by_at_most=SHARED, at_most_per_profile=LIMITS))
VALUES = {
    "customer_id": ("C1", "C2", "C3", "C4", "n/a"),
    "email": ("a@x.com", "A@x.com", "b@x.com", "B@X.com", "test@test.com"),
    "phone": ("415 555 0132", "(415) 555-0132", "415 555 0133", "0000000000"),
}
KEYS = [f"{namespace}:{value}" for namespace, values in VALUES.items() for value in values]
NOBODY = {"customer_id:n/a", "email:test@test.com", "phone:0000000000"}


class People(RuleBasedStateMachine):
    @initialize()
    def start(self):
        self.engine = open_warehouse(None, threads=1)
        self.graph = Graph(self.engine)
        self.rows: set[tuple[str, str]] = set()
        self.apart: list[tuple[set[str], set[str]]] = []

    def teardown(self):
        self.engine.close()

    @rule(one=st.sampled_from(KEYS), other=st.sampled_from(KEYS))
    def load_a_row(self, one, other):
        if one == other:
            self.graph.add(one)
        else:
            self.graph.row(one, other)
            self.rows.add((one, other))

    @rule()
    def resolve(self):
        resolve(self.engine, settings=SETTINGS)
        found = self.graph.people()
        if not self.apart:
            assert found == self._expected()
        for group in found:
            for namespace, most in LIMITS.items():
                assert len({_key(k) for k in group if k.startswith(namespace)}) <= most
        for one, other in self.apart:
            assert not any(group & one and group & other for group in found)
        again = resolve(self.engine, settings=SETTINGS)
        assert (again.moved, again.merged, again.parted) == (0, 0, 0)

    @precondition(lambda self: self._in_force())
    @rule(draw=st.data())
    def undo_a_merge(self, draw):
        merge = draw.draw(st.sampled_from(self._in_force()))
        before = self._named()
        undone = unmerge(self.engine, merge)
        after = self._named()
        sides = [
            {key for key, profile in after.items() if profile == each}
            for each in (undone.kept_profile_id, undone.restored_profile_id)
        ]
        assert len({before[key] for key in sides[0] | sides[1]}) == 1
        assert {k: p for k, p in before.items() if k not in sides[0] | sides[1]} == {
            k: p for k, p in after.items() if k not in sides[0] | sides[1]
        }
        self.apart.append((sides[0], sides[1]))

    @precondition(lambda self: hasattr(self, "graph") and len(self.graph.people()) > 1)
    @rule(one=st.sampled_from(KEYS), other=st.sampled_from(KEYS))
    def merge_and_undo_is_nothing(self, one, other):
        """Two profiles joined by one new row and taken apart again are what they were."""
        resolve(self.engine, settings=SETTINGS)
        if one == other or not {one, other} <= set(self._named()):
            return
        before = self.graph.profiles()
        self.graph.row(one, other)
        self.rows.add((one, other))
        found = resolve(self.engine, settings=SETTINGS)
        if (found.merged, found.parted) != (1, 0):
            return
        merge = list_merges(self.engine, limit=1)["merge_id"][0].as_py()
        together = self._named()
        unmerge(self.engine, merge)
        assert self.graph.profiles() == before
        group = {k for k, p in together.items() if p == together[one]}
        named = self._named()
        sides = [{k for k in group if named[k] == profile} for profile in sorted({named[k] for k in group})]
        self.apart.append((sides[0], sides[1]))

    @invariant()
    def profiles_are_named_by_their_smallest_identifier(self):
        if hasattr(self, "graph"):
            profiles = self._of_somebody()
            assert all(min(i for i, p in profiles.items() if p == profile) == profile for profile in profiles.values())

    @invariant()
    def facts_follow(self):
        if hasattr(self, "graph"):
            stray = self.engine.query(
                "SELECT 1 FROM orders AS o JOIN identifiers AS i USING (identifier_id) "
                "WHERE o.profile_id IS DISTINCT FROM i.profile_id"
            )
            assert stray.num_rows == 0

    @invariant()
    def merges_in_force_explain_every_profile(self):
        if hasattr(self, "graph"):
            profiles = self._of_somebody()
            rows = self.engine.query("SELECT left_id, right_id FROM merges WHERE undone_at IS NULL").to_pylist()
            forest = groups(profiles, [(row["left_id"], row["right_id"]) for row in rows])
            assert len(rows) == len(profiles) - len(forest)
            assert forest == {
                frozenset(i for i, p in profiles.items() if p == profile) for profile in profiles.values()
            }

    def _in_force(self):
        if not hasattr(self, "engine"):
            return []
        rows = self.engine.query("SELECT merge_id FROM merges WHERE undone_at IS NULL ORDER BY merge_id")
        return rows["merge_id"].to_pylist()

    def _of_somebody(self):
        return {number: profile for number, profile in self.graph.profiles().items() if profile is not None}

    def _named(self):
        profiles = self.graph.profiles()
        return {f"{namespace}:{value}": profiles[number] for (namespace, value), number in self.graph.ids.items()}

    def _expected(self):
        names = [f"{namespace}:{value}" for namespace, value in self.graph.ids]
        place = {name: number for number, name in enumerate(names)}
        first: dict[str, int] = {}
        keys = [first.setdefault(_key(name) if name not in NOBODY else name, place[name]) for name in names]
        kinds = [NAMESPACES.index(name.split(":")[0]) for name in names]
        edges = {(place[a], place[b]) for a, b in self.rows if not {a, b} & NOBODY}
        edges |= {(keys[node], node) for node in range(len(names)) if keys[node] != node}
        shared = set()
        for key in keys:
            for other in range(len(NAMESPACES)):
                ends = edges | {(b, a) for a, b in edges}
                near = {keys[b] for a, b in ends if keys[a] == key and kinds[b] == other != kinds[key]}
                if len(near) > SHARED[NAMESPACES[kinds[key]]]:
                    shared.add(key)
        edges = {(a, b) for a, b in edges if keys[a] == keys[b] or not {keys[a], keys[b]} & shared}
        most = [LIMITS[namespace] for namespace in NAMESPACES]
        found = within_limits(dict(enumerate(kinds)), dict(enumerate(keys)), edges, most)
        people = {frozenset(names[node] for node in group) for group in found}
        return {group for group in people if not group & NOBODY}


def _key(name):
    namespace, _, value = name.partition(":")
    if namespace == "email":
        return f"email:{value.lower()}"
    if namespace == "phone":
        return "phone:" + "".join(digit for digit in value if digit.isdigit())
    return name


TestPeople = People.TestCase
TestPeople.settings = settings(
    max_examples=tries(4, 25), stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestPeople.pytestmark = [pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")]
