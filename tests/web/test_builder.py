"""The builder: every operator by hand, groups moved by pointer and by keyboard, counts that follow, and an address that keeps it all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

import coterie
from coterie.run import definition_schema
from coterie.segment import Rule
from coterie.segment.rule import OPERATORS
from tests.laws import by_day
from tests.web.conftest import Visitor
from tests.web.said import Say, said
from tests.workspace.shop import NOW, filled

ORDER = {"event": "Order Completed"}
LABELS = {"revenue": "Revenue", "first_seen_at": "first seen at"}
EXAMPLES: dict[str, dict[str, Any]] = {
    "all": {"all": [{"trait": "revenue", ">": 20}, {"did": "Order Completed"}]},
    "any": {"any": [{"trait": "revenue", ">": 50}, {"trait": "city", "=": "Oslo"}]},
    "none": {"none": [{"trait": "revenue", ">": 50}]},
    "not": {"not": {"did": "Order Completed"}},
    **{op: {"trait": "revenue", op: 400} for op in ("=", "!=", "<", "<=", ">", ">=")},
    "between": {"trait": "revenue", "between": [20, 500]},
    "in": {"trait": "city", "in": ["Oslo", "Bergen"]},
    "not_in": {"trait": "city", "not_in": ["Oslo", "Bergen"]},
    "is_set": {"trait": "city", "is_set": False},
    "contains": {"trait": "city", "contains": "SL", "ignore_case": True},
    "starts_with": {"trait": "city", "starts_with": "O"},
    "ends_with": {"trait": "city", "ends_with": "en"},
    "matches": {"trait": "city", "matches": "^[oO]s"},
    "includes": {"trait": {"list": "store", **ORDER}, "includes": ["north", "south"]},
    "in_last": {"trait": "first_seen_at", "in_last": "60d"},
    "in_next": {"trait": "first_seen_at", "in_next": "300d"},
    "older_than": {"trait": "first_seen_at", "older_than": "60d"},
    "anniversary_within": {"trait": "first_seen_at", "anniversary_within": 3},
    "top": {"trait": "revenue", "top": 10},
    "bottom": {"trait": "revenue", "bottom": 20, "percent": True},
    "did": {
        "did": "Order Completed",
        "within": "60d",
        "during": None,
        "at_least": 2,
        "where": [{"property": "revenue", "op": ">=", "value": 50}],
    },
    "did_not": {"did_not": "Order Completed", "during": "last_month"},
    "in_segment": {"in_segment": ["frequent", "oslo"]},
    "in_list": {"in_list": "fair"},
    "profiles": {"profiles": ["customer_id:3", 4]},
    "random": {"random": "salt", "start": 0.25, "end": 0.75},
}
"""Operator → a rule that uses it, with optional fields of every shape among them."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop with a list to choose."""
    folder = filled(tmp_path_factory.mktemp("built-in") / "shop")
    with coterie.open(folder, clock=lambda: NOW) as ws:
        ws.segments.upload_list("fair", ["C1", "C2"])
    return folder


def rule_in(page: Page) -> dict[str, Any]:
    """The rule that the address keeps."""
    kept = parse_qs(urlsplit(page.url).query).get("rule")
    return json.loads(kept[0]) if kept else {}


def expect_rule(page: Page, wanted: Mapping[str, Any]) -> None:
    """Wait until the address keeps a rule that means the same as ``wanted``."""
    meant = Rule.model_validate({"all": [_plain(wanted)]} if "all" not in wanted else wanted)
    for _ in range(100):
        try:
            if Rule.model_validate(rule_in(page)) == meant:
                return
        except ValueError:
            pass  # half filled in
        page.wait_for_timeout(100)
    raise AssertionError((rule_in(page), wanted))


def _plain(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in rule.items() if value is not None}


class Hand:
    """Fills in forms of rules as somebody does who reads their labels."""

    def __init__(self, page: Page, say: Say, lang: str = "en") -> None:
        self.page, self.say = page, say
        self.shapes: dict[str, Any] = definition_schema("segment", lang)["$defs"]

    def add(self, group: Locator, rule: Mapping[str, Any]) -> None:
        """Add a condition or a group to ``group`` and fill it in."""
        op = next(key for key in rule if key in OPERATORS)
        is_group = op in ("all", "any", "none", "not")
        key = "group" if is_group else "trait" if "trait" in rule else op
        rows = group.locator("[data-row]")
        before = rows.count()
        group.get_by_role("button", name=re.compile(rf"{self.say('rule.addCondition')}$")).last.click()
        self.menu(self._added(key))
        expect(rows).not_to_have_count(before, timeout=20_000)
        row = rows.nth(before)
        if is_group:
            self.group(row.locator("[data-group]").first, rule, op)
        elif "trait" in rule:
            self.compared(row, rule, op)
        else:
            self.fields(row, rule, op)

    def _added(self, key: str) -> str:
        try:
            return self.say(f"rule.add.{key}")
        except KeyError:
            return str(self.shapes[f"operator_{key}"]["title"])

    def group(self, held: Locator, rule: Mapping[str, Any], op: str) -> None:
        inner = rule[op] if isinstance(rule[op], list) else [rule[op]]
        for each in inner:
            self.add(held, each)
        held.get_by_role("button", name=self.say("rule.remove")).first.click()  # the blank one that it came with
        expect(held.locator("[data-row]")).to_have_count(len(inner))
        self.choose(held.get_by_role("combobox", name=self.say("rule.group"), exact=True).first, self.say(f"rule.{op}"))

    def compared(self, row: Locator, rule: Mapping[str, Any], op: str) -> None:
        trait = rule["trait"]
        field = row.get_by_role("combobox", name=self.say("rule.trait"), exact=True)
        if isinstance(trait, dict):
            self.choose(field, self.say("rule.measured"))
            measure = next(key for key in trait if f"measure_{key}" in self.shapes)
            held = row.get_by_role("group", name=self.say("rule.trait"))
            self.choose(
                held.get_by_role("combobox", name=self.say("rule.measure")), self.shapes[f"measure_{measure}"]["title"]
            )
            for key, value in trait.items():
                self.fill(held, self.shapes[f"measure_{measure}"]["properties"][key]["title"], value)
        else:
            self.choose(field, LABELS.get(trait, trait))
        comparison = row.get_by_role("combobox", name=self.say("rule.comparison"), exact=True)
        try:
            word = self.say(f"rule.op.{op}")
        except KeyError:
            word = str(self.shapes[_shape(op)]["title"])
        self.choose(comparison, word)
        self.fields(row, {key: value for key, value in rule.items() if key != "trait"}, op, main=self.say("rule.value"))

    def fields(self, row: Locator, rule: Mapping[str, Any], op: str, main: str = "") -> None:
        shape = self.shapes[_shape(op)]
        for key, value in _plain(rule).items():
            title = main if key == op and main else str(shape["properties"][key]["title"])
            if key not in shape["required"]:
                row.get_by_role("button", name=re.compile(rf"{self.say('rule.details')}$")).last.click()
                self.menu(title)
            if key == "where":
                self.where(row.get_by_role("group", name=title), value)
            elif op == "between" and key == op:
                self.fill(row, self.say("rule.from"), value[0])
                self.fill(row, self.say("rule.to"), value[1])
            elif not (value is True and key not in shape["required"]):  # chosen, it is yes from the start
                self.fill(row, title, value)

    def where(self, held: Locator, filters: list[dict[str, Any]]) -> None:
        for one in filters:
            self.fill(held, str(self.shapes["PropertyFilter"]["properties"]["property"]["title"]), one["property"])
            self.choose(held.get_by_role("combobox", name=self.say("rule.comparison")), one["op"])
            self.fill(held, self.say("rule.value"), one["value"])

    def fill(self, row: Locator, label: str, value: object) -> None:
        if isinstance(value, bool):
            row.get_by_role("radiogroup", name=label).get_by_text(
                self.say("yes" if value else "no"), exact=True
            ).click()
            return
        field = row.get_by_label(label, exact=True).locator("visible=true").last
        if field.get_attribute("readonly") is not None:
            self.choose(field, self.say(f"rule.choice.{value}"))
            return
        for each in value if isinstance(value, list) else [value]:
            field.fill(str(each))
            field.press("Enter")
            if isinstance(value, list):
                expect(row.locator(".ant-select-selection-item", has_text=str(each))).to_have_count(1, timeout=20_000)
        field.press("Tab")

    def menu(self, item: str) -> None:
        """Choose of the menu that opens, from where it slides in."""
        held = self.page.locator(".ant-dropdown:not(.ant-dropdown-hidden)")
        held.get_by_role("menuitem", name=item, exact=True).dispatch_event("click")

    def choose(self, field: Locator, option: str) -> None:
        field.click()
        if field.get_attribute("readonly") is None:
            field.fill(option)
        shown = self.page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option")
        # The list slides in: it is chosen from where it stands, without waiting for it to stand still.
        shown.filter(has=self.page.get_by_text(option, exact=True)).first.dispatch_event("click")


def _shape(op: str) -> str:
    signs = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
    return f"operator_{signs.get(op, op)}"


def test_every_operator_has_an_example() -> None:
    assert set(EXAMPLES) == set(OPERATORS)


BY_DAY = ("any", "between", "is_set", "includes", "in_last", "did", "in_segment")
"""One operator of each kind of form: groups, numbers, choices, measures with words, durations, details, segments."""


@pytest.mark.parametrize("op", by_day(EXAMPLES, *BY_DAY))
def test_every_operator_is_filled_in_by_hand(look: Visitor, op: str) -> None:
    shown = look()
    shown.go("/segments/new")
    hand = Hand(shown.page, said("en"))
    root = shown.page.locator("[data-group]").first
    hand.add(root, EXAMPLES[op])
    shown.page.get_by_role("button", name=hand.say("rule.remove")).first.click()
    expect_rule(shown.page, {"all": [_plain(EXAMPLES[op])]})
    assert shown.page.get_by_role("textbox", name=hand.say("rule.other")).count() == 0
    assert shown.complaints == [] or op == "in_list"
