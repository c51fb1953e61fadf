"""Rules judged profile by profile in plain Python, over traits measured likewise, to compare the SQL with."""

from __future__ import annotations

import hashlib
import json
from calendar import isleap
from datetime import datetime

from tests.segment.plain_traits import DAY, Traits, midnight, shifted


class Base(Traits):
    """Everything known of each profile, and who meets which rule; ``segments`` are those that rules may name."""

    def __init__(self, engine, as_of, zone="UTC", *, traits=(), segments=(), formulas=None):
        super().__init__(engine, as_of, zone, traits=traits, formulas=formulas)
        self.segments = {segment["name"]: segment["rule"] for segment in segments}

    def members(self, rule):
        """Everybody who meets a rule."""
        return {person for person in self.people if self.holds(rule, person)}

    def holds(self, rule, person):
        """Whether a profile meets a rule; never unknown."""
        inner = lambda each: self.holds(each, person)  # noqa: E731
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
                count, limits = len(self._matching(rule, person)), [rule.get(n) for n in ("at_least", "at_most")]
                if rule.get("exactly") is not None:
                    limits = [rule["exactly"]] * 2
                low = limits[0] if limits[0] is not None else (1 if limits[1] is None else 0)
                return low <= count and (limits[1] is None or count <= limits[1])
            case "did_not":
                return not self._matching(rule, person)
            case "in_segment":
                named = rule["segment"] if isinstance(rule["segment"], list | tuple) else [rule["segment"]]
                return any(inner(self.segments[name]) for name in named)
            case "in_list":
                return person in self.lists[rule["list"]]
            case "profiles":
                return any(person == key or person in self.keys.get(key, ()) for key in rule["keys"])
            case "random":
                digest = hashlib.md5(f"{rule['salt']}:{self.drawn_key(person)}".encode()).hexdigest()[:8]
                return round(rule["start"] * 2**32) <= int(digest, 16) < round(rule["end"] * 2**32)
            case "top" | "bottom":
                return self._at_edge(rule, person)
        value = self.value(rule["trait"], person)
        match rule["op"]:
            case "includes":
                wanted = [rule["value"]] if isinstance(rule["value"], str) else rule["value"]
                return value is not None and any(each in value for each in wanted)
            case "in_last" | "in_next" | "older_than" | "anniversary_within" if value is None:
                return False
            case "in_last" | "in_next" | "older_than":
                if isinstance(value, datetime):
                    now, at, moved = self.as_of, value, self.moved
                else:
                    now, at, moved = self.now, midnight(value), lambda *by: shifted(self.now, *by)
                before = moved(rule["value"])
                return {
                    "in_last": before <= at < now,
                    "in_next": now <= at < moved(rule["value"], 1),
                    "older_than": at < before,
                }[rule["op"]]
            case "anniversary_within":
                day = self.local(value) if isinstance(value, datetime) else value
                return any(
                    (each.month, each.day) == (day.month, day.day)
                    or ((day.month, day.day) == (2, 29) and (each.month, each.day) == (2, 28) and not isleap(each.year))
                    for each in (self.now + DAY * ahead for ahead in range(rule["value"]))
                )
        return self.compares(rule["op"], value, rule.get("value", True), rule.get("ignore_case"))

    def drawn_key(self, person):
        """What stands for a profile in a draw."""
        return min((key.lower() for key, owners in self.keys.items() if person in owners), default=f"profile:{person}")

    def _at_edge(self, rule, person):
        key = json.dumps(["edge", rule["op"], rule["trait"]], default=str)
        if key not in self._values:
            self._values[key] = self.ahead(rule["trait"], rule["op"] == "top")
        known = self._values[key]
        if person not in known:
            return False
        return (
            known[person] * 100 / len(known) < rule["value"] if rule.get("percent") else known[person] < rule["value"]
        )
