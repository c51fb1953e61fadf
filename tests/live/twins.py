"""Two warehouses that are told the same: one is kept live, the other refreshed as a whole after every step."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa

from coterie.collect import record_events
from coterie.collect.intake import Pump, Seen
from coterie.domain import Quiet
from coterie.engines import Engine, open_warehouse
from coterie.errors import CoterieError
from coterie.live import Live, Turn
from coterie.profile.changed import TRAIT_CHANGED
from coterie.profile.given import declare_attributes
from coterie.protect import WorkspaceKey
from coterie.protect.erasure import belongings_of, erase_in_ledger, erase_in_warehouse
from coterie.resolve import find_profile
from coterie.run import refresh_everything
from coterie.segment.cadence import read_cadences
from coterie.settings import WorkspaceSettings
from coterie.store import Journal, Ledger, Request, open_journal, open_ledger

BEGAN = datetime(2026, 3, 20, 10)
KEY = b"k" * 32
Row = tuple[object, ...]

TRAITS: tuple[dict[str, object], ...] = (
    {"name": "views_7d", "value": {"op": "count", "event": "Product Viewed", "within": "7d"}},
    {"name": "spent_30d", "value": {"op": "sum", "event": "Order Completed", "property": "revenue", "within": "30d"}},
    {"name": "spent", "value": {"op": "sum", "event": "Order Completed", "property": "revenue"}},
    {"name": "dearest", "value": {"op": "max", "event": "Product Viewed", "property": "price"}},
    {"name": "viewed_at", "value": {"op": "last_at", "event": "Product Viewed"}},
    {
        "name": "spent_together",
        "value": {"op": "group_sum", "of": {"op": "trait", "trait": "spent"}, "by": "account_id"},
    },
    {"name": "viewed_days_ago", "value": {"op": "since_last", "event": "Product Viewed"}},
)
SEGMENTS: tuple[dict[str, object], ...] = (
    {"name": "viewers", "rule": {"op": "did", "event": "Product Viewed", "within": "7d", "at_least": 2}},
    {"name": "today", "rule": {"op": "did", "event": "Product Viewed", "during": "today"}},
    {"name": "quiet", "rule": {"op": "did_not", "event": "Product Viewed", "within": "1d"}},
    {"name": "buyers", "rule": {"op": ">=", "trait": "spent_30d", "value": 10}},
    {"name": "pro", "rule": {"op": "=", "trait": "plan", "value": "pro"}},
    {"name": "named", "rule": {"all": [{"op": "in_segment", "segment": "viewers"}, {"not": {"op": "in_segment", "segment": "pro"}}]}},
    {"name": "half", "rule": {"op": "random", "salt": "spring", "end": 0.5}},
    {"name": "young", "rule": {"op": "in_last", "trait": "first_seen_at", "value": "2d"}},
    {"name": "lately", "rule": {"op": "in_last", "trait": "viewed_at", "value": "3h"}},
    {"name": "best", "rule": {"op": "top", "trait": "spent", "value": 2}},
    {"name": "weekly", "rule": {"op": "did", "event": "Product Viewed", "within": "7d"}, "cadence": "refreshed"},
    {"name": "of_weekly", "rule": {"all": [{"op": "in_segment", "segment": "weekly"}, {"op": "did", "event": "Product Viewed", "within": "30d"}]}},
    {"name": "then", "rule": {"op": "did", "event": "Product Viewed", "within": "1d"}, "cadence": "frozen"},
    {"name": "since_then", "rule": {"all": [{"op": "in_segment", "segment": "then"}, {"op": "did_not", "event": "Product Viewed", "within": "2h"}]}},
    {"name": "not_then", "rule": {"not": {"op": "in_segment", "segment": "then"}}, "cadence": "live"},
    {"name": "enterprise", "rule": {"op": "=", "trait": "account_tier", "value": "enterprise"}},
    {"name": "ann", "rule": {"op": "profiles", "keys": ["email:ann@shop.example"]}},
    {"name": "shirts", "rule": {"op": "did", "event": "Product Purchased", "where": [{"property": "category", "op": "=", "value": "shirts"}]}},
)  # fmt: skip


@dataclass
class Clock:
    now: datetime = BEGAN

    def __call__(self) -> datetime:
        return self.now


@dataclass
class One:
    """One warehouse with its journal."""

    folder: Path
    clock: Clock
    settings: WorkspaceSettings
    engine: Engine = field(init=False)
    ledger: Ledger = field(init=False)
    journal: Journal = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.engine, self.ledger = open_warehouse(None, threads=1), open_ledger(None, KEY)
        self.journal = open_journal(self.folder / "journal.sqlite")
        self.start()

    def start(self) -> None:
        seen = Seen(self.folder / "seen")
        seen.bring(self.engine)
        self.pump = Pump(self.engine, self.journal, seen, self.settings, self.ledger)
        self.live = Live(self.engine, self.ledger, self.settings, self.clock)

    def take(self, messages: Iterable[object], source: str) -> None:
        said = list(messages)
        body = json.dumps({"batch": said}).encode()
        self.journal.append([Request(self.clock.now, source, "batch", len(said), body)], trim_to=0)
        while self.pump.turn():
            pass

    def define(self, kind: str, body: dict[str, object]) -> None:
        with self.ledger.transaction() as t:
            t.definitions.save(kind, str(body["name"]), body, author="test", at=self.clock.now)

    def refresh(self) -> None:
        refresh_everything(self.engine, self.ledger, self.settings, asked=None, clock=self.clock, progress=Quiet())

    def erase(self, key: str) -> None:
        """Erase whom ``key`` names, where it names one person."""
        with suppress(CoterieError), self.engine.transaction():
            of = belongings_of(self.engine, find_profile(self.engine, key, settings=self.settings), self.settings)
            nothing = pa.table({"profile_id": pa.array([], pa.int64())})
            with self.ledger.transaction() as t:
                erase_in_ledger(t, WorkspaceKey(KEY), of, nothing, now=self.clock.now, actor="test")
            erase_in_warehouse(self.engine, [of], self.settings)

    def alter(self, key: str, at: datetime, number: int, change: dict[str, object]) -> None:
        """An attribute of whom ``key`` names is changed, as a step of a journey does; of nobody who is not known."""
        declare_attributes(self.engine, {"plan": "VARCHAR", "visits": "DOUBLE"})
        known = self.engine.query("SELECT min(identifier_id) AS n FROM identifiers WHERE value = $key", {"key": key})
        if (identifier := known["n"][0].as_py()) is not None:
            told = {
                "event_id": f"alter-{number}",
                "name": TRAIT_CHANGED,
                "occurred_at": at,
                "identifier_id": identifier,
            }
            rows = pa.Table.from_pylist([{**told, "properties": json.dumps({**change, "visit": number})}])
            record_events(self.engine, rows, clock=self.clock)

    def rows(self, sql: str) -> list[Row]:
        """The rows, whatever the order of their columns."""
        return sorted(
            (tuple(row[name] for name in sorted(row)) for row in self.engine.query(sql).to_pylist()), key=repr
        )

    def close(self) -> None:
        self.engine.close()
        self.ledger.close()


class Twins:
    """``live`` is turned, ``full`` is refreshed; ``step`` does both and returns what the turn did."""

    def __init__(self, folder: Path, *, zone: str = "UTC") -> None:
        self.clock = Clock()
        settings = WorkspaceSettings.model_validate({"timezone": zone})
        self.live, self.full = One(folder / "live", self.clock, settings), One(folder / "full", self.clock, settings)
        self.turns: list[Turn] = []
        self.refreshed: dict[int, dict[str, bool]] = {}
        """Profile → what is refreshed as of the last refresh of ``live``; ``is_refreshed`` where there was one beside turns."""
        self.is_refreshed = False

    def both(self, act: Callable[[One], object]) -> None:
        act(self.live)
        act(self.full)

    def define(self, kind: str, body: dict[str, object]) -> None:
        self.both(lambda one: one.define(kind, body))

    def define_all(self) -> None:
        for body in TRAITS:
            self.define("trait", body)
        for body in SEGMENTS:
            self.define("segment", body)

    def take(self, *messages: object, source: str = "web") -> None:
        self.both(lambda one: one.take(messages, source))

    def wait(self, span: timedelta) -> None:
        self.clock.now += span

    def step(self) -> Turn:
        """A turn of the one with the clock looked at, a refresh of the other; both are then alike, or it fails."""
        turn = self.live.live.turn(is_tick=True)
        if turn.as_of is not None:
            self.full.refresh()
        self.turns.append(turn)
        self.compare()
        self._compare_refreshed(turn)
        return turn

    def _compare_refreshed(self, turn: Turn) -> None:
        """What is refreshed is what the last refresh made of it, but for people who came or went since."""
        if "membership_flags" not in self.live.engine.tables():
            return
        names = [name for name, each in read_cadences(self.live.engine).items() if each.cadence == "refreshed"]
        flags = {
            row["profile_id"]: {name: bool(row[name]) for name in names}
            for row in self.live.engine.query("SELECT * FROM membership_flags").to_pylist()
        }
        if turn.kind == "everybody" or self.is_refreshed:
            self.refreshed, self.is_refreshed = flags, False
        nobody = dict.fromkeys(names, False)
        for profile, found in flags.items():
            assert found == self.refreshed.get(profile, nobody), f"{profile}, after {turn}"
        if turn.kind == "everybody":
            full = {row[0]: row for row in self.full.rows(_flags_of(names))}
            assert {row[0]: row for row in self.live.rows(_flags_of(names))} == full
        # Who was new when a turn saw them is out until the next refresh.
        self.refreshed = {profile: self.refreshed.get(profile, nobody) for profile in flags}

    def compare(self) -> None:
        for told, sql in self.asked().items():
            assert self.live.rows(sql) == self.full.rows(sql), f"{told}, after {self.turns[-1]}"

    def asked(self) -> dict[str, str]:
        """What has to be alike."""
        there = self.full.engine.tables()
        asked = dict(_PEOPLE)
        for name in ("order_revisions", "order_line_revisions"):
            if name in there & self.live.engine.tables():
                asked[name] = f"SELECT * FROM {name}"
        if "membership_flags" not in there:
            return asked
        slow = {name for name, each in read_cadences(self.live.engine).items() if each.cadence == "refreshed"}
        steady = [
            each
            for each in self.live.live.known().dependences
            if not each.is_relative and each.passing != "always" and not (each.kind == "segment" and each.name in slow)
        ]
        traits = ", ".join(f'"{each.name}"' for each in steady if each.kind == "trait")
        segments = ", ".join(f'"{each.name}"' for each in steady if each.kind == "segment")
        if traits:
            asked["traits"] = f"SELECT profile_id, {traits} FROM traits_computed"
        if segments:
            listed = segments.replace('"', "'")
            asked["segments"] = f"SELECT profile_id, {segments} FROM membership_flags"
            asked["changes"] = (
                f"SELECT segment, profile_id, change, as_of, reason FROM membership_changes WHERE segment IN ({listed})"
            )
        everyone = "SELECT profile_id FROM profiles ORDER BY 1"
        asked["everybody has traits and flags"] = (
            f"SELECT (FROM ({everyone}) SELECT list(profile_id)) = (SELECT list(profile_id ORDER BY profile_id) FROM membership_flags), "
            "(SELECT count(*) FROM traits_computed) = (SELECT count(*) FROM profiles)"
        )
        return asked

    def close(self) -> None:
        self.both(One.close)


def _flags_of(names: list[str]) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    return f"SELECT profile_id{', ' if names else ''}{listed} FROM membership_flags"


_PEOPLE = {
    "identifiers": "SELECT identifier_id, namespace, value, profile_id, first_seen_at FROM identifiers",
    "combinations": "SELECT combination_id, members, owner_id, profile_id FROM identifier_combinations",
    "keys": "SELECT * FROM identifier_keys",
    "merges": "SELECT * FROM merges",
    "shared": "SELECT * FROM shared_identifiers",
    "placeholders": "SELECT * FROM placeholders",
    "account numbers": "SELECT * FROM account_numbers",
    "records": "SELECT * FROM customer_records",
    "accounts": "SELECT * FROM account_records",
    "profiles": "SELECT * FROM profiles",
    "events": "SELECT event_id, profile_id, name, occurred_at FROM events",
    "orders": "SELECT * FROM orders",
    "lines": "SELECT * FROM order_lines",
}
