"""Resolve identifiers into profiles, and write down what was merged and why."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from coterie.domain import Clock, Progress, Quiet, utc_now
from coterie.engines import Engine, keep_fact, literal, read_fact
from coterie.identifiers import Matcher, matcher_for
from coterie.resolve.conclusion import read_conclusion, write_conclusion
from coterie.resolve.edges import groups_are_people, read_graph
from coterie.resolve.graph import Graph, Partition, children, connect, partition, spanning_forest
from coterie.resolve.keys import COUNTRY, write_keys
from coterie.resolve.log import EQUAL
from coterie.resolve.naming import Naming, keep_owners, keep_shared, nobody_sql, rewrite_profiles
from coterie.resolve.scope import EVERYBODY, Scope, scope_around
from coterie.settings import WorkspaceSettings
from coterie.words import sentence

GROUPS_ARE_PEOPLE = "groups_are_people"
"""Fact: whether the last resolve took groups for people, where some source knows nobody otherwise."""


class ResolveResult(BaseModel):
    """What a resolve found and changed.

    ``profiles`` counts the people after it. ``merged`` profiles became part of another,
    ``parted`` merges no longer hold (a value turned out to be shared). ``blocked`` values
    name nobody, ``shared`` stand with too many others to join anybody, ``oversized``
    groups were cut to their limits. ``moved`` identifiers changed their profile.
    """

    model_config = ConfigDict(frozen=True)

    identifiers: int
    profiles: int
    normalized: int
    merged: int
    parted: int
    moved: int
    blocked: int
    shared: int
    oversized: int
    seconds: float


def resolve(
    engine: Engine,
    *,
    settings: WorkspaceSettings | None = None,
    clock: Clock = utc_now,
    progress: Progress | None = None,
) -> ResolveResult:
    """Join identifiers into profiles; a profile is named by its smallest ``identifier_id``.

    Two identifiers are one person when a row of a source named both or when their
    normalized values are equal within a namespace. A row of several identifiers belongs to
    the surest of them that names somebody. Blocked values and placeholders name nobody:
    rows that have nothing else belong to no profile (null); limits are those of the matchers and of ``settings.identity``; merges that a
    person undid stay undone. ``profile_id`` follows in every table that carries it. All
    of it happens in one transaction, and again gives the same result whatever the order
    of rows.
    """
    started = time.perf_counter()
    settings, progress = settings or WorkspaceSettings(), progress or Quiet()
    namespaces = engine.query("SELECT DISTINCT namespace FROM identifiers ORDER BY ALL")["namespace"].to_pylist()
    matchers = {each: matcher_for(each, settings) for each in namespaces}
    with engine.transaction():
        keep_fact(engine, COUNTRY, settings.country)
        normalized = write_keys(engine, matchers, settings.country, progress)
        progress.stage(sentence("resolve"))
        if (known := read_conclusion(engine, matchers)) is None:
            known = _conclude(engine, matchers, clock())
        keep_fact(engine, GROUPS_ARE_PEOPLE, str(groups_are_people(engine, matchers)))
    return ResolveResult(
        identifiers=_count(engine, "SELECT count(*) FROM identifiers"),
        profiles=_count(engine, "SELECT count(DISTINCT profile_id) FROM identifiers"),
        normalized=normalized,
        blocked=_count(engine, "SELECT count(*) FROM identifier_keys WHERE is_blocked"),
        seconds=time.perf_counter() - started,
        **known,
    )


def _conclude(engine: Engine, matchers: dict[str, Matcher], now: datetime) -> dict[str, int]:
    """Find out who is who and write it down; returns the counts of it."""
    graph, found, counts, _ = _written(engine, matchers, now, EVERYBODY)
    write_conclusion(engine, matchers, shared=graph.shared, oversized=found.oversized)
    return counts | {"shared": graph.shared, "oversized": found.oversized}


def _written(
    engine: Engine, matchers: dict[str, Matcher], now: datetime, scope: Scope
) -> tuple[Graph, Partition, dict[str, int], str]:
    """What is found in ``scope``, written down: the graph, its parts, the counts of it and the table of who moved."""
    graph, naming = read_graph(engine, matchers, scope)
    found = partition(graph)
    keep_owners(engine, naming, scope)
    moving = _find_moved(engine, graph, found, naming, scope)
    moved = _count(engine, f"SELECT count(*) FROM {moving}")
    merged, parted = _log(engine, graph, found, moving, naming, now, scope) if moved else (0, 0)
    rewrite_profiles(engine, moving, scope)
    keep_shared(engine, naming, scope)
    return graph, found, {"merged": merged, "parted": parted, "moved": moved}, moving


@dataclass(frozen=True)
class TouchedPeople:
    """What a resolve of a few identifiers did: how many ``merged`` and ``moved``.

    ``profiles`` and ``changed`` name tables aside, ``profile_id``: everybody who hangs together with those identifiers,
    before and after, and of them those whose rows changed hands.
    """

    merged: int
    moved: int
    profiles: str
    changed: str


def resolve_touched(
    engine: Engine, touched: str, *, settings: WorkspaceSettings, now: datetime, most: int
) -> TouchedPeople | None:
    """What ``resolve`` would write now that the identifiers of the table ``touched`` (``identifier_id``) were named anew.

    To be called in a transaction, after a ``resolve`` of everything before. Only what hangs together with them is
    read, as far as it can be: the same graph, profiles and log of merges come of it, since nothing else has an edge to it. None, with
    nothing written that counts, where that is more than ``most`` identifiers, or rows of groups have come to be people's only ones.
    """
    namespaces = engine.query("SELECT DISTINCT namespace FROM identifiers ORDER BY ALL")["namespace"].to_pylist()
    matchers = {each: matcher_for(each, settings) for each in namespaces}
    write_keys(engine, matchers, settings.country, Quiet(), among=touched)
    scope = scope_around(engine, touched, most=most)
    if scope is None or read_fact(engine, GROUPS_ARE_PEOPLE) != str(groups_are_people(engine, matchers)):
        return None
    people = f"SELECT profile_id FROM identifiers WHERE {scope.among()} AND profile_id IS NOT NULL"
    profiles = engine.aside("people", f"SELECT DISTINCT profile_id FROM ({people})")
    _, _, counts, _ = _written(engine, matchers, now, scope)
    engine.execute(
        f"INSERT INTO {profiles} SELECT DISTINCT profile_id FROM ({people}) ANTI JOIN {profiles} USING (profile_id)"
    )
    pairs = (
        ("identifiers", scope.identifiers, "identifier_id"),
        ("identifier_combinations", scope.combinations, "combination_id"),
    )
    sides = " UNION ALL ".join(
        f"SELECT unnest([o.profile_id, n.profile_id]) AS profile_id FROM {before} AS o JOIN {table} AS n USING ({number}) "
        "WHERE o.profile_id IS DISTINCT FROM n.profile_id"
        for table, before, number in pairs
    )
    changed = engine.aside("changed", f"SELECT DISTINCT profile_id FROM ({sides}) WHERE profile_id IS NOT NULL")
    return TouchedPeople(counts["merged"], counts["moved"], profiles, changed)


def _count(engine: Engine, statement: str) -> int:
    return int(engine.query(statement)[0][0].as_py())


def _find_moved(engine: Engine, graph: Graph, found: Partition, naming: Naming, scope: Scope) -> str:
    """The table of identifiers whose profile changes, with the old and the new."""
    profiles = engine.aside("found", pa.table({"identifier_id": graph.ids, "profile_id": found.profiles}))
    return engine.aside(
        "moved",
        f"""SELECT identifier_id, old, profile_id FROM (
            SELECT i.identifier_id, i.profile_id AS old,
                   CASE WHEN n.identifier_id IS NULL THEN coalesce(f.profile_id, i.identifier_id) END AS profile_id
            FROM {scope.identifiers} AS i LEFT JOIN {profiles} AS f USING (identifier_id)
            LEFT JOIN ({nobody_sql(naming, scope)}) AS n USING (identifier_id))
        WHERE old IS DISTINCT FROM profile_id""",
    )


def _log(
    engine: Engine, graph: Graph, found: Partition, moved: str, naming: Naming, now: datetime, scope: Scope
) -> tuple[int, int]:
    """Extend the forest of merges in force by the fewest edges that explain the new profiles."""
    left, right = graph.ids[graph.left[found.holds]], graph.ids[graph.right[found.holds]]
    held = engine.aside("held", pa.table({"l": left, "r": right, "rank": np.arange(1, len(left) + 1)}))
    touched = engine.aside(
        "touched",
        f"""WITH changed AS (SELECT profile_id FROM {moved} UNION SELECT old FROM {moved})
        SELECT i.identifier_id FROM {scope.identifiers} AS i LEFT JOIN {moved} AS m USING (identifier_id)
        WHERE i.profile_id IN (FROM changed) OR m.profile_id IN (FROM changed)""",
    )
    parted = _end_merges(engine, held, touched, now)
    edges = engine.query(
        f"""SELECT e.l, e.r, g.merge_id IS NOT NULL AS is_logged FROM {held} AS e
        LEFT JOIN (SELECT merge_id, left_id AS l, right_id AS r FROM merges WHERE undone_at IS NULL) AS g USING (l, r)
        WHERE e.l IN (FROM {touched}) ORDER BY is_logged DESC, rank, l, r"""
    )
    fresh = _new_merges(edges)
    _write_merges(engine, fresh, naming, now, scope)
    return fresh.num_rows, parted


def _end_merges(engine: Engine, held: str, touched: str, now: datetime) -> int:
    """Mark merges whose evidence no longer holds in the groups that changed."""
    ended = engine.aside(
        "ended",
        f"""SELECT merge_id FROM merges AS m
        WHERE undone_at IS NULL AND left_id IN (FROM {touched})
          AND NOT EXISTS (SELECT 1 FROM {held} AS h WHERE h.l = m.left_id AND h.r = m.right_id)""",
    )
    engine.execute(f"UPDATE merges SET undone_at = $now WHERE merge_id IN (FROM {ended})", {"now": now})
    return _count(engine, f"SELECT count(*) FROM {ended}")


def _new_merges(edges: pa.Table) -> pa.Table:
    """The edges to log: kept and merged profile, and the two identifiers whose link is the evidence."""
    ids, ends = np.unique(np.concatenate([edges["l"].to_numpy(), edges["r"].to_numpy()]), return_inverse=True)
    left, right = np.split(ends.astype(np.int64), 2)
    logged = edges["is_logged"].to_numpy()
    chosen = spanning_forest(len(ids), left, right)
    fresh = chosen[~logged[chosen]]
    kept = chosen[logged[chosen]]
    groups = connect(len(ids), left[kept], right[kept])
    named, first = np.unique(groups, return_index=True)
    whole = connect(len(named), groups[left[fresh]], groups[right[fresh]])
    roots = np.unique(whole, return_index=True)[1]
    # Labels are numbered by first appearance and ids ascend, so the first node of a group has its smallest id.
    child = children(len(named), groups[left[fresh]], groups[right[fresh]], roots)
    return pa.table(
        {
            "kept_profile_id": ids[first[roots[whole[child]]]],
            "merged_profile_id": ids[first[child]],
            "left_id": ids[left[fresh]],
            "right_id": ids[right[fresh]],
        }
    )


def _write_merges(engine: Engine, fresh: pa.Table, naming: Naming, now: datetime, scope: Scope) -> None:
    engine.execute(
        f"""INSERT INTO merges BY NAME
        WITH why AS (
            SELECT least(left_id, right_id) AS left_id, greatest(left_id, right_id) AS right_id,
                   min(evidence) AS evidence FROM (
                   SELECT left_id, right_id, coalesce(source, evidence, '') AS evidence FROM {scope.links}
                   UNION ALL SELECT o.identifier_id, m.identifier_id, c.source FROM {naming.owners} AS o
                   JOIN {naming.members} AS m USING (combination_id)
                   JOIN {scope.combinations} AS c USING (combination_id)) GROUP BY ALL)
        SELECT (SELECT coalesce(max(merge_id), 0) FROM merges)
                   + row_number() OVER (ORDER BY kept_profile_id, merged_profile_id) AS merge_id,
               kept_profile_id, merged_profile_id, left_id, right_id,
               coalesce(evidence, {literal(EQUAL)}) AS evidence, $now AS merged_at
        FROM {engine.aside("fresh", fresh)} AS f LEFT JOIN why USING (left_id, right_id)""",
        {"now": now},
    )
