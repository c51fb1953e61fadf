"""What is asked of the warehouse about people in a journey, for all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlglot import exp

from coterie.decide.assignment import position_sql
from coterie.decide.journeys.condition import JourneyCondition
from coterie.decide.journeys.standing import Flags, Instants
from coterie.decide.own_zones import clocks_of, widest_table
from coterie.domain.meanings import EVENT_MEANINGS
from coterie.engines import Engine, identifier, local_time
from coterie.profile import Catalog, Measure, TraitDefinition, drawn_keys_sql, language
from coterie.profile.facts import Facts, facts_of
from coterie.profile.measures import EventMeasure
from coterie.segment import Rule, SegmentDefinition
from coterie.segment.plan import SegmentPlan
from coterie.segment.preview import known_catalog, plan_rule

Numbers = npt.NDArray[np.int64]


@dataclass
class PeopleAsked:
    """The warehouse as it stands inside one reading, asked as of ``as_of`` (naive UTC).

    Events count before ``now``; rules are read as of ``as_of``, which is another instant only where the data end long before.
    """

    engine: Engine
    now: datetime
    as_of: datetime
    zone: str
    traits: Sequence[TraitDefinition] = ()
    segments: Sequence[SegmentDefinition] = ()
    _catalog: Catalog | None = field(default=None, init=False)

    @property
    def catalog(self) -> Catalog:
        """What there is in the warehouse, read once."""
        if self._catalog is None:
            self._catalog = known_catalog(self.engine)
        return self._catalog

    def meets(
        self, condition: JourneyCondition, profiles: Numbers, since: Instants, trigger: npt.NDArray[np.object_]
    ) -> Flags:
        """Of each row whether its profile meets the condition; an event counts from ``since`` on, its own ``trigger`` not."""
        if condition.rule is not None:
            return self.holds(condition.rule, profiles)
        until = np.full(len(profiles), np.datetime64(self.now, "us"))
        found = self.first_events(condition, profiles, since, until, trigger)
        return ~np.isnat(found)

    def zones(self, attribute: str | None, profiles: Numbers) -> npt.NDArray[np.object_]:
        """The zone of each by an attribute of theirs; the workspace's where it names none, or None is asked."""
        return np.array(clocks_of(self.engine, attribute, profiles.tolist(), self.zone), dtype=object)

    def dated(self, attribute: str, days: Sequence[date], *, yearly: bool) -> Numbers:
        """Everybody whose ``attribute`` is one of ``days``, or has their day and month; an instant is of the day that it is here."""
        table = widest_table(self.engine)
        kinds = {name.lower(): kind for name, kind in self.engine.columns(table).items()}
        if attribute.lower() not in kinds:
            return np.zeros(0, np.int64)
        column, kind = identifier(attribute), kinds[attribute.lower()]
        if kind.startswith("TIMESTAMP"):
            column = local_time(f"{column}::TIMESTAMP", self.zone)
        shown = "%m-%d" if yearly else "%Y-%m-%d"
        found = self.engine.query(
            f"SELECT profile_id FROM {table} WHERE strftime(TRY_CAST({column} AS DATE), '{shown}') IN (SELECT unnest($days)) "
            "ORDER BY profile_id",
            {"days": [f"{day:{shown}}" for day in days]},
        )
        return np.asarray(found["profile_id"].to_numpy(), dtype=np.int64)

    def holds(self, rule: Rule, profiles: Numbers) -> Flags:
        """Of each row whether its profile meets a rule."""
        if not len(profiles):
            return np.zeros(0, bool)
        asked = self.engine.aside("asked", pa.table({"profile_id": pa.array(np.unique(profiles))}))
        only = exp.select(language.column("profile_id")).from_(asked)
        plan, statement = plan_rule(
            self.engine, rule, self.as_of, traits=self.traits, segments=self.segments, only=only, zone=self.zone
        )
        members = exp.select(language.column("profile_id")).from_(statement.subquery("tried"))
        found = self.engine.query(members.where(exp.column("is_member")), plan.parameters)
        return np.isin(profiles, found["profile_id"].to_numpy())

    def first_events(
        self,
        condition: JourneyCondition,
        profiles: Numbers,
        since: Instants,
        until: Instants,
        trigger: npt.NDArray[np.object_],
    ) -> Instants:
        """Of each row when the first event of the condition occurred in ``[since, until)``; not-a-time where none did.

        The event by which the row itself came in (``trigger``) does not count.
        """
        nothing = np.full(len(profiles), np.datetime64("NaT", "us"))
        if not len(profiles) or not self._is_known(condition):
            return nothing
        rows = self.engine.aside(
            "rows",
            pa.table(
                {
                    "place": pa.array(np.arange(len(profiles))),
                    "profile_id": pa.array(profiles),
                    "since": pa.array(since),
                    "until": pa.array(until),
                    "trigger": pa.array(trigger, pa.string()),
                }
            ),
        )
        only = exp.select(language.column("profile_id")).from_(rows)
        facts = self._facts(condition, only)
        happened = self.engine.aside("happened", facts.rows_sql(_wanted(facts)), facts.plan.parameters)
        found = self.engine.query(
            f"""SELECT r.place, min(h.occurred_at) AS at FROM {rows} AS r JOIN {happened} AS h
            ON h.profile_id = r.profile_id AND h.occurred_at >= r.since AND h.occurred_at < r.until
            AND h.event_id IS DISTINCT FROM r.trigger GROUP BY r.place"""
        )
        nothing[found["place"].to_numpy()] = found["at"].to_numpy().astype("datetime64[us]")
        return nothing

    def is_news(self, heard: datetime, overlap: timedelta) -> bool:
        """Whether anything occurred from ``heard`` on and before ``now``, or was recorded here then or ``overlap`` before."""
        occurred = " UNION ALL ".join(
            f"SELECT 1 FROM {table} WHERE occurred_at >= $heard AND occurred_at < $now"
            for table in ("events", "orders", "order_lines")
        )
        found = self.engine.query(
            f"SELECT EXISTS ({occurred}) OR EXISTS (SELECT 1 FROM events WHERE batch_id IS NULL AND received_at >= $recorded) AS is_news",
            {"heard": heard, "now": self.now, "recorded": heard - overlap},
        )
        return bool(found["is_news"][0].as_py())

    def news(
        self,
        condition: JourneyCondition,
        *,
        after: int,
        heard: datetime,
        overlap: timedelta,
        since: datetime,
        key: str | None = None,
    ) -> pa.Table:
        """Events of the condition that came in batches behind ``after``, or occurred from ``heard`` on, or were recorded here then or ``overlap`` before, and occurred from ``since`` on.

        Columns ``profile_id, occurred_at, event_id, key``; those at or after ``now`` are not among them, and are news when their time has
        come. An event without the property ``key`` has the key ``""``.
        """
        if not self._is_known(condition):
            return _NO_NEWS
        facts = self._facts(condition, None)
        key = key if key in self.catalog.events[str(condition.event)].properties else None
        wanted = _wanted(facts) | {"batch_id": language.column("batch_id")}
        is_typed = str(condition.event) in EVENT_MEANINGS  # rows of orders always come in batches
        wanted["received_at"] = facts.instant if is_typed else language.column("received_at")
        wanted["key"] = exp.cast(facts.value(key).sql, "VARCHAR") if key else exp.Literal.string("")
        return self.engine.query(
            exp.select(
                "profile_id",
                "occurred_at",
                "event_id",
                exp.func("COALESCE", exp.column("key"), exp.Literal.string("")).as_("key"),
            )
            .from_(facts.rows_sql(wanted).subquery("news"))
            .where(
                exp.or_(
                    exp.column("batch_id") > exp.Placeholder(this="after"),
                    exp.and_(
                        exp.column("batch_id").is_(exp.null()),
                        exp.column("received_at") >= exp.cast(exp.Placeholder(this="recorded"), "TIMESTAMP"),
                    ),
                    exp.column("occurred_at") >= exp.cast(exp.Placeholder(this="heard"), "TIMESTAMP"),
                ),
                exp.column("occurred_at") >= exp.cast(exp.Placeholder(this="since"), "TIMESTAMP"),
            ),
            {**facts.plan.parameters, "after": after, "heard": heard, "recorded": heard - overlap, "since": since},
        )

    def positions(self, salt: str, profiles: Numbers, keys: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
        """Where each row stands in ``[0, 1)`` for a salt: by its person, and by its key where it has one."""
        if not len(profiles):
            return np.zeros(0)
        drawn = self.engine.aside(
            "drawn",
            pa.table(
                {
                    "place": pa.array(np.arange(len(profiles))),
                    "profile_id": pa.array(profiles),
                    "own": pa.array(keys, pa.string()),
                }
            ),
        )
        people = drawn_keys_sql(self.engine, f"SELECT DISTINCT profile_id FROM {drawn}")
        expression, values = position_sql(
            self.engine, salt, "(CASE WHEN d.own = '' THEN k.key ELSE k.key || '|' || d.own END)"
        )
        found = self.engine.query(
            f"SELECT {expression} AS position FROM {drawn} AS d JOIN ({people}) AS k ON k.profile_id = d.profile_id "
            "ORDER BY d.place",
            values,
        )
        return np.asarray(found["position"].to_numpy(), dtype=np.float64)

    def _is_known(self, condition: JourneyCondition) -> bool:
        """Whether any event could meet the condition: one without a property that is asked for does not."""
        kind = self.catalog.events.get(str(condition.event))
        return kind is not None and all(
            each.property in kind.properties or (each.op == "is_set" and each.value is False)
            for each in condition.where
        )

    def _facts(self, condition: JourneyCondition, only: exp.Query | None) -> Facts:
        known = self.catalog.events[str(condition.event)].properties
        where = [each for each in condition.where if each.property in known]  # nobody has the others, and is asked so
        measure = Measure.model_validate({"op": "count", "event": condition.event, "where": where})
        assert isinstance(measure, EventMeasure)  # noqa: S101 - a count is one
        return facts_of(measure, SegmentPlan(self.catalog, self.now, only=only, zone=self.zone))


def _wanted(facts: Facts) -> dict[str, exp.Expr]:
    event = facts.rows.events[0]
    number = "order_id" if event in EVENT_MEANINGS else "event_id"
    return {"occurred_at": facts.instant, "event_id": language.column(number)}


_NO_NEWS = pa.table(
    {
        "profile_id": pa.array([], pa.int64()),
        "occurred_at": pa.array([], pa.timestamp("us")),
        "event_id": pa.array([], pa.string()),
        "key": pa.array([], pa.string()),
    }
)
