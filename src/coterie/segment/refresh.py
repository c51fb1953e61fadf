"""Traits and memberships of everybody brought up to an instant in one transaction, with who entered and who left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from pydantic import BaseModel, ConfigDict
from sqlglot import exp

from coterie.domain import Progress, Quiet
from coterie.engines import Engine, identifier, instant, literal
from coterie.errors import NotReady
from coterie.profile import TraitDefinition, language, refresh_traits_view
from coterie.segment import cadence
from coterie.segment.definition import SegmentDefinition
from coterie.segment.faults import compiled
from coterie.segment.plan import SegmentPlan
from coterie.segment.refreshed import keep_definitions
from coterie.words import Sentence, sentence


def log_changes(
    engine: Engine,
    segments: list[str],
    as_of: datetime,
    refresh_id: int,
    *,
    untold: frozenset[str] = frozenset(),
) -> tuple[dict[str, int], dict[str, int]]:
    """Append to ``membership_changes`` how ``membership_flags_next`` differs from ``membership_flags``.

    Returns how many entered and how many left, by segment. A member of a segment that is new has
    entered, one of a segment that was dropped, or a profile that is gone, has left; nothing is told of ``untold`` segments.
    """
    former = engine.columns("membership_flags") if "membership_flags" in engine.tables() else {}
    before = [name for name in former if name != "profile_id" and name not in untold]
    names = list(dict.fromkeys([*segments, *before]))
    if not names:
        return {}, {}
    changed = engine.aside("changed", _changed(segments, before, is_first=not former))
    each = " UNION ALL ".join(_changes_of(changed, name, new=name in segments, old=name in before) for name in names)
    moment = instant(as_of)
    engine.insert(
        "membership_changes",
        f"SELECT segment, profile_id, change, {moment} AS as_of, CAST({int(refresh_id)} AS BIGINT) AS refresh_id, reason "
        f"FROM ({each}) AS c",
    )
    engine.drop(changed)
    counts = engine.query(
        "SELECT segment, change, COUNT(*) AS n FROM membership_changes "
        f"WHERE refresh_id = {int(refresh_id)} AND as_of = {moment} GROUP BY segment, change"
    ).to_pylist()
    found = {(row["segment"], row["change"]): int(row["n"]) for row in counts}
    entered, left = ({name: found.get((name, change), 0) for name in names} for change in ("entered", "left"))
    return entered, left


def _changed(segments: list[str], before: list[str], *, is_first: bool) -> str:
    """Profiles for whom any flag differs, with their flags now (``n.``) and then (``o.``) beside each other."""
    sides = {"n": segments, "o": before}
    flags = "".join(
        f", {side}.{identifier(name)} AS {identifier(f'{side}.{name}')}"
        for side, names in sides.items()
        for name in names
    )
    if is_first:
        return f"SELECT n.profile_id, FALSE AS is_gone{flags} FROM membership_flags_next AS n"
    both = set(segments) & set(before)
    differs = [f"COALESCE(n.{identifier(x)}, FALSE) <> COALESCE(o.{identifier(x)}, FALSE)" for x in sorted(both)]
    differs += [f"{side}.{identifier(name)}" for side, names in sides.items() for name in names if name not in both]
    return (
        f"SELECT COALESCE(n.profile_id, o.profile_id) AS profile_id, n.profile_id IS NULL AS is_gone{flags} "
        f"FROM membership_flags_next AS n FULL OUTER JOIN membership_flags AS o ON o.profile_id = n.profile_id "
        f"WHERE {' OR '.join(differs)}"
    )


def _changes_of(changed: str, name: str, *, new: bool, old: bool) -> str:
    """Who entered or left one segment, read off the table ``changed`` of who changed."""
    is_in = f"COALESCE({identifier('n.' + name)}, FALSE)" if new else "FALSE"
    was_in = f"COALESCE({identifier('o.' + name)}, FALSE)" if old else "FALSE"
    reason = "'rule'" if new and old else "'first refresh'" if new else "'segment dropped'"
    return (
        f"SELECT {literal(name)} AS segment, profile_id, CASE WHEN {is_in} THEN 'entered' ELSE 'left' END AS change, "
        f"CASE WHEN is_gone THEN 'profile gone' ELSE {reason} END AS reason FROM {changed} WHERE {is_in} <> {was_in}"
    )


class SegmentSize(BaseModel):
    """How many are in a segment, and how many came and went since the refresh before."""

    model_config = ConfigDict(frozen=True)

    name: str
    size: int
    share: float
    entered: int
    left: int

    def warning(self) -> Sentence | None:
        """What is odd about the size, if anything is."""
        if self.size == 0:
            return sentence("segment {name} matches nobody", name=self.name)
        if self.share == 1:
            return sentence("segment {name} matches everybody", name=self.name)
        return None


class RefreshResult(BaseModel):
    """What a refresh found: ``base`` profiles, the traits computed, the size of each segment."""

    model_config = ConfigDict(frozen=True)

    refresh_id: int
    as_of: datetime
    base: int
    traits: tuple[str, ...]
    segments: tuple[SegmentSize, ...]
    entered: int
    left: int
    seconds: float

    def warnings(self) -> tuple[Sentence, ...]:
        """Segments that match nobody or everybody, in words."""
        return tuple(filter(None, (segment.warning() for segment in self.segments)))


def refresh(
    engine: Engine,
    *,
    traits: Iterable[TraitDefinition] = (),
    segments: Iterable[SegmentDefinition] = (),
    as_of: datetime,
    refresh_id: int,
    progress: Progress | None = None,
    zone: str = "UTC",
    leave_out: Iterable[str] = (),
    plan: SegmentPlan | None = None,
) -> RefreshResult:
    """Compute every trait and segment of every profile as of one instant, and log who entered and left.

    Writes ``traits_computed``, ``membership_flags``, ``membership_changes`` (only what
    changed; a member of a new segment has entered, one of a dropped segment or a vanished profile has
    left), ``segment_history`` and the views ``traits`` and ``memberships``. All or nothing.
    ``zone`` is the workspace's, whose calendar definitions mean; ``leave_out`` names what cannot be computed
    (``trait x``, ``segment y``): nobody is logged as having left such a segment;
    ``plan`` is of all that is to be computed, where it was just compiled. Raises ``UnknownName`` and
    ``BadDefinition`` before anything is written.
    """
    began = perf_counter()
    progress = progress or Quiet()
    traits, segments = tuple(traits), tuple(segments)
    without = frozenset(leave_out)
    traits = tuple(each for each in traits if f"trait {each.name}" not in without)
    segments = tuple(each for each in segments if f"segment {each.name}" not in without)
    plan = plan or compiled(engine, traits, cadence.settled(engine, segments), as_of, zone=zone)
    if "profiles" not in engine.tables():
        raise NotReady("there are no profiles yet; load customers or orders and resolve them first")
    way = RulesUnderWay(engine, plan, traits, segments, as_of, refresh_id, _segments_in(without))
    progress.stage(sentence("refresh"), len(COMPUTING))
    with engine.transaction():
        for stage in COMPUTING:
            stage(way)
            progress.advance()
    return RefreshResult(
        refresh_id=refresh_id,
        as_of=as_of,
        base=way.base,
        traits=tuple(plan.definitions),
        segments=way.sizes,
        entered=sum(way.entered.values()),
        left=sum(way.left.values()),
        seconds=perf_counter() - began,
    )


@dataclass
class RulesUnderWay:
    """Traits and segments on their way to everybody; every stage reads what those before it wrote.

    Nothing is told of ``untold`` segments, which cannot be computed now.
    """

    engine: Engine
    plan: SegmentPlan
    traits: tuple[TraitDefinition, ...]
    segments: tuple[SegmentDefinition, ...]
    as_of: datetime
    refresh_id: int
    untold: frozenset[str]

    entered: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    sizes: tuple[SegmentSize, ...] = ()
    base: int = 0


def compute_columns(way: RulesUnderWay) -> None:
    """All aggregates in one plan: a column for each trait, a yes or no for each segment."""
    _compute(way.engine, way.plan)


def log_moves(way: RulesUnderWay) -> None:
    """Who entered and who left since the refresh before, in the log."""
    names = list(way.plan.segments)
    way.entered, way.left = log_changes(way.engine, names, way.as_of, way.refresh_id, untold=way.untold)


def freeze_members(way: RulesUnderWay) -> None:
    """Who is in segments that are frozen from now on."""
    cadence.freeze(way.engine, way.segments)


def put_in_place(way: RulesUnderWay) -> None:
    """The new memberships where the old ones were."""
    way.engine.swap("membership_flags", "membership_flags_next")


def note_sizes(way: RulesUnderWay) -> None:
    """How many are in each segment, in its history."""
    way.sizes = _sizes(way.engine, list(way.plan.segments), way.entered, way.left)
    way.base = int(way.engine.query("SELECT COUNT(*) AS n FROM profiles").column(0)[0].as_py())
    _keep_history(way.engine, way.sizes, way.base, way.as_of, way.refresh_id)


def show_views(way: RulesUnderWay) -> None:
    """The views that people and other rooms read: traits, and memberships a row each."""
    refresh_traits_view(way.engine)
    _memberships_view(way.engine, list(way.plan.segments))


def note_definitions(way: RulesUnderWay) -> None:
    """What was computed and how it is kept, by which live turns know whether they may go on from here."""
    engine, former = way.engine, cadence.read_cadences(way.engine)
    frozen = cadence.settled(engine, way.segments, cadence.cadences(way.segments, (), former, way.as_of))
    relative = cadence.relative_segments(engine, way.traits, frozen, way.as_of, way.plan.zone)
    cadence.keep_cadences(engine, cadence.cadences(way.segments, relative, former, way.as_of))
    keep_definitions(way.engine, way.traits, way.segments, way.as_of, way.plan.meanings)


COMPUTING: tuple[Callable[[RulesUnderWay], None], ...] = (
    compute_columns,
    log_moves,
    put_in_place,
    freeze_members,
    note_sizes,
    show_views,
    note_definitions,
)
"""The way of rules to members, in one transaction."""


def _segments_in(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.removeprefix("segment ") for name in names if name.startswith("segment "))


def _compute(engine: Engine, plan: SegmentPlan) -> None:
    """Aggregates once into a table of their own, ranks likewise; traits and flags are projections of those."""
    kept: dict[str, str] = {}
    waiting: list[tuple[str, exp.Select]] = []
    stages = plan.stages()
    for name, select in stages:
        if name != "measured" and not name.endswith("_ranks"):
            waiting.append((name, select))
            continue
        statement = reading(plan.with_stages(select, waiting), kept)
        kept[name] = engine.aside(name, statement, plan.parameters)
        if name == "measured":
            waiting = []
    tables: dict[str, list[exp.Expr]] = {
        "traits_computed": [language.column(name) for name in plan.definitions],
        "membership_flags_next": [
            exp.alias_(language.column(f"segment.{name}"), name, quoted=True) for name in plan.segments
        ],
    }
    for table, columns in tables.items():
        statement = plan.finished(waiting, [language.column("profile_id"), *columns], stages[-1][0])
        engine.create(table, reading(statement, kept), plan.parameters)
    for table in kept.values():
        engine.drop(table)


def reading(statement: exp.Select, kept: Mapping[str, str]) -> exp.Select:
    """The statement with stages that stand aside in tables read from there."""
    for table in list(statement.find_all(exp.Table)):
        if table.name in kept:
            table.replace(exp.table_(kept[table.name], quoted=True, alias=table.alias or table.name))
    return statement


def _sizes(
    engine: Engine, segments: list[str], entered: dict[str, int], left: dict[str, int]
) -> tuple[SegmentSize, ...]:
    if not segments:
        return ()
    counted = ", ".join(f"COUNT_IF({identifier(name)}) AS {identifier(name)}" for name in segments)
    row = engine.query(f"SELECT COUNT(*) AS profile_id, {counted} FROM membership_flags").to_pylist()[0]
    base = int(row["profile_id"])
    return tuple(
        SegmentSize(
            name=name,
            size=int(row[name]),
            share=int(row[name]) / base if base else 0.0,
            entered=entered.get(name, 0),
            left=left.get(name, 0),
        )
        for name in segments
    )


def _keep_history(engine: Engine, sizes: tuple[SegmentSize, ...], base: int, as_of: datetime, refresh_id: int) -> None:
    import pyarrow as pa

    known = _newest_sizes(engine)
    fresh = [each for each in sizes if known.get(each.name) != (as_of, each.size, base)]
    if fresh:
        rows = {
            "segment": [each.name for each in fresh],
            "as_of": pa.array([as_of] * len(fresh), pa.timestamp("us")),
            "size": pa.array([each.size for each in fresh], pa.int64()),
            "base": pa.array([base] * len(fresh), pa.int64()),
            "refresh_id": pa.array([refresh_id] * len(fresh), pa.int64()),
        }
        engine.write("segment_history", pa.table(rows))


def _newest_sizes(engine: Engine) -> dict[str, tuple[datetime, int, int]]:
    """Segment → instant, size and base as last noted; a refresh repeated for its instant has nothing to add."""
    rows = engine.query(
        "SELECT h.segment, h.as_of, h.size, h.base FROM segment_history AS h "
        "JOIN (SELECT segment, MAX(refresh_id) AS refresh_id FROM segment_history GROUP BY segment) AS newest "
        "ON newest.segment = h.segment AND newest.refresh_id = h.refresh_id"
    )
    return {row["segment"]: (row["as_of"], row["size"], row["base"]) for row in rows.to_pylist()}


def _memberships_view(engine: Engine, segments: list[str]) -> None:
    parts = [
        f"SELECT {literal(name)} AS segment, profile_id FROM membership_flags WHERE {identifier(name)}"
        for name in segments
    ]
    none = "SELECT '' AS segment, profile_id FROM profiles WHERE FALSE"
    engine.view("memberships", " UNION ALL ".join(parts) or none)
