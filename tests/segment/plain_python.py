"""Rules judged profile by profile in plain Python, to compare the SQL with. Deliberately slow and literal."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

_DAYS = {"d": 1, "w": 7}


def _delta(duration):
    number, unit = re.fullmatch(r"(\d+)([a-z]+)", duration).groups()
    return timedelta(days=int(number) * _DAYS[unit])


class Base:
    """Everything known of each profile: attributes, and facts by event name."""

    def __init__(self, engine):
        self.people = {row["profile_id"]: row for row in engine.query("SELECT * FROM profiles").to_pylist()}
        self.facts = {}
        for event, query in {
            "Order Completed": "SELECT * FROM orders WHERE status = 'completed'",
            "Order Refunded": "SELECT * FROM orders WHERE status IN ('cancelled', 'returned')",
            "Product Purchased": "SELECT l.*, p.category, p.brand FROM order_lines l LEFT JOIN products p USING (product_id) WHERE status = 'completed'",
            **{
                name: f"SELECT profile_id, occurred_at, properties.amount::DOUBLE AS amount, properties.category::VARCHAR AS category FROM events WHERE name = '{name}'"
                for name in ("Product Viewed", "Product Added", "Message Opened")
            },
        }.items():
            for row in engine.query(query).to_pylist():
                self.facts.setdefault((row["profile_id"], event), []).append(row)


def holds(base, rule, person, as_of):
    """Whether the profile numbered ``person`` meets ``rule``, a mapping with ``op``."""
    inner = lambda each: holds(base, each, person, as_of)  # noqa: E731
    match rule["op"]:
        case "all":
            return all(map(inner, rule["of"]))
        case "any":
            return any(map(inner, rule["of"]))
        case "none":
            return not any(map(inner, rule["of"]))
        case "not":
            return not inner(rule["of"])
        case "did":
            count = len(_facts(base, rule, person, as_of))
            return rule.get("at_least", 1) <= count <= rule.get("at_most", count)
        case "did_not":
            return not _facts(base, rule, person, as_of)
        case "in_last":
            at = _instant(_value(base, rule["trait"], person, as_of))
            return at is not None and as_of - _delta(rule["value"]) <= at < as_of
        case op:
            return compares(op, _value(base, rule["trait"], person, as_of), rule["value"])


def _instant(at):
    return datetime(at.year, at.month, at.day) if isinstance(at, date) and not isinstance(at, datetime) else at


def compares(op, value, wanted):
    if op == "is_set":
        return (value is not None) == wanted
    if value is None:
        return False
    match op:
        case "=":
            return value == wanted
        case "!=":
            return value != wanted
        case "<":
            return value < wanted
        case "<=":
            return value <= wanted
        case ">":
            return value > wanted
        case ">=":
            return value >= wanted
        case "between":
            return wanted[0] <= value <= wanted[1]
        case "in":
            return value in wanted
        case "not_in":
            return value not in wanted
        case "contains":
            return wanted in value
        case "starts_with":
            return value.startswith(wanted)
        case "ends_with":
            return value.endswith(wanted)
    raise AssertionError(op)


def _facts(base, rule, person, as_of):
    start = as_of - _delta(rule["within"]) if rule.get("within") else datetime.min
    end = as_of - _delta(rule["until"]) if rule.get("until") else as_of
    return [
        fact
        for fact in base.facts.get((person, rule["event"]), [])
        if start <= fact["occurred_at"] < end
        and all(compares(each["op"], fact[each["property"]], each["value"]) for each in rule.get("where", ()))
    ]


def _value(base, trait, person, as_of):
    if isinstance(trait, str):
        return base.people[person][trait]
    facts = _facts(base, trait, person, as_of)
    if trait["op"] == "count":
        return len(facts)
    if trait["op"] in {"since_last", "since_first"}:
        ends = [fact["occurred_at"] for fact in facts]
        chosen = max(ends, default=None) if trait["op"] == "since_last" else min(ends, default=None)
        return None if chosen is None else (as_of - chosen) / timedelta(days=1)
    known = [fact[trait["property"]] for fact in facts if fact[trait["property"]] is not None]
    match trait["op"]:
        case "sum":
            return float(sum(map(_exact, known)))
        case "distinct":
            return len(set(known))
        case "min" | "max":
            return None if not known else float((min if trait["op"] == "min" else max)(known))
        case "last" | "first":
            pairs = [
                (fact["occurred_at"], fact[trait["property"]]) for fact in facts if fact[trait["property"]] is not None
            ]
            return None if not pairs else (max if trait["op"] == "last" else min)(pairs)[1]
    raise AssertionError(trait["op"])


def _exact(number):
    from decimal import Decimal

    return Decimal(str(number))
