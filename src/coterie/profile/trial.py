"""A trait tried before it is saved: the value that it would have of everybody, and of a few people by number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from coterie.engines import Engine, identifier
from coterie.profile.catalog import Catalog
from coterie.profile.definition import TraitDefinition
from coterie.profile.describe import TraitDescription, describe_traits
from coterie.profile.distribution import Bar, distribution
from coterie.profile.plan import Plan
from coterie.profile.rows import column


@dataclass(frozen=True)
class TraitTrial:
    """What a trait would hold: described as one that is kept is, with ``examples``, a profile and its value each.

    ``undated`` are the names that it reads as they stand now, also where it was asked of the past.
    """

    description: TraitDescription
    base: int
    bars: tuple[Bar, ...]
    examples: tuple[tuple[int, object], ...]
    undated: frozenset[str]


def try_trait(
    engine: Engine,
    catalog: Catalog,
    trait: TraitDefinition,
    *,
    as_of: datetime,
    traits: Iterable[TraitDefinition] = (),
    stale: Iterable[TraitDefinition] = (),
    zone: str = "UTC",
    is_past: bool = False,
    examples: int = 5,
    locale: str = "en",
) -> TraitTrial:
    """``trait`` computed for everybody at ``as_of``; nothing of it is kept.

    ``traits`` are all that are defined; those of them that are ``stale`` are computed beside it, others are read as they
    were last refreshed. Raises ``UnknownName`` and ``BadDefinition`` as a refresh would.
    """
    plan = Plan(catalog, as_of, [*(each for each in stale if each.name != trait.name), trait], zone=zone)
    plan.is_past = is_past
    plan.add_traits([trait.name])
    statement = plan.finished(plan.stages(), [column("profile_id"), column(trait.name)])
    defined = {**{each.name: each for each in traits}, trait.name: trait}
    with engine.temporary("tried", statement, plan.parameters) as tried:
        [found] = describe_traits(
            engine, defined.values(), as_of=as_of, names=[trait.name], locale=locale, table=tried, catalog=catalog
        )
        return TraitTrial(
            description=found,
            base=int(engine.query(f"SELECT count(*) AS n FROM {identifier(tried)}")["n"][0].as_py()),
            bars=distribution(engine, found, tried),
            examples=_examples(engine, tried, identifier(trait.name), found, examples),
            undated=frozenset(plan.undated),
        )


def _examples(
    engine: Engine, table: str, value: str, found: TraitDescription, many: int
) -> tuple[tuple[int, object], ...]:
    """People whose values lie apart, from the least to the greatest; several of one value where there are few values."""
    if not found.profiles:
        return ()
    places = {1 + round(step * (found.distinct - 1) / max(many - 1, 1)) for step in range(many)}
    shown = f"CAST({value} AS DOUBLE)" if found.type == "number" else value
    rows = engine.query(
        f"""WITH placed AS (
                SELECT profile_id, {value}, dense_rank() OVER (ORDER BY {value}) AS place,
                       row_number() OVER (PARTITION BY {value} ORDER BY profile_id) AS turn
                FROM {identifier(table)} WHERE {value} IS NOT NULL),
            chosen AS (
                SELECT * FROM placed WHERE place IN ({", ".join(map(str, sorted(places)))})
                ORDER BY turn, place LIMIT {many})
            SELECT profile_id, {shown} AS shown FROM chosen ORDER BY place, profile_id"""
    ).to_pylist()
    return tuple((int(row["profile_id"]), row["shown"]) for row in rows)
