"""Who enters a journey now: found, asked about, drawn."""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from coterie.decide.assignment import arms_at
from coterie.decide.journeys.asking import PeopleAsked
from coterie.decide.journeys.definition import JourneyDefinition, JourneyEntry
from coterie.decide.journeys.people import NEVER, Enrolled
from coterie.decide.journeys.standing import Flags
from coterie.engines import Engine, identifier
from coterie.profile.listed import changes_sql
from coterie.segment import Rule
from coterie.segment.membership import LOG, flags_sql, refreshed_segments

HELD_ARM, BY_HAND = "holdout", "by hand"

CANDIDATES = pa.schema(
    [
        ("profile_id", pa.int64()),
        ("occurred_at", pa.timestamp("us")),
        ("event_id", pa.string()),
        ("key", pa.string()),
    ]
)
"""Who may enter: since when, by what, and which key."""


def candidates_of(profiles: npt.NDArray[np.int64], at: datetime, trigger: str) -> pa.Table:
    """The same reason for each of ``profiles``."""
    count = len(profiles)
    return pa.table(
        {
            "profile_id": pa.array(profiles, pa.int64()),
            "occurred_at": pa.array([at] * count, pa.timestamp("us")),
            "event_id": pa.array([trigger] * count, pa.string()),
            "key": pa.array([""] * count, pa.string()),
        },
        CANDIDATES,
    )


def members_of(engine: Engine, segment: str) -> npt.NDArray[np.int64]:
    """Everybody in a segment as last refreshed."""
    if segment not in refreshed_segments(engine):
        return np.zeros(0, np.int64)
    flags = flags_sql([segment])
    found = engine.query(f"SELECT profile_id FROM ({flags}) AS f WHERE f.{identifier(segment)} ORDER BY profile_id")
    return np.asarray(found["profile_id"].to_numpy(), dtype=np.int64)


def came_or_left(engine: Engine, segment: str, change: str, *, after: int, upto: int, began_at: datetime) -> pa.Table:
    """Who came into a segment, or left it, in refreshes behind ``after`` up to ``upto``; the last time of each.

    Nobody is in a journey since before it ``began_at``, also where a refresh was of an earlier instant.
    """
    found = engine.query(
        f"SELECT profile_id, greatest(max(as_of), $began) AS occurred_at, max(refresh_id)::VARCHAR AS event_id, '' AS key FROM {LOG} "
        "WHERE segment = $segment AND change = $change AND refresh_id > $after AND refresh_id <= $upto GROUP BY profile_id",
        {"segment": segment, "change": change, "after": after, "upto": upto, "began": began_at},
    )
    return found.cast(CANDIDATES)


def turned(engine: Engine, name: str, when: str, news: pa.Table) -> pa.Table:
    """Of events that changed a list those that did so: who was on it already did not come onto it, and who was not did not leave."""
    if not news.num_rows:
        return news
    told, before = engine.aside("told", news), "IS DISTINCT FROM" if when == "entered" else "<>"
    return engine.query(
        f"""SELECT t.* FROM {told} AS t JOIN (
            SELECT event_id, name, lag(name) OVER (PARTITION BY profile_id ORDER BY place) AS former FROM ({changes_sql(name)})
        ) AS c USING (event_id) WHERE c.former {before} c.name ORDER BY t.occurred_at, t.event_id"""
    ).cast(CANDIDATES)


def newest_change(engine: Engine) -> int:
    """The number of the last refresh in the log of entries and exits."""
    return int(engine.query(f"SELECT coalesce(max(refresh_id), 0) AS n FROM {LOG}")["n"][0].as_py())


def eligible(asking: PeopleAsked, journey: JourneyDefinition, candidates: pa.Table, enrolments: pa.Table) -> pa.Table:
    """Of ``candidates`` the first of each person and key who may enter, given all enrolments that these people have.

    Nobody enters who is inside, or in the holdout, or twice by one event, or by what they did while inside, however late that is told;
    again only as the entry allows. By hand means each time.
    """
    engine, again = asking.engine, journey.again_after
    if not candidates.num_rows:
        return candidates
    came = engine.aside("candidates", candidates)
    before = engine.aside(
        "enrolled", enrolments.select(["profile_id", "key", "state", "entered_at", "ended_at", "trigger"])
    )
    allowed = (
        "FALSE"
        if again is None
        else f"c.occurred_at >= k.last + INTERVAL '{again // timedelta(microseconds=1)} microseconds'"
    )
    return engine.query(
        f"""WITH known AS (
            SELECT profile_id, key, max(entered_at) AS last, bool_or(state = 'running') AS inside FROM {before} GROUP BY ALL),
        held AS (SELECT DISTINCT profile_id FROM {before} WHERE state = 'held')
        SELECT c.profile_id, c.occurred_at, c.event_id, c.key FROM {came} AS c
        LEFT JOIN known AS k ON k.profile_id = c.profile_id AND k.key = c.key
        WHERE c.profile_id IN (SELECT profile_id FROM profiles) AND c.profile_id NOT IN (SELECT profile_id FROM held)
            AND NOT EXISTS (FROM {before} AS b WHERE b.profile_id = c.profile_id AND b.key = c.key
                AND ((b.trigger = c.event_id AND b.trigger <> '{BY_HAND}')
                    OR (c.occurred_at >= b.entered_at AND c.occurred_at < b.ended_at)))
            AND NOT coalesce(k.inside, FALSE) AND (k.last IS NULL OR {allowed})
        QUALIFY row_number() OVER (PARTITION BY c.profile_id, c.key ORDER BY c.occurred_at, c.event_id) = 1
        ORDER BY c.occurred_at, c.event_id, c.profile_id, c.key"""
    )


def left_over(engine: Engine, candidates: pa.Table, entered: pa.Table) -> pa.Table:
    """Candidates of those people and keys who have ``entered``, that came after what brought them in."""
    came, did = engine.aside("candidates", candidates), engine.aside("entered", entered)
    return engine.query(
        f"""SELECT c.* FROM {came} AS c JOIN {did} AS e ON e.profile_id = c.profile_id AND e.key = c.key
        WHERE (c.occurred_at, c.event_id) > (e.occurred_at, e.event_id)"""
    )


@dataclass(frozen=True)
class Entered:
    """New enrolments, and which of them are held out."""

    enrolled: Enrolled
    is_held: Flags


def enrol(asking: PeopleAsked, journey: JourneyDefinition, chosen: pa.Table, first_id: int) -> Entered:
    """Enrolments of ``chosen``, numbered from ``first_id``; a share of people is held out, the same people each time and each once."""
    profiles = np.array(chosen["profile_id"].to_numpy(), dtype=np.int64)
    is_held = _held(asking, journey, profiles)
    first = np.zeros(len(profiles), bool)
    first[np.unique(profiles, return_index=True)[1]] = True
    chosen, is_held = chosen.filter(pa.array(first | ~is_held)), is_held[first | ~is_held]
    count = chosen.num_rows
    profiles = np.array(chosen["profile_id"].to_numpy(), dtype=np.int64)
    since = np.array(chosen["occurred_at"].to_numpy(), dtype="datetime64[us]")
    keys = np.array(chosen["key"].to_pylist(), dtype=object)
    enrolled = Enrolled(
        enrolment_id=np.arange(first_id, first_id + count),
        profile_id=profiles,
        key=keys,
        place=np.full(count, journey.layout.first),
        due_at=np.full(count, NEVER),
        entered_at=since,
        entered_step_at=since.copy(),
        visits=np.zeros(count, np.int64),
        outcome=np.full(count, None, dtype=object),
        trigger=np.array(chosen["event_id"].to_pylist(), dtype=object),
        is_before=np.ones(count, bool),
    )
    return Entered(enrolled, is_held)


def _held(asking: PeopleAsked, journey: JourneyDefinition, profiles: npt.NDArray[np.int64]) -> Flags:
    if not journey.holdout:
        return np.zeros(len(profiles), bool)
    nobody = np.full(len(profiles), "", dtype=object)
    arms = arms_at(pa.array(asking.positions(journey.seed, profiles, nobody)), journey.shares())
    return np.asarray(np.array(arms.to_pylist(), dtype=object) == HELD_ARM)


def profiles_of(asking: PeopleAsked, entry: JourneyEntry, day: date) -> npt.NDArray[np.int64]:
    """Everybody of whom ``day``, a day of the workspace's calendar, is the date of the entry and its offset."""
    wanted = day - timedelta(days=entry.offset_days)
    days = [wanted]
    if (wanted.month, wanted.day) == (2, 28) and not isleap(wanted.year):
        days.append(date(2000, 2, 29))
    return asking.dated(str(entry.date), days, yearly=entry.yearly)


def profiles_meeting(asking: PeopleAsked, journey: JourneyDefinition) -> npt.NDArray[np.int64]:
    """Everybody who meets the rule of the entry."""
    rule = journey.entry.condition
    everyone = _everyone(asking)
    return everyone if rule is None else everyone[asking.holds(rule, everyone)]


def on_list(asking: PeopleAsked, name: str) -> npt.NDArray[np.int64]:
    """Everybody on a list at the instant that rules are asked of."""
    everyone = _everyone(asking)
    return everyone[asking.holds(Rule.model_validate({"in_list": name}), everyone)]


def _everyone(asking: PeopleAsked) -> npt.NDArray[np.int64]:
    found = asking.engine.query("SELECT profile_id FROM profiles ORDER BY profile_id")
    return np.asarray(found["profile_id"].to_numpy(), dtype=np.int64)
