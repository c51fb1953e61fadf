"""What is asked about a segment, and readable rules that turn it into a strategy in product, price, place and promotion."""

from __future__ import annotations

import operator
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from coterie.domain.meanings import EVENT_MEANINGS, ORDER
from coterie.engines import Engine
from coterie.errors import BadDefinition
from coterie.profile import STAGES
from coterie.segment.contrasts import Contrast
from coterie.segment.favorites import FavoriteThing, Worth
from coterie.segment.groups import Groups
from coterie.words import Sentence, joined, own, pydantic_says, sentence, yaml_says

Part = Literal["product", "price", "place", "promotion"]
PARTS: tuple[Part, ...] = ("product", "price", "place", "promotion")
Facts = Mapping[str, float | str]
"""What is known of one segment; a fact that is not known is not there."""

_COMPARISON = re.compile(r"(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)")
_COMPARE = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}


class PersonaRule(BaseModel):
    """One rule: ``part`` of the strategy, the conditions and the sentence in both languages.

    >>> rule = PersonaRule(id="r", part="price", when={"value_index": ">= 1.5"}, en="Worth {value_index:.1f}.", zh="…")
    >>> rule.holds({"value_index": 2.0}), rule.holds({"value_index": 1.0}), rule.holds({})
    (True, False, False)
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    part: Part
    when: dict[str, str | list[str]] = Field(default_factory=dict)
    en: str
    zh: str

    @field_validator("when")
    @classmethod
    def _readable(cls, when: dict[str, str | list[str]]) -> dict[str, str | list[str]]:
        for fact, condition in when.items():
            if isinstance(condition, str) and condition[:1] in "<>=" and not _COMPARISON.fullmatch(condition):
                raise ValueError(
                    sentence(
                        "{fact}: {condition!r} is no comparison; write '>= 1.5' or '< 0.3'",
                        fact=fact,
                        condition=condition,
                    )
                )
        return when

    def holds(self, facts: Facts) -> bool:
        """Whether every condition holds and every fact that the sentence needs is known."""
        return all(_holds(facts.get(fact), condition) for fact, condition in self.when.items()) and all(
            name in facts for _, name, _, _ in string.Formatter().parse(self.en) if name
        )

    def sentence(self, facts: Facts) -> Sentence:
        """The advice with the segment's facts filled in."""
        said: dict[str, object] = dict(facts)
        if "channel" in facts:
            said["channel"] = Sentence(str(facts["channel"]))
        return own({"en": self.en, "zh": self.zh}, **said)


def _holds(fact: float | str | None, condition: str | list[str]) -> bool:
    if isinstance(condition, list):
        return fact in condition
    if condition in {"exists", "missing"}:
        return (fact is not None) == (condition == "exists")
    compared = _COMPARISON.fullmatch(condition)
    if compared:
        return isinstance(fact, int | float) and bool(_COMPARE[compared[1]](fact, float(compared[2])))
    if condition.startswith("not "):
        return fact is not None and fact != condition.removeprefix("not ")
    return fact == condition


class PersonaRules(BaseModel):
    """The whole file: rules, what a trait may be called in them, which stage a segment is at, what is no product."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roles: dict[str, tuple[str, ...]]
    stages: dict[str, str]
    no_products: tuple[str, ...] = ()
    rules: tuple[PersonaRule, ...]

    def is_product(self, name: str) -> bool:
        """Whether a category says what is sold; "Coupon/misc items" does not."""
        return not set(re.split(r"[\s/,&-]+", name.lower())) & set(self.no_products)


@dataclass(frozen=True)
class Advice:
    """One recommendation: the rule it comes from, its part of the strategy, and the facts it stands on."""

    rule: PersonaRule
    facts: Facts

    @property
    def part(self) -> Part:
        """Product, price, place or promotion."""
        return self.rule.part

    def say(self) -> Sentence:
        """The recommendation as a sentence."""
        return self.rule.sentence(self.facts)


def read_rules(text: str, *, where: str = "persona rules") -> PersonaRules:
    """Rules from YAML; raises ``BadDefinition`` naming the place of the first fault.

    >>> len(read_rules("{roles: {}, stages: {}, rules: []}").rules)
    0
    """
    try:
        return PersonaRules.model_validate(yaml.safe_load(text))
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise BadDefinition(pydantic_says(first), where=joined([where, place], ": ")) from None
    except yaml.YAMLError as fault:
        raise BadDefinition(sentence("is no YAML: {why}", why=yaml_says(fault)), where=where) from None


@cache
def built_in_rules() -> PersonaRules:
    """The rules that come with Coterie."""
    file = files("coterie.segment") / "persona_rules.yaml"
    return read_rules(file.read_text("utf-8"), where="persona_rules.yaml")


def advise(facts: Facts, rules: PersonaRules | None = None, *, most: int = 2) -> tuple[Advice, ...]:
    """At most ``most`` recommendations for each P, the most specific first.

    A rule without conditions speaks only where no other does.

    >>> [advice.rule.id for advice in advise({"stage": "new"}, most=1)]
    ['an-easy-next-purchase', 'second-order-voucher', 'all-channels', 'welcome-series']
    """
    rules = rules or built_in_rules()
    found: list[Advice] = []
    for part in PARTS:
        holding = [rule for rule in rules.rules if rule.part == part and rule.holds(facts)]
        specific = sorted((rule for rule in holding if rule.when), key=lambda rule: -len(rule.when))
        found += [Advice(rule, facts) for rule in (specific or holding)[:most]]
    return tuple(found)


NOTABLE = 0.2


def facts_of(
    worth: Worth,
    contrasts: list[Contrast],
    products: list[FavoriteThing],
    characteristic: list[FavoriteThing],
    channels: list[FavoriteThing],
    reach: dict[str, float] | None,
    stage: str | None,
    rules: PersonaRules | None = None,
) -> dict[str, float | str]:
    """The facts of one segment; what is not known is left out, ``reach`` where no address of anybody is known."""
    facts: dict[str, float | str] = {"size": float(worth.members), "share": worth.share}
    if worth.index:
        facts |= {"revenue_share": worth.revenue_share, "value_index": worth.index}
    if stage:
        facts["stage"] = stage
    rules = rules or built_in_rules()
    favorite = next((product for product in products if rules.is_product(product.name)), None)
    loved = next((product for product in characteristic if rules.is_product(product.name)), None)
    if favorite:
        facts |= {"favorite": favorite.name, "favorite_share": favorite.revenue_share}
    if loved:
        facts |= {"characteristic": loved.name, "characteristic_lift": loved.lift}
    if channels:
        facts |= {"channel": channels[0].name, "channel_share": channels[0].revenue_share}
    if reach is not None:
        facts |= {"email_reach": reach.get("email", 0.0), "phone_reach": reach.get("phone", 0.0)}
    return facts | _levels(contrasts, rules)


def _levels(contrasts: list[Contrast], rules: PersonaRules) -> dict[str, str]:
    by_trait = {found.trait: found for found in contrasts if found.category is None}
    """Low, average or high by role; a role whose traits say the opposite of each other says nothing."""
    levels = {}
    for role, names in rules.roles.items():
        found = [_level(by_trait[name]) for name in names if name in by_trait]
        if found and not {"high", "low"} <= set(found):
            levels[role] = found[0]
    return levels


def _level(found: Contrast) -> str:
    if not found.is_sure or found.strength < NOTABLE:
        return "average"
    return "high" if found.is_higher else "low"


def main_stages(engine: Engine, members: str, groups: Groups, rules: PersonaRules | None = None) -> dict[str, str]:
    """The lifecycle stage of every open segment: its own for lifecycle parts, one that the rules give it, else that of most of its members.

    Without orders nobody has a stage: that customers never bought would be a claim about the files, not about them.
    """
    if not engine.query(f"SELECT 1 FROM orders WHERE {EVENT_MEANINGS[ORDER].condition} LIMIT 1").num_rows:
        return {}
    known = (rules or built_in_rules()).stages
    rows = engine.query(
        f"""WITH counted AS (
                SELECT members.segment, stages.segment AS stage, count(*) AS n
                FROM {members} members LEFT JOIN assignments stages
                  ON stages.profile_id = members.profile_id AND stages.segmentation = 'lifecycle'
                GROUP BY members.segment, stages.segment)
            SELECT *, sum(n) OVER (PARTITION BY segment) AS size FROM counted"""
    ).to_pylist()
    found = {row["segment"]: row["stage"] for row in rows if row["stage"] and 2 * row["n"] > row["size"]}
    for segment in {row["segment"] for row in rows}:
        if groups.is_lifecycle and segment in STAGES:
            found[segment] = segment
        elif groups.is_exclusive and segment in known:
            found[segment] = known[segment]
    return found
