"""Random journeys and random histories, of a seed: drawn evenly, so that much happens in each."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from pydantic import ValidationError

from coterie.decide.journeys import JourneyDefinition
from tests.decide.journeys.both import ASKED, BEGAN, LIST, NAMES, SEGMENT, Both

PEOPLE = 12
SPANS = ("30min", "1h", "2h", "1d")
OTHERS: tuple[dict[str, Any], ...] = (
    {"wait": "2h"},
    {"wait_until": "09:00"},
    {"wait_until": "09:00", "zone": "timezone"},
    {"message": "again"},
    {"increment_trait": "visits", "by": 1},
    {"wait_for": {"event": "Visit"}, "at_most": "1h"},
)


def rule(dice: Random) -> dict[str, Any]:
    """A rule of the segment language."""
    if dice.random() < 0.15:
        return {"in_list": LIST}
    if (trait := dice.random()) < 0.3:
        return {"trait": "visits", ">=": dice.choice((1, 2, 3))} if trait < 0.2 else {"trait": "plan", "=": "gold"}
    event = dice.choice(NAMES)
    return {"did_not": event} if dice.random() < 0.3 else {"did": event, "at_least": dice.randint(1, 3)}


def event(dice: Random) -> dict[str, Any]:
    """An event, of some properties at times."""
    name, v = dice.choice(NAMES), dice.randint(1, 3)
    return {"event": name, "where": {"v": {">=": v}}} if v > 1 else {"event": name}


def condition(dice: Random) -> dict[str, Any]:
    """One of both."""
    return {"rule": rule(dice)} if dice.random() < 0.35 else event(dice)


def altering(dice: Random) -> dict[str, Any]:
    """A change of an attribute, or of a list."""
    text = ({"set_trait": "plan", "to": "gold"}, {"set_trait": "plan", "to": "basic"}, {"unset_trait": "plan"})
    number = ({"set_trait": "visits", "to": 2}, {"unset_trait": "visits"})
    if dice.random() < 0.4:
        return {dice.choice(("add_to_list", "take_from_list")): LIST}
    more = {"increment_trait": "visits", "by": dice.choice((1, 2, 0.5, -1))}
    return dict(dice.choice((more, more, *number, *text)))


class Naming:
    """Ids for the steps of one journey."""

    def __init__(self) -> None:
        self.last = 0

    def __call__(self) -> str:
        self.last += 1
        return f"s{self.last}"


def some_steps(dice: Random, name: Naming, depth: int, least: int = 0) -> list[dict[str, Any]]:
    """A list of steps, with lists inside while ``depth`` allows."""
    found: list[dict[str, Any]] = []
    kinds = ["wait", "wait", "wait_for", "wait_for", "message", "message", "emit", "wait_until", "trait", "trait"]
    if depth:
        kinds += ["branch", "split", "wait_for", "wait_for", "branch"]
    for _ in range(dice.randint(least, 3)):
        kind, step = dice.choice(kinds), {"id": name()}
        if kind == "wait":
            step["wait"] = dice.choice(SPANS)
        elif kind == "wait_until":
            step["wait_until"] = dice.choice(("09:00", "12:30", "23:59"))
            step["days"] = dice.choice(((), ("mon",), ("tue", "sat")))
            step["zone"] = dice.choice((None, "timezone"))
        elif kind == "wait_for":
            step |= {"wait_for": condition(dice), "at_most": dice.choice(SPANS)}
            if depth:
                step |= {"then": some_steps(dice, name, depth - 1), "otherwise": some_steps(dice, name, depth - 1)}
        elif kind == "message":
            step["message"] = dice.choice(("hello", "again"))
        elif kind == "emit":
            step |= {"emit": "Noted"} if dice.random() < 0.5 else {"task": "Call", "assign": "sales"}
        elif kind == "trait":
            step |= altering(dice)
        elif kind == "branch":
            ways = [
                {"if": condition(dice), "steps": some_steps(dice, name, depth - 1)} for _ in range(dice.randint(1, 2))
            ]
            step |= {"branch": ways, "otherwise": some_steps(dice, name, depth - 1)}
        else:
            step |= {
                "split": {"a": 1, "b": 2, "c": 1},
                "into": {way: some_steps(dice, name, depth - 1) for way in ("a", "b")},
            }
        found.append(step)
    last = dice.randint(0, 7)
    if found and last == 0:
        found.append({"id": name(), "leave": "enough"})
    elif last == 1 and name.last > 1:
        found.append({"id": name(), "go_to": f"s{dice.randint(1, name.last)}"})
    return found


def entries(dice: Random) -> dict[str, Any]:
    """Who enters."""
    kind = dice.randint(0, 11)
    again = dice.choice(("never", "always", "always", "1h"))
    if kind < 6:
        entry = {"event": "Cart", "again": again}
        if kind % 2:
            entry["key"] = "k"
        if kind == 4:
            entry["where"] = {"v": {">=": 2}}
    elif kind < 8:
        entry = {"segment": SEGMENT, "when": dice.choice(("entered", "entered", "left")), "again": again}
        entry["members"] = entry["when"] == "entered" and dice.random() < 0.5
    elif kind > 9:
        entry = {"list": LIST, "when": dice.choice(("entered", "entered", "left")), "again": again}
        entry["members"] = entry["when"] == "entered" and dice.random() < 0.5
    elif kind == 8:
        entry = {"every_day": dice.choice(("09:00", "12:00")), "if": rule(dice), "again": again}
        if dice.random() < 0.5:
            entry |= {"date": "born", "yearly": True, "offset_days": dice.choice((-1, 0, 1, 3)), "again": "100d"}
            if dice.random() < 0.7:
                del entry["if"]
    else:
        entry = {"by_hand": True, "again": again}
    if kind not in (8, 9) and dice.randint(0, 3) == 0:
        entry["if"] = rule(dice)
    return entry


def journeys(dice: Random) -> dict[str, Any]:
    """A journey that may be published."""
    for attempt in range(6):
        body: dict[str, Any] = {
            "name": "j",
            "entry": entries(dice),
            "holdout": dice.choice((0, 0, 0, 0.4)),
            "steps": some_steps(dice, Naming(), 2 if attempt < 5 else 0, least=1),
        }
        if dice.random() < 0.5:
            body["goal"] = {"event": "Buy", "within": dice.choice(("90min", "3d"))}
        if dice.random() < 0.5:
            body["exit"] = [condition(dice)]
        try:
            JourneyDefinition.model_validate(body)
        except ValidationError:
            continue
        return body
    return body | {"steps": [{"id": "s1", "wait": "1h"}, {"id": "s2", "message": "hello"}]}


def edited(dice: Random, body: dict[str, Any]) -> dict[str, Any]:
    """The same journey with waits changed, steps removed, made into others or added."""

    def edit(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
        kept = []
        for former in steps:
            what = dice.randint(0, 9)
            if what == 0:
                continue
            step = dict(former)
            if what == 1 and not {"branch", "split", "then", "otherwise"} & {*step}:
                step = dice.choice(OTHERS) | {"id": step["id"]}
            elif what in (2, 3):
                step |= {name: dice.choice(SPANS) for name in ("wait", "at_most") if name in step}
            elif what == 4 and "wait_for" in step:
                step["wait_for"] = condition(dice)
            if what == 5:
                kept.append({"id": f"n{len(kept)}{step['id']}", "message": "hello"})
            for name in ("then", "otherwise"):
                if name in step:
                    step[name] = edit(step[name])
            if "into" in step:
                step["into"] = {way: edit(inner) for way, inner in step["into"].items()}
            if "branch" in step:
                step["branch"] = [way | {"steps": edit(way["steps"])} for way in step["branch"]]
            kept.append(step)
        return kept

    changed = body | {"steps": edit(body["steps"])}
    try:
        JourneyDefinition.model_validate(changed)
    except ValidationError:
        return body
    return changed


GAPS = (0, 7, 30, 60, 60, 150, 600, 1500)
"""Minutes."""


def one_thing(dice: Random, both: Both) -> str:
    """Something happens; what."""
    what = dice.randint(0, 21)
    if what < 10:
        rows = []
        for _ in range(dice.randint(3, 20)):
            dues = both.dues()
            at = both.now - timedelta(minutes=dice.choice((0, 1, 10, 45, 90, 300, -20)))
            if dues and dice.random() < 0.3:
                at = dice.choice(dues) + timedelta(microseconds=dice.choice((0, 0, -1, 1)))
            name = dice.choice((*NAMES, "Cart"))
            rows.append(
                (
                    name,
                    dice.randint(1, PEOPLE),
                    max(at, BEGAN - timedelta(hours=2)),
                    dice.randint(1, 3),
                    dice.choice("xy"),
                )
            )
        both.happen(rows, is_live=what < 3)
        return f"happen {rows}"
    if what < 12:
        one, other = dice.randint(1, PEOPLE), dice.randint(1, PEOPLE)
        both.merge(one, other)
        return f"merge {one} {other}"
    if what == 21:
        asked = [(dice.randint(1, PEOPLE), dice.choice((*ASKED, ASKED[0]))) for _ in range(4)]
        for person, name in asked:
            both.ask(person, name)
        both.has_live = True
        return f"asked {asked}"
    if what == 20:
        changes = [(dice.randint(1, PEOPLE), dice.random() < 0.6) for _ in range(4)]
        for person, is_on in changes:
            both.put(person, is_on=is_on)
        both.has_live = True
        return f"list {changes}"
    if what < 14:
        for _ in range(3):
            both.come(dice.randint(1, PEOPLE), dice.choice(("entered", "entered", "left")))
        return f"segment {both.world.changes[-3:]}"
    if what < 16:
        both.body = edited(dice, both.body)
        at_removed = dice.choice(("go_on", "leave"))
        both.publish(JourneyDefinition.model_validate(both.body), at_removed)
        return f"publish {at_removed} {both.body['steps']}"
    if what == 16:
        both.by_hand([dice.randint(1, PEOPLE) for _ in range(3)])
        return "by hand"
    if what == 17:
        both.send()
        return "send"
    state = dice.choice(
        ("paused", "running", "running", "draining", "running", "stopped" if dice.random() < 0.2 else "running")
    )
    extend = dice.random() < 0.5
    both.change(state, extend=extend)
    return f"{state} {extend}"


def live(dice: Random, both: Both, body: dict[str, Any], turns: int) -> None:
    """A history: things happen, time passes, ticks come; both are compared after each."""
    both.body = body
    both.publish(JourneyDefinition.model_validate(body), "go_on")
    told = [f"publish {body}"]
    try:
        for _ in range(turns):
            told += [f"{both.now} {one_thing(dice, both)}" for _ in range(dice.randint(1, 3))]
            before, dues = both.now, [due for due in both.dues() if due > both.now]
            if dues and dice.random() < 0.5:
                both.now = dues[0]
            else:
                both.now += timedelta(minutes=dice.choice(GAPS))
            if (both.has_live and "if" in both.body["entry"]) or "list" in both.body[
                "entry"
            ]:  # of what is read again for two minutes it is asked again
                both.now, both.has_live = max(both.now, before + timedelta(minutes=3)), False
            is_killed = dice.randint(0, 5) == 0
            both.tick(is_killed=is_killed)
            told.append(f"{both.now} tick{' killed' if is_killed else ''}")
            both.compare()
    except BaseException as fault:
        fault.add_note("\n".join(told))
        raise


def people_of(dice: Random) -> dict[int, list[str]]:
    """A dozen people, some without an address."""
    return {
        n: [f"customer_id:C{n}", *([f"email:p{n}@example.com"] if dice.random() < 0.8 else [])]
        for n in range(1, PEOPLE + 1)
    }


def history(seed: int, turns: int = 8) -> Both:
    """A journey and what came of it, told by a seed."""
    dice = Random(seed)
    both = Both(people_of(dice))
    try:
        live(dice, both, journeys(dice), turns)
    finally:
        both.ledger.close()
    return both
