"""What traits hold: type, distribution, missing share, freshness, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from coterie.engines import Engine, identifier
from coterie.profile.catalog import Catalog, read_catalog
from coterie.profile.definition import TraitDefinition
from coterie.profile.given import of_accounts
from coterie.profile.values import ValueType, type_of_column
from coterie.words import into

_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


class TopValue(BaseModel):
    """A frequent value and its share of the profiles that have one."""

    model_config = ConfigDict(frozen=True)

    value: str
    profiles: int
    share: float


class Lineage(BaseModel):
    """What feeds a trait: events (also through other traits), traits it names, tables, and the sources of their rows."""

    model_config = ConfigDict(frozen=True)

    traits: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class TraitDescription(BaseModel):
    """One trait over the whole base.

    ``missing_share`` is the share of profiles without a value (0–1). Numbers have
    ``mean``, ``low``, ``high`` and ``quantiles`` (5, 25, 50, 75, 95 %); text and booleans have
    ``top`` values. ``newest_at`` is the newest fact before ``as_of`` that fed it.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    label: str
    description: str
    unit: str
    type: ValueType
    is_computed: bool
    profiles: int
    missing_share: float
    distinct: int
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    quantiles: tuple[float, ...] = ()
    top: tuple[TopValue, ...] = ()
    newest_at: datetime | None = None
    lineage: Lineage = Lineage()


def describe_traits(
    engine: Engine,
    definitions: Iterable[TraitDefinition] = (),
    *,
    as_of: datetime,
    names: Iterable[str] | None = None,
    locale: str = "en",
    table: str = "traits",
    catalog: Catalog | None = None,
) -> tuple[TraitDescription, ...]:
    """Every given and computed trait of the view ``traits`` (or those named) described as it now stands.

    ``table`` is another one with a row a profile, such as that of a trait that is only tried; ``catalog`` is
    the warehouse's, where it was just read.
    """
    catalog = catalog or read_catalog(engine)
    defined = {trait.name: trait for trait in definitions}
    columns = {name: kind for name, kind in engine.columns(table).items() if name != "profile_id"}
    chosen = list(columns) if names is None else [name for name in names if name in columns]
    if not chosen:
        return ()
    types = {name: type_of_column(columns[name]) for name in chosen}
    base, numbers = _numbers(engine, types, table)
    read = {event for name in chosen if name in defined for event in _events_of(name, defined)}
    events, accounts = read_events(engine, catalog, as_of, read), of_accounts(engine)

    def lineage(name: str) -> tuple[Lineage, datetime | None]:
        if name in defined:
            return _lineage(name, defined, catalog, events)
        return Lineage(tables=("account_records" if name in accounts else "customer_records",)), None

    return tuple(
        _described(engine, name, types[name], defined.get(name), lineage(name), numbers[name], base, locale, table)
        for name in chosen
    )


def _numbers(
    engine: Engine, types: Mapping[str, ValueType], table: str
) -> tuple[int, dict[str, dict[str, float | None]]]:
    """Counts of every trait and quantiles of numbers, all in one pass over the table."""
    wanted = ["COUNT(*) AS base"]
    for place, (name, kind) in enumerate(types.items()):
        column = identifier(name)
        wanted += [f"COUNT({column}) AS n{place}", f"COUNT(DISTINCT {column}) AS d{place}"]
        if kind == "number":
            number = f"CAST({column} AS DOUBLE)"
            wanted += [f"AVG({number}) AS a{place}", f"MIN({number}) AS l{place}", f"MAX({number}) AS h{place}"]
            wanted += [f"QUANTILE_CONT({number}, [{', '.join(map(str, _LEVELS))}]) AS q{place}"]
    row = engine.query(f"SELECT {', '.join(wanted)} FROM {identifier(table)}").to_pylist()[0]
    named = {"n": "known", "d": "distinct", "a": "mean", "l": "low", "h": "high", "q": "quantiles"}
    return int(row["base"]), {
        name: {word: row.get(f"{letter}{place}") for letter, word in named.items()} for place, name in enumerate(types)
    }


def _described(
    engine: Engine,
    name: str,
    kind: ValueType,
    trait: TraitDefinition | None,
    made_of: tuple[Lineage, datetime | None],
    numbers: Mapping[str, object],
    base: int,
    locale: str,
    table: str,
) -> TraitDescription:
    known, quantiles = int(str(numbers["known"] or 0)), numbers["quantiles"]
    lineage, newest = made_of
    return TraitDescription(
        name=name,
        label=label_of(name, trait, locale),
        description=trait.described.told(locale) if trait else "",
        unit=trait.unit if trait else "",
        type=kind,
        is_computed=trait is not None,
        profiles=known,
        missing_share=1 - known / base if base else 0.0,
        distinct=int(str(numbers["distinct"] or 0)),
        mean=_float(numbers["mean"]),
        low=_float(numbers["low"]),
        high=_float(numbers["high"]),
        quantiles=tuple(float(q) for q in quantiles) if isinstance(quantiles, list) else (),
        top=() if kind in {"number", "instant", "list"} else _top(engine, table, name, known),
        newest_at=newest,
        lineage=lineage,
    )


def label_of(name: str, trait: TraitDefinition | None, locale: str) -> str:
    """What a trait is called in a language: as its definition says, a given one by its name in words.

    >>> label_of("birth_date", None, "zh")
    '生日'
    """
    return trait.called.told(locale) if trait else into(name.replace("_", " "), locale)


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _top(engine: Engine, table: str, name: str, known: int) -> tuple[TopValue, ...]:
    rows = engine.query(
        f"SELECT CAST({identifier(name)} AS VARCHAR) AS value, COUNT(*) AS profiles FROM {identifier(table)} "
        f"WHERE {identifier(name)} IS NOT NULL GROUP BY 1 ORDER BY profiles DESC, value LIMIT 10"
    ).to_pylist()
    return tuple(TopValue(value=r["value"], profiles=r["profiles"], share=r["profiles"] / known) for r in rows)


def _lineage(
    name: str,
    defined: Mapping[str, TraitDefinition],
    catalog: Catalog,
    events: Mapping[str, tuple[datetime | None, tuple[str, ...]]],
) -> tuple[Lineage, datetime | None]:
    used = sorted(set(_events_of(name, defined)))
    newest = [events[event][0] for event in used if event in events]
    return Lineage(
        traits=tuple(dict.fromkeys(defined[name].value.named_traits())),
        events=tuple(used),
        tables=tuple(sorted({catalog.events[event].table for event in used if event in catalog.events})),
        sources=tuple(sorted({source for event in used if event in events for source in events[event][1]})),
    ), max((at for at in newest if at is not None), default=None)


def _events_of(name: str, defined: Mapping[str, TraitDefinition]) -> Iterator[str]:
    yield from defined[name].value.named_events()
    for other in defined[name].value.named_traits():
        if other in defined:
            yield from _events_of(other, defined)


def read_events(
    engine: Engine, catalog: Catalog, as_of: datetime, read: Iterable[str]
) -> dict[str, tuple[datetime | None, tuple[str, ...]]]:
    """Each event that is ``read`` → its newest instant before ``as_of`` and the sources of its rows."""
    found: dict[str, tuple[datetime | None, tuple[str, ...]]] = {}
    for event in sorted(read):
        if event not in catalog.events:
            continue
        kind = catalog.events[event]
        rows = "events WHERE name = $event" if kind.rows is None else f"{kind.rows.sql('$as_of')} AS facts WHERE TRUE"
        row = engine.query(
            f"SELECT MAX(occurred_at) AS newest, LIST(DISTINCT source) AS sources FROM {rows} AND occurred_at < $as_of",
            {"as_of": as_of} | ({"event": event} if kind.rows is None else {}),
        ).to_pylist()[0]
        found[event] = (row["newest"], tuple(sorted(s for s in row["sources"] or [] if s)))
    return found
