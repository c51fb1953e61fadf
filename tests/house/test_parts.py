"""Parts of every kind meet their suite, and a stranger's part comes in by the same door."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from coterie.errors import NameClash
from coterie.identifiers import MATCHERS
from coterie.measure import ESTIMATORS
from coterie.measure.moments import Moments
from coterie.predict import ORDER_MODELS, SPEND_MODELS
from coterie.registry import Registry
from coterie.testing.estimators import check_estimator
from coterie.testing.matchers import check_matcher
from coterie.testing.models import check_order_model, check_spend_model
from tests.house.house import modules

NAMED = {
    "crm_id": ["CRM-0042", "crm 77"],
    "customer_id": ["C1", "900", "a b"],
    "device_id": ["6D92078A-8246-4BA4-AE5B-76104861E7DC"],
    "email": ["Ann@Example.com", "bob+news@gmail.com"],
    "household_id": ["H-12"],
    "loyalty_card": ["6001 2345-6789"],
    "name": ["Ann Lee", "王小明"],
    "phone": ["(201) 555-0123", "+44 20 7946 0958"],
    "web_push": [f"https://push.example/{name}#{'B' * 87}.{'s' * 22}" for name in ("a", "b")],
    "postcode": ["SW1A 1AA", "10001"],
}


def test_every_matcher_is_tried() -> None:
    assert set(NAMED) == set(MATCHERS)


@pytest.mark.parametrize("namespace", NAMED)
def test_a_matcher_meets_the_suite(namespace: str) -> None:
    check_matcher(MATCHERS[namespace], NAMED[namespace])


@pytest.mark.parametrize("name", ORDER_MODELS)
def test_an_order_model_meets_the_suite(name: str) -> None:
    check_order_model(ORDER_MODELS[name])


@pytest.mark.parametrize("name", SPEND_MODELS)
def test_a_spend_model_meets_the_suite(name: str) -> None:
    check_spend_model(SPEND_MODELS[name])


@pytest.mark.parametrize("name", ESTIMATORS)
def test_an_estimator_meets_the_suite(name: str) -> None:
    random = np.random.default_rng(3)
    check_estimator(ESTIMATORS[name], _arm(random, 0.0), _arm(random, 0.1))


def _arm(random: np.random.Generator, lift: float) -> Moments:
    past = random.gamma(2, 1, 400)
    columns = {
        "y": (random.random(400) < 0.3 + lift).astype(float),
        "d": 1 + random.poisson(past).astype(float),
        "x": random.poisson(past).astype(float),
        "e": 1 + random.poisson(past).astype(float),
    }
    return Moments.of_columns(columns)


STRANGER = '''
from typing import ClassVar, Literal
from sqlglot import exp
from coterie.measure.estimators.means import DifferenceOfMeans
from coterie.identifiers import Matcher
from coterie.segment.rule import Rule
from coterie.words import own

class Even(Rule):
    """Profiles of even number."""
    main: ClassVar[str] = "even"
    op: Literal["even"] = "even"
    even: bool = True

    def condition(self, plan):
        number = exp.column("profile_id", table="profiles", quoted=True)
        return exp.EQ(this=exp.Mod(this=number, expression=exp.Literal.number(2)), expression=exp.Literal.number(0))

    def words(self):
        return own({"en": "even number", "zh": "编号为偶数"})

def small(values, country):
    import pyarrow as pa
    import pyarrow.compute as pc
    kept = pc.utf8_lower(pc.utf8_trim_whitespace(values))
    return pc.if_else(pc.equal(kept, ""), pa.scalar(None, pa.string()), kept)

MATCHER = Matcher("badge", small)

class Means(DifferenceOfMeans):
    """The difference of means, by a stranger."""
'''

POINTS = """[coterie.operator]
even = stranger:Even
[coterie.matcher]
badge = stranger:MATCHER
[coterie.estimator]
means_by_a_stranger = stranger:Means
"""

USE = """
from coterie.engines import open_warehouse
from coterie.measure import ESTIMATORS
from coterie.identifiers import MATCHERS
from coterie.segment import Rule, SegmentDefinition, members, refresh
from coterie.testing.bases import AS_OF, write_small_base
from coterie.testing.matchers import check_matcher
from coterie.testing.parts import check_operator

engine = open_warehouse(None, threads=1)
write_small_base(engine)
check_operator(engine, {"even": True}, AS_OF)
rule = Rule.model_validate({"all": [{"even": True}, {"did": "Order Completed"}]})
refresh(engine, segments=[SegmentDefinition(name="even", rule=rule)], as_of=AS_OF, refresh_id=1)
found = members(engine, "even")["profile_id"].to_pylist()
assert found and all(number % 2 == 0 for number in found), found
check_matcher(MATCHERS["badge"], ["B-1"])
assert "means_by_a_stranger" in ESTIMATORS and ESTIMATORS["means_by_a_stranger"].design
print("in")
"""


def _install(folder: Path, points: str) -> None:
    """What pip would leave behind: a module, and its metadata with entry points."""
    (folder / "stranger.py").write_text(STRANGER, "utf-8")
    facts = folder / "stranger-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n", "utf-8")
    (facts / "entry_points.txt").write_text(points, "utf-8")


def test_strangers_come_in_by_the_same_door(tmp_path: Path) -> None:
    _install(tmp_path, POINTS)
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{USE}"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("in\n", "")


def test_a_stranger_may_not_take_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(tmp_path, "[coterie.matcher]\nemail = stranger:MATCHER\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(NameClash, match="email"):
        Registry[object]("matcher", {"email": "coterie.identifiers.matchers.email:MATCHER"})["email"]


def test_every_registry_is_a_kind_of_part() -> None:
    from coterie.workspace.installed import KINDS, registry_of

    made = {
        call.args[0].value
        for module in modules()
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func).split("[")[0] == "Registry" and call.args
    }
    assert made == set(KINDS)
    assert {kind for kind in KINDS if registry_of(kind).kind != kind} == set()
