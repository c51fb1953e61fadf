"""Readable rules that turn the facts of a segment into a strategy in product, price, place and promotion."""

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

from coterie.errors import BadDefinition
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
