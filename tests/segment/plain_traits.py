"""The language of traits read a second time, profile by profile in plain Python, to compare the SQL with.

Written from what the classes promise, deliberately slow and literal. Definitions are spelled out: mappings with
``op`` and every field by its name. Formulas are given as functions beside their text (``FORMULAS``).
"""

from __future__ import annotations

import json
import math
import re
import statistics
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
_UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "w": 604800}
_TABLES = {
    "Order Completed": ("orders", {"completed"}),
    "Order Refunded": ("orders", {"cancelled", "returned"}),
    "Product Purchased": ("order_lines", {"completed"}),
}
FORMULAS = {
    "spent / times": lambda t: t("spent") / t("times"),
    "spent - 2 * times": lambda t: t("spent") - 2 * t("times"),
    "CASE WHEN times > 0 THEN spent END": lambda t: t("spent") if t("times") > 0 else None,
    "COALESCE(age, 30) >= 30 AND NOT (city = 'Oslo')": lambda t: (
        (t("age") if t("age") is not None else 30) >= 30 and t("city") != "Oslo"
    ),
    "LEAST(age, times)": lambda t: min(each for each in (t("age"), t("times")) if each is not None),
    "age IS NULL OR age BETWEEN 18 AND 40": lambda t: t("age") is None or 18 <= t("age") <= 40,
    "COALESCE(EXP(400 * times), -1)": lambda t: math.exp(400 * t("times")) if t("times") < 2 else -1.0,
    "1 / (spent * 1e300 * 1e300)": lambda t: 1 / (s * 1e300) if abs(s := t("spent") * 1e300) < 1e8 else None,
    "CASE WHEN times * 1e308 > 1e308 THEN 1 ELSE 2 END": lambda t: 1 if t("times") * 1e308 == 2e307 else 2,
    "(spent * 1e300 - spent * 1e300) + 5": lambda t: 5 if abs(t("spent")) < 1e8 else None,
    "POWER(times - 3, 0.5)": lambda t: (t("times") - 3) ** 0.5 if t("times") >= 3 else None,
}


def shifted(at, duration, times=-1):
    """``at`` moved by durations; months keep the day where there is one."""
    number, unit = re.fullmatch(r"(\d+)([a-z]+)", duration).groups()
    number = int(number) * times
    try:
        if unit in _UNITS:
            return at + timedelta(seconds=number * _UNITS[unit])
        months = at.year * 12 + at.month - 1 + number * (12 if unit == "y" else 1)
        year, month = months // 12, months % 12 + 1
        return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))
    except (OverflowError, ValueError):
        return datetime.min if times < 0 else datetime.max


class Traits:
    """Everything known of each profile; ``as_of`` is naive UTC, calendars are those of ``zone``."""

    def __init__(self, engine, as_of, zone="UTC", *, traits=(), formulas=None):
        table = lambda name: engine.query(f"SELECT * FROM {name}").to_pylist() if name in engine.tables() else []  # noqa: E731
        self.as_of, self.zone = as_of, ZoneInfo(zone)
        self.now = self.local(as_of)
        self.people = {row["profile_id"]: row for row in table("profiles")}
        self.traits = {trait["name"]: trait["value"] for trait in traits}
        self.formulas = {**FORMULAS, **(formulas or {})}
        self.products = {row["product_id"]: row for row in table("products")}
        self.facts, self.scores, self.stages = defaultdict(list), {}, {}
        self.ends = self._ends(table("orders"))
        for event, (name, statuses) in _TABLES.items():
            for row in table(name):
                if row["status"] in statuses:
                    product = self.products.get(row.get("product_id"), {})
                    names = {"product_name" if key == "name" else key: value for key, value in product.items()}
                    self._add(event, {**names, **{k: v for k, v in row.items() if k not in names or k in row}})
        for row in engine.query(
            "SELECT * REPLACE (CAST(properties AS JSON)::VARCHAR AS properties) FROM events"
        ).to_pylist():
            self._add(row["name"], {**row, **json.loads(row["properties"] or "{}")})
        for row in sorted(table("scores"), key=lambda row: row["as_of"]):
            self.scores[row["profile_id"], row["score"]] = row["value"]
        for row in table("assignments"):
            self.stages[row["profile_id"], row["segmentation"]] = row["segment"]
        self.keys = defaultdict(set)
        owner = {}
        for row in table("identifiers"):
            self.keys[f"{row['namespace']}:{row['value']}"].add(row["profile_id"])
            owner[row["identifier_id"]] = row["profile_id"]
        self.lists = defaultdict(set)
        for row in table("lists"):
            self.lists[row["list"]].add(owner.get(row["identifier_id"]))
        self._values = {}

    def _add(self, event, row):
        local = self.local(row["occurred_at"])
        parts = {"hour": local.hour, "weekday": local.isoweekday(), "month": local.month, "day": local.date()}
        self.facts[row["profile_id"], event].append({**row, **parts})

    def local(self, at):
        return at.replace(tzinfo=UTC).astimezone(self.zone).replace(tzinfo=None)

    def utc(self, local):
        aware = local if local.tzinfo else local.replace(tzinfo=self.zone)
        return aware.astimezone(UTC).replace(tzinfo=None)

    def moved(self, duration, times=-1):
        """``as_of`` moved by lengths of time, or by months and years of the calendar in the zone."""
        if duration.endswith(("mo", "y")) and not duration.startswith("0"):
            return self.utc(shifted(self.now, duration, times))
        return shifted(self.as_of, duration, times)

    def known_until(self, event, fact):
        """Until when facts like this one are known: orders and lines to the end of their source, or of its successors."""
        if event not in _TABLES:
            return self.as_of
        if not self.ends:
            return self.as_of
        return self.ends.get(fact["source"] or "", max(self.ends.values()))

    def _ends(self, orders):
        """Source → the midnight after its newest order, moved to that of a source that begins as it ends."""
        seen = defaultdict(list)
        for order in orders:
            if order["occurred_at"] < self.as_of and (order["revenue"] or 0) >= 0:
                seen[order["source"] or ""].append(order["occurred_at"])
        own = {s: min(self.utc(midnight(self.local(max(at)).date() + DAY)), self.as_of) for s, at in seen.items()}
        ends = {}
        for source in seen:
            current = source
            while later := [
                s for s in own
                if min(seen[s]) > min(seen[current]) and min(seen[s]) >= own[current] - 7 * DAY and own[s] > own[current]
            ]:  # fmt: skip
                current = max(later, key=own.get)
            ends[source] = own[current]
        return ends

    # --- traits ------------------------------------------------------------------------

    def value(self, measure, person):
        """The value of a measure for a profile, None where it cannot be known."""
        measure = {"op": "trait", "trait": measure} if isinstance(measure, str) else measure
        key = json.dumps(measure, default=str, sort_keys=True)
        if key not in self._values:
            self._values[key] = self._everybody(measure)
        return self._values[key][person]

    def _everybody(self, measure):
        if measure["op"].startswith("group_"):
            return self._of_groups(measure)
        if measure["op"] not in {"percentile", "tile", "rank"}:
            return {person: self._one(measure, person) for person in self.people}
        down = bool(measure.get("descending")) != (measure["op"] == "rank")
        ahead = self.ahead(measure["of"], down)
        ranked = {
            "rank": lambda many: many + 1,
            "tile": lambda many: 1 + many * measure.get("tiles", 5) // len(ahead),
            "percentile": lambda many: many / (len(ahead) - 1) if len(ahead) > 1 else 0.0,
        }[measure["op"]]
        return {person: ranked(ahead[person]) if person in ahead else None for person in self.people}

    def _of_groups(self, measure):
        """The same for all who share a value; of nobody's measure nothing, but how many have it."""
        groups = {person: self._named(measure["by"], person) for person in self.people}
        found = {None: None}
        for group in {each for each in groups.values() if each is not None}:
            among = [person for person in self.people if groups[person] == group]
            known = [1 if measure.get("of") is None else self.value(measure["of"], person) for person in among]
            known = [each for each in known if each is not None]
            if measure["op"] == "group_count":
                found[group] = len(known)
            else:
                function = {"sum": math.fsum, "mean": statistics.fmean, "max": max, "min": min}[measure["op"][6:]]
                found[group] = function(known) if known else None
        return {person: found[groups[person]] for person in self.people}

    def ahead(self, measure, down):
        """How many have a greater value (``down``) or a smaller one, for each profile that has a value."""
        known = {p: v for p in self.people if (v := self.value(measure, p)) is not None}
        ordered = sorted(known.values())
        return {
            p: len(ordered) - bisect_right(ordered, v) if down else bisect_left(ordered, v) for p, v in known.items()
        }

    def _one(self, measure, person):
        match measure["op"]:
            case "trait":
                return self._named(measure["trait"], person)
            case "ratio":
                top, bottom = (self.value(each, person) for each in measure["of"])
                return None if top is None or not bottom else float(top) / float(bottom)
            case "formula":
                return self._formula(measure["expression"], person)
            case "case":
                met = (each["then"] for each in measure["of"] if self._formula(each["when"], person) is True)
                return next(met, measure.get("otherwise"))
            case "lookup":
                product = self.products.get(str(self.value(measure["by"], person)), {})
                return product.get({"product_name": "name"}.get(measure["property"], measure["property"]))
            case "age":
                at = self.value(measure["of"], person)
                if at is None:
                    return None
                days = (self.as_of - at) / DAY if isinstance(at, datetime) else (self.now - midnight(at)) / DAY
                return days / 365.2425 if measure.get("unit") == "years" else days
        return self._of_events(measure, self._matching(measure, person))

    def _named(self, name, person):
        if name in self.traits:
            return self.value(self.traits[name], person)
        kind, _, rest = name.partition(".")
        if kind in {"score", "segmentation"}:
            return (self.scores if kind == "score" else self.stages).get((person, rest))
        return self.people[person][name]

    def _formula(self, text, person):
        try:
            found = self.formulas[text](lambda name: _plain(self._named(name, person)))
        except (TypeError, ZeroDivisionError, ValueError):
            return None
        return float(found) if isinstance(found, int) and not isinstance(found, bool) else found

    def _matching(self, measure, person):
        start, end = self.window(measure)
        return [
            fact
            for fact in self.facts[person, measure["event"]]
            if start <= fact["occurred_at"] < end
            and all(
                self.compares(each["op"], fact.get(each["property"]), each["value"], each.get("ignore_case"))
                for each in measure.get("where") or ()
            )
        ]

    def window(self, measure):
        """First instant (counted) and end (not counted)."""
        start, end = datetime.min, self.as_of
        if measure.get("within"):
            start = self.moved(measure["within"])
        if measure.get("until"):
            end = self.moved(measure["until"])
        if during := measure.get("during"):
            start, end = self._calendar(during)
        if (since := measure.get("since")) is not None:
            start = max(start, self._fixed(since))
        if (before := measure.get("before")) is not None:
            end = min(end, self._fixed(before))
        return start, end

    def _fixed(self, at):
        at = datetime.fromisoformat(at) if isinstance(at, str) else at
        return self.utc(at if isinstance(at, datetime) else midnight(at))

    def _calendar(self, during):
        which, _, period = during.partition("_")
        today = self.now.date()
        first = {
            "": today,
            "week": today - DAY * today.weekday(),
            "month": today.replace(day=1),
            "quarter": today.replace(month=1 + 3 * ((today.month - 1) // 3), day=1),
            "year": today.replace(month=1, day=1),
        }[period]
        if which in {"today", "this"}:
            return self.utc(midnight(first)), self.as_of
        step = {"": "1d", "week": "1w", "month": "1mo", "quarter": "3mo", "year": "1y"}[period]
        return self.utc(shifted(midnight(first), step)), self.utc(midnight(first))

    def _of_events(self, measure, facts):
        at = [fact["occurred_at"] for fact in facts]
        known = [(f["occurred_at"], f[p]) for f in facts if (p := measure.get("property")) and f.get(p) is not None]
        values = [value for _, value in known]
        match measure["op"]:
            case "count":
                return len(facts)
            case "sum":
                return float(_sum(values))
            case "mean":
                return float(_sum(values)) / len(values) if values else None
            case "median":
                return statistics.median(map(float, values)) if values else None
            case "stddev":
                return statistics.stdev(map(float, values)) if len(values) > 1 else None
            case "min" | "max":
                found = (min if measure["op"] == "min" else max)(values, default=None)
                return float(found) if isinstance(found, int | Decimal) else found
            case "distinct":
                return len(set(values))
            case "list":
                return sorted(set(map(_text, values))) or None
            case "first" | "last":
                return (min if measure["op"] == "first" else max)(known, default=(None, None))[1]
            case "since_last" | "since_first":
                if not at:
                    return None
                silence = min((self.known_until(measure["event"], fact) - fact["occurred_at"]) / DAY for fact in facts)
                return silence + (0 if measure["op"] == "since_last" else (max(at) - min(at)) / DAY)
            case "interval":
                gaps = [(b - a) / DAY for a, b in zip(sorted(at), sorted(at)[1:], strict=False)]
                statistic = measure.get("statistic", "mean")
                if len(gaps) < (2 if statistic == "stddev" else 1):
                    return None
                functions = {"mean": statistics.fmean, "median": statistics.median, "stddev": statistics.stdev}
                return {**functions, "min": min, "max": max}[statistic](gaps)
            case "sessions":
                longest = measure.get("gap_minutes", 30) / (24 * 60)
                gaps = [(b - a) / DAY for a, b in zip(sorted(at), sorted(at)[1:], strict=False)]
                return 1 + sum(gap > longest for gap in gaps) if at else 0
            case "decayed":
                half = (self.as_of - self.moved(measure.get("half_life", "30d"))) / DAY
                pairs = known if measure.get("property") else [(each, 1) for each in at]
                weighed = (float(value) * 0.5 ** ((self.as_of - each) / DAY / half) for each, value in pairs)
                return float(_sum(weighed))
            case "trend":
                return self._trend(measure, known if measure.get("property") else [(each, 1) for each in at])
            case "favorite" | "favorite_share":
                return self._favorite(measure, facts)
        raise AssertionError(measure["op"])

    def _trend(self, measure, pairs):
        many = measure.get("periods", 6)
        edges = [self.moved(measure.get("every", "30d"), -n) for n in range(many, -1, -1)]
        spans = [Fraction(_sum(v for at, v in pairs if edges[n] <= at < edges[n + 1])) for n in range(many)]
        middle = Fraction(many - 1, 2)
        slope = sum((n - middle) * y for n, y in enumerate(spans)) / sum((n - middle) ** 2 for n in range(many))
        return float(slope)

    def _favorite(self, measure, facts):
        tally, seen = Counter(), {}
        for fact in facts:
            value, weight = fact.get(measure["property"]), 1
            if measure.get("weight"):
                weight = fact.get(measure["weight"])
            if value is not None and weight is not None:
                tally[value] = _sum([tally[value], weight])
                seen[value] = max(seen.get(value, datetime.min), fact["occurred_at"])
        if measure["op"] == "favorite":
            return max(((n, seen[value], value) for value, n in tally.items()), default=(None,))[-1]
        above = {value: n for value, n in tally.items() if n > 0}
        largest = max(above.values(), default=0)
        if (wanted := measure.get("value")) is not None:
            largest = next((n for value, n in above.items() if self.compares("=", value, wanted)), 0)
        return float(largest) / float(_sum(above.values())) if above else None

    # --- comparisons --------------------------------------------------------------------

    def compares(self, op, value, wanted, ignore_case=False):
        """``value op wanted``; a missing value meets nothing but ``is_set: false``."""
        if op == "is_set":
            return (value is not None) == wanted
        if value is None:
            return False
        many = [self._as(each, value) for each in (wanted if isinstance(wanted, list | tuple) else [wanted])]
        value = float(value) if isinstance(value, Decimal) else value
        if ignore_case and isinstance(value, str) and op != "matches":
            value, many = value.lower(), [each.lower() for each in many]
        one = many[0] if many else None
        return {
            "=": lambda: value == one,
            "!=": lambda: value != one,
            "<": lambda: value < one,
            "<=": lambda: value <= one,
            ">": lambda: value > one,
            ">=": lambda: value >= one,
            "between": lambda: many[0] <= value <= many[1],
            "in": lambda: value in many,
            "not_in": lambda: value not in many,
            "contains": lambda: one in value,
            "starts_with": lambda: value.startswith(one),
            "ends_with": lambda: value.endswith(one),
            "matches": lambda: re.search(one, value, re.IGNORECASE * bool(ignore_case)) is not None,
        }[op]()

    def _as(self, wanted, value):
        if isinstance(value, datetime):
            return self._fixed(wanted)
        if isinstance(value, date):
            return date.fromisoformat(wanted) if isinstance(wanted, str) else wanted
        return wanted


def midnight(day):
    return datetime.combine(day, time())


def _exact(number):
    with localcontext(prec=400):
        return number if isinstance(number, int | Decimal) else Decimal(str(number)).quantize(Decimal("1e-9"))


def _sum(numbers):
    """Exact, whatever the magnitude."""
    with localcontext(prec=400):
        return sum(map(_exact, numbers))


def _plain(value):
    return float(value) if isinstance(value, Decimal) else value


def _text(value):
    return value if isinstance(value, str) else str(value)
